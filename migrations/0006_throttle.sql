-- How often something was tried that is worth guessing at or flooding, and until when the next try has to wait. In the
-- database, so that a restart forgets nothing and several nodes count together.
CREATE TABLE throttle (
    -- What is tried, and whether it is counted by account, by known device or by client address.
    kind TEXT NOT NULL,
    -- Whose tries they are: an HMAC, so that this table lists no addresses, and least of all unknown ones.
    hash TEXT NOT NULL,
    tries BIGINT NOT NULL,
    -- Since when no try has been given back.
    regained_at BIGINT NOT NULL,
    -- Before that, no try is let through.
    free_at BIGINT NOT NULL,
    PRIMARY KEY (kind, hash)
);

CREATE INDEX throttle_by_time ON throttle (regained_at);

-- Browsers on which somebody has signed in to an account. Their tries are counted apart from strangers'.
CREATE TABLE known_devices (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256 of what the browser's cookie holds.
    hash TEXT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

CREATE INDEX known_devices_by_hash ON known_devices (hash);
CREATE INDEX known_devices_by_time ON known_devices (last_seen_at);
