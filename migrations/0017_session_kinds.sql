-- The kind of a session: 'browser' (its refresh token travels in a cookie), 'cookieless' (it has an access token and no
-- refresh token) or 'api' (its refresh token travels in bodies).
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'browser';

UPDATE sessions SET kind = 'cookieless' WHERE cookieless = 1;

ALTER TABLE sessions DROP COLUMN cookieless;
