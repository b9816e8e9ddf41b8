-- To SQLite `IS NULL` is an equality like any other, so a full index of what is mostly null draws it away from the right
-- one: it looked for mail that waits among all that was sent. These have only the rows that they are for.
DROP INDEX outbox_sent;
DROP INDEX outbox_given_up;
DROP INDEX sessions_ended;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_given_up ON outbox (given_up_at) WHERE given_up_at IS NOT NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
