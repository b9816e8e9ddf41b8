-- What a person says of themselves, and when they proved that the address is theirs.
ALTER TABLE users ADD COLUMN display_name TEXT;
ALTER TABLE users ADD COLUMN verified_at BIGINT;
-- Counts the passwords that the account has had, so that a sign-in that began with the one before comes too late.
ALTER TABLE users ADD COLUMN password_version BIGINT NOT NULL DEFAULT 0;

-- The client's address when the session was last seen.
ALTER TABLE sessions ADD COLUMN address TEXT;

-- Security events: only ever added to, and removed when they are old. Of a deleted account they stay, anonymised; so
-- `user_id` is no reference.
CREATE TABLE events (
    -- A UUIDv7, so that the order of ids is the order of events.
    id TEXT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    user_id TEXT,
    session_id TEXT,
    -- The client's address and user agent.
    address TEXT,
    device TEXT,
    -- One of a closed set of words, never what somebody typed.
    detail TEXT
);

CREATE INDEX events_of_user ON events (user_id, id);
CREATE INDEX events_by_time ON events (at);
