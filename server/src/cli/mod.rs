//! The command line: without a command it serves, with one it does something about what is served.
//!
//! The rules are in `auth`; here is what they are called, asked for and answered with. A command takes its settings
//! from where the server has them.

mod backup;
mod doctor;
mod mail;
mod output;
mod sessions;
mod user;

use crate::config::{Args, Config, reference_page, without_empty_variables};
use crate::{application::Application, telemetry};
use anyhow::Context;
use auth::{Auth, Clock, DatabaseLock, Db};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use secrecy::ExposeSecret;
use std::process::ExitCode;

/// What is typed at the prompt: settings, and then perhaps a command.
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
    /// Accounts: list, show, create, invite, disable, enable, end their sessions, send a link to a new password.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Sessions: list, end one, end all.
    #[command(subcommand)]
    Sessions(sessions::SessionsCommand),
    /// Mail: send one to see whether it arrives.
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Copies a SQLite database into a new file, also while a server runs on it.
    Backup(backup::Backup),
    /// Puts a backup in the place of a SQLite database that no server runs on. Everybody is signed out, and no mailed
    /// link works any more.
    Restore(backup::Restore),
    /// Looks whether everything is set up: configuration, database, migrations, mail, clock.
    Doctor(doctor::Doctor),
    /// Prints the configuration reference in Markdown, for `cargo xtask docs`.
    #[command(hide = true)]
    ConfigurationReference,
}

impl Cli {
    /// Reads the process's arguments and environment. Ends the process where they cannot be read, or ask for help.
    pub fn from_process() -> Self {
        let mut command = without_empty_variables(Self::command());
        let mut matches = command.get_matches_mut();
        Self::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }

    /// Serves until the process is told to end, or does what the command says.
    ///
    /// # Errors
    /// Whatever keeps it from that, in a sentence.
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
            Command::Sessions(command) => command.run(&settings).await?,
            Command::Mail(command) => command.run(&settings).await?,
            Command::Backup(command) => command.run(&settings).await?,
            Command::Restore(command) => command.run(&settings).await?,
            Command::Doctor(command) => return command.run(&settings).await,
            Command::ConfigurationReference => output::print(&reference_page())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The accounts that the settings lead to, for one command.
struct Office {
    auth: Auth,
    config: Config,
    _in_use: Option<DatabaseLock>,
}

impl Office {
    /// Opens the database, and brings its schema up to date as a server that starts does.
    async fn open(settings: &Args) -> anyhow::Result<Self> {
        let config = Config::from_environment(settings)?;
        let url = config.database_url.expose_secret();
        let in_use = DatabaseLock::shared(url)?;
        let db = Db::connect(url).await.context("cannot open the database")?;
        db.migrate().await.context("cannot bring the database's schema up to date")?;
        let auth = Auth::new(db, Clock::System, config.auth.clone())?;
        Ok(Self { auth, config, _in_use: in_use })
    }

    /// Finishes what was begun, and closes the database clean.
    async fn close(self) {
        self.auth.settle().await;
        self.auth.db().close().await;
    }
}
