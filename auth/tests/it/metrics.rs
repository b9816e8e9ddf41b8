//! Metrics count each event once, and no text of a client becomes a label.

use crate::house::{ADA, BOB, House, PASSWORD, SAFARI, WRONG_PASSWORD, from, from_address, remembered, unremembered};
use crate::throttle;
use auth::testing::{self, Measured, NEW_YEAR};
use auth::{Auth, Clock, Config, DAY, Error, MINUTE, Refusal, SECOND, SignIn};

/// Returns accounts with a recorder.
async fn measured(config: Config) -> Result<(House, Measured), Error> {
    let db = testing::database_with_connections().await?;
    let (clock, measured) = (Clock::hand_set(NEW_YEAR), Measured::default());
    let auth = measured.collect(|| Auth::new(db.clone(), clock.clone(), config))?;
    Ok((House { auth, clock, db }, measured))
}

#[tokio::test]
async fn sign_ins_are_counted_by_how_they_end() -> Result<(), Error> {
    let (house, measured) = measured(testing::config()).await?;
    house.sign_up(ADA).await?;
    assert_eq!(measured.take().counted(), ["auth_events_total{kind=signed_up,outcome=done} 1"]);
    house.sign_in(ADA).await?;
    assert_eq!(
        measured.take().counted(),
        ["auth_events_total{kind=signed_in,outcome=done} 1", "auth_sign_ins_total{outcome=signed_in} 1"]
    );
    let refused = |outcome: &str| {
        let outcome = format!("auth_sign_ins_total{{outcome={outcome}}} 1");
        vec!["auth_events_total{kind=sign_in_failed,outcome=refused} 1".to_owned(), outcome]
    };
    assert!(house.auth.sign_in(ADA, WRONG_PASSWORD.into(), remembered()).await.is_err());
    assert_eq!(measured.take().counted(), refused("wrong_credentials"));
    assert!(house.sign_in("nobody@example.com").await.is_err());
    assert_eq!(measured.take().counted(), refused("wrong_credentials"), "which does not tell who has an account");
    let bob = house.sign_up(BOB).await?.session.user.id;
    house.disable(&bob).await?;
    measured.take();
    assert!(house.sign_in(BOB).await.is_err());
    assert_eq!(measured.take().counted(), refused("disabled"));
    Ok(())
}

#[tokio::test]
async fn an_unverified_sign_in_is_counted_as_such() -> Result<(), Error> {
    let (house, measured) = measured(Config { require_verified_email: true, ..testing::config() }).await?;
    assert!(matches!(house.auth.sign_up(ADA, PASSWORD.into(), unremembered()).await?, SignIn::Unverified));
    measured.take();
    assert!(matches!(house.auth.sign_in(ADA, PASSWORD.into(), remembered()).await?, SignIn::Unverified));
    assert_eq!(
        measured.take().counted(),
        ["auth_events_total{kind=sign_in_failed,outcome=refused} 1", "auth_sign_ins_total{outcome=unverified} 1"]
    );
    Ok(())
}

#[tokio::test]
async fn rotations_are_counted_by_what_was_presented() -> Result<(), Error> {
    let (house, measured) = measured(testing::config()).await?;
    let first = house.sign_up(ADA).await?;
    measured.take();
    house.renew(&first).await?;
    let figures = measured.take();
    assert_eq!(
        figures.counted(),
        ["auth_events_total{kind=renewed,outcome=done} 1", "auth_rotations_total{verdict=rotated} 1"]
    );
    assert_eq!(figures.histogram("auth_rotations_per_commit"), [1.0]);
    house.renew(&first).await?;
    let repeated = |verdict: &str| {
        let verdict = format!("auth_rotations_total{{verdict={verdict}}} 1");
        vec!["auth_events_total{kind=repeated,outcome=done} 1".to_owned(), verdict]
    };
    assert_eq!(measured.take().counted(), repeated("repeated"));
    house.clock.advance(MINUTE);
    house.renew(&first).await?;
    assert_eq!(measured.take().counted(), repeated("late"));
    let replayed = house.renew(&first).await;
    assert!(matches!(replayed, Err(Error::Unauthenticated(Refusal::Replayed))));
    let figures = measured.take();
    assert_eq!(
        figures.counted(),
        [
            "auth_events_total{kind=session_ended,outcome=done} 1",
            "auth_events_total{kind=token_replayed,outcome=refused} 1",
            "auth_rotations_total{verdict=replayed} 1",
        ]
    );
    assert_eq!(figures.histogram("auth_rotations_per_commit"), [0.0; 0]);
    assert!(house.renew(&first).await.is_err());
    assert_eq!(measured.take().counted(), ["auth_events_total{kind=token_refused,outcome=refused} 1"]);
    Ok(())
}

#[tokio::test]
async fn a_wait_is_counted_when_it_begins_and_each_time_it_refuses() -> Result<(), Error> {
    let (house, measured) = measured(throttle::config()).await?;
    for _ in 0..4 {
        assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
    }
    assert_eq!(
        measured.take().counted(),
        [
            "auth_events_total{kind=sign_in_failed,outcome=refused} 4",
            "auth_events_total{kind=throttled,outcome=refused} 1",
            "auth_sign_ins_total{outcome=wrong_credentials} 4",
            "auth_throttle_waits_total{tried=sign_in_account} 1",
        ]
    );
    for _ in 0..3 {
        assert_eq!(house.guess(ADA, from(SAFARI)).await, Some(SECOND));
    }
    assert_eq!(
        measured.take().counted(),
        ["auth_sign_ins_total{outcome=throttled} 3", "auth_throttle_refusals_total{tried=sign_in_account} 3"]
    );
    let thief = from_address(SAFARI, [192, 0, 2, 1]);
    for _ in 0..7 {
        assert!(house.auth.sessions().refresh("garbage", &thief, None).await.is_err());
    }
    assert_eq!(
        measured.take().counted(),
        [
            "auth_events_total{kind=throttled,outcome=refused} 1",
            "auth_events_total{kind=token_refused,outcome=refused} 6",
            "auth_throttle_refusals_total{tried=refresh_token} 1",
            "auth_throttle_waits_total{tried=refresh_token} 1",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn mails_are_counted_by_outcome() -> Result<(), Error> {
    let (house, measured) = measured(testing::config()).await?;
    let waiting = async || {
        house.auth.upkeep().measure().await;
        measured.take().gauge("auth_mails_waiting")
    };
    assert_eq!(waiting().await, Some(0.0));
    house.sign_up(ADA).await?;
    house.sign_up(BOB).await?;
    assert_eq!(waiting().await, Some(2.0));
    let mails = house.auth.outbox().claim(2).await?;
    house.auth.outbox().sent(&mails[0].id, house.clock.now()).await?;
    house.auth.outbox().sent(&mails[0].id, house.clock.now()).await?;
    house.auth.outbox().failed(&mails[1].id, "no").await?;
    assert_eq!(measured.take().counted(), ["auth_mails_total{outcome=failed} 1", "auth_mails_total{outcome=sent} 1"]);
    assert_eq!(waiting().await, Some(1.0));
    house.clock.advance(DAY);
    for mail in house.auth.outbox().claim(2).await? {
        house.auth.outbox().failed(&mail.id, "no").await?;
    }
    let given_up = ["auth_events_total{kind=mail_given_up,outcome=refused} 1", "auth_mails_total{outcome=given_up} 1"];
    assert_eq!(measured.take().counted(), given_up);
    assert_eq!(waiting().await, Some(0.0));
    house.sign_up("carol@example.com").await?;
    house.auth.outbox().claim(1).await?;
    measured.take();
    house.clock.advance(DAY);
    assert!(house.auth.outbox().claim(1).await?.is_empty());
    assert_eq!(measured.take().counted(), given_up, "and nobody has said what became of it");
    Ok(())
}

#[tokio::test]
async fn passwords_and_writes_are_timed() -> Result<(), Error> {
    let (house, measured) = measured(testing::config()).await?;
    house.sign_up(ADA).await?;
    let figures = measured.take();
    assert_eq!(figures.histogram("auth_password_hash_wait_seconds").len(), 2, "for the check of its strength, too");
    assert_eq!(figures.histogram("auth_password_hash_duration_seconds").len(), 1);
    assert_eq!(figures.histogram("auth_database_write_wait_seconds").len(), 1, "the account's one transaction");
    Ok(())
}

#[tokio::test]
async fn an_unknown_value_is_not_a_number() -> Result<(), Error> {
    let (house, measured) = measured(testing::config()).await?;
    house.auth.db().close().await;
    house.auth.upkeep().measure().await;
    assert!(measured.take().gauge("auth_mails_waiting").is_some_and(f64::is_nan));
    Ok(())
}

#[tokio::test]
async fn names_and_labels_come_from_a_closed_set() -> Result<(), Error> {
    let (house, measured) = measured(testing::config()).await?;
    let from_start = measured.take();
    let ada = house.sign_up(ADA).await?;
    house.renew(&ada).await?;
    assert!(house.auth.sign_in(PASSWORD, ADA.into(), remembered()).await.is_err());
    assert!(house.auth.sessions().refresh(ADA, &from(ADA), None).await.is_err());
    house.auth.upkeep().measure().await;
    assert_eq!(measured.take().names(), from_start.names(), "nothing that happens makes another");
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    for name in from_start.names() {
        let (name, labels) = name.split_once('{').unwrap_or((name, "}"));
        assert!(name.starts_with("auth_") && is_word(name), "{name}");
        let labels = labels.trim_end_matches('}').split(',').filter(|label| !label.is_empty());
        for label in labels {
            let (label, word) = label.split_once('=').expect("a label");
            assert!(is_word(label) && is_word(word) && !word.is_empty(), "{name}: {label}={word}");
        }
    }
    Ok(())
}
