//! An outbox, a clock, and a mail server to send to.

use crate::app::until;
use crate::mail_server::MailServer;
use auth::testing::{self, NEW_YEAR, TestDb};
use auth::{Auth, Clock, EmailAddress, Millis};
use server::config::{MailConfig, MailWay, SmtpServer};
use server::{Mailer, OutboxWorker};
use std::sync::Arc;

pub(crate) struct Office {
    pub(crate) auth: Auth,
    pub(crate) clock: Clock,
    pub(crate) db: TestDb,
    pub(crate) server: MailServer,
}

/// How a mail in the outbox stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) attempts: i64,
    pub(crate) next_try_at: Millis,
    pub(crate) claimed_until: Option<Millis>,
    pub(crate) sent_at: Option<Millis>,
    pub(crate) given_up_at: Option<Millis>,
    pub(crate) last_problem: Option<String>,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let db = testing::database_with_connections().await.expect("a database");
        let clock = Clock::hand_set(NEW_YEAR);
        let config = auth::Config { mail: app::mail::CATALOGUE, ..testing::config() };
        let auth = Auth::new(db.clone(), clock.clone(), config).expect("accounts");
        Self { auth, clock, db, server: MailServer::start().await }
    }

    /// How the server is spoken to.
    pub(crate) fn way(&self) -> SmtpServer {
        self.server.way()
    }

    /// Begins to send.
    pub(crate) fn work(&self) -> OutboxWorker {
        self.work_with(self.way())
    }

    pub(crate) fn work_with(&self, way: SmtpServer) -> OutboxWorker {
        OutboxWorker::start(self.auth.clone(), mailer(way))
    }

    /// Puts a mail into the outbox.
    pub(crate) async fn post(&self, to: &str) {
        let to = EmailAddress::parse(to).expect("an address");
        self.auth.outbox().send_test_mail(&to).await.expect("a mail");
    }

    /// Has whoever sends look into the outbox at this moment of the clock, and gives back when they have: a mail to
    /// somebody else has arrived that was put in after all others.
    pub(crate) async fn look(&self, somebody_else: &str) {
        self.post(somebody_else).await;
        self.sent(somebody_else).await;
    }

    /// The one mail to an address.
    pub(crate) async fn row(&self, to: &str) -> Row {
        sqlx::query_as(
            "SELECT id, attempts, next_try_at, claimed_until, sent_at, given_up_at, last_problem
             FROM outbox WHERE to_address = $1",
        )
        .bind(to)
        .fetch_one(self.db.readers())
        .await
        .expect("a row")
    }

    /// Waits until the mail to an address is recorded as sent.
    pub(crate) async fn sent(&self, to: &str) -> Row {
        until(&format!("the mail to {to} is sent"), || async { self.row(to).await.sent_at.is_some() }).await;
        self.row(to).await
    }

    /// Waits until it is recorded that so many attempts failed.
    pub(crate) async fn failed(&self, to: &str, attempts: i64) -> Row {
        until(&format!("attempt {attempts} for {to} fails"), || async {
            let row = self.row(to).await;
            row.attempts == attempts && row.claimed_until.is_none()
        })
        .await;
        self.row(to).await
    }

    /// Moves the clock on to `at`, and has whoever sends look into the outbox.
    pub(crate) fn wake_at(&self, at: Millis) {
        self.clock.advance(at - self.clock.now());
        self.auth.outbox().waiting().notify_one();
    }
}

pub(crate) fn mailer(way: SmtpServer) -> Arc<Mailer> {
    let from = "Latchkey <no-reply@latchkey.example>".parse().expect("an address");
    let config = MailConfig { from, way: MailWay::Smtp(way) };
    Arc::new(Mailer::new(&config, "latchkey.example").expect("a mailer"))
}
