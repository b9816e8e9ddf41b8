-- Ids are UUIDv7, times are milliseconds UTC, hashes are base64url: the same text in SQLite and PostgreSQL.

CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    -- In canonical form: no surrounding blanks, lower case.
    email TEXT NOT NULL UNIQUE,
    -- A PHC string, which names algorithm and parameters, so that either may change later.
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- 32 random bytes that every refresh token of this session is bound to. No token itself is stored.
    salt TEXT NOT NULL,
    -- The one refresh token that rotates the session next is the one of this generation.
    generation BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    -- When a repeat was last granted although it came late: once a day.
    late_at BIGINT,
    -- Who rotated last: only the same user agent may repeat.
    user_agent TEXT NOT NULL,
    -- 1 where `Keep me signed in` was ticked. (Not BOOLEAN: SQLx's `Any` driver cannot read one on both engines.)
    remembered BIGINT NOT NULL CHECK (remembered IN (0, 1)),
    begun_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_ms BIGINT NOT NULL,
    -- The absolute limit, which no use extends.
    expires_at BIGINT NOT NULL,
    -- The nearer of `expires_at` and `last_seen_at + idle_ms`, kept so that one index serves the sweep.
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT
);

CREATE INDEX sessions_of_user ON sessions (user_id, begun_at);
CREATE INDEX sessions_by_end ON sessions (ends_at);
CREATE INDEX sessions_ended ON sessions (ended_at);
