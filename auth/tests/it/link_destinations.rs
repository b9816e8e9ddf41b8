//! Destinations of mailed links.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, from, from_address, remembered};
use crate::throttle;
use auth::testing::{self, NEW_YEAR};
use auth::{Auth, Clock, Config, Error, LinkPurpose, LinkRequest, MINUTE, NewSession, SECOND, SignIn};

const NEXT: &str = "/notes?edit=1";

fn towards(next: &str) -> LinkRequest {
    LinkRequest { client: from(FIREFOX), next: Some(next.to_owned()) }
}

impl House {
    /// Returns the destination of the newest link to `path`, which the mail must not contain.
    async fn destination(&self, purpose: LinkPurpose, path: &str) -> Result<Option<String>, Error> {
        self.auth.upkeep().settle().await;
        let mails = self.mails().await?;
        assert!(mails.iter().all(|mail| !format!("{}{}", mail.text, mail.html).contains("notes")), "it is in no mail");
        let token = mails.iter().rev().find_map(|mail| crate::letterbox::token(mail, path)).expect("a link was mailed");
        self.auth.links().destination(purpose, &token, &from(FIREFOX)).await
    }

    async fn verification(&self) -> Result<Option<String>, Error> {
        self.destination(LinkPurpose::VerifyAddress, "/verify_address").await
    }

    async fn reset(&self) -> Result<Option<String>, Error> {
        self.destination(LinkPurpose::ResetPassword, "/reset_password").await
    }
}

#[tokio::test]
async fn a_link_leads_to_the_page_from_which_it_was_requested() -> Result<(), Error> {
    let house = House::new().await?;
    let new = NewSession { next: Some(NEXT.to_owned()), ..remembered() };
    let ada = house.auth.sign_up(ADA, PASSWORD.into(), new).await?.expect_grant();
    assert_eq!(house.verification().await?.as_deref(), Some(NEXT), "a sign-up");
    house.clock.advance(2 * MINUTE);
    house.auth.account(&ada.session).send_verification(towards("/notes?edit=2")).await?;
    assert_eq!(house.verification().await?.as_deref(), Some("/notes?edit=2"), "another mail");
    house.auth.links().request_reset(ADA, towards(NEXT)).await?;
    assert_eq!(house.reset().await?.as_deref(), Some(NEXT), "a forgotten password");
    house.clock.advance(2 * MINUTE);
    house.auth.links().request_reset(ADA, from(FIREFOX)).await?;
    assert_eq!(house.reset().await?, None, "where that is not known");
    Ok(())
}

#[tokio::test]
async fn a_link_needed_before_the_first_sign_in_leads_there_too() -> Result<(), Error> {
    let (db, clock) = (testing::database().await?, Clock::hand_set(NEW_YEAR));
    let config = Config { require_verified_email: true, ..testing::config() };
    let house = House { auth: Auth::new(db.clone(), clock.clone(), config)?, clock, db };
    let new = |next: &str| NewSession { next: Some(next.to_owned()), ..remembered() };
    assert!(matches!(house.auth.sign_up(ADA, PASSWORD.into(), new(NEXT)).await?, SignIn::Unverified));
    assert_eq!(house.verification().await?.as_deref(), Some(NEXT));
    house.clock.advance(2 * MINUTE);
    assert!(matches!(house.auth.sign_up(ADA, PASSWORD.into(), new("/notes?edit=2")).await?, SignIn::Unverified));
    assert_eq!(house.verification().await?.as_deref(), Some("/notes?edit=2"), "for a known address, too");
    house.clock.advance(2 * MINUTE);
    assert!(matches!(house.auth.sign_in(ADA, PASSWORD.into(), new(NEXT)).await, Ok(SignIn::Unverified)));
    assert_eq!(house.verification().await?.as_deref(), Some(NEXT), "a sign-in that came too early");
    Ok(())
}

#[tokio::test]
async fn a_used_link_still_leads_to_its_destination() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    house.mails().await?;
    house.auth.links().request_reset(ADA, towards(NEXT)).await?;
    house.auth.upkeep().settle().await;
    let token = house.mailed_token("/reset_password").await?;
    house.auth.links().reset_password(&token, NEW_PASSWORD.into(), &from(FIREFOX)).await?;
    let firefox = from(FIREFOX);
    let used = house.auth.links().destination(LinkPurpose::ResetPassword, &token, &firefox).await?;
    assert_eq!(used.as_deref(), Some(NEXT), "used");
    for (purpose, token) in [(LinkPurpose::VerifyAddress, token.as_str()), (LinkPurpose::ResetPassword, "garbage")] {
        assert_eq!(house.auth.links().destination(purpose, token, &firefox).await?, None);
    }
    Ok(())
}

#[tokio::test]
async fn a_destination_does_not_help_to_guess_a_link() -> Result<(), Error> {
    let house = throttle::strict().await?;
    let guesser = from_address(FIREFOX, [192, 0, 2, 9]);
    let guess = async || house.auth.links().destination(LinkPurpose::ResetPassword, "garbage", &guesser).await;
    for _ in 0..6 {
        assert_eq!(guess().await?, None);
    }
    assert_eq!(throttle::wait(guess().await), Some(SECOND));
    let looked = house.auth.links().peek(LinkPurpose::ResetPassword, "garbage", &guesser).await;
    assert_eq!(throttle::wait(looked), Some(SECOND), "it is one count");
    assert!(house.told().await?.contains(&"link_refused refused reset_password_unknown".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_destination_that_is_too_long_is_not_stored() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    house.sign_up(BOB).await?;
    house.mails().await?;
    for (email, length) in [(ADA, 512), (BOB, 513)] {
        house.auth.links().request_reset(email, towards(&format!("/{}", "a".repeat(length - 1)))).await?;
        let kept = house.reset().await?.map(|next| next.len());
        assert_eq!(kept, (length == 512).then_some(512));
    }
    Ok(())
}
