//! Change of a password by a person who knows it.

use crate::house::{ADA, BOB, House, NEW_PASSWORD, PASSWORD, holding, refusal, remembered, unremembered, violations};
use auth::{CredentialFailure, Error, HOUR, PasswordProblem, Refusal, Violation};
use futures::future::join_all;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn every_session_ends_and_a_new_one_begins() -> Result<(), Error> {
    let house = House::new().await?;
    let bob = house.sign_up(BOB).await?;
    let ada = house.sign_up(ADA).await?;
    let elsewhere = house.sign_in(ADA).await?;
    house.clock.advance(HOUR);
    let mut bearers = Vec::new();
    for grant in [&ada, &elsewhere] {
        let bearer = house.bearer(&grant.session)?;
        house.authenticate(&bearer).await?;
        bearers.push(bearer);
    }
    let token = ada.refresh_token.expose();
    let changed =
        house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), holding(token)).await?;

    assert_ne!(changed.session.id, ada.session.id);
    assert_eq!((&changed.session.user, changed.session.begun_at), (&ada.session.user, house.clock.now()));
    for (grant, bearer) in [&ada, &elsewhere].into_iter().zip(&bearers) {
        assert_eq!(refusal(house.authenticate(bearer).await), Some(Refusal::NoSession), "at once");
        assert_eq!(refusal(house.renew(grant).await), Some(Refusal::NoSession));
        assert_eq!(house.end_reason(&grant.session.id).await?.as_deref(), Some("password_changed"));
    }
    assert!(house.sign_in(ADA).await.is_err(), "the old password is worth nothing");
    house.auth.sign_in(ADA, NEW_PASSWORD.into(), remembered()).await?.expect_grant();
    house.renew(&changed).await?;
    house.renew(&bob).await?;
    house.sign_in(BOB).await?;

    let events = house.events().await?;
    let about: Vec<_> = events.iter().filter(|event| event.told().contains("password_changed")).collect();
    let told: Vec<String> = about.iter().map(|event| event.told()).collect();
    let ended = "session_ended done password_changed";
    assert_eq!(told, [ended, ended, "password_changed done"]);
    assert_eq!(about[2].session_id.as_ref(), Some(&changed.session.id));
    Ok(())
}

#[tokio::test]
async fn the_new_session_is_as_remembered_as_the_old_one() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let short = house.auth.sign_in(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    let changed =
        house.auth.account(&short.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await?;
    assert!(!changed.session.remembered);
    assert_eq!(changed.refresh_token.max_age(), None);
    Ok(())
}

#[tokio::test]
async fn all_problems_are_reported_at_once_and_change_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let too_short = Violation::Password(PasswordProblem::TooShort { min: 12 });
    for (current, new, expected) in [
        ("wrong", "elevenchars", vec![Violation::CurrentPassword, too_short]),
        ("wrong", NEW_PASSWORD, vec![Violation::CurrentPassword]),
        (PASSWORD, "elevenchars", vec![too_short]),
        (PASSWORD, ADA, vec![Violation::Password(PasswordProblem::FromAddress)]),
    ] {
        let refused = house.auth.account(&ada.session).change_password(current.into(), new.into(), remembered()).await;
        assert_eq!(violations(refused), expected, "{current} to {new}");
    }
    assert_eq!(house.authenticate(&house.bearer(&ada.session)?).await?, ada.session);
    house.sign_in(ADA).await?;
    let refused = house.told().await?.iter().filter(|told| *told == "password_changed refused").count();
    assert_eq!(refused, 2, "a wrong password is an event, a weak one is not");
    Ok(())
}

#[tokio::test]
async fn a_new_password_voids_mailed_links_and_is_reported() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let open = "SELECT COUNT(*) FROM email_tokens WHERE used_at IS NULL AND voided_at IS NULL";
    house.auth.account(&ada.session).send_verification(&auth::Client::default()).await?;
    assert_eq!(house.count(open).await?, 1);
    house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await?;
    assert_eq!(house.count(open).await?, 0);

    let mails = house.auth.outbox().claim(10).await?;
    let mail = mails.last().unwrap();
    assert_eq!(mail.to, ADA);
    assert!(mail.text.contains(r#""browser":"Firefox","system":"Linux""#), "{}", mail.text);
    assert!(!mail.text.contains(NEW_PASSWORD) && !mail.text.contains(PASSWORD));
    Ok(())
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_changes_nothing() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.auth.sign_out(None, Some(&ada.session)).await?;
    let refused =
        house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await;
    assert_eq!(refusal(refused), Some(Refusal::NoSession));
    house.sign_in(ADA).await?;
    house.disable(&ada.session.user.id).await?;
    let refused =
        house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await;
    assert_eq!(refusal(refused), Some(Refusal::Disabled));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_two_racing_changes_succeeds() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = house.sign_up(ADA).await?;
    let other = house.sign_in(ADA).await?;
    let third = "plinth gravel 77 otter";
    let (one, two) = tokio::join!(
        house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()),
        house.auth.account(&other.session).change_password(PASSWORD.into(), third.into(), remembered()),
    );
    let counts = if one.is_ok() { NEW_PASSWORD } else { third };
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    house.auth.sign_in(ADA, counts.into(), remembered()).await?.expect_grant();
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await?, 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sign_ins_that_race_the_change_do_not_outlive_it() -> Result<(), Error> {
    let house = House::with_connections().await?;
    for round in 0..5 {
        let email = format!("{round}@example.com");
        let owner = house.sign_up(&email).await?.session;
        let racing: Vec<_> = (0..8)
            .map(|_| {
                let (auth, email) = (house.auth.clone(), email.clone());
                tokio::spawn(async move { auth.sign_in(&email, PASSWORD.into(), remembered()).await })
            })
            .collect();
        house.auth.account(&owner).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await?;
        for finished in join_all(racing).await {
            match finished.unwrap() {
                Ok(granted) => {
                    assert_eq!(refusal(house.renew(&granted.expect_grant()).await), Some(Refusal::NoSession));
                }
                Err(error) => assert!(matches!(error, Error::InvalidCredentials(_)), "{error:?}"),
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_changed_during_its_hash_does_not_sign_in() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let user_id = house.sign_up(ADA).await?.session.user.id;
    for _ in 0..20 {
        let mut tx = house.db.write().await?;
        sqlx::query("UPDATE users SET password_version = password_version + 1 WHERE id = $1")
            .bind(&user_id)
            .execute(&mut *tx)
            .await?;
        let mut signing_in = Box::pin(house.sign_in(ADA));
        let early = timeout(Duration::from_millis(100), &mut signing_in).await;
        assert!(early.is_err(), "it knows the account as it was, and waits for its turn to write");
        tx.commit().await?;
        match signing_in.await {
            Err(Error::InvalidCredentials(CredentialFailure::Changed)) => return Ok(()),
            // Simulates a busy machine that has not read the account yet.
            Ok(_) => {}
            Err(error) => return Err(error),
        }
    }
    panic!("it was never in time to be too late");
}
