//! Mail on its way to a server.

use crate::app::{ADA, BOB, GRACE, until};
use crate::mail::tls::Authority;
use crate::mail_office::{Office, mailer};
use crate::mail_server::{MailServer, Treatment};
use auth::testing;
use auth::{Auth, DAY};
use futures::future::join_all;
use server::OutboxWorker;
use server::config::{Encryption, SmtpServer};
use std::collections::HashSet;
use std::pin::pin;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// The value of a header that is there once.
fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let (head, _) = message.split_once("\r\n\r\n").expect("a head");
    let values: Vec<_> = head.split("\r\n").filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect();
    assert_eq!(values.len(), 1, "{name} in {head}");
    values[0]
}

#[tokio::test]
async fn a_mail_arrives_once_as_text_and_html() {
    let office = Office::open().await;
    let _worker = office.work();
    office.post(ADA).await;
    let row = office.sent(ADA).await;
    let [mail] = &office.server.taken()[..] else { panic!("{:?}", office.server.taken()) };
    assert_eq!((mail.to.as_str(), row.attempts, row.last_problem), (ADA, 1, None));
    for (name, value) in [
        ("From", "Latchkey <no-reply@latchkey.example>"),
        ("To", ADA),
        ("Subject", "Mail works (Latchkey)"),
        ("Date", "Thu, 01 Jan 2026 00:00:00 +0000"),
        ("Message-ID", &format!("<{}@latchkey.example>", row.id)),
        ("Auto-Submitted", "auto-generated"),
    ] {
        assert_eq!(header(&mail.message, name), value);
    }
    for part in ["Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"] {
        assert_eq!(mail.message.matches(part).count(), 1, "{part}: {}", mail.message);
    }
    assert!(mail.message.contains("https://latchkey.example"), "what links begin with: {}", mail.message);
    let said = office.server.said().concat();
    assert_eq!(
        said[..3],
        ["EHLO latchkey.example", "MAIL FROM:<no-reply@latchkey.example>", "RCPT TO:<ada@example.com>"]
    );
}

#[tokio::test]
async fn what_waits_from_before_is_sent_over_few_connections_that_are_given_back() {
    let office = Office::open().await;
    let people: Vec<String> = (0..24).map(|n| format!("person{n}@example.com")).collect();
    for person in &people {
        office.post(person).await;
    }
    let _worker = office.work();
    join_all(people.iter().map(|person| office.sent(person))).await;
    let arrived: HashSet<String> = office.server.taken().into_iter().map(|mail| mail.to).collect();
    assert_eq!((arrived.len(), office.server.taken().len()), (24, 24));
    let is_over = |said: &Vec<String>| said.last().is_some_and(|line| line == "QUIT");
    until("every connection ends", || async { office.server.said().iter().all(is_over) }).await;
    let connections = office.server.said().len();
    assert!((1..=8).contains(&connections), "{connections} connections for 24 mails, four at once");
}

#[tokio::test]
async fn a_mail_that_was_sent_is_never_sent_again() {
    let office = Office::open().await;
    let worker = office.work();
    office.post(ADA).await;
    office.sent(ADA).await;
    office.clock.advance(DAY);
    office.look(BOB).await;
    worker.finish().await;
    let _after_a_restart = office.work();
    office.look(GRACE).await;
    for person in [ADA, BOB, GRACE] {
        assert_eq!((office.server.tried(person), office.server.taken_for(person).len()), (1, 1), "{person}");
    }
}

#[tokio::test]
async fn of_two_nodes_one_sends() {
    let office = Office::open().await;
    let other = Auth::new(office.db.clone(), office.clock.clone(), testing::config()).expect("accounts");
    let people: Vec<String> = (0..20).map(|n| format!("person{n}@example.com")).collect();
    for person in &people {
        office.post(person).await;
    }
    let _workers = [office.work(), OutboxWorker::start(other, mailer(office.way()))];
    join_all(people.iter().map(|person| office.sent(person))).await;
    for person in &people {
        assert_eq!(office.server.tried(person), 1, "{person}");
    }
}

#[tokio::test]
async fn whoever_stalls_does_not_hold_the_others_up() {
    let office = Office::open().await;
    let stalling = ["a@example.com", "b@example.com", "c@example.com"];
    for person in stalling {
        office.server.treat(person, Treatment::Stall);
        office.post(person).await;
    }
    let _worker = office.work();
    for person in stalling {
        until("it stalls", || async { office.server.tried(person) == 1 }).await;
    }
    for person in [ADA, BOB, GRACE] {
        office.post(person).await;
        office.sent(person).await;
    }
    for person in stalling {
        let row = office.row(person).await;
        assert!(row.claimed_until.is_some() && row.sent_at.is_none(), "{row:?}");
    }
}

#[tokio::test]
async fn at_the_end_what_is_under_way_is_finished_and_nothing_is_begun() {
    let office = Office::open().await;
    office.server.treat(ADA, Treatment::Hold);
    let worker = office.work();
    office.post(ADA).await;
    until("it is under way", || async { !office.server.taken().is_empty() }).await;
    let mut finishing = pin!(worker.finish());
    assert!(futures::poll!(&mut finishing).is_pending());
    office.post(BOB).await;
    office.server.release();
    finishing.await;
    assert!(office.row(ADA).await.sent_at.is_some(), "it is recorded before the worker ends");
    assert_eq!(office.row(BOB).await.attempts, 0);
    assert_eq!(office.server.said().concat().last().map(String::as_str), Some("QUIT"));

    let _next = office.work();
    office.sent(BOB).await;
    assert_eq!(office.server.taken_for(ADA).len(), 1);
}

#[tokio::test]
async fn what_was_sent_is_recorded_as_soon_as_the_database_can() {
    let office = Office::open().await;
    office.server.treat(ADA, Treatment::Hold);
    let _worker = office.work();
    office.post(ADA).await;
    until("it is under way", || async { !office.server.taken().is_empty() }).await;
    rename(&office, "ALTER TABLE outbox RENAME TO elsewhere").await;
    office.server.release();
    // Long enough for the first try to fail; where it is not, there is less to see, and all the same holds.
    tokio::time::sleep(Duration::from_millis(200)).await;
    rename(&office, "ALTER TABLE elsewhere RENAME TO outbox").await;
    office.sent(ADA).await;
    office.clock.advance(DAY);
    office.look(BOB).await;
    assert_eq!(office.server.tried(ADA), 1);
}

async fn rename(office: &Office, statement: &'static str) {
    let mut tx = office.db.write().await.expect("a transaction");
    sqlx::query(statement).execute(&mut *tx).await.expect("renamed");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn a_server_that_wants_a_login_gets_it() {
    let office = Office::open().await;
    let login = Some(("latchkey".into(), "hunter2".into()));
    let _worker = office.work_with(SmtpServer { login, ..office.way() });
    office.post(ADA).await;
    office.sent(ADA).await;
    // "\0latchkey\0hunter2" (RFC 4616)
    assert_eq!(office.server.said().concat()[1], "AUTH PLAIN AGxhdGNoa2V5AGh1bnRlcjI=");
}

#[tokio::test]
async fn where_there_is_no_encryption_nothing_is_said() {
    let office = Office::open().await;
    let login = Some(("latchkey".into(), "hunter2".into()));
    let way = SmtpServer { encryption: Encryption::StartTls, login, ..office.way() };
    let _worker = office.work_with(way);
    office.post(ADA).await;
    let row = office.failed(ADA, 1).await;
    assert!(row.last_problem.as_ref().is_some_and(|problem| problem.contains("STARTTLS")), "{row:?}");
    assert_eq!(office.server.said().concat(), ["EHLO latchkey.example"]);
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let mut office = Office::open().await;
    // Its name is right, but its authority is its own.
    let tls = Authority::new().certify(&office.way().host);
    office.server = MailServer::start_with_tls(Encryption::Implicit, tls).await;
    let login = Some(("latchkey".into(), "hunter2".into()));
    let _worker = office.work_with(SmtpServer { encryption: Encryption::Implicit, login, ..office.way() });
    office.post(ADA).await;
    let row = office.failed(ADA, 1).await;
    assert!(row.last_problem.as_ref().is_some_and(|problem| problem.contains("certificate")), "{row:?}");
    assert!(office.server.said().concat().is_empty());
}

#[tokio::test]
async fn implicit_tls_begins_with_the_first_byte() {
    let office = Office::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let _worker = office.work_with(SmtpServer { port, encryption: Encryption::Implicit, ..office.way() });
    office.post(ADA).await;
    let (mut stream, _) = listener.accept().await.expect("a connection");
    // A handshake record (RFC 8446, section 5.1), not an EHLO.
    assert_eq!(stream.read_u8().await.expect("a byte"), 22);
    drop(stream);
    assert!(office.failed(ADA, 1).await.last_problem.is_some());
}

#[tokio::test]
async fn a_server_is_tried_without_a_mail() {
    let mut office = Office::open().await;
    let mailer = mailer(office.way());
    mailer.check().await.expect("it takes the connection");
    assert!(office.server.taken().is_empty());
    office.server = MailServer::start().await;
    assert!(matches!(mailer.check().await, Err(server::SendProblem::Smtp(_))), "it is gone");
}
