//! `server user …`: lists, creates, disables and invites accounts.

use super::output::{Consent, Format, count, table, time, time_or};
use super::{Engine, role};
use crate::config::Args;
use anyhow::{anyhow, bail};
use auth::{
    ADMINISTRATION_PAGE_MAX, Account, EmailProblem, Error, Millis, PasswordProblem, UserId, Violation, display_address,
};
use clap::Subcommand;
use secrecy::SecretString;
use serde::Serialize;
use std::io::{IsTerminal, Read, stdin};

/// Most bytes of a password that are read. It exceeds the longest password that is accepted.
const PASSWORD_BYTES_MAX: u64 = 8 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Lists accounts, oldest first.
    List {
        /// Only accounts after the one with this id: the last one of the previous page.
        #[arg(long, value_name = "ID")]
        after: Option<UserId>,
        /// Largest number of accounts to list (1 to 1000).
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(ADMINISTRATION_PAGE_MAX)))]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
    /// Shows an account.
    Show {
        #[command(flatten)]
        account: AccountArgument,
        #[command(flatten)]
        format: Format,
    },
    /// Creates an account and mails its owner an invitation to choose a password.
    Create {
        /// Address of the owner.
        email: String,
        /// Read the password from standard input, up to the end of the first line; the link then verifies the address.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        format: Format,
    },
    /// Disables an account: it is signed out everywhere at once and cannot sign in.
    Disable {
        #[command(flatten)]
        account: AccountArgument,
        #[command(flatten)]
        consent: Consent,
        #[command(flatten)]
        format: Format,
    },
    /// Enables a disabled account again.
    Enable {
        #[command(flatten)]
        account: AccountArgument,
        #[command(flatten)]
        format: Format,
    },
    /// Grants a role to an account. The role `admin` permits everything.
    Grant {
        #[command(flatten)]
        account: AccountArgument,
        /// Name of the role.
        role: String,
        #[command(flatten)]
        format: Format,
    },
    /// Revokes a role of an account. It counts at the next request.
    Revoke {
        #[command(flatten)]
        account: AccountArgument,
        /// Name of the role.
        role: String,
        #[command(flatten)]
        format: Format,
    },
    /// Signs an account out everywhere.
    EndSessions {
        #[command(flatten)]
        account: AccountArgument,
        #[command(flatten)]
        consent: Consent,
        #[command(flatten)]
        format: Format,
    },
    /// Mails the owner of an account a link to a new password.
    SendReset {
        #[command(flatten)]
        account: AccountArgument,
        #[command(flatten)]
        format: Format,
    },
    /// Mails another invitation to the owner of an account that `create` made and that has no password yet.
    SendInvitation {
        #[command(flatten)]
        account: AccountArgument,
        #[command(flatten)]
        format: Format,
    },
    /// Revokes the invitation to an account: its link no longer works. The account stays.
    RevokeInvitation {
        #[command(flatten)]
        account: AccountArgument,
        #[command(flatten)]
        consent: Consent,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct AccountArgument {
    /// The account's address or id.
    #[arg(value_name = "ADDRESS|ID")]
    account: String,
}

#[derive(Serialize)]
struct Shown {
    id: UserId,
    email: String,
    display_name: Option<String>,
    created_at: Millis,
    verified_at: Option<Millis>,
    disabled_at: Option<Millis>,
    invited_at: Option<Millis>,
    sessions: i64,
}

impl From<Account> for Shown {
    fn from(Account { user, disabled_at, invited_at, sessions }: Account) -> Self {
        Self {
            id: user.id,
            email: user.email,
            display_name: user.display_name,
            created_at: user.created_at,
            verified_at: user.verified_at,
            disabled_at,
            invited_at,
            sessions,
        }
    }
}

#[derive(Serialize)]
struct Ended<'a> {
    id: &'a UserId,
    sessions_ended: u64,
}

#[derive(Serialize)]
struct Granted<'a> {
    id: &'a UserId,
    roles: Vec<String>,
    changed: bool,
}

#[derive(Serialize)]
struct Revoked<'a> {
    id: &'a UserId,
    revoked: bool,
}

impl UserCommand {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let engine = Engine::open(settings).await?;
        let done = self.run_in(&engine).await;
        engine.close().await;
        done
    }

    async fn run_in(self, engine: &Engine) -> anyhow::Result<()> {
        let administration = engine.auth.administration(super::actor());
        match self {
            Self::List { after, limit, format } => {
                let accounts = administration.accounts(after.as_ref(), limit).await?;
                format.answer(&accounts.into_iter().map(Shown::from).collect::<Vec<_>>(), |all| list(all))
            }
            Self::Show { account, format } => format.answer(&Shown::from(account.find(engine).await?), show),
            Self::Create { email, password_stdin, format } => {
                let password = password_stdin.then(read_password).transpose()?;
                let user = administration.create(&email, password).await.map_err(explained)?;
                let account = administration.account(user.id.as_str()).await?;
                format.answer(&Shown::from(account), |made| {
                    let invited = if made.invited_at.is_some() { "\nan invitation goes there" } else { "" };
                    format!("{} has an account: {}{invited}", display_address(&made.email), made.id)
                })
            }
            Self::Disable { account, consent, format } => {
                let user = account.find(engine).await?.user;
                consent.ask(&format!("Disable {} and sign it out everywhere?", display_address(&user.email)))?;
                let sessions_ended =
                    administration.disable(&user.id).await.map_err(|error| role::explained(error, ""))?;
                format.answer(&Ended { id: &user.id, sessions_ended }, |done| {
                    format!(
                        "{} is disabled; {} ended",
                        display_address(&user.email),
                        count(done.sessions_ended, "session")
                    )
                })
            }
            Self::Enable { account, format } => {
                let user = account.find(engine).await?.user;
                administration.enable(&user.id).await?;
                let account = administration.account(user.id.as_str()).await?;
                format
                    .answer(&Shown::from(account), |account| format!("{} is enabled", display_address(&account.email)))
            }
            Self::Grant { account, role, format } => change_role(engine, &account, &role, true, format).await,
            Self::Revoke { account, role, format } => change_role(engine, &account, &role, false, format).await,
            Self::EndSessions { account, consent, format } => {
                let user = account.find(engine).await?.user;
                consent.ask(&format!("Sign {} out everywhere?", display_address(&user.email)))?;
                let sessions_ended = administration.end_sessions_of(&user.id).await?;
                format.answer(&Ended { id: &user.id, sessions_ended }, |done| {
                    format!("{} of {} ended", count(done.sessions_ended, "session"), display_address(&user.email))
                })
            }
            Self::SendReset { account, format } => {
                let account = account.find(engine).await?;
                if account.disabled_at.is_some() {
                    bail!("{} is disabled: enable it first", display_address(&account.user.email));
                }
                administration.send_reset(&account.user.id).await?;
                format.answer(&Shown::from(account), |to| {
                    format!("a link to a new password goes to {}", display_address(&to.email))
                })
            }
            Self::SendInvitation { account, format } => {
                let account = account.find(engine).await?;
                if account.disabled_at.is_some() {
                    bail!("{} is disabled: enable it first", display_address(&account.user.email));
                }
                if account.invited_at.is_none() {
                    bail!(
                        "{} waits for no invitation: `user send-reset` mails a link to a new password",
                        display_address(&account.user.email)
                    );
                }
                administration.send_invitation(&account.user.id).await?;
                format
                    .answer(&Shown::from(account), |to| format!("an invitation goes to {}", display_address(&to.email)))
            }
            Self::RevokeInvitation { account, consent, format } => {
                let user = account.find(engine).await?.user;
                consent.ask(&format!("Revoke the invitation of {}?", display_address(&user.email)))?;
                let revoked = administration.revoke_invitation(&user.id).await?;
                format.answer(&Revoked { id: &user.id, revoked }, |done| {
                    let what = if done.revoked { "is taken back" } else { "had already ended" };
                    format!("the invitation of {} {what}", display_address(&user.email))
                })
            }
        }
    }
}

/// Grants a role, or revokes it.
async fn change_role(
    engine: &Engine,
    account: &AccountArgument,
    role: &str,
    is_grant: bool,
    format: Format,
) -> anyhow::Result<()> {
    let administration = engine.auth.administration(super::actor());
    let user = account.find(engine).await?.user;
    let name = role::name_of(role)?;
    let changed = if is_grant {
        administration.grant(&user.id, &name).await
    } else {
        administration.revoke(&user.id, &name).await
    };
    let changed = changed.map_err(|error| role::explained(error, role))?;
    let roles = administration.roles_of(&user.id).await?.names().map(str::to_owned).collect();
    let what = match (is_grant, changed) {
        (true, true) => "holds",
        (true, false) => "already holds",
        (false, true) => "no longer holds",
        (false, false) => "does not hold",
    };
    format.answer(&Granted { id: &user.id, roles, changed }, |_| {
        format!("{} {what} the role {role}", display_address(&user.email))
    })
}

impl AccountArgument {
    pub(super) async fn find(&self, engine: &Engine) -> anyhow::Result<Account> {
        find(engine, &self.account).await
    }
}

/// Returns the account with an address or an id.
pub(super) async fn find(engine: &Engine, account: &str) -> anyhow::Result<Account> {
    match engine.auth.administration(super::actor()).account(account).await {
        Err(Error::NotFound) => Err(anyhow!("there is no account {account}")),
        found => Ok(found?),
    }
}

fn list(accounts: &[Shown]) -> String {
    let row = |account: &Shown| {
        [
            account.id.to_string(),
            display_address(&account.email),
            time(account.created_at),
            yes_or_no(account.verified_at.is_some()),
            yes_or_no(account.disabled_at.is_some()),
            account.sessions.to_string(),
        ]
    };
    let rows: Vec<_> = accounts.iter().map(row).collect();
    table(["ID", "ADDRESS", "CREATED", "VERIFIED", "DISABLED", "SESSIONS"], &rows)
}

fn show(account: &Shown) -> String {
    [
        ("Id", account.id.to_string()),
        ("Address", display_address(&account.email)),
        ("Name", account.display_name.clone().unwrap_or_default()),
        ("Created", time(account.created_at)),
        ("Verified", time_or(account.verified_at, "no")),
        ("Disabled", time_or(account.disabled_at, "no")),
        ("Invited", time_or(account.invited_at, "no")),
        ("Sessions", account.sessions.to_string()),
    ]
    .map(|(name, value)| format!("{name:9} {value}").trim_end().to_owned())
    .join("\n")
}

fn yes_or_no(whether: bool) -> String {
    if whether { "yes" } else { "no" }.to_owned()
}

fn read_password() -> anyhow::Result<SecretString> {
    if stdin().is_terminal() {
        bail!("--password-stdin reads from a file or a pipe: a terminal would show the password");
    }
    let mut text = String::new();
    stdin().lock().take(PASSWORD_BYTES_MAX).read_to_string(&mut text)?;
    let password = text.split(['\r', '\n']).next().unwrap_or_default();
    Ok(SecretString::from(password))
}

/// Explains the problems of an address and a password.
fn explained(error: Error) -> anyhow::Error {
    let Error::Invalid(violations) = error else { return error.into() };
    let words: Vec<String> = violations.into_iter().map(in_words).collect();
    anyhow!(words.join("\n"))
}

fn in_words(violation: Violation) -> String {
    match violation {
        Violation::Email(EmailProblem::Taken) => "somebody has that address already".to_owned(),
        Violation::Email(_) => "that is not an address".to_owned(),
        Violation::Password(PasswordProblem::TooShort { min }) => {
            format!("the password has less than {min} characters")
        }
        Violation::Password(PasswordProblem::TooLong) => "the password is too long".to_owned(),
        Violation::Password(PasswordProblem::Common) => "the password is among the most common ones".to_owned(),
        Violation::Password(PasswordProblem::FromAddress) => "the password is made of the address".to_owned(),
        Violation::Password(PasswordProblem::Breached) => "the password has appeared in a data breach".to_owned(),
        Violation::Password(_) => "the password is too easy to guess".to_owned(),
        other => format!("{other:?}"),
    }
}
