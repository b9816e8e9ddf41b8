//! Forgotten passwords.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, from, refusal, remembered};
use crate::letterbox::{NOTHING, mail, problem, token};
use auth::{
    Auth, Config, CredentialFailure, DAY, EmailProblem, Error, HOUR, LinkProblem, LinkProof, LinkPurpose, MINUTE,
    PasswordProblem, Refusal, User, Violation, testing,
};
use futures::future::join_all;

const PATH: &str = "/reset_password";

async fn look(house: &House, token: &str) -> Result<auth::SeenLink, Error> {
    house.auth.links().peek(LinkPurpose::ResetPassword, token, &auth::Client::default()).await
}

/// Requests a link and waits until the request is processed.
async fn forgot(house: &House, email: &str) -> Result<(), Error> {
    house.auth.links().request_reset(email, from(FIREFOX)).await?;
    house.auth.upkeep().settle().await;
    Ok(())
}

async fn reset(house: &House, token: &str, password: &str) -> Result<User, Error> {
    house.auth.links().reset_password(token, password.into(), &from(SAFARI)).await.map(|redeemed| redeemed.user)
}

/// Returns Ada with an empty mailbox, and a link to a new password.
async fn ada_with_link(house: &House) -> Result<(auth::Grant, String), Error> {
    let ada = house.sign_up(ADA).await?;
    forgot(house, ADA).await?;
    Ok((ada, house.mailed_token(PATH).await?))
}

#[tokio::test]
async fn only_an_address_with_an_account_is_sent_a_link() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let bob = house.sign_up(BOB).await?;
    house.disable(&bob.session.user.id).await?;
    house.mails().await?;
    for email in ["eve@example.com", BOB, " Ada@Example.COM "] {
        forgot(&house, email).await?;
    }
    assert_eq!(house.post().await?, [mail(ADA, "reset_password")]);
    assert_eq!(house.count("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'reset_password'").await?, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'password_reset_requested'").await?, 1);

    let refused = house.auth.links().request_reset("no address", from(FIREFOX)).await;
    let no_address = vec![Violation::Email(EmailProblem::NotAnAddress)];
    assert!(matches!(refused, Err(Error::Invalid(violations)) if violations == no_address));
    Ok(())
}

#[tokio::test]
async fn a_reset_ends_every_session_and_notifies_the_owner() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, link) = ada_with_link(&house).await?;
    let bob = house.sign_up(BOB).await?;
    let elsewhere = house.sign_in(ADA).await?;
    house.mails().await?;
    let bearer = house.bearer(&ada.session)?;
    house.authenticate(&bearer).await?;
    assert_eq!(look(&house, &link).await?.address, ADA);

    house.clock.advance(MINUTE);
    reset(&house, &link, NEW_PASSWORD).await?;
    for grant in [&ada, &elsewhere] {
        assert_eq!(refusal(house.renew(grant).await), Some(Refusal::NoSession));
        assert_eq!(house.end_reason(&grant.session.id).await?.as_deref(), Some("password_reset"));
    }
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "at once");
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await?, 1, "nobody is signed in");
    house.renew(&bob).await?;

    let told = house.mails().await?;
    assert_eq!((told.len(), told[0].to.as_str()), (1, ADA));
    assert_eq!(told[0].subject, "password_reset");
    let at = (testing::NEW_YEAR + MINUTE).to_string();
    assert!(
        told[0].text.contains(&at) && told[0].text.contains(r#""browser":"Safari","system":"macOS""#),
        "{}",
        told[0].text
    );
    let old = house.sign_in(ADA).await;
    assert!(matches!(old, Err(Error::InvalidCredentials(CredentialFailure::WrongPassword))));
    let again = house.auth.sign_in(ADA, NEW_PASSWORD.into(), remembered()).await?.expect_grant();
    assert_eq!(again.session.user.verified_at, Some(house.clock.now()), "the link came by mail");
    assert_eq!(problem(look(&house, &link).await), Some(LinkProblem::Used));
    assert_eq!(problem(reset(&house, &link, PASSWORD).await), Some(LinkProblem::Used));
    assert_eq!(house.count("SELECT COUNT(*) FROM events WHERE kind = 'password_reset'").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_link_works_for_ten_minutes_and_until_the_next() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, first) = ada_with_link(&house).await?;
    house.clock.advance(MINUTE - 1);
    forgot(&house, ADA).await?;
    assert_eq!(house.post().await?, NOTHING, "once a minute is enough");
    house.clock.advance(1);
    forgot(&house, ADA).await?;
    let second = house.mailed_token(PATH).await?;
    assert_eq!(problem(reset(&house, &first, NEW_PASSWORD).await), Some(LinkProblem::Superseded));
    house.clock.advance(10 * MINUTE - 1);
    look(&house, &second).await?;
    house.clock.advance(1);
    assert_eq!(problem(look(&house, &second).await), Some(LinkProblem::Expired));
    assert_eq!(problem(reset(&house, &second, NEW_PASSWORD).await), Some(LinkProblem::Expired));
    assert_eq!(problem(reset(&house, "garbage", NEW_PASSWORD).await), Some(LinkProblem::Unknown));
    house.renew(&ada).await?;
    Ok(())
}

#[tokio::test]
async fn a_password_that_is_refused_leaves_the_link_as_it_was() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, link) = ada_with_link(&house).await?;
    for (password, problem) in [
        ("elevenchars", PasswordProblem::TooShort { min: 12 }),
        ("passwordpassword", PasswordProblem::Common),
        (ADA, PasswordProblem::FromAddress),
    ] {
        let refused = reset(&house, &link, password).await;
        let expected = vec![Violation::Password(problem)];
        assert!(matches!(&refused, Err(Error::Invalid(found)) if *found == expected), "{password}: {refused:?}");
    }
    house.renew(&ada).await?;
    reset(&house, &link, NEW_PASSWORD).await?;
    Ok(())
}

#[tokio::test]
async fn a_reset_voids_every_other_link_but_an_undo() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let ada = house.verified(&ada).await?;
    let client = from(FIREFOX);
    let by_session = || LinkProof::Session(ada.session.clone());
    house.auth.account(&ada.session).request_address_change("first@example.com", &client).await?;
    let confirm = house.mailed_token("/confirm_address").await?;
    house.auth.links().confirm_address_change(&confirm, by_session(), &client).await?;
    let undo = house.mailed_token("/undo_address").await?;
    house.auth.account(&ada.session).request_address_change("second@example.com", &client).await?;
    forgot(&house, "first@example.com").await?;
    let mails = house.mails().await?;
    let confirm = token(&mails[0], "/confirm_address").expect("a link");
    let link = token(&mails[1], PATH).expect("a link");

    reset(&house, &link, NEW_PASSWORD).await?;
    assert_eq!(
        house.post().await?,
        [mail("first@example.com", "password_reset"), mail(ADA, "former_password_changed"),]
    );
    let confirmed = house.auth.links().confirm_address_change(&confirm, by_session(), &client).await;
    assert_eq!(problem(confirmed), Some(LinkProblem::Superseded));
    house.auth.links().undo_address_change(&undo, PASSWORD.into(), &client).await?;
    assert_eq!(house.sign_in(ADA).await?.session.user.id, ada.session.user.id);
    Ok(())
}

#[tokio::test]
async fn a_change_of_the_account_voids_the_link() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, link) = ada_with_link(&house).await?;
    house.auth.account(&ada.session).change_password(PASSWORD.into(), NEW_PASSWORD.into(), remembered()).await?;
    assert_eq!(problem(reset(&house, &link, PASSWORD).await), Some(LinkProblem::Superseded));

    let bob = house.sign_up(BOB).await?;
    let verify = house.mailed_token("/verify_address").await?;
    forgot(&house, BOB).await?;
    let link = house.mailed_token(PATH).await?;
    let strict = Config { require_verified_email: true, ..testing::config() };
    let strict = Auth::new(house.db.clone(), house.clock.clone(), strict)?;
    strict.links().verify_address(&verify, LinkProof::NewPassword(NEW_PASSWORD.into()), &from(FIREFOX)).await?;
    assert_eq!(problem(reset(&house, &link, PASSWORD).await), Some(LinkProblem::Superseded));

    house.clock.advance(HOUR);
    forgot(&house, BOB).await?;
    let link = house.mailed_token(PATH).await?;
    house.disable(&bob.session.user.id).await?;
    assert_eq!(problem(reset(&house, &link, PASSWORD).await), Some(LinkProblem::Superseded));
    assert_eq!(house.count("SELECT COUNT(*) FROM email_tokens WHERE used_at IS NOT NULL").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_several_racing_resets_sets_the_password() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let (_, link) = ada_with_link(&house).await?;
    let racing = (0..8).map(|racer| {
        let (auth, link) = (house.auth.clone(), link.clone());
        let password = format!("{NEW_PASSWORD} of racer {racer}");
        tokio::spawn(async move {
            let reset = auth.links().reset_password(&link, password.as_str().into(), &from(SAFARI)).await;
            (password, reset)
        })
    });
    let mut winners = Vec::new();
    for finished in join_all(racing).await {
        match finished.unwrap() {
            (password, Ok(_)) => winners.push(password),
            (_, Err(error)) => assert_eq!(problem::<()>(Err(error)), Some(LinkProblem::Used)),
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(house.post().await?, [mail(ADA, "password_reset")]);
    house.auth.sign_in(ADA, winners[0].as_str().into(), remembered()).await?.expect_grant();
    assert_eq!(house.post().await?, [mail(ADA, "new_device")], "in another browser than the link");
    Ok(())
}

#[tokio::test]
async fn an_old_request_is_removed_with_its_link() -> Result<(), Error> {
    let house = House::new().await?;
    let (_, link) = ada_with_link(&house).await?;
    house.clock.advance(10 * DAY);
    while house.auth.upkeep().sweep().await? > 0 {}
    assert_eq!(problem(look(&house, &link).await), Some(LinkProblem::Unknown));
    Ok(())
}
