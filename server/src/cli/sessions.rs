//! `server sessions …`: lists and ends sessions.

use super::output::{Consent, Format, count, table, time};
use super::{Engine, user};
use crate::config::Args;
use anyhow::bail;
use app::devices::name_of_session;
use auth::{ADMINISTRATION_PAGE_MAX, Error, LiveSession, Millis, SessionId, UserId};
use clap::Subcommand;
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub(super) enum SessionsCommand {
    /// Lists live sessions, oldest first.
    List {
        /// Only sessions of this account: its address or id.
        #[arg(long, value_name = "ADDRESS|ID")]
        user: Option<String>,
        /// Only sessions after the one with this id: the last one of the previous page.
        #[arg(long, value_name = "ID")]
        after: Option<SessionId>,
        /// Largest number of sessions to list (1 to 1000).
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(ADMINISTRATION_PAGE_MAX)))]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
    /// Ends one session.
    End {
        /// The session's id.
        id: SessionId,
        #[command(flatten)]
        consent: Consent,
        #[command(flatten)]
        format: Format,
    },
    /// Ends every session.
    EndAll {
        #[command(flatten)]
        consent: Consent,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Serialize)]
struct Shown {
    id: SessionId,
    user_id: UserId,
    email: String,
    user_agent: String,
    address: Option<String>,
    begun_at: Millis,
    last_seen_at: Millis,
    kind: &'static str,
    cookieless: bool,
}

impl From<LiveSession> for Shown {
    fn from(session: LiveSession) -> Self {
        let LiveSession { id, user_id, email, user_agent, address, begun_at, last_seen_at, kind } = session;
        let (kind, cookieless) = (kind.as_str(), !kind.is_browser());
        Self { id, user_id, email, user_agent, address, begun_at, last_seen_at, kind, cookieless }
    }
}

#[derive(Serialize)]
struct Ended {
    sessions_ended: u64,
}

impl SessionsCommand {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let engine = Engine::open(settings).await?;
        let done = self.run_in(&engine).await;
        engine.close().await;
        done
    }

    async fn run_in(self, engine: &Engine) -> anyhow::Result<()> {
        let administration = engine.auth.administration(super::actor());
        match self {
            Self::List { user, after, limit, format } => {
                let owner = match user {
                    Some(account) => Some(user::find(engine, &account).await?.user.id),
                    None => None,
                };
                let sessions = administration.sessions(owner.as_ref(), after.as_ref(), limit).await?;
                format.answer(&sessions.into_iter().map(Shown::from).collect::<Vec<_>>(), |all| list(all))
            }
            Self::End { id, consent, format } => {
                consent.ask(&format!("End the session {id}?"))?;
                match administration.end_session(&id).await {
                    Err(Error::NotFound) => bail!("there is no live session {id}"),
                    ended => ended?,
                }
                format.answer(&Ended { sessions_ended: 1 }, |_| format!("the session {id} has ended"))
            }
            Self::EndAll { consent, format } => {
                consent.ask("Sign everybody out?")?;
                let sessions_ended = administration.end_every_session().await?;
                format.answer(&Ended { sessions_ended }, |done| {
                    format!("{} ended", count(done.sessions_ended, "session"))
                })
            }
        }
    }
}

fn list(sessions: &[Shown]) -> String {
    let row = |session: &Shown| {
        [
            session.id.to_string(),
            auth::display_address(&session.email),
            name_of_session(&session.user_agent, session.cookieless),
            session.address.clone().unwrap_or_default(),
            time(session.begun_at),
            time(session.last_seen_at),
        ]
    };
    let rows: Vec<_> = sessions.iter().map(row).collect();
    table(["ID", "ADDRESS", "DEVICE", "FROM", "BEGUN", "LAST SEEN"], &rows)
}
