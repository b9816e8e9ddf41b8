//! Known devices: strangers cannot delay them, and a sign-in from another device is reported to the owner.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, SAFARI, from, remembered};
use crate::throttle::{strict, wait};
use auth::{
    Client, DAY, DEVICE_KNOWN_FOR, DeviceToken, Error, Grant, LinkHolder, NewSession, Redeemed, SECOND, SignIn, testing,
};

/// Returns a browser with the cookies of `grant`.
fn known(grant: &Grant) -> Client {
    Client { token: grant.device_token.clone(), ..from(FIREFOX) }
}

fn on(client: Client) -> NewSession {
    NewSession { client, ..remembered() }
}

fn token(grant: &Grant) -> &DeviceToken {
    grant.device_token.as_ref().expect("a sign-in gives one")
}

impl House {
    async fn sign_in_on(&self, email: &str, client: Client) -> Result<Grant, Error> {
        self.auth.sign_in(email, PASSWORD.into(), on(client)).await.map(SignIn::expect_grant)
    }
}

#[tokio::test]
async fn strangers_cannot_lock_the_owner_out() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?;
    for _ in 0..4 {
        assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
        house.auth.links().request_reset(ADA, from(SAFARI)).await?;
    }
    assert_eq!(wait(house.sign_in(ADA).await), Some(SECOND));
    house.sign_in_on(ADA, known(&ada)).await?;
    assert!(wait(house.sign_in(ADA).await).is_some(), "which resets nothing for the strangers");
    house.auth.links().request_reset(ADA, known(&ada)).await?;
    Ok(())
}

#[tokio::test]
async fn a_known_device_has_a_counter_of_its_own() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?;
    for _ in 0..4 {
        assert_eq!(house.guess(ADA, known(&ada)).await, None);
    }
    assert_eq!(house.guess(ADA, known(&ada)).await, Some(SECOND));
    house.sign_in(ADA).await?;
    house.clock.advance(SECOND);
    house.sign_in_on(ADA, known(&ada)).await?;
    assert_eq!(house.guess(ADA, known(&ada)).await, None, "and starts anew after a success");
    Ok(())
}

#[tokio::test]
async fn a_device_is_known_to_its_own_account_only() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(ADA).await?;
    let bob = house.sign_up(BOB).await?;
    for _ in 0..4 {
        assert_eq!(house.guess(ADA, known(&bob)).await, None);
    }
    assert_eq!(house.guess(ADA, from(SAFARI)).await, Some(SECOND), "it counts as a stranger");
    Ok(())
}

#[tokio::test]
async fn people_who_share_a_browser_are_all_known_on_it() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let bob = house.auth.sign_up(BOB, PASSWORD.into(), on(known(&ada))).await?.expect_grant();
    assert_eq!(token(&bob), token(&ada));
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 2);
    house.mails().await?;
    house.sign_in_on(ADA, known(&bob)).await?;
    assert!(house.mails().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_foreign_device_cookie_is_replaced() -> Result<(), Error> {
    let house = House::new().await?;
    let planted = DeviceToken::parse(&"A".repeat(43)).expect("it looks like one");
    let client = Client { token: Some(planted.clone()), ..from(FIREFOX) };
    let ada = house.auth.sign_up(ADA, PASSWORD.into(), on(client)).await?.expect_grant();
    assert_ne!(token(&ada), &planted);
    let kept: Vec<(String,)> = sqlx::query_as("SELECT hash FROM known_devices").fetch_all(house.db.readers()).await?;
    assert!(kept.len() == 1 && kept[0].0 != token(&ada).expose(), "only a hash of it is kept");
    Ok(())
}

#[tokio::test]
async fn a_sign_in_from_a_new_device_is_reported_to_the_owner() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.mails().await?;
    house.sign_in_on(ADA, known(&ada)).await?;
    assert!(house.mails().await?.is_empty());
    house.sign_in_on(ADA, from(SAFARI)).await?;
    let mails = house.mails().await?;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains(r#""browser":"Safari","system":"macOS""#), "{}", mails[0].text);
    assert_eq!(mails[0].to, ADA);
    Ok(())
}

#[tokio::test]
async fn a_success_after_many_failures_is_reported_to_the_owner() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.mails().await?;
    for _ in 0..10 {
        house.guess(ADA, known(&ada)).await;
    }
    house.sign_in_on(ADA, known(&ada)).await?;
    let mails = house.mails().await?;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("10"), "{}", mails[0].text);
    house.sign_in_on(ADA, known(&ada)).await?;
    assert!(house.mails().await?.is_empty(), "once");
    Ok(())
}

#[tokio::test]
async fn a_new_password_forgets_every_device_but_the_current_one() -> Result<(), Error> {
    let house = House::new().await?;
    let thief = house.sign_up(ADA).await?;
    let ada = house.sign_in_on(ADA, from(SAFARI)).await?;
    let new = "harbour velvet piano 17";
    let changed =
        house.auth.account(&ada.session).change_password(PASSWORD.into(), new.into(), on(known(&ada))).await?;
    assert_ne!(token(&changed), token(&ada));
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 1);
    house.mails().await?;
    house.auth.sign_in(ADA, new.into(), on(known(&thief))).await?.expect_grant();
    assert_eq!(house.mails().await?.len(), 1);
    house.auth.sign_in(ADA, new.into(), on(known(&changed))).await?.expect_grant();
    assert_eq!(house.mails().await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn the_least_recently_used_of_too_many_devices_is_forgotten() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    for _ in 0..50 {
        house.clock.advance(SECOND);
        house.sign_in(ADA).await?;
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 50);
    house.mails().await?;
    house.sign_in_on(ADA, known(&ada)).await?;
    assert_eq!(house.mails().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn the_use_of_a_device_is_recorded_once_a_day() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let noted = async || -> Result<i64, Error> {
        let (at,) = sqlx::query_as("SELECT last_seen_at FROM known_devices").fetch_one(house.db.readers()).await?;
        Ok(at)
    };
    let first = noted().await?;
    house.clock.advance(DAY - 1);
    house.sign_in_on(ADA, known(&ada)).await?;
    assert_eq!(noted().await?, first);
    house.clock.advance(1);
    let again = house.sign_in_on(ADA, known(&ada)).await?;
    assert_eq!((noted().await?, token(&again)), (first + DAY, token(&ada)));
    Ok(())
}

#[tokio::test]
async fn an_unused_device_is_forgotten() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.clock.advance(DEVICE_KNOWN_FOR - 1);
    while house.auth.upkeep().sweep().await? > 0 {}
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 1);
    house.sign_in_on(ADA, known(&ada)).await?;
    house.clock.advance(DEVICE_KNOWN_FOR - 1);
    while house.auth.upkeep().sweep().await? > 0 {}
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 1, "counted from its last use");
    house.clock.advance(1);
    while house.auth.upkeep().sweep().await? > 0 {}
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 0);
    Ok(())
}

/// Returns a browser that used a mailed link.
fn after(redeemed: &Redeemed) -> Client {
    Client { token: redeemed.device_token.clone(), ..from(FIREFOX) }
}

impl House {
    async fn mailed_reset(&self) -> Result<String, Error> {
        self.auth.links().request_reset(ADA, Client { address: Some([192, 0, 2, 1].into()), ..from(FIREFOX) }).await?;
        self.auth.upkeep().settle().await;
        self.mailed_token("/reset_password").await
    }
}

#[tokio::test]
async fn the_browser_that_used_a_link_does_not_wait_while_strangers_guess() -> Result<(), Error> {
    let house = strict().await?;
    let thief = house.sign_up(ADA).await?;
    let link = house.mailed_reset().await?;
    for _ in 0..8 {
        house.guess(ADA, from(SAFARI)).await;
    }
    assert!(house.guess(ADA, from(SAFARI)).await.is_some());
    let redeemed = house.auth.links().reset_password(&link, NEW_PASSWORD.into(), &from(FIREFOX)).await?;
    assert!(redeemed.device_token.is_some());
    house.mails().await?;
    assert!(wait(house.auth.sign_in(ADA, NEW_PASSWORD.into(), on(known(&thief))).await).is_some(), "every other waits");
    let ada = house.auth.sign_in(ADA, NEW_PASSWORD.into(), on(after(&redeemed))).await?.expect_grant();
    let (begun, redeemed) = (token(&ada), redeemed.device_token.as_ref());
    assert_eq!(Some(begun), redeemed);
    assert_eq!(Some(begun.expose()), redeemed.map(DeviceToken::expose), "it vouched for her account already");
    assert!(house.mails().await?.is_empty(), "a sign-in on it is no news");
    Ok(())
}

#[tokio::test]
async fn a_link_makes_no_device_of_a_client_that_is_no_browser() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let link = house.mailed_reset().await?;
    let client = from(FIREFOX);
    let holder = LinkHolder { client: &client, cookieless: true };
    assert_eq!(house.auth.links().reset_password(&link, NEW_PASSWORD.into(), holder).await?.device_token, None);
    assert_eq!(house.count("SELECT COUNT(*) FROM known_devices").await?, 0);
    Ok(())
}

#[tokio::test]
async fn disabling_and_enabling_an_account_forgets_no_device() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?;
    house.auth.administration(testing::operator()).disable(&ada.session.user.id).await?;
    house.auth.administration(testing::operator()).enable(&ada.session.user.id).await?;
    for _ in 0..8 {
        house.guess(ADA, from(SAFARI)).await;
    }
    house.sign_in_on(ADA, known(&ada)).await?;
    Ok(())
}
