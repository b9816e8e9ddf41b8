//! `server doctor`: checks the settings and everything that they name.

use super::output::{Format, time};
use crate::config::{Args, Config, is_unencrypted};
use crate::mailer::{Mailer, SendProblem};
use crate::startup::{memory_limit, site};
use auth::{BreachedPasswords, Clock, Db, MINUTE, Millis, Schema};
use secrecy::ExposeSecret;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// 2026-01-01. A clock before that date was never set.
const NOT_BEFORE: Millis = 1_767_225_600_000;
/// How far the clock may be behind the newest recorded event.
const CLOCK_SLACK: Millis = MINUTE;

#[derive(Debug, clap::Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    format: Format,
}

/// The result of one check.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    found: String,
}

impl Finding {
    fn new(what: &'static str, found: Result<String, String>) -> Self {
        let ok = found.is_ok();
        Self { what, ok, found: found.unwrap_or_else(|problem| problem) }
    }
}

impl Doctor {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<ExitCode> {
        let config = Config::from_environment(settings);
        let db = open(settings).await;
        let mut findings = vec![
            Finding::new(
                "configuration",
                match &config {
                    Ok(config) => Ok(configuration(config)),
                    Err(problems) => Err(problems.0.join("; ")),
                },
            ),
            Finding::new(
                "database",
                match &db {
                    Ok(_) => Ok(answers(settings)),
                    Err(problem) => Err(problem.clone()),
                },
            ),
            Finding::new(
                "migrations",
                match &db {
                    Ok(db) => migrations(db).await,
                    Err(_) => Err("not checked".to_owned()),
                },
            ),
            Finding::new(
                "mail",
                match &config {
                    Ok(config) => mail(config).await,
                    Err(_) => Err("not checked: fix the configuration first".to_owned()),
                },
            ),
            Finding::new("clock", clock(db.as_ref().ok()).await),
        ];
        if let Some(database) = database_file(settings) {
            findings.push(Finding::new("files", files(&database)));
        }
        if let Ok(config) = &config {
            findings.push(Finding::new("memory", memory_limit::check(config.auth.argon2)));
            let site = site::check(&site::leptos_options(config));
            findings.push(Finding::new("site", site.map(|()| format!("is in {}", config.site_root.display()))));
            if config.public_url.is_https() {
                findings.push(Finding::new("proxies", proxies(config)));
                if config.security_txt.is_some() {
                    findings.push(Finding::new("security.txt", security_txt(config)));
                }
            }
        }
        if let Some(breached) = config.as_ref().ok().and_then(|config| config.auth.breached_passwords.as_ref()) {
            findings.push(Finding::new("passwords", passwords(breached).await));
        }
        if let Ok(db) = db {
            db.close().await;
        }
        self.format.answer(&findings, |findings| findings.iter().map(line).collect())?;
        Ok(if findings.iter().all(|finding| finding.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn line(Finding { what, ok, found }: &Finding) -> String {
    let verdict = if *ok { "ok" } else { "WRONG" };
    format!("{verdict:6} {what:14} {found}\n")
}

fn configuration(config: &Config) -> String {
    let whom = if config.dev { "development on this machine".to_owned() } else { config.public_url.origin() };
    let metrics = config.metrics_addr.map(|address| format!("; metrics on http://{address}/metrics"));
    format!("good, for {whom}{}", metrics.unwrap_or_default())
}

/// Opens the database without creating or migrating it.
async fn open(settings: &Args) -> Result<Db, String> {
    let url = Config::database_url_of(settings)?;
    Db::open(url.expose_secret()).await.map_err(|error| error.to_string())
}

fn answers(settings: &Args) -> String {
    let unencrypted = is_unencrypted(&settings.database_url);
    let note = if unencrypted { ", but the way to it is not encrypted (sslmode=disable)" } else { "" };
    format!("answers{note}")
}

/// Returns the path of a SQLite file that exists.
fn database_file(settings: &Args) -> Option<PathBuf> {
    auth::database_file(settings.database_url.expose_secret()).filter(|file| file.is_file())
}

/// Checks that no other user of the machine can read the database, which is enough to enter accounts.
fn files(database: &Path) -> Result<String, String> {
    let open = auth::files_open_to_others(database).map_err(|error| error.to_string())?;
    if open.is_empty() {
        return Ok("the database is for its owner alone".to_owned());
    }
    let open = open.iter().map(|(file, mode)| format!("{} ({mode:03o})", file.display()));
    let open = open.collect::<Vec<_>>().join(", ");
    Err(format!("other users can use {open}: chmod 600, or start the server, which does that"))
}

async fn migrations(db: &Db) -> Result<String, String> {
    match db.schema().await {
        Ok(Schema::UpToDate) => Ok("up to date".to_owned()),
        Ok(Schema::Behind(missing)) => Ok(format!("{missing} to run when the server starts")),
        Ok(Schema::Absent) => Err("the database is not of this program, or has none of its tables yet".to_owned()),
        Ok(Schema::Unusable(problem)) => Err(problem.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

async fn mail(config: &Config) -> Result<String, String> {
    let mailer = Mailer::new(&config.mail, config.public_url.host()).map_err(|error| format!("{error:#}"))?;
    mailer.check().await.map_err(|problem: SendProblem| problem.to_string())?;
    Ok(match mailer {
        Mailer::Smtp(..) => "the server takes the connection and the login".to_owned(),
        Mailer::Folder(..) => "the folder can be written to".to_owned(),
        Mailer::Mailbox(_) => "goes to /dev/mailbox only".to_owned(),
    })
}

/// Checks that proxies are configured. The server itself speaks plain http, so an https site on a loopback address has
/// a proxy on this machine.
fn proxies(config: &Config) -> Result<String, String> {
    match (config.trusted_proxies.is_empty(), config.bind_addr.ip().is_loopback()) {
        (false, _) => Ok("some are trusted".to_owned()),
        (true, false) => Ok("none is trusted: right where none is in front of the server".to_owned()),
        (true, true) => Err(format!(
            "TRUSTED_PROXIES is none, but on {} only a proxy on this machine reaches the server: all people would count as \
             one client",
            config.bind_addr
        )),
    }
}

fn security_txt(config: &Config) -> Result<String, String> {
    if config.security_txt.as_ref().is_some_and(|settings| settings.has_expired(Clock::System.now())) {
        Err("SECURITY_EXPIRES has passed: readers treat the file as outdated".to_owned())
    } else {
        Ok("is there".to_owned())
    }
}

/// Checks that breached passwords can be looked up. If the lookup fails, every password passes without a message.
async fn passwords(breached: &BreachedPasswords) -> Result<String, String> {
    match breached.check().await {
        Ok(()) => Ok("are looked up among breached ones".to_owned()),
        Err(problem) => Err(format!("are not looked up among breached ones: {problem}")),
    }
}

/// Checks the clock. A clock that was set back would keep expired sessions and links alive.
async fn clock(db: Option<&Db>) -> Result<String, String> {
    let now = Clock::System.now();
    if now < NOT_BEFORE {
        return Err(format!("says {}: it was never set", time(now)));
    }
    let newest = match db {
        Some(db) => auth::newest_event_at(db).await.unwrap_or_default(),
        None => None,
    };
    match newest {
        Some(newest) if newest > now + CLOCK_SLACK => {
            Err(format!("says {}, but something was recorded at {}", time(now), time(newest)))
        }
        _ => Ok(time(now)),
    }
}
