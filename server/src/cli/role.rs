//! `server role …`: lists, creates, changes and deletes roles.

use super::Engine;
use super::output::{Consent, Format, table};
use crate::config::Args;
use anyhow::anyhow;
use auth::{Error, Permission, Role, RoleName, RoleProblem, Violation, Words};
use clap::Subcommand;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Debug, Subcommand)]
pub(super) enum RoleCommand {
    /// Lists roles with their permissions.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Creates a role.
    Create {
        /// Name of the role: small letters, digits, `-` and `_`.
        name: String,
        #[command(flatten)]
        permissions: Permissions,
        #[command(flatten)]
        format: Format,
    },
    /// Replaces the permissions of a role.
    SetPermissions {
        /// Name of the role.
        name: String,
        #[command(flatten)]
        permissions: Permissions,
        #[command(flatten)]
        format: Format,
    },
    /// Deletes a role that no account holds.
    Delete {
        /// Name of the role.
        name: String,
        #[command(flatten)]
        consent: Consent,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Permissions {
    /// What the role permits.
    #[arg(value_name = "PERMISSION", value_parser = permission)]
    permissions: Vec<Permission>,
}

fn permission(word: &str) -> Result<Permission, String> {
    let all = || Permission::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
    Permission::named(word).ok_or_else(|| format!("not one of {}", all()))
}

#[derive(Serialize)]
struct Shown {
    name: String,
    permissions: Vec<&'static str>,
    holders: i64,
}

impl From<Role> for Shown {
    fn from(role: Role) -> Self {
        let permissions = role.permissions.iter().map(|permission| permission.as_str()).collect();
        Self { name: role.name, permissions, holders: role.holders }
    }
}

#[derive(Serialize)]
struct Deleted<'a> {
    name: &'a str,
}

impl RoleCommand {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let engine = Engine::open(settings).await?;
        let done = self.run_in(&engine).await;
        engine.close().await;
        done
    }

    async fn run_in(self, engine: &Engine) -> anyhow::Result<()> {
        let administration = engine.auth.administration(super::actor());
        match self {
            Self::List { format } => {
                let roles: Vec<_> = administration.roles().await?.into_iter().map(Shown::from).collect();
                format.answer(&roles, |roles| list(roles))
            }
            Self::Create { name, permissions, format } => {
                let role = name_of(&name)?;
                let permissions = BTreeSet::from_iter(permissions.permissions);
                administration.create_role(&role, &permissions).await.map_err(|error| explained(error, &name))?;
                format.answer(&shown(name, &permissions, 0), |role| format!("there is a role {}", role.name))
            }
            Self::SetPermissions { name, permissions, format } => {
                let role = name_of(&name)?;
                let permissions = BTreeSet::from_iter(permissions.permissions);
                administration.set_permissions(&role, &permissions).await.map_err(|error| explained(error, &name))?;
                let all = administration.roles().await?;
                let holders = all.iter().find(|role| role.name == name).map_or(0, |role| role.holders);
                format.answer(&shown(name, &permissions, holders), |role| {
                    format!("the role {} permits {}", role.name, words(&role.permissions))
                })
            }
            Self::Delete { name, consent, format } => {
                let role = name_of(&name)?;
                consent.ask(&format!("Delete the role {name}?"))?;
                administration.delete_role(&role).await.map_err(|error| explained(error, &name))?;
                format.answer(&Deleted { name: &name }, |_| format!("the role {name} is deleted"))
            }
        }
    }
}

fn shown(name: String, permissions: &BTreeSet<Permission>, holders: i64) -> Shown {
    Shown { name, permissions: permissions.iter().map(|permission| permission.as_str()).collect(), holders }
}

/// Reads the name of a role.
pub(super) fn name_of(name: &str) -> anyhow::Result<RoleName> {
    RoleName::parse(name).map_err(|error| explained(error, name))
}

/// Returns the sentence for a refused operation on the role `name`.
pub(super) fn explained(error: Error, name: &str) -> anyhow::Error {
    let Error::Invalid(violations) = &error else {
        return match error {
            Error::LastAdministrator => anyhow!("this is the last administrator: make another one first"),
            error => error.into(),
        };
    };
    match violations.first() {
        Some(Violation::Role(problem)) => match problem {
            RoleProblem::Malformed => {
                anyhow!("{name} is no name of a role: use small letters, digits, - and _, and begin with a letter")
            }
            RoleProblem::Taken => anyhow!("there is a role {name} already"),
            RoleProblem::Unknown => anyhow!("there is no role {name}"),
            RoleProblem::BuiltIn => anyhow!("the role {name} is always there and cannot be changed in this way"),
            RoleProblem::Held => anyhow!("an account holds the role {name}: revoke it first"),
            RoleProblem::TooMany => anyhow!("the account holds as many roles as are allowed"),
        },
        _ => error.into(),
    }
}

fn words(permissions: &[&str]) -> String {
    if permissions.is_empty() { "nothing".to_owned() } else { permissions.join(", ") }
}

fn list(roles: &[Shown]) -> String {
    let rows: Vec<_> =
        roles.iter().map(|role| [role.name.clone(), role.holders.to_string(), words(&role.permissions)]).collect();
    table(["ROLE", "HOLDERS", "PERMITS"], &rows)
}
