-- How often a note was changed, and once for being written. A change names the version that it was made from, so that
-- a change made meanwhile is not overwritten unseen.
ALTER TABLE notes ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
