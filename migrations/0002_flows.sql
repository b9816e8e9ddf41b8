-- What must survive between two requests of someone who is not signed in yet: `tower-sessions` keeps it here.

CREATE TABLE flows (
    -- SHA-256 of the id in the cookie: who reads this table cannot take a flow over.
    id_hash TEXT PRIMARY KEY NOT NULL,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX flows_by_expiry ON flows (expires_at);
