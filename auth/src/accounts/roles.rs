//! Roles: the ones that an account holds, and the statements on their tables.

use crate::{
    clock::Millis,
    error::{Error, Violation},
    ids::UserId,
    storage::db::Engine,
};
use contract::{Permission, ROLE_ADMIN, ROLE_MAX_LENGTH, ROLE_USER, RoleProblem, Words};
use sqlx::{Executor, FromRow, Transaction};
use std::collections::BTreeSet;
use std::fmt;

/// The roles of an account, and everything that they permit together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    names: BTreeSet<String>,
    permissions: BTreeSet<Permission>,
}

/// A role of an account with one of its permissions, or a permission of the role that every account holds. A permission
/// of another version of the program is passed over.
#[derive(FromRow)]
pub(crate) struct RoleRow {
    pub(crate) role: Option<String>,
    pub(crate) permission: Option<String>,
}

impl Roles {
    /// Returns the roles that the rows of one account name.
    pub(crate) fn of(rows: impl IntoIterator<Item = RoleRow>) -> Self {
        let mut roles = Self::default();
        for RoleRow { role, permission } in rows {
            roles.permissions.extend(permission.as_deref().and_then(Permission::named));
            roles.names.extend(role);
        }
        if roles.names.contains(ROLE_ADMIN) {
            roles.permissions.extend(Permission::ALL);
        }
        roles
    }

    /// Returns the names in alphabetical order, without `user`, which every account holds.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Returns the permissions, in the order of their table.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        self.permissions.iter().copied()
    }

    /// Whether the account holds the role `name`.
    #[must_use]
    pub fn hold(&self, name: &str) -> bool {
        name == ROLE_USER || self.names.contains(name)
    }

    /// Whether one of the roles permits it.
    #[must_use]
    pub fn permit(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// The name of a role: up to [`ROLE_MAX_LENGTH`] small letters, digits, `-` and `_`, the first a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct RoleName(String);

impl RoleName {
    /// Reads a name as it was entered.
    ///
    /// # Errors
    /// [`Error::Invalid`] with [`RoleProblem::Malformed`].
    pub fn parse(name: &str) -> Result<Self, Error> {
        let is_name = name.len() <= ROLE_MAX_LENGTH
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
        if is_name { Ok(Self(name.to_owned())) } else { Err(refused(RoleProblem::Malformed)) }
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of the roles that are always there.
    pub(crate) fn is_built_in(&self) -> bool {
        self.0 == ROLE_USER || self.0 == ROLE_ADMIN
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the error for a problem with a role.
pub(crate) fn refused(problem: RoleProblem) -> Error {
    Error::Invalid(vec![Violation::Role(problem)])
}

/// Loads the roles of a user.
pub(crate) async fn of(executor: impl Executor<'_, Database = Engine>, user_id: &UserId) -> Result<Roles, Error> {
    let rows: Vec<RoleRow> = sqlx::query_as(
        "SELECT r.role, p.permission FROM users u LEFT JOIN user_roles r ON r.user_id = u.id
         LEFT JOIN role_permissions p ON p.role = r.role OR p.role = 'user' WHERE u.id = $1",
    )
    .bind(user_id)
    .fetch_all(executor)
    .await?;
    Ok(Roles::of(rows))
}

/// Locks the row of a role until the end of the transaction. `false` where there is none.
pub(crate) async fn hold(tx: &mut Transaction<'static, Engine>, name: &RoleName) -> Result<bool, Error> {
    let held =
        sqlx::query("UPDATE roles SET created_at = created_at WHERE name = $1").bind(name).execute(&mut **tx).await?;
    Ok(held.rows_affected() == 1)
}

/// Inserts a role; `false` where there is one of that name.
pub(crate) async fn insert(tx: &mut Transaction<'static, Engine>, name: &RoleName, now: Millis) -> Result<bool, Error> {
    let inserted = sqlx::query("INSERT INTO roles (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Replaces the permissions of a role.
pub(crate) async fn set_permissions(
    tx: &mut Transaction<'static, Engine>,
    name: &RoleName,
    permissions: &BTreeSet<Permission>,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM role_permissions WHERE role = $1").bind(name).execute(&mut **tx).await?;
    for permission in permissions {
        sqlx::query("INSERT INTO role_permissions (role, permission) VALUES ($1, $2)")
            .bind(name)
            .bind(permission.as_str())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Deletes a role that no account holds; `false` where one does.
pub(crate) async fn delete(tx: &mut Transaction<'static, Engine>, name: &RoleName) -> Result<bool, Error> {
    let deleted =
        sqlx::query("DELETE FROM roles WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM user_roles WHERE role = $1)")
            .bind(name)
            .execute(&mut **tx)
            .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Grants a role; `false` where the user holds it already.
pub(crate) async fn grant(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    name: &RoleName,
    now: Millis,
) -> Result<bool, Error> {
    let granted = sqlx::query(
        "INSERT INTO user_roles (user_id, role, granted_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, role) DO NOTHING",
    )
    .bind(user_id)
    .bind(name)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(granted.rows_affected() == 1)
}

/// Revokes a role; `false` where the user does not hold it.
pub(crate) async fn revoke(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    name: &RoleName,
) -> Result<bool, Error> {
    let revoked = sqlx::query("DELETE FROM user_roles WHERE user_id = $1 AND role = $2")
        .bind(user_id)
        .bind(name)
        .execute(&mut **tx)
        .await?;
    Ok(revoked.rows_affected() == 1)
}

/// Refuses to go on if `user_id` is the last enabled administrator. Every way for an administrator to be lost takes the
/// same lock first, so two at once cannot lose both.
///
/// # Errors
/// [`Error::LastAdministrator`], [`Error::Database`].
pub(crate) async fn require_another_administrator(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
) -> Result<(), Error> {
    hold(tx, &RoleName(ROLE_ADMIN.to_owned())).await?;
    let (is_one, others): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM user_roles r JOIN users u ON u.id = r.user_id
                 WHERE r.role = $2 AND r.user_id = $1 AND u.disabled_at IS NULL),
                (SELECT COUNT(*) FROM user_roles r JOIN users u ON u.id = r.user_id
                 WHERE r.role = $2 AND r.user_id <> $1 AND u.disabled_at IS NULL)",
    )
    .bind(user_id)
    .bind(ROLE_ADMIN)
    .fetch_one(&mut **tx)
    .await?;
    if is_one == 1 && others == 0 { Err(Error::LastAdministrator) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(role: Option<&str>, permission: Option<&str>) -> RoleRow {
        RoleRow { role: role.map(str::to_owned), permission: permission.map(str::to_owned) }
    }

    #[test]
    fn an_account_may_do_what_its_roles_permit_together() {
        let roles = Roles::of([
            row(Some("support"), Some("read_users")),
            row(Some("auditor"), Some("read_events")),
            row(Some("auditor"), Some("a permission of a later version")),
        ]);
        assert_eq!(roles.names().collect::<Vec<_>>(), ["auditor", "support"]);
        assert_eq!(roles.permissions().collect::<Vec<_>>(), [Permission::ReadUsers, Permission::ReadEvents]);
        assert!(roles.permit(Permission::ReadUsers) && !roles.permit(Permission::ManageUsers));
        assert!(roles.hold("support") && roles.hold(ROLE_USER) && !roles.hold(ROLE_ADMIN));
        assert_eq!(Roles::of([row(None, None)]), Roles::default());
    }

    #[test]
    fn an_administrator_may_do_everything() {
        let roles = Roles::of([row(Some(ROLE_ADMIN), None)]);
        assert!(Permission::ALL.iter().all(|permission| roles.permit(*permission)));
    }

    #[test]
    fn the_name_of_a_role_is_short_and_plain() {
        for name in ["a", "support-2", "a_b", &"a".repeat(ROLE_MAX_LENGTH)] {
            assert!(RoleName::parse(name).is_ok(), "{name}");
        }
        for name in ["", "2nd", "-a", "Admin", "a b", "a.b", "ä", "a\n", &"a".repeat(ROLE_MAX_LENGTH + 1)] {
            assert!(RoleName::parse(name).is_err(), "{name}");
        }
    }
}
