-- An account may have no password: its owner was invited and has chosen none yet.
-- SQLite cannot drop a constraint, so the column is replaced.

ALTER TABLE users ADD COLUMN optional_password_hash TEXT;

-- An invited account had the hash of a random password.
UPDATE users SET optional_password_hash = password_hash WHERE invited_at IS NULL;

ALTER TABLE users DROP COLUMN password_hash;

ALTER TABLE users RENAME COLUMN optional_password_hash TO password_hash;
