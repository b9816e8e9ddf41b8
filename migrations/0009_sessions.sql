-- When the generations before the last one ended, as far as they may still be repeated: `rotation_history.rs` reads it.
ALTER TABLE sessions ADD COLUMN rotation_history TEXT NOT NULL DEFAULT '';
-- 1 for a client that is not a browser: it has an access token and no cookie.
ALTER TABLE sessions ADD COLUMN cookieless BIGINT NOT NULL DEFAULT 0;

-- When the owner was last told by mail that such a client has signed in: once a day.
ALTER TABLE users ADD COLUMN cookieless_notified_at BIGINT;
