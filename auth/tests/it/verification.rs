//! Verification of addresses: the effect of a mailed link, and its conditions where it precedes the first sign-in.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, THIEF, from, refusal, remembered};
use crate::letterbox::{NOTHING, mail, problem, token};
use auth::testing::{self, NEW_YEAR};
use auth::{
    Auth, Config, CredentialFailure, DAY, EmailProblem, Error, HOUR, LinkProblem, LinkProof, LinkPurpose, MINUTE,
    PasswordProblem, Refusal, SECOND, SignIn, Violation,
};
use futures::future::join_all;

const PATH: &str = "/verify_address";

fn violations<T>(result: Result<T, Error>) -> Vec<Violation> {
    match result {
        Err(Error::Invalid(violations)) => violations,
        _ => Vec::new(),
    }
}

async fn look(house: &House, token: &str) -> Result<auth::SeenLink, Error> {
    house.auth.links().peek(LinkPurpose::VerifyAddress, token, &auth::Client::default()).await
}

async fn verify(house: &House, token: &str, proof: LinkProof) -> Result<auth::User, Error> {
    house.auth.links().verify_address(token, proof, &from(FIREFOX)).await.map(|redeemed| redeemed.user)
}

async fn verified_at(house: &House, email: &str) -> Result<Option<i64>, Error> {
    let (verified_at,): (Option<i64>,) = sqlx::query_as("SELECT verified_at FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(house.db.readers())
        .await?;
    Ok(verified_at)
}

/// Returns the same accounts, where addresses must be verified before the first sign-in.
async fn strict_house() -> Result<House, Error> {
    let House { clock, db, .. } = House::new().await?;
    let config = Config { require_verified_email: true, ..testing::config() };
    Ok(House { auth: Auth::new(db.clone(), clock.clone(), config)?, clock, db })
}

async fn sign_up_unverified(house: &House, email: &str, password: &str) -> Result<(), Error> {
    let outcome = house.auth.sign_up(email, password.into(), remembered()).await?;
    assert!(matches!(outcome, SignIn::Unverified), "{outcome:?}");
    Ok(())
}

async fn sign_in(house: &House, password: &str) -> Result<SignIn, Error> {
    house.auth.sign_in(ADA, password.into(), remembered()).await
}

#[tokio::test]
async fn a_link_verifies_the_address_once() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    assert_eq!(ada.session.user.verified_at, None);
    let bearer = house.bearer(&ada.session)?;
    house.authenticate(&bearer).await?;
    let token = house.mailed_token(PATH).await?;
    house.clock.advance(MINUTE);
    for _ in 0..3 {
        let link = look(&house, &token).await?;
        assert_eq!((link.address.as_str(), &link.user_id), (ADA, &ada.session.user.id), "looking burns nothing");
    }
    let user = verify(&house, &token, LinkProof::Password(PASSWORD.into())).await?;
    assert_eq!((user.email.as_str(), user.verified_at), (ADA, Some(NEW_YEAR + MINUTE)));
    assert_eq!(house.authenticate(&bearer).await?.user, user, "an open page knows at once");
    assert_eq!(house.look(ada.refresh_token.expose()).await?.unwrap().user, user);

    for _ in 0..2 {
        house.clock.advance(HOUR);
        assert_eq!(problem(look(&house, &token).await), Some(LinkProblem::Used));
        assert_eq!(problem(verify(&house, &token, LinkProof::Nothing).await), Some(LinkProblem::Used));
    }
    assert_eq!(verified_at(&house, ADA).await?, user.verified_at);
    let verified = "SELECT COUNT(*) FROM events WHERE kind = 'address_verified' AND outcome = 'done'";
    assert_eq!(house.count(verified).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_link_works_for_a_day() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let token = house.mailed_token(PATH).await?;
    house.clock.advance(DAY - 1);
    look(&house, &token).await?;
    house.clock.advance(1);
    assert_eq!(problem(look(&house, &token).await), Some(LinkProblem::Expired));
    assert_eq!(problem(verify(&house, &token, LinkProof::Nothing).await), Some(LinkProblem::Expired));
    assert_eq!(verified_at(&house, ADA).await?, None);

    house.clock.advance(7 * DAY - 1);
    house.auth.upkeep().sweep().await?;
    assert_eq!(problem(look(&house, &token).await), Some(LinkProblem::Expired), "it says so for a week");
    house.clock.advance(1);
    while house.auth.upkeep().sweep().await? > 0 {}
    assert_eq!(problem(look(&house, &token).await), Some(LinkProblem::Unknown));
    assert_eq!(house.count("SELECT COUNT(*) FROM email_tokens").await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_second_link_replaces_the_first() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let bob = house.sign_up(BOB).await?;
    let mails = house.mails().await?;
    let [first, bobs] = [0, 1].map(|number| token(&mails[number], PATH).expect("a link"));
    house.clock.advance(MINUTE - 1);
    house.auth.account(&ada.session).send_verification(&auth::Client::default()).await?;
    assert_eq!(house.post().await?, NOTHING, "once a minute is enough");
    look(&house, &first).await?;

    house.clock.advance(1);
    house.auth.account(&ada.session).send_verification(&auth::Client::default()).await?;
    house.auth.account(&ada.session).send_verification(&auth::Client::default()).await?;
    let second = house.mailed_token(PATH).await?;
    assert_eq!(problem(look(&house, &first).await), Some(LinkProblem::Superseded));
    assert_eq!(problem(verify(&house, &first, LinkProof::Nothing).await), Some(LinkProblem::Superseded));
    verify(&house, &second, LinkProof::Session(ada.session.clone())).await?;
    look(&house, &bobs).await?;

    house.clock.advance(HOUR);
    house.auth.account(&ada.session).send_verification(&auth::Client::default()).await?;
    assert_eq!(house.post().await?, NOTHING, "it is verified");
    house.disable(&bob.session.user.id).await?;
    house.auth.account(&bob.session).send_verification(&auth::Client::default()).await?;
    assert_eq!(house.post().await?, NOTHING, "a disabled account is sent nothing");
    assert_eq!(problem(verify(&house, &bobs, LinkProof::Nothing).await), Some(LinkProblem::Superseded));
    Ok(())
}

#[tokio::test]
async fn a_foreign_token_is_unknown() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let token = house.mailed_token(PATH).await?;
    for garbage in ["", "x", "🦊", &token[1..], &format!("A{token}"), &token.to_lowercase(), &"A".repeat(5000)] {
        assert_eq!(problem(look(&house, garbage).await), Some(LinkProblem::Unknown), "{garbage}");
        let used = verify(&house, garbage, LinkProof::Nothing).await;
        assert_eq!(problem(used), Some(LinkProblem::Unknown), "{garbage}");
    }
    let client = from(FIREFOX);
    for purpose in [LinkPurpose::ResetPassword, LinkPurpose::ConfirmAddress, LinkPurpose::UndoAddress] {
        assert_eq!(
            problem(house.auth.links().peek(purpose, &token, &auth::Client::default()).await),
            Some(LinkProblem::Unknown),
            "{purpose:?}"
        );
    }
    let reset = house.auth.links().reset_password(&token, NEW_PASSWORD.into(), &client).await;
    let confirmed = house.auth.links().confirm_address_change(&token, LinkProof::Nothing, &client).await;
    let undone = house.auth.links().undo_address_change(&token, NEW_PASSWORD.into(), &client).await;
    let unknown = Some(LinkProblem::Unknown);
    assert_eq!([problem(reset), problem(confirmed), problem(undone)], [unknown; 3], "it is for one purpose only");
    look(&house, &token).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_several_racing_uses_wins() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let ada = house.sign_up(ADA).await?.session;
    let token = house.mailed_token(PATH).await?;
    let racing = (0..12).map(|_| {
        let (auth, token, proof) = (house.auth.clone(), token.clone(), LinkProof::Session(ada.clone()));
        tokio::spawn(async move { auth.links().verify_address(&token, proof, &from(FIREFOX)).await })
    });
    let mut winners = 0;
    for finished in join_all(racing).await {
        match finished.unwrap() {
            Ok(_) => winners += 1,
            Err(error) => assert_eq!(problem::<()>(Err(error)), Some(LinkProblem::Used)),
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'address_verified'").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_unverified_account_cannot_sign_in_where_verification_is_required() -> Result<(), Error> {
    let house = strict_house().await?;
    assert!(house.auth.requires_verified_email());
    sign_up_unverified(&house, ADA, PASSWORD).await?;
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'signed_up' AND user_id IS NOT NULL").await?, 1);
    let token = house.mailed_token(PATH).await?;
    let wrong = sign_in(&house, NEW_PASSWORD).await;
    assert!(matches!(wrong, Err(Error::InvalidCredentials(CredentialFailure::WrongPassword))), "{wrong:?}");
    assert!(matches!(sign_in(&house, PASSWORD).await, Ok(SignIn::Unverified)));
    assert_eq!(house.post().await?, NOTHING, "the first link is on its way");

    house.clock.advance(MINUTE);
    assert!(matches!(sign_in(&house, PASSWORD).await, Ok(SignIn::Unverified)));
    let again = house.mailed_token(PATH).await?;
    assert_eq!(problem(look(&house, &token).await), Some(LinkProblem::Superseded));
    verify(&house, &again, LinkProof::Password(PASSWORD.into())).await?;
    assert_eq!(sign_in(&house, PASSWORD).await?.expect_grant().session.user.verified_at, Some(house.clock.now()));
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_link_alone_is_not_enough_in_any_mode() -> Result<(), Error> {
    for require_verified_email in [false, true] {
        let house = House::new().await?;
        let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
        let mails = house.mails().await?;
        let token = token(&mails[0], PATH).expect("a link");
        let config = Config { require_verified_email, ..testing::config() };
        let house = House { auth: Auth::new(house.db.clone(), house.clock.clone(), config)?, ..house };
        for proof in [
            LinkProof::Nothing,
            LinkProof::Password(NEW_PASSWORD.into()),
            LinkProof::Password("".into()),
            LinkProof::Session(bob.session),
        ] {
            let refused = verify(&house, &token, proof).await;
            assert_eq!(violations(refused), [Violation::CurrentPassword]);
        }
        assert_eq!(verified_at(&house, ADA).await?, None);
        verify(&house, &token, LinkProof::Session(ada.session)).await?;
        assert_eq!(verified_at(&house, ADA).await?, Some(NEW_YEAR));
        house.auth.upkeep().settle().await;
        let refused = "SELECT COUNT(*) FROM events WHERE kind = 'address_verified' AND outcome = 'refused'";
        assert_eq!(house.count(refused).await?, 4);
    }
    Ok(())
}

#[tokio::test]
async fn a_strangers_earlier_sign_up_has_no_effect_on_the_owner() -> Result<(), Error> {
    // The thief signs up with Ada's address while that is possible without her.
    let lax = House::new().await?;
    let thief = lax.auth.sign_up(ADA, "the thief chose this 1".into(), remembered()).await?.expect_grant();
    let bearer = lax.bearer(&thief.session)?;
    lax.mails().await?;
    lax.clock.advance(MINUTE);
    lax.auth.account(&thief.session).request_address_change(THIEF, &from(SAFARI)).await?;
    let thiefs_link = lax.mailed_token("/confirm_address").await?;
    let config = Config { require_verified_email: true, ..testing::config() };
    let house = House { auth: Auth::new(lax.db.clone(), lax.clock.clone(), config)?, ..lax };
    house.authenticate(&bearer).await?;

    // Ada signs up too, and gets a link to the account that is hers now.
    sign_up_unverified(&house, ADA, PASSWORD).await?;
    let token = house.mailed_token(PATH).await?;
    let refused = verify(&house, &token, LinkProof::Password(PASSWORD.into())).await;
    assert_eq!(violations(refused), [Violation::CurrentPassword], "what she typed then was not kept");
    let weak = verify(&house, &token, LinkProof::NewPassword("short".into())).await;
    assert_eq!(violations(weak), [Violation::Password(PasswordProblem::TooShort { min: 12 })]);
    let made_of_address = verify(&house, &token, LinkProof::NewPassword(ADA.into())).await;
    assert_eq!(violations(made_of_address), [Violation::Password(PasswordProblem::FromAddress)]);
    house.mails().await?;
    verify(&house, &token, LinkProof::NewPassword(PASSWORD.into())).await?;
    assert_eq!(house.post().await?, [mail(ADA, "password_reset")]);

    assert!(matches!(sign_in(&house, "the thief chose this 1").await, Err(Error::InvalidCredentials(_))));
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "at once");
    assert_eq!(refusal(house.renew(&thief).await), Some(Refusal::NoSession));
    assert_eq!(house.end_reason(&thief.session.id).await?.as_deref(), Some("address_verified"));
    let thiefs_proof = LinkProof::Session(thief.session.clone());
    let confirmed = house.auth.links().confirm_address_change(&thiefs_link, thiefs_proof, &from(SAFARI)).await;
    assert_eq!(problem(confirmed), Some(LinkProblem::Superseded), "their links, too");
    assert_eq!(sign_in(&house, PASSWORD).await?.expect_grant().session.user.id, thief.session.user.id);
    Ok(())
}

#[tokio::test]
async fn a_link_takes_a_new_password_only_where_the_address_comes_first() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let token = house.mailed_token(PATH).await?;
    let refused = verify(&house, &token, LinkProof::NewPassword(NEW_PASSWORD.into())).await;
    assert_eq!(violations(refused), [Violation::CurrentPassword]);
    house.renew(&ada).await?;
    assert!(sign_in(&house, NEW_PASSWORD).await.is_err());
    assert_eq!(verified_at(&house, ADA).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_its_owner_is_notified() -> Result<(), Error> {
    let house = strict_house().await?;
    sign_up_unverified(&house, ADA, PASSWORD).await?;
    let first = house.mailed_token(PATH).await?;
    house.clock.advance(SECOND);
    sign_up_unverified(&house, " Ada@Example.com", NEW_PASSWORD).await?;
    assert_eq!(house.post().await?, NOTHING, "the link is on its way");

    house.clock.advance(MINUTE);
    sign_up_unverified(&house, ADA, NEW_PASSWORD).await?;
    let second = house.mailed_token(PATH).await?;
    assert_eq!(problem(look(&house, &first).await), Some(LinkProblem::Superseded), "most likely it was lost");
    verify(&house, &second, LinkProof::Password(PASSWORD.into())).await?;

    house.clock.advance(MINUTE);
    sign_up_unverified(&house, ADA, NEW_PASSWORD).await?;
    assert_eq!(house.post().await?, [mail(ADA, "address_taken")]);
    assert!(sign_in(&house, NEW_PASSWORD).await.is_err());
    let ada = sign_in(&house, PASSWORD).await?.expect_grant();
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);

    house.disable(&ada.session.user.id).await?;
    sign_up_unverified(&house, ADA, NEW_PASSWORD).await?;
    assert_eq!(house.post().await?, NOTHING);
    let refused = "SELECT COUNT(*) FROM events
         WHERE kind = 'signed_up' AND outcome = 'refused' AND user_id = (SELECT id FROM users)";
    assert_eq!(house.count(refused).await?, 4, "which the owner can read, too");
    Ok(())
}

#[tokio::test]
async fn problems_of_the_input_are_reported_to_everyone_alike() -> Result<(), Error> {
    let house = strict_house().await?;
    sign_up_unverified(&house, ADA, PASSWORD).await?;
    let too_short = Violation::Password(PasswordProblem::TooShort { min: 12 });
    for email in [ADA, BOB] {
        assert_eq!(violations(sign_up_unverified(&house, email, "elevenchars").await), [too_short], "{email}");
    }
    let no_address = Violation::Email(EmailProblem::NotAnAddress);
    assert_eq!(violations(sign_up_unverified(&house, "ada", "elevenchars").await), [no_address, too_short]);
    assert_eq!(violations(sign_up_unverified(&house, "ada", PASSWORD).await), [no_address]);
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_several_racing_sign_ups_creates_the_account_and_all_get_the_same_answer() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let config = Config { require_verified_email: true, ..testing::config() };
    let house = House { auth: Auth::new(house.db.clone(), house.clock.clone(), config)?, ..house };
    let racing = (0..8).map(|_| {
        let auth = house.auth.clone();
        tokio::spawn(async move { auth.sign_up(ADA, PASSWORD.into(), remembered()).await })
    });
    for finished in join_all(racing).await {
        assert!(matches!(finished.unwrap()?, SignIn::Unverified));
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox").await?, 1);
    Ok(())
}
