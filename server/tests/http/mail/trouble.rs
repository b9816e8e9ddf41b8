//! Servers that refuse, stall and hang up: mail is tried again after growing pauses, for a day.

use crate::app::{ADA, BOB, GRACE, until};
use crate::mail_office::Office;
use crate::mail_server::{MailServer, Treatment};
use auth::{DAY, HOUR, MINUTE, SECOND};
use server::config::SmtpServer;
use std::time::Duration;

/// Every way in which a mail server refuses, for now or for good.
const TROUBLE: [Treatment; 5] = [
    Treatment::RefuseAddress("451 4.7.1 <ada@example.com>: come back later"),
    Treatment::RefuseAddress("550 5.1.1 <ada@example.com>: unknown here"),
    Treatment::RefuseMail("452 4.3.1 no room"),
    Treatment::RefuseMail("554 5.7.1 no"),
    Treatment::HangUp,
];

#[tokio::test]
async fn a_mail_that_was_not_taken_is_tried_again_after_growing_pauses() {
    for treatment in TROUBLE {
        let office = Office::open().await;
        office.server.treat(ADA, treatment);
        let _worker = office.work();
        office.post(ADA).await;
        for (attempts, pause) in (1..).zip([10 * SECOND, 20 * SECOND, 40 * SECOND, 80 * SECOND]) {
            let row = office.failed(ADA, attempts).await;
            assert_eq!(row.next_try_at - office.clock.now(), pause, "{treatment:?}");
            let problem = row.last_problem.as_deref().unwrap_or_default();
            assert!(!problem.is_empty() && !problem.contains(ADA), "{problem}");
            office.wake_at(row.next_try_at - 1);
            let somebody_else = format!("person{attempts}@example.com");
            office.look(&somebody_else).await;
            assert_eq!(office.row(ADA).await, row, "not before its time");
            office.wake_at(row.next_try_at);
        }
        let row = office.failed(ADA, 5).await;
        office.server.treat(ADA, Treatment::Take);
        office.wake_at(row.next_try_at);
        assert_eq!(office.sent(ADA).await.attempts, 6);
        let taken = office.server.taken_for(ADA);
        assert_eq!((taken.len(), office.server.taken().len()), (1, 5), "{treatment:?}");
        assert!(taken[0].message.contains(&format!("<{}@latchkey.example>", row.id)), "its id stays the same");
    }
}

#[tokio::test]
async fn what_the_server_says_is_kept() {
    let office = Office::open().await;
    office.server.treat(ADA, TROUBLE[1]);
    let _worker = office.work();
    office.post(ADA).await;
    let problem = office.failed(ADA, 1).await.last_problem.expect("a problem");
    assert!(problem.contains("550") && problem.contains("unknown here"), "{problem}");
}

#[tokio::test]
async fn after_a_day_it_is_given_up() {
    let office = Office::open().await;
    office.server.treat(ADA, Treatment::RefuseAddress("451 later"));
    let _worker = office.work();
    let posted_at = office.clock.now();
    office.post(ADA).await;
    let mut row = office.failed(ADA, 1).await;
    while row.given_up_at.is_none() {
        assert!(row.next_try_at - office.clock.now() <= HOUR, "{row:?}");
        office.wake_at(row.next_try_at);
        row = office.failed(ADA, row.attempts + 1).await;
    }
    assert_eq!(row.given_up_at, Some(posted_at + DAY));
    assert!((30..=40).contains(&row.attempts), "{row:?}");
    let events = "SELECT COUNT(*) FROM events WHERE kind = 'mail_given_up'";
    let (events,): (i64,) = sqlx::query_as(events).fetch_one(office.db.readers()).await.expect("a count");
    assert_eq!(events, 1);

    office.server.treat(ADA, Treatment::Take);
    office.wake_at(posted_at + 2 * DAY);
    office.look(BOB).await;
    assert_eq!(office.row(ADA).await, row);
    assert!(office.server.taken_for(ADA).is_empty());
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for() {
    let mut office = Office::open().await;
    let address = office.server.address;
    let elsewhere = MailServer::start().await;
    drop(std::mem::replace(&mut office.server, elsewhere));
    until("it is away", || async { tokio::net::TcpStream::connect(address).await.is_err() }).await;
    let way = SmtpServer { port: address.port(), ..office.way() };
    let _worker = office.work_with(way);
    office.post(ADA).await;
    let row = office.failed(ADA, 1).await;
    office.server = MailServer::start_at(address).await;
    office.wake_at(row.next_try_at);
    office.sent(ADA).await;
    assert_eq!(office.server.taken_for(ADA).len(), 1);
}

#[tokio::test]
async fn whoever_stalls_is_left_and_the_connection_with_it() {
    let office = Office::open().await;
    office.server.treat(ADA, Treatment::Stall);
    let patience = Duration::from_millis(200);
    let _worker = office.work_with(SmtpServer { patience, ..office.way() });
    office.post(ADA).await;
    let row = office.failed(ADA, 1).await;
    assert_eq!(row.last_problem.as_deref(), Some("the server did not answer in time"));
    // Had its connection been kept, this would be read as the rest of Ada's mail.
    office.look(BOB).await;
    let said = office.server.said();
    assert_eq!((said.len(), said[0].last().map(String::as_str)), (2, Some("RCPT TO:<ada@example.com>")));
    office.server.treat(ADA, Treatment::Take);
    office.wake_at(row.next_try_at);
    office.sent(ADA).await;
    assert_eq!((office.server.taken_for(ADA).len(), office.server.taken_for(BOB).len()), (1, 1));
}

#[tokio::test]
async fn a_yes_that_comes_too_late_is_the_one_way_to_send_twice() {
    let office = Office::open().await;
    office.server.treat(ADA, Treatment::Hold);
    let patience = Duration::from_millis(200);
    let _worker = office.work_with(SmtpServer { patience, ..office.way() });
    office.post(ADA).await;
    let row = office.failed(ADA, 1).await;
    office.server.treat(ADA, Treatment::Take);
    office.wake_at(row.next_try_at);
    office.sent(ADA).await;
    let taken = office.server.taken_for(ADA);
    assert_eq!(taken.len(), 2);
    for mail in taken {
        assert!(mail.message.contains(&format!("Message-ID: <{}@latchkey.example>\r\n", row.id)), "a reader can tell");
    }
}

#[tokio::test]
async fn after_a_crash_it_goes_on_when_the_claim_is_over() {
    let office = Office::open().await;
    office.server.treat(ADA, Treatment::Stall);
    let worker = office.work();
    office.post(ADA).await;
    until("it is under way", || async { office.server.tried(ADA) == 1 }).await;
    // As `kill -9` would do it: nothing is recorded.
    drop(worker);
    office.server.treat(ADA, Treatment::Take);
    let claimed_until = office.row(ADA).await.claimed_until.expect("it is claimed");
    assert_eq!(claimed_until, office.clock.now() + 2 * MINUTE);

    let _next = office.work();
    office.wake_at(claimed_until - 1);
    office.look(BOB).await;
    assert_eq!(office.server.tried(ADA), 1, "somebody may still be sending it");
    office.wake_at(claimed_until);
    let row = office.sent(ADA).await;
    assert_eq!((row.attempts, office.server.taken_for(ADA).len()), (2, 1));
    office.look(GRACE).await;
    assert_eq!(office.server.tried(ADA), 2);
}
