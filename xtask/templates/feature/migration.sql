-- {{Words}}: rows that belong to a user.

CREATE TABLE {{module}} (
    -- A UUIDv7, so that the order of ids is the order in which the rows were added.
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
@string, text:    {{field}} TEXT NOT NULL,
@integer:    {{field}} BIGINT NOT NULL,
@boolean:    -- 1 for yes and 0 for no.
@boolean:    {{field}} BIGINT NOT NULL,
@date:    -- As `2026-11-23`.
@date:    {{field}} TEXT NOT NULL,
    -- 1, and one more for each change. A change names the version that it was made from.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX {{module}}_of_user ON {{module}} (user_id, id);
