-- The example feature: a person's own short notes.

CREATE TABLE notes (
    -- A UUIDv7, so that the order of ids is the order in which notes were written.
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX notes_of_user ON notes (user_id, id);
