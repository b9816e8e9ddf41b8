//! Mailed links: their lifetime, copied links and refused links.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, from, from_address};
use crate::letterbox::{NOTHING, mail, problem, token};
use crate::throttle::{strict, wait};
use auth::{
    Client, DAY, Error, HOUR, LinkProblem, LinkPurpose, MINUTE, Millis, OutgoingMail, SECOND, SeenLink, testing,
};
use std::net::IpAddr;

const RESET: &str = "/reset_password";

/// Returns Ada, with an empty mailbox.
async fn ada(house: &House) -> Result<auth::Grant, Error> {
    let ada = house.sign_up(ADA).await?;
    house.mails().await?;
    Ok(ada)
}

async fn forgot(house: &House) -> Result<(), Error> {
    house.auth.links().request_reset(ADA, from(FIREFOX)).await?;
    house.auth.upkeep().settle().await;
    Ok(())
}

/// Claims the due mails for a worker that has not reported them yet.
async fn claimed(house: &House) -> Result<Vec<OutgoingMail>, Error> {
    house.auth.outbox().claim(10).await
}

async fn look(house: &House, token: &str, client: &Client) -> Result<SeenLink, Error> {
    house.auth.links().peek(LinkPurpose::ResetPassword, token, client).await
}

async fn refused_links(house: &House) -> Result<Vec<String>, Error> {
    Ok(house.told().await?.into_iter().filter(|told| told.starts_with("link_refused")).collect())
}

/// Returns how long a link to `path` works after its mail was accepted, an hour after the request.
async fn life(house: &House, purpose: LinkPurpose, path: &str) -> Result<Millis, Error> {
    house.clock.advance(HOUR);
    let mail = claimed(house).await?.into_iter().find(|mail| token(mail, path).is_some()).expect("a mail with a link");
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    let token = token(&mail, path).expect("a link");
    let (at, mut life) = (house.clock.now(), 0);
    while house.auth.links().peek(purpose, &token, &Client::default()).await.is_ok() {
        house.clock.advance(MINUTE);
        life = house.clock.now() - at;
    }
    Ok(life)
}

#[tokio::test]
async fn the_lifetime_of_a_link_begins_when_its_mail_is_accepted() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let verify = LinkPurpose::VerifyAddress;
    assert_eq!(life(&house, verify, "/verify_address").await?, verify.lifetime());
    forgot(&house).await?;
    let reset = LinkPurpose::ResetPassword;
    assert_eq!(life(&house, reset, RESET).await?, 10 * MINUTE);

    let session = house.sign_in(ADA).await?.session;
    house.mails().await?;
    house.auth.account(&session).request_address_change("new@example.com", &from(FIREFOX)).await?;
    let confirm = LinkPurpose::ConfirmAddress;
    assert_eq!(life(&house, confirm, "/confirm_address").await?, confirm.lifetime());
    house.auth.administration(testing::operator()).create(BOB, None).await?;
    let invitation = LinkPurpose::AcceptInvitation;
    assert_eq!(life(&house, invitation, "/accept_invitation").await?, 7 * DAY);
    Ok(())
}

#[tokio::test]
async fn a_link_whose_mail_was_retried_for_hours_works_for_its_full_lifetime() -> Result<(), Error> {
    let house = House::new().await?;
    ada(&house).await?;
    forgot(&house).await?;
    let mut mail = claimed(&house).await?.remove(0);
    house.auth.outbox().failed(&mail.id, "451 greylisted").await?;
    for _ in 0..12 {
        house.clock.advance(HOUR);
        mail = claimed(&house).await?.remove(0);
        house.auth.outbox().failed(&mail.id, "451 greylisted").await?;
    }
    house.clock.advance(HOUR);
    mail = claimed(&house).await?.remove(0);
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    house.clock.advance(10 * MINUTE - 1);
    let token = token(&mail, RESET).expect("a link");
    house.auth.links().reset_password(&token, NEW_PASSWORD.into(), &from(SAFARI)).await.map(drop)
}

#[tokio::test]
async fn a_link_whose_mail_was_never_reported_works_at_most_a_day_and_its_lifetime() -> Result<(), Error> {
    let house = House::new().await?;
    ada(&house).await?;
    forgot(&house).await?;
    // The acceptance is lost, so the mail may have arrived.
    let mail = claimed(&house).await?.remove(0);
    let token = token(&mail, RESET).expect("a link");
    house.clock.advance(DAY + 10 * MINUTE - 1);
    look(&house, &token, &from(FIREFOX)).await?;
    house.clock.advance(1);
    assert_eq!(problem(look(&house, &token, &from(FIREFOX)).await), Some(LinkProblem::Expired));
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    assert_eq!(problem(look(&house, &token, &from(FIREFOX)).await), Some(LinkProblem::Expired), "and not anew");
    Ok(())
}

#[tokio::test]
async fn a_second_report_does_not_restart_the_lifetime_of_a_link() -> Result<(), Error> {
    let house = House::new().await?;
    ada(&house).await?;
    forgot(&house).await?;
    let mail = claimed(&house).await?.remove(0);
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    house.clock.advance(9 * MINUTE);
    house.auth.outbox().sent(&mail.id, house.clock.now()).await?;
    house.clock.advance(MINUTE);
    let token = token(&mail, RESET).expect("a link");
    assert_eq!(problem(look(&house, &token, &from(FIREFOX)).await), Some(LinkProblem::Expired));
    Ok(())
}

#[tokio::test]
async fn a_mail_whose_link_was_replaced_is_not_sent() -> Result<(), Error> {
    let house = House::new().await?;
    ada(&house).await?;
    forgot(&house).await?;
    let first = claimed(&house).await?.remove(0);
    house.auth.outbox().failed(&first.id, "no route").await?;
    house.clock.advance(MINUTE);
    forgot(&house).await?;
    assert_eq!(house.post().await?, [mail(ADA, "reset_password")], "the second alone");
    assert_eq!(house.count("SELECT COUNT(*) FROM outbox WHERE given_up_at IS NOT NULL").await?, 1);
    let erased = "SELECT COUNT(*) FROM outbox WHERE given_up_at IS NOT NULL AND sealed IS NULL AND params = 'null'";
    assert_eq!(house.count(erased).await?, 1);
    assert!(!house.told().await?.iter().any(|told| told.starts_with("mail_given_up")), "it is no failure");
    Ok(())
}

#[tokio::test]
async fn a_mail_whose_link_was_used_or_voided_is_not_sent() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = ada(&house).await?;
    forgot(&house).await?;
    // The acceptance was lost: the mail arrived, and it is due again.
    let mail = claimed(&house).await?.remove(0);
    let token = token(&mail, RESET).expect("a link");
    house.auth.links().reset_password(&token, NEW_PASSWORD.into(), &from(SAFARI)).await?;
    house.clock.advance(2 * MINUTE);
    assert_eq!(house.post().await?, [crate::letterbox::mail(ADA, "password_reset")]);

    forgot(&house).await?;
    house.auth.administration(testing::operator()).disable(&ada.session.user.id).await?;
    assert_eq!(house.post().await?, NOTHING, "a disabled account is sent no link");
    Ok(())
}

#[tokio::test]
async fn a_mail_whose_link_has_expired_is_given_up() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = ada(&house).await?;
    forgot(&house).await?;
    // No worker ran meanwhile.
    house.clock.advance(DAY + 10 * MINUTE);
    assert_eq!(house.post().await?, NOTHING);
    let events = house.events().await?;
    let given_up: Vec<_> = events.iter().filter(|event| event.kind == "mail_given_up").collect();
    assert_eq!((given_up.len(), &given_up[0].user_id), (1, &Some(ada.session.user.id)));
    Ok(())
}

#[tokio::test]
async fn no_second_link_is_made_within_a_minute_of_the_mail() -> Result<(), Error> {
    let house = House::new().await?;
    ada(&house).await?;
    forgot(&house).await?;
    house.clock.advance(HOUR);
    let sent = claimed(&house).await?.remove(0);
    house.auth.outbox().sent(&sent.id, house.clock.now()).await?;
    house.clock.advance(MINUTE - 1);
    forgot(&house).await?;
    assert_eq!(house.post().await?, NOTHING, "the one that has just arrived counts");
    look(&house, &token(&sent, RESET).expect("a link"), &from(FIREFOX)).await?;
    house.clock.advance(1);
    forgot(&house).await?;
    assert_eq!(house.post().await?, [mail(ADA, "reset_password")]);
    Ok(())
}

#[tokio::test]
async fn a_link_works_with_copied_surrounding_text() -> Result<(), Error> {
    let house = House::new().await?;
    ada(&house).await?;
    forgot(&house).await?;
    let token = house.mailed_token(RESET).await?;
    for copied in [format!("{token}."), format!("3D{token}"), format!("<{token}>"), format!(" {token}&utm=1")] {
        look(&house, &copied, &from(FIREFOX)).await?;
    }
    house.auth.links().reset_password(&format!("{token})"), NEW_PASSWORD.into(), &from(SAFARI)).await?;
    let again = house.auth.links().reset_password(&format!("{token})"), PASSWORD.into(), &from(SAFARI)).await;
    assert_eq!(problem(again), Some(LinkProblem::Used), "what is left is judged as before");
    assert_eq!(problem(look(&house, &token[1..], &from(FIREFOX)).await), Some(LinkProblem::Unknown));
    Ok(())
}

#[tokio::test]
async fn a_refused_link_is_an_event_of_its_account() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = ada(&house).await?;
    forgot(&house).await?;
    let token = house.mailed_token(RESET).await?;
    house.auth.links().reset_password(&token, NEW_PASSWORD.into(), &from(SAFARI)).await?;
    let stranger = from_address(SAFARI, [192, 0, 2, 9]);
    assert!(house.auth.links().reset_password(&token, PASSWORD.into(), &stranger).await.is_err());
    house.auth.upkeep().settle().await;
    house.clock.advance(MINUTE);
    assert!(look(&house, "no token at all", &stranger).await.is_err());
    let told = refused_links(&house).await?;
    assert_eq!(told, ["link_refused refused reset_password_used", "link_refused refused reset_password_unknown"]);
    let events = house.events().await?;
    let event = events.iter().find(|event| event.kind == "link_refused").expect("an event");
    assert_eq!((&event.user_id, event.address.as_deref()), (&Some(ada.session.user.id), Some("192.0.2.9")));
    assert!(events.iter().all(|event| event.detail.as_deref() != Some(&token)));
    Ok(())
}

#[tokio::test]
async fn a_flood_of_refused_links_is_stored_in_few_rows() -> Result<(), Error> {
    let house = House::new().await?;
    ada(&house).await?;
    forgot(&house).await?;
    let token = house.mailed_token(RESET).await?;
    house.auth.links().reset_password(&token, NEW_PASSWORD.into(), &from(SAFARI)).await?;
    for number in 0..200_u32 {
        let client = Client { address: Some(IpAddr::from(number.to_be_bytes())), ..from(SAFARI) };
        assert!(look(&house, &token, &client).await.is_err());
    }
    assert_eq!(refused_links(&house).await?, ["link_refused refused reset_password_used"]);
    Ok(())
}

#[tokio::test]
async fn a_client_that_guesses_links_has_to_wait() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(ADA).await?;
    let token = house.mailed_token("/verify_address").await?;
    let (guesser, other) = (from_address(SAFARI, [192, 0, 2, 9]), from_address(SAFARI, [192, 0, 2, 10]));
    let look =
        async |token: &str, client: &Client| house.auth.links().peek(LinkPurpose::VerifyAddress, token, client).await;
    for _ in 0..100 {
        look(&token, &guesser).await?;
    }
    let guess = format!("{}{}", &token[..42], if token.ends_with('A') { 'E' } else { 'A' });
    let mut tries = 0;
    let waits = loop {
        match wait(look(&guess, &guesser).await) {
            None => tries += 1,
            Some(wait) => break wait,
        }
    };
    assert_eq!((tries, waits), (6, SECOND), "five are free");
    assert_eq!(wait(look(&token, &guesser).await), Some(SECOND), "a good one waits, too");
    look(&token, &other).await?;
    house.clock.advance(SECOND);
    look(&token, &guesser).await?;
    assert!(house.told().await?.contains(&"throttled refused mailed_link".to_owned()));
    Ok(())
}
