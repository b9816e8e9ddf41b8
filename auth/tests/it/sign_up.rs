//! Sign-up.

use crate::house::{ADA, BOB, House, PASSWORD, holding, remembered, violations};
use auth::testing::NEW_YEAR;
use auth::{DAY, EmailProblem, Error, PasswordProblem, UserId, Violation};
use std::collections::HashSet;

#[tokio::test]
async fn an_account_is_created_and_its_owner_signed_in() -> Result<(), Error> {
    let house = House::new().await?;
    let grant = house.sign_up(" Ada@Example.COM ").await?;
    let session = &grant.session;
    assert_eq!(session.user.email, ADA, "in canonical form");
    assert_eq!((session.user.created_at, session.begun_at), (NEW_YEAR, NEW_YEAR));
    assert_eq!(session.expires_at, NEW_YEAR + 90 * DAY);
    assert_eq!(grant.refresh_token.max_age(), Some(90 * DAY));
    assert_eq!(&house.authenticate(&house.bearer(session)?).await?, session);
    assert_eq!(house.look(grant.refresh_token.expose()).await?.as_ref(), Some(session));
    assert_eq!(house.renew(&grant).await?.session.id, session.id);
    Ok(())
}

#[tokio::test]
async fn a_password_is_stored_only_as_a_hash() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let (hash,): (String,) = sqlx::query_as("SELECT password_hash FROM users").fetch_one(house.db.readers()).await?;
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    assert!(!hash.contains(PASSWORD));
    Ok(())
}

#[tokio::test]
async fn a_taken_address_is_reported_in_any_spelling() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    for spelling in [ADA, "ADA@EXAMPLE.COM", "\tAda@example.com  "] {
        let again = violations(house.sign_up(spelling).await);
        assert_eq!(again, [Violation::Email(EmailProblem::Taken)], "{spelling:?}");
        assert_eq!(house.sign_in(spelling).await?.session.user, ada.session.user, "{spelling:?}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    Ok(())
}

#[tokio::test]
async fn all_problems_of_a_sign_up_are_reported_together() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let too_short = Violation::Password(PasswordProblem::TooShort { min: 12 });
    for (email, problem) in [
        (ADA, EmailProblem::Taken),
        ("", EmailProblem::Empty),
        ("ada", EmailProblem::NotAnAddress),
        ("ada\u{0}@example.com", EmailProblem::NotAnAddress),
    ] {
        let found = violations(house.auth.sign_up(email, "elevenchars".into(), remembered()).await);
        assert_eq!(found, [Violation::Email(problem), too_short], "{email:?}");
    }
    assert_eq!(violations(house.auth.sign_up(BOB, "elevenchars".into(), remembered()).await), [too_short]);
    let made_of_address = violations(house.auth.sign_up(BOB, BOB.into(), remembered()).await);
    assert_eq!(made_of_address, [Violation::Password(PasswordProblem::FromAddress)], "the address is known to it");
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1, "nothing of this was written");
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_longest_password_and_one_of_emoji_sign_in_again() -> Result<(), Error> {
    let house = House::new().await?;
    let longest = "xK4vq9Zr2wLpT7mB".repeat(16);
    for (email, password) in [(ADA, longest.as_str()), (BOB, " 🦊🐙🌵🚲🧀🎻🪁🧭🍄🛶🧶 ")] {
        let made = house.auth.sign_up(email, password.into(), remembered()).await?.expect_grant();
        let signed_in = house.auth.sign_in(email, password.into(), remembered()).await?.expect_grant();
        assert_eq!(signed_in.session.user, made.session.user);
        let trimmed = house.auth.sign_in(email, password.trim().into(), remembered()).await;
        assert_eq!(trimmed.is_ok(), password.trim() == password, "blanks at its ends belong to it");
    }
    let too_long = house.auth.sign_up("eve@example.com", format!("{longest}y").into(), remembered()).await;
    assert_eq!(violations(too_long), [Violation::Password(PasswordProblem::TooLong)]);
    Ok(())
}

#[tokio::test]
async fn a_password_composed_in_another_way_is_the_same_password() -> Result<(), Error> {
    let house = House::new().await?;
    let (composed, decomposed) = ("caf\u{e9} nie\u{df}t m\u{fc}hle 4", "cafe\u{301} nie\u{df}t mu\u{308}hle 4");
    let ada = house.auth.sign_up(ADA, decomposed.into(), remembered()).await?.expect_grant();
    house.auth.sign_in(ADA, composed.into(), remembered()).await?.expect_grant();
    house.auth.sign_in(ADA, decomposed.into(), remembered()).await?.expect_grant();
    let ada = house.auth.account(&ada.session).reauthenticate(composed.into(), remembered()).await?;
    house.auth.account(&ada.session).change_password(composed.into(), decomposed.into(), remembered()).await?;
    house.auth.sign_in(ADA, composed.into(), remembered()).await?.expect_grant();

    let eleven = violations(house.auth.sign_up(BOB, "xK4vq9Zr2we\u{301}".into(), remembered()).await);
    assert_eq!(eleven, [Violation::Password(PasswordProblem::TooShort { min: 12 })], "counted in its normalized form");
    let longest = "xK4vq9Zr2wLpT7me\u{301}".repeat(16);
    house.auth.sign_up(BOB, longest.as_str().into(), remembered()).await?.expect_grant();
    let too_long = house.auth.sign_up("eve@example.com", format!("{longest}y").into(), remembered()).await;
    assert_eq!(violations(too_long), [Violation::Password(PasswordProblem::TooLong)]);
    let crafted = house.auth.sign_up("eve@example.com", "e\u{301}".repeat(10_000).into(), remembered()).await;
    assert_eq!(violations(crafted), [Violation::Password(PasswordProblem::TooLong)]);
    Ok(())
}

#[tokio::test]
async fn a_sign_up_ends_the_session_that_the_browser_had() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let bob = house.auth.sign_up(BOB, PASSWORD.into(), holding(ada.refresh_token.expose())).await?.expect_grant();
    assert_eq!(house.end_reason(&ada.session.id).await?.as_deref(), Some("superseded"));
    assert_eq!(house.end_reason(&bob.session.id).await?, None);

    let refused = house.auth.sign_up(ADA, PASSWORD.into(), holding(bob.refresh_token.expose())).await;
    assert_eq!(violations(refused), [Violation::Email(EmailProblem::Taken)]);
    assert_eq!(house.end_reason(&bob.session.id).await?, None, "a refused sign-up ends nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_several_racing_sign_ups_wins_and_the_others_are_refused() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let spellings = [ADA, "Ada@example.com", "ADA@example.com", " ada@EXAMPLE.com"];
    let racing = (0..12).map(|racer| {
        let auth = house.auth.clone();
        tokio::spawn(async move { auth.sign_up(spellings[racer % 4], PASSWORD.into(), remembered()).await })
    });
    let mut winners = HashSet::new();
    for finished in futures::future::join_all(racing).await {
        match finished.unwrap() {
            Ok(granted) => assert!(winners.insert(granted.expect_grant().session.user.id)),
            Err(error) => assert_eq!(violations::<()>(Err(error)), [Violation::Email(EmailProblem::Taken)]),
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_refused_sign_up_is_an_event_and_a_flood_is_stored_in_few_rows() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?.session.user.id;
    for _ in 0..10 {
        assert!(house.sign_up(ADA).await.is_err());
        assert!(house.sign_up("no address").await.is_err());
        assert!(house.auth.sign_up(BOB, "short".into(), remembered()).await.is_err());
    }
    let mut refused: Vec<_> = house.events().await?.into_iter().filter(|event| event.outcome == "refused").collect();
    refused.sort_by(|one, other| one.detail.cmp(&other.detail));
    let told: Vec<_> = refused.iter().map(|event| (event.told(), event.user_id.as_ref().map(UserId::as_str))).collect();
    let expected = [
        ("signed_up refused address".to_owned(), None),
        ("signed_up refused password".to_owned(), None),
        ("signed_up refused taken".to_owned(), Some(ada.as_str())),
    ];
    assert_eq!(told, expected);
    Ok(())
}
