//! Roles as administrators make, grant and revoke them. A change counts at the next request of everyone whom it affects.

use crate::{
    accounts::{
        roles::{self, RoleName, Roles},
        user,
    },
    administration::facet::Administration,
    error::Error,
    events::event::Event,
    ids::UserId,
};
use contract::{EventKind, Permission, ROLE_ADMIN, ROLE_USER, ROLES_PER_USER, RoleProblem, Words};
use sqlx::FromRow;
use std::collections::BTreeSet;

/// A role, as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What it permits.
    pub permissions: BTreeSet<Permission>,
    /// How many accounts hold it. Zero for `user`, which every account holds.
    pub holders: i64,
}

#[derive(FromRow)]
struct Row {
    name: String,
    permission: Option<String>,
    holders: i64,
}

impl Administration<'_> {
    /// Returns every role, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn roles(&self) -> Result<Vec<Role>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT r.name, p.permission, (SELECT COUNT(*) FROM user_roles h WHERE h.role = r.name) AS holders
             FROM roles r LEFT JOIN role_permissions p ON p.role = r.name ORDER BY r.name",
        )
        .fetch_all(self.auth.0.db.readers())
        .await?;
        let mut roles: Vec<Role> = Vec::new();
        for Row { name, permission, holders } in rows {
            let permission = permission.as_deref().and_then(Permission::named);
            match roles.last_mut().filter(|role| role.name == name) {
                Some(role) => role.permissions.extend(permission),
                None if name == ROLE_ADMIN => {
                    roles.push(Role { name, permissions: Permission::ALL.iter().copied().collect(), holders });
                }
                None => roles.push(Role { name, permissions: permission.into_iter().collect(), holders }),
            }
        }
        Ok(roles)
    }

    /// Returns the roles of an account.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn roles_of(&self, user_id: &UserId) -> Result<Roles, Error> {
        roles::of(self.auth.0.db.readers(), user_id).await
    }

    /// Makes a role.
    ///
    /// # Errors
    /// [`Error::Invalid`] with [`RoleProblem::Taken`] where there is one of that name, [`Error::Database`].
    pub async fn create_role(&self, name: &RoleName, permissions: &BTreeSet<Permission>) -> Result<(), Error> {
        let now = self.auth.0.clock.now();
        let mut change = self.change(now).await?;
        if !roles::insert(&mut change, name, now).await? {
            return Err(roles::refused(RoleProblem::Taken));
        }
        roles::set_permissions(&mut change, name, permissions).await?;
        change.event(&Event::done(EventKind::RoleCreated).detail(name.to_string())).await?;
        change.commit().await
    }

    /// Replaces the permissions of a role. Those of `admin` are fixed.
    ///
    /// # Errors
    /// [`Error::Invalid`] with [`RoleProblem::Unknown`] or [`RoleProblem::BuiltIn`], [`Error::Database`].
    pub async fn set_permissions(&self, name: &RoleName, permissions: &BTreeSet<Permission>) -> Result<(), Error> {
        if name.as_str() == ROLE_ADMIN {
            return Err(roles::refused(RoleProblem::BuiltIn));
        }
        let mut change = self.change(self.auth.0.clock.now()).await?;
        if !roles::hold(&mut change, name).await? {
            return Err(roles::refused(RoleProblem::Unknown));
        }
        roles::set_permissions(&mut change, name, permissions).await?;
        change.event(&Event::done(EventKind::RoleChanged).detail(name.to_string())).await?;
        change.forget_all_users();
        change.commit().await
    }

    /// Deletes a role that no account holds.
    ///
    /// # Errors
    /// [`Error::Invalid`] with [`RoleProblem::Unknown`], [`RoleProblem::BuiltIn`] or [`RoleProblem::Held`];
    /// [`Error::Database`].
    pub async fn delete_role(&self, name: &RoleName) -> Result<(), Error> {
        if name.is_built_in() {
            return Err(roles::refused(RoleProblem::BuiltIn));
        }
        let mut change = self.change(self.auth.0.clock.now()).await?;
        if !roles::hold(&mut change, name).await? {
            return Err(roles::refused(RoleProblem::Unknown));
        }
        if !roles::delete(&mut change, name).await? {
            return Err(roles::refused(RoleProblem::Held));
        }
        change.event(&Event::done(EventKind::RoleDeleted).detail(name.to_string())).await?;
        change.commit().await
    }

    /// Grants a role; `false` where the account holds it already.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such account; [`Error::Invalid`] with [`RoleProblem::Unknown`],
    /// [`RoleProblem::BuiltIn`] for `user`, or [`RoleProblem::TooMany`]; [`Error::Database`].
    pub async fn grant(&self, user_id: &UserId, name: &RoleName) -> Result<bool, Error> {
        if name.as_str() == ROLE_USER {
            return Err(roles::refused(RoleProblem::BuiltIn));
        }
        let now = self.auth.0.clock.now();
        let mut change = self.change(now).await?;
        if !roles::hold(&mut change, name).await? {
            return Err(roles::refused(RoleProblem::Unknown));
        }
        if !user::hold_any(&mut change, user_id).await? {
            return Err(Error::NotFound);
        }
        let held = roles::of(&mut **change, user_id).await?;
        if held.hold(name.as_str()) {
            return Ok(false);
        }
        if held.names().count() >= ROLES_PER_USER {
            return Err(roles::refused(RoleProblem::TooMany));
        }
        roles::grant(&mut change, user_id, name, now).await?;
        change.event(&Event::done(EventKind::RoleGranted).user(user_id).detail(name.to_string())).await?;
        change.forget_user(user_id);
        change.commit().await?;
        Ok(true)
    }

    /// Revokes a role; `false` where the account does not hold it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such account; [`Error::LastAdministrator`]; [`Error::Invalid`] with
    /// [`RoleProblem::Unknown`], or with [`RoleProblem::BuiltIn`] for `user`; [`Error::Database`].
    pub async fn revoke(&self, user_id: &UserId, name: &RoleName) -> Result<bool, Error> {
        if name.as_str() == ROLE_USER {
            return Err(roles::refused(RoleProblem::BuiltIn));
        }
        let mut change = self.change(self.auth.0.clock.now()).await?;
        if !roles::hold(&mut change, name).await? {
            return Err(roles::refused(RoleProblem::Unknown));
        }
        if !user::hold_any(&mut change, user_id).await? {
            return Err(Error::NotFound);
        }
        if name.as_str() == ROLE_ADMIN {
            roles::require_another_administrator(&mut change, user_id).await?;
        }
        if !roles::revoke(&mut change, user_id, name).await? {
            return Ok(false);
        }
        change.event(&Event::done(EventKind::RoleRevoked).user(user_id).detail(name.to_string())).await?;
        change.forget_user(user_id);
        change.commit().await?;
        Ok(true)
    }
}
