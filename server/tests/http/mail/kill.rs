//! `kill -9` of the real server while people sign up: every mail that was promised is sent, and none again that was
//! recorded as sent.

use crate::app::{PASSWORD, SECRET, until};
use crate::mail_server::MailServer;
use crate::site::site;
use auth::testing::{self, TestDb};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

/// How often it is killed, and at which answer of each round.
const ROUNDS: usize = 3;
const PEOPLE: usize = 12;
const KILLED_AT: usize = 5;

/// A server in a process of its own; killed when this is dropped, without a chance to clean up.
struct Process {
    address: SocketAddr,
    child: Child,
}

impl Process {
    async fn start(db: &TestDb, mails: &MailServer) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command
            .env_clear()
            .env("DEV_MODE", "true")
            .env("BIND_ADDR", address.to_string())
            .env("PUBLIC_URL", format!("http://{address}"))
            .env("DATABASE_URL", db.url())
            .env("APP_SECRET", SECRET)
            .env("MAILER", "smtp")
            .env("SMTP_URL", format!("smtp://{}", mails.address))
            .env("MAIL_FROM", "no-reply@latchkey.example")
            .env("ARGON2_MEMORY_KIB", "64")
            .env("ARGON2_PASSES", "1")
            .env("LEPTOS_SITE_ROOT", site())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let child = command.spawn().expect("a process");
        let process = Self { address, child };
        until("it is ready", || async { reqwest::get(format!("http://{address}/readyz")).await.is_ok() }).await;
        process
    }

    fn kill(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("killed");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Signs up; returns whether the answer was a success.
async fn sign_up(client: &reqwest::Client, address: SocketAddr, person: &str) -> bool {
    let request = client
        .post(format!("http://{address}/api/auth/signup"))
        .header("origin", format!("http://{address}"))
        .header("accept", "application/json")
        .form(&[("email", person), ("password", PASSWORD)]);
    request.send().await.is_ok_and(|answer| answer.status() == 200)
}

/// Whose mail is recorded as sent.
async fn recorded(db: &TestDb) -> Vec<String> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT to_address FROM outbox WHERE sent_at IS NOT NULL")
        .fetch_all(db.readers())
        .await
        .expect("rows");
    rows.into_iter().map(|(to,)| to).collect()
}

/// What two minutes would do.
async fn let_claims_run_out(db: &TestDb) {
    let mut tx = db.write().await.expect("a transaction");
    sqlx::query("UPDATE outbox SET claimed_until = 0 WHERE claimed_until IS NOT NULL")
        .execute(&mut *tx)
        .await
        .expect("updated");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn a_killed_server_loses_no_mail_and_repeats_none_that_was_recorded() {
    let db = testing::database_with_connections().await.expect("a database");
    let mails = MailServer::start().await;
    let client = reqwest::Client::new();
    let mut promised = Vec::new();
    let mut sent = Vec::new();
    for round in 0..ROUNDS {
        let mut process = Process::start(&db, &mails).await;
        let address = process.address;
        let people: Vec<String> = (0..PEOPLE).map(|n| format!("person{n}of{round}@example.com")).collect();
        let asks = people.iter().map(async |person| (person, sign_up(&client, address, person).await));
        let mut answers: FuturesUnordered<_> = asks.collect();
        let mut yes = 0;
        while let Some((person, answered)) = answers.next().await {
            if answered {
                promised.push(person.clone());
                yes += 1;
                if yes == KILLED_AT {
                    break;
                }
            }
        }
        process.kill();
        sent = recorded(&db).await;
        for person in &sent {
            assert!(!mails.taken_for(person).is_empty(), "{person}: recorded, and not sent");
        }
        let_claims_run_out(&db).await;
    }
    let before: Vec<usize> = sent.iter().map(|person| mails.taken_for(person).len()).collect();

    let _process = Process::start(&db, &mails).await;
    until("every promised mail is sent", || async {
        let recorded = recorded(&db).await;
        promised.iter().all(|person| recorded.contains(person))
    })
    .await;
    for person in &promised {
        assert!(!mails.taken_for(person).is_empty(), "{person} was promised a mail");
    }
    let after: Vec<usize> = sent.iter().map(|person| mails.taken_for(person).len()).collect();
    assert_eq!(before, after, "what was recorded as sent is not sent again");
}
