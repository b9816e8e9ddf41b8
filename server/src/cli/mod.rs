//! The command line: serves the app without a command, and administrates it with one.
//!
//! The rules are in `auth`. This module parses arguments, asks for consent and prints results. Commands read the same
//! settings as the server.

mod backup;
mod doctor;
mod keys;
mod mail;
mod output;
mod role;
mod sessions;
mod user;

use crate::config::{Args, Config, reference_page, without_empty_variables};
use crate::{application::Application, telemetry};
use anyhow::Context;
use auth::{Actor, Auth, Clock, DatabaseLock, Db};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use secrecy::ExposeSecret;
use std::process::ExitCode;

/// The arguments: settings, then an optional command.
#[derive(Debug, Parser)]
#[command(
    name = "server",
    version,
    about = "Serves the app; with a command, does something about what it serves.",
    subcommand_help_heading = "Commands (after the settings)"
)]
pub struct Cli {
    #[command(flatten)]
    settings: Args,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Accounts: list, show, create, invite, disable, enable, grant and revoke roles, end sessions, send a link to a new password.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Roles: list, create, set permissions, delete.
    #[command(subcommand)]
    Role(role::RoleCommand),
    /// Sessions: list, end one, end all.
    #[command(subcommand)]
    Sessions(sessions::SessionsCommand),
    /// Keys that sign access tokens: list, rotate, retire, import, export the public parts.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Mail: send a test mail.
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Copies a SQLite database into a new file, also while a server uses it.
    Backup(backup::Backup),
    /// Replaces a SQLite database that no server uses by a backup. All sessions end, and no mailed link works any more.
    Restore(backup::Restore),
    /// Checks configuration, database, migrations, mail and clock.
    Doctor(doctor::Doctor),
    /// Prints the configuration reference in Markdown, for `cargo xtask docs`.
    #[command(hide = true)]
    ConfigurationReference,
}

/// Returns the administrator who uses the command line: the login name of the operating system, before `sudo`.
fn actor() -> Actor {
    let login = ["SUDO_USER", "USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|login| !login.is_empty()));
    Actor::command_line(login.as_deref())
}

impl Cli {
    /// Parses the process's arguments and environment. Exits on an error or a request for help.
    pub fn from_process() -> Self {
        let mut command = without_empty_variables(Self::command());
        let mut matches = command.get_matches_mut();
        Self::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }

    /// Serves until the process is told to stop, or runs the command.
    ///
    /// # Errors
    /// Returns a sentence that says why it could not.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let Self { settings, command } = self;
        let Some(command) = command else {
            let config = Config::from_environment(&settings)?;
            telemetry::start(config.log_format)?;
            Application::build(config).await?.run_until_signalled().await?;
            return Ok(ExitCode::SUCCESS);
        };
        telemetry::start_quiet()?;
        match command {
            Command::User(command) => command.run(&settings).await?,
            Command::Role(command) => command.run(&settings).await?,
            Command::Sessions(command) => command.run(&settings).await?,
            Command::Keys(command) => command.run(&settings).await?,
            Command::Mail(command) => command.run(&settings).await?,
            Command::Backup(command) => command.run(&settings).await?,
            Command::Restore(command) => command.run(&settings).await?,
            Command::Doctor(command) => return command.run(&settings).await,
            Command::ConfigurationReference => output::print(&reference_page())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The account engine and configuration of one command.
struct Engine {
    auth: Auth,
    config: Config,
    _in_use: Option<DatabaseLock>,
}

impl Engine {
    /// Opens the database and migrates it, as a starting server does.
    async fn open(settings: &Args) -> anyhow::Result<Self> {
        let config = Config::from_environment(settings)?;
        let url = config.database_url.expose_secret();
        let in_use = DatabaseLock::shared(url)?;
        let db = Db::connect(url).await.context("cannot open the database")?;
        db.migrate().await.context("cannot bring the database's schema up to date")?;
        let auth = Auth::new(db, Clock::System, config.auth.clone())?;
        Ok(Self { auth, config, _in_use: in_use })
    }

    /// Finishes background work and closes the database.
    async fn close(self) {
        self.auth.upkeep().settle().await;
        self.auth.db().close().await;
    }
}
