//! `server backup` and `server restore`.

use super::output::{Consent, Format, count};
use crate::config::{Args, Config};
use anyhow::anyhow;
use auth::Clock;
use secrecy::ExposeSecret;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// The file to create; it must not exist yet. Only its owner can read it.
    file: PathBuf,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// A file that `server backup` made.
    file: PathBuf,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    format: Format,
}

#[derive(Serialize)]
struct Made {
    file: PathBuf,
    bytes: u64,
}

#[derive(Serialize)]
struct Restored {
    before: Option<PathBuf>,
    sessions_ended: u64,
    links_voided: u64,
    mails_given_up: u64,
}

impl Backup {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let url = Config::database_url_of(settings).map_err(|problem| anyhow!(problem))?;
        let bytes = auth::back_up(url.expose_secret(), &self.file, &Clock::System).await?;
        self.format.answer(&Made { file: self.file, bytes }, |made| {
            format!("{} was written and checked: {}", made.file.display(), count(made.bytes, "byte"))
        })
    }
}

impl Restore {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let url = Config::database_url_of(settings).map_err(|problem| anyhow!(problem))?;
        let file = self.file.display();
        self.consent.ask(&format!("Replace the database by {file} and end all sessions?"))?;
        let done = auth::restore(url.expose_secret(), &self.file, &Clock::System).await?;
        let auth::Restored { before, sessions_ended, links_voided, mails_given_up } = done;
        self.format.answer(&Restored { before, sessions_ended, links_voided, mails_given_up }, |done| {
            let before =
                done.before.as_ref().map(|path| format!("\nthe previous database is kept as {}", path.display()));
            format!(
                "the database is that of {file}; {} ended, {} voided, {} not sent{}",
                count(done.sessions_ended, "session"),
                count(done.links_voided, "mailed link"),
                count(done.mails_given_up, "waiting mail"),
                before.unwrap_or_default()
            )
        })
    }
}
