//! The outbox: no mail is lost, none is sent twice, and no secret is stored in the clear.

use crate::house::{ADA, BOB, House};
use crate::letterbox::{mail, token};
use auth::testing::NEW_YEAR;
use auth::{AppSecret, Auth, Config, DAY, EmailAddress, Error, HOUR, MINUTE, OutgoingMail, SECOND, UserId, testing};
use futures::future::join_all;
use std::collections::HashSet;
use std::time::Duration;

/// A mail's row, without its contents.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
struct Row {
    next_try_at: i64,
    attempts: i64,
    claimed_until: Option<i64>,
    sent_at: Option<i64>,
    given_up_at: Option<i64>,
    last_problem: Option<String>,
    sealed: Option<String>,
}

async fn row(house: &House, id: &str) -> Result<Row, Error> {
    Ok(sqlx::query_as(
        "SELECT next_try_at, attempts, claimed_until, sent_at, given_up_at, last_problem, sealed
         FROM outbox WHERE id = $1",
    )
    .bind(id)
    .fetch_one(house.db.readers())
    .await?)
}

/// Claims the one due mail.
async fn claimed(house: &House) -> Result<OutgoingMail, Error> {
    let mut mails = house.auth.outbox().claim(10).await?;
    assert_eq!(mails.len(), 1, "{mails:?}");
    Ok(mails.remove(0))
}

async fn nothing_is_due(house: &House) -> Result<(), Error> {
    assert_eq!(house.auth.outbox().claim(10).await?.len(), 0);
    Ok(())
}

/// Stores so many test mails, to `0@example.com`, `1@example.com`, …
async fn put(house: &House, mails: usize) -> Result<(), Error> {
    for number in 0..mails {
        let to = EmailAddress::parse(&format!("{number}@example.com")).expect("an address");
        house.auth.outbox().send_test_mail(&to).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_mail_is_stored_in_the_transaction_of_its_change() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    assert!(house.sign_up(ADA).await.is_err());
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox").await?, 1, "a refused sign-up tells nobody");
    assert_eq!(house.post().await?, [mail(ADA, "verify_address")]);
    Ok(())
}

#[tokio::test]
async fn a_mail_is_deleted_with_its_account() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.execute("DELETE FROM users WHERE id = $1", &ada.session.user.id).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox").await?, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM email_tokens").await?, 0);
    Ok(())
}

#[tokio::test]
async fn links_lead_to_the_configured_address_in_text_and_html() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let mail = claimed(&house).await?;
    assert_eq!((mail.to.as_str(), mail.attempt), (ADA, 1));
    let token = token(&mail, "/verify_address").expect("a link");
    assert_eq!(token.len(), 43, "32 bytes");
    assert!(mail.html.contains(&format!("href=\"https://latchkey.example/verify_address?token={token}\"")));
    assert!(!format!("{mail:?}").contains(&token), "a mail in the log tells no secret");
    Ok(())
}

#[tokio::test]
async fn neither_table_holds_a_token() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let mail = claimed(&house).await?;
    let token = token(&mail, "/verify_address").expect("a link");
    let (outbox,): (String,) = sqlx::query_as("SELECT to_address || template || params || sealed FROM outbox")
        .fetch_one(house.db.readers())
        .await?;
    let (tokens,): (String,) = sqlx::query_as("SELECT hash || user_id || purpose || address FROM email_tokens")
        .fetch_one(house.db.readers())
        .await?;
    assert!(!outbox.contains(&token) && !tokens.contains(&token));

    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    let row = row(&house, &mail.id).await?;
    assert_eq!((row.sealed, row.sent_at), (None, Some(NEW_YEAR)), "once it is sent, not even sealed");
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox WHERE params = 'null'").await?, 1, "nor what it said");
    Ok(())
}

#[tokio::test]
async fn a_claim_holds_for_two_minutes() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let first = claimed(&house).await?;
    nothing_is_due(&house).await?;
    house.clock.advance(2 * MINUTE - 1);
    nothing_is_due(&house).await?;
    house.clock.advance(1);
    let second = claimed(&house).await?;
    assert_eq!((second.id, second.attempt), (first.id, 2), "whoever had it has died");
    assert_eq!(second.text, first.text, "with the same link");
    Ok(())
}

#[tokio::test]
async fn a_sent_mail_is_never_sent_again() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let mail = claimed(&house).await?;
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    let sent = row(&house, &mail.id).await?;
    house.clock.advance(MINUTE);
    house.auth.outbox().failed(&mail.id, "too late").await?;
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    assert_eq!(row(&house, &mail.id).await?, sent);
    house.clock.advance(2 * DAY);
    nothing_is_due(&house).await?;
    house.auth.outbox().sent("nobody's", house.clock.now()).await?;
    house.auth.outbox().failed("nobody's", "unknown").await?;
    Ok(())
}

#[tokio::test]
async fn a_failure_is_followed_by_growing_pauses() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let seconds = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600];
    for (attempt, pause) in (1..).zip(seconds) {
        let mail = claimed(&house).await?;
        assert_eq!(mail.attempt, attempt);
        house.auth.outbox().failed(&mail.id, "451 try again\r\nlater").await?;
        let row = row(&house, &mail.id).await?;
        assert_eq!(row.next_try_at, house.clock.now() + pause * SECOND);
        assert_eq!(row.last_problem.as_deref(), Some("451 try againlater"));
        assert!(row.sealed.is_some() && row.claimed_until.is_none());
        house.clock.advance(pause * SECOND - 1);
        nothing_is_due(&house).await?;
        house.clock.advance(1);
    }
    let mail = claimed(&house).await?;
    assert!(token(&mail, "/verify_address").is_some(), "its secret is kept until then");
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    Ok(())
}

#[tokio::test]
async fn a_mail_is_given_up_after_a_day_of_failures() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let mut last = claimed(&house).await?;
    house.clock.advance(DAY - MINUTE);
    house.auth.outbox().failed(&last.id, "no route").await?;
    let waiting = row(&house, &last.id).await?;
    assert_eq!(waiting.next_try_at, NEW_YEAR + DAY - MINUTE + 10 * SECOND);
    for _ in 0..2 {
        house.clock.advance(row(&house, &last.id).await?.next_try_at - house.clock.now());
        last = claimed(&house).await?;
        house.auth.outbox().failed(&last.id, "no route").await?;
    }
    assert_eq!(row(&house, &last.id).await?.next_try_at, NEW_YEAR + DAY, "the last try is on time");
    house.clock.advance(row(&house, &last.id).await?.next_try_at - house.clock.now());
    last = claimed(&house).await?;
    house.auth.outbox().failed(&last.id, "no route").await?;

    let given_up = row(&house, &last.id).await?;
    assert_eq!((given_up.given_up_at, given_up.sealed.as_deref()), (Some(NEW_YEAR + DAY), None));
    assert_eq!(given_up.last_problem.as_deref(), Some("no route"));
    house.clock.advance(DAY);
    nothing_is_due(&house).await?;
    house.auth.outbox().failed(&last.id, "again").await?;
    assert_eq!(row(&house, &last.id).await?, given_up);
    let (user_id, outcome): (UserId, String) =
        sqlx::query_as("SELECT user_id, outcome FROM events WHERE kind = 'mail_given_up'")
            .fetch_one(house.db.readers())
            .await?;
    assert_eq!((user_id, outcome.as_str()), (ada.session.user.id, "refused"));
    Ok(())
}

#[tokio::test]
async fn a_mail_that_kills_its_worker_is_given_up_after_a_day() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    // No result is ever recorded.
    let mail = claimed(&house).await?;
    house.clock.advance(DAY - 2 * MINUTE);
    assert_eq!(claimed(&house).await?.attempt, 2);
    assert!(row(&house, &mail.id).await?.sealed.is_some());
    put(&house, 1).await?;
    house.clock.advance(2 * MINUTE);
    assert_eq!(claimed(&house).await?.to, "0@example.com", "the others are not held up");

    let given_up = row(&house, &mail.id).await?;
    assert_eq!((given_up.given_up_at, given_up.sealed.as_deref()), (Some(NEW_YEAR + DAY), None));
    assert!(given_up.claimed_until.is_none() && given_up.last_problem.is_some(), "{given_up:?}");
    let erased = "SELECT COUNT(*) FROM outbox WHERE given_up_at IS NOT NULL AND params = 'null'";
    assert_eq!(house.count(erased).await?, 1);
    let told: Vec<_> = house.events().await?.into_iter().filter(|event| event.kind == "mail_given_up").collect();
    assert_eq!((told.len(), &told[0].user_id), (1, &Some(ada.session.user.id)));
    house.clock.advance(HOUR);
    house.auth.outbox().failed(&mail.id, "too late").await?;
    house.auth.outbox().claim(10).await?;
    assert_eq!(row(&house, &mail.id).await?, given_up);
    Ok(())
}

#[tokio::test]
async fn a_mail_that_waited_without_a_worker_is_tried_once_more() -> Result<(), Error> {
    let house = House::new().await?;
    put(&house, 1).await?;
    house.clock.advance(3 * DAY);
    let mail = claimed(&house).await?;
    house.auth.outbox().failed(&mail.id, "no route").await?;
    assert!(row(&house, &mail.id).await?.given_up_at.is_some());
    Ok(())
}

#[tokio::test]
async fn the_oldest_mails_come_first_up_to_the_limit() -> Result<(), Error> {
    let house = House::new().await?;
    put(&house, 5).await?;
    let recipients = async |limit| {
        let mails = house.auth.outbox().claim(limit).await?;
        Ok::<_, Error>(mails.into_iter().map(|mail| mail.to).collect::<Vec<_>>())
    };
    assert_eq!(recipients(0).await?.len(), 0);
    assert_eq!(recipients(2).await?, ["0@example.com", "1@example.com"]);
    assert_eq!(recipients(2).await?, ["2@example.com", "3@example.com"], "what is being sent is in nobody's way");
    assert_eq!(recipients(2).await?, ["4@example.com"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_several_nodes_gets_each_mail() -> Result<(), Error> {
    let house = House::with_connections().await?;
    put(&house, 30).await?;
    let other = Auth::new(house.db.clone(), house.clock.clone(), testing::config())?;
    let racing = [&house.auth, &other].into_iter().cycle().take(12).cloned();
    let racing = racing.map(|node| tokio::spawn(async move { node.outbox().claim(4).await }));
    let mut claimed = Vec::new();
    for finished in join_all(racing).await {
        claimed.extend(finished.unwrap()?.into_iter().map(|mail| mail.id));
    }
    let distinct: HashSet<&String> = claimed.iter().collect();
    assert_eq!(distinct.len(), claimed.len(), "none twice");
    claimed.extend(house.auth.outbox().claim(30).await?.into_iter().map(|mail| mail.id));
    assert_eq!(claimed.len(), 30, "and none lost");
    Ok(())
}

#[tokio::test]
async fn a_forged_secret_is_not_mailed() -> Result<(), Error> {
    let house = House::new().await?;
    let statements = [
        "UPDATE outbox SET sealed = 'AAAA' || SUBSTR(sealed, 5) WHERE user_id = $1",
        "UPDATE outbox SET sealed = NULL WHERE user_id = $1",
        "UPDATE outbox SET sealed = (SELECT sealed FROM outbox ORDER BY id LIMIT 1) WHERE user_id = $1",
        "UPDATE outbox SET to_address = 'eve@example.com' WHERE user_id = $1",
        "UPDATE outbox SET template = 'made_up' WHERE user_id = $1",
        "UPDATE outbox SET params = '{' WHERE user_id = $1",
    ];
    house.sign_up(ADA).await?;
    for (number, statement) in statements.into_iter().enumerate() {
        let user_id = house.sign_up(&format!("{number}@example.com")).await?.session.user.id;
        house.execute(statement, &user_id).await?;
    }
    house.sign_up(BOB).await?;
    let fine = [mail(ADA, "verify_address"), mail(BOB, "verify_address")];
    assert_eq!(house.post().await?, fine, "the others are not held up");
    let given_up = "SELECT COUNT(*) FROM outbox WHERE given_up_at IS NOT NULL AND sealed IS NULL AND params = 'null'";
    assert_eq!(house.count(given_up).await?, 6);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'mail_given_up'").await?, 6);
    house.clock.advance(DAY);
    nothing_is_due(&house).await
}

#[tokio::test]
async fn mail_sealed_with_the_old_secret_is_sent_after_the_change() -> Result<(), Error> {
    let house = House::new().await?;
    let after_the_change = |old_secret| {
        let secret = AppSecret::new("Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y".into()).expect("long enough");
        Auth::new(house.db.clone(), house.clock.clone(), Config { secret, old_secret, ..testing::config() })
    };
    house.sign_up(ADA).await?;
    let both = after_the_change(Some(testing::config().secret))?;
    let mails = both.outbox().claim(10).await?;
    assert!(token(&mails[0], "/verify_address").is_some());

    house.clock.advance(HOUR);
    let new_alone = after_the_change(None)?;
    assert_eq!(new_alone.outbox().claim(10).await?.len(), 0);
    assert!(row(&house, &mails[0].id).await?.given_up_at.is_some(), "without it, nobody can send it any more");
    Ok(())
}

#[tokio::test]
async fn the_worker_is_notified_of_waiting_mail() -> Result<(), Error> {
    let house = House::new().await?;
    let waiting = house.auth.outbox().waiting();
    let told = async || tokio::time::timeout(Duration::from_secs(10), waiting.notified()).await.is_ok();
    house.sign_up(ADA).await?;
    assert!(told().await);
    put(&house, 1).await?;
    assert!(told().await);
    house.auth.links().request_reset(ADA, auth::Client::default()).await?;
    assert!(told().await);
    Ok(())
}

#[tokio::test]
async fn a_claim_without_due_mail_waits_for_no_writer() -> Result<(), Error> {
    let house = House::with_connections().await?;
    put(&house, 2).await?;
    let mails = house.auth.outbox().claim(2).await?;
    house.auth.outbox().failed(&mails[0].id, "no route").await?;
    // SQLite has one writer, and this is it.
    let writing = house.db.write().await?;
    nothing_is_due(&house).await?;
    drop(writing);
    house.clock.advance(10 * SECOND);
    assert_eq!(claimed(&house).await?.id, mails[0].id);
    Ok(())
}

#[tokio::test]
async fn a_test_mail_says_that_mail_works() -> Result<(), Error> {
    let house = House::new().await?;
    put(&house, 1).await?;
    assert_eq!(house.post().await?, [mail("0@example.com", "test")]);
    Ok(())
}

#[tokio::test]
async fn finished_mail_is_removed_after_a_week() -> Result<(), Error> {
    let house = House::new().await?;
    put(&house, 3).await?;
    let mails = house.auth.outbox().claim(2).await?;
    house.auth.outbox().sent(&mails[0].id, house.clock.now()).await?;
    house.clock.advance(DAY);
    house.auth.outbox().failed(&mails[1].id, "no route").await?;
    house.clock.advance(6 * DAY - 1);
    assert_eq!(house.auth.upkeep().sweep().await?, 0);
    house.clock.advance(1);
    assert_eq!(house.auth.upkeep().sweep().await?, 1, "the one that was sent");
    house.clock.advance(DAY);
    assert_eq!(house.auth.upkeep().sweep().await?, 1, "the one that was given up");
    house.clock.advance(DAY);
    assert_eq!(house.auth.upkeep().sweep().await?, 0);
    assert_eq!(claimed(&house).await?.to, "2@example.com", "what still waits stays");
    Ok(())
}
