-- Finds the refusals that are about no account: anyone can cause them, so the sweep keeps a fixed number.
CREATE INDEX events_of_strangers ON events (id) WHERE user_id IS NULL AND outcome = 'refused';
