-- The keys that sign access tokens. Their times are their life cycle: upcoming, active, retiring, retired.
CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    -- As tokens name it: EdDSA, ES256, RS256 or HS256.
    algorithm TEXT NOT NULL,
    -- The private part, sealed under a key that is derived from the secret. Null: the key only verifies.
    sealed TEXT,
    -- The public part as a JSON Web Key. Null: the algorithm has none.
    public_jwk TEXT,
    created_at BIGINT NOT NULL,
    -- Before that, an upcoming key must not sign.
    signs_from BIGINT NOT NULL,
    activated_at BIGINT,
    -- The longest lifetime of a token that it signed, in milliseconds.
    longest_token BIGINT NOT NULL,
    -- When the last token that it signed has expired.
    retiring_until BIGINT,
    retired_at BIGINT
);

-- Two nodes that rotate at once make one key.
CREATE UNIQUE INDEX signing_keys_upcoming ON signing_keys (algorithm)
    WHERE activated_at IS NULL AND retiring_until IS NULL AND retired_at IS NULL;
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (algorithm)
    WHERE activated_at IS NOT NULL AND retiring_until IS NULL AND retired_at IS NULL;
