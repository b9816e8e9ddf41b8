-- When the mail of a link was accepted: its lifetime begins then. Before, `expires_at` is the latest time at which it can
-- end.
ALTER TABLE email_tokens ADD COLUMN sent_at BIGINT;
-- The hash of the link in a mail, so that a mail whose link is over is not sent.
ALTER TABLE outbox ADD COLUMN link TEXT;
-- Since when the account waits for its owner to accept an invitation and choose a password. Null once there is one.
ALTER TABLE users ADD COLUMN invited_at BIGINT;
