-- Roles are named sets of permissions. Every account holds `user`, without a row in user_roles. `admin` permits
-- everything, without rows in role_permissions, so that a permission of a later version needs no migration.

CREATE TABLE roles (
    name TEXT PRIMARY KEY NOT NULL,
    created_at BIGINT NOT NULL
);

INSERT INTO roles (name, created_at) VALUES ('user', 0), ('admin', 0);

CREATE TABLE role_permissions (
    role TEXT NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (role, permission)
);

-- A role that an account holds cannot be deleted.
CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL REFERENCES roles (name),
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, role)
);

CREATE INDEX user_roles_by_role ON user_roles (role, user_id);
