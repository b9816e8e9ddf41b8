-- Mail that waits to be sent, and the secrets that are mailed.

CREATE TABLE outbox (
    -- A UUIDv7, and what the sealed secret is bound to.
    id TEXT PRIMARY KEY NOT NULL,
    -- Whose it is about. A mail that is to outlive its account (the farewell) has none.
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    to_address TEXT NOT NULL,
    -- What it says, as a name and JSON; never a secret. The JSON is `null` once the mail is sent or given up.
    template TEXT NOT NULL,
    params TEXT NOT NULL,
    -- The secret of its link, sealed with a key that the database does not hold. Likewise erased.
    sealed TEXT,
    created_at BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Until then one node is sending it; afterwards that node is taken to have died.
    claimed_until BIGINT,
    sent_at BIGINT,
    given_up_at BIGINT,
    last_problem TEXT
);

CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX outbox_of_user ON outbox (user_id);
CREATE INDEX outbox_sent ON outbox (sent_at);
CREATE INDEX outbox_given_up ON outbox (given_up_at);

CREATE TABLE email_tokens (
    -- SHA-256 of the token, so that who reads this table, or a backup of it, cannot use one.
    hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- What it is good for, and for nothing else.
    purpose TEXT NOT NULL,
    -- Where it was sent to: whoever holds it reads that mailbox.
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    -- When a newer one took its place, or a change to the account made it worthless.
    voided_at BIGINT
);

CREATE INDEX email_tokens_of_user ON email_tokens (user_id, purpose);
CREATE INDEX email_tokens_by_expiry ON email_tokens (expires_at);
-- Finds the address that an undo link keeps for its owner.
CREATE INDEX email_tokens_by_address ON email_tokens (address);
