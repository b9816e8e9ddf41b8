//! A client that guesses or floods waits longer and longer; other clients do not.

use crate::house::{
    ADA, BOB, FIREFOX, House, PASSWORD, SAFARI, WRONG_PASSWORD, from, from_address, remembered, violations,
};
use auth::testing::{self, NEW_YEAR};
use auth::{
    Auth, Client, Clock, Config, DAY, Error, HOUR, MINUTE, Millis, NewSession, SECOND, Throttle, UserId, Violation,
};
use futures::future::join_all;
use std::net::{IpAddr, Ipv6Addr};

pub(crate) const NOBODY: &str = "nobody@example.com";

pub(crate) fn config() -> Config {
    Config { throttle: Throttle { free_per_account: 3, free_per_address: 5 }, ..testing::config() }
}

/// Returns accounts with three free attempts an account and five a client address.
pub(crate) async fn strict() -> Result<House, Error> {
    let db = testing::database_with_connections().await?;
    let clock = Clock::hand_set(NEW_YEAR);
    Ok(House { auth: Auth::new(db.clone(), clock.clone(), config())?, clock, db })
}

/// Returns the time to wait, if the result is a throttled one.
pub(crate) fn wait<T>(result: Result<T, Error>) -> Option<Millis> {
    result.err().and_then(|error| match error {
        Error::Throttled { retry_after } => Some(retry_after),
        _ => None,
    })
}

impl House {
    /// Tries a wrong password. Returns the time to wait if the attempt was refused unchecked.
    pub(crate) async fn guess(&self, email: &str, client: Client) -> Option<Millis> {
        let new = NewSession { client, ..remembered() };
        let guessed = self.auth.sign_in(email, WRONG_PASSWORD.into(), new).await.map(drop);
        assert!(matches!(guessed, Err(Error::InvalidCredentials(_) | Error::Throttled { .. })), "{guessed:?}");
        wait(guessed)
    }

    /// Guesses until there is a wait. Returns the waits of `times` more guesses, each at the earliest permitted time.
    async fn waits(&self, email: &str, times: usize) -> Vec<Millis> {
        let mut waits = Vec::new();
        while waits.len() < times {
            if let Some(wait) = self.guess(email, from(SAFARI)).await {
                waits.push(wait);
                self.clock.advance(wait);
            }
        }
        waits
    }

    pub(crate) async fn throttled_events(&self) -> Result<Vec<String>, Error> {
        Ok(self.told().await?.into_iter().filter(|told| told.starts_with("throttled")).collect())
    }
}

#[tokio::test]
async fn guesses_wait_longer_and_longer_up_to_a_limit() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(ADA).await?;
    let waits: Vec<_> = house.waits(ADA, 13).await.into_iter().map(|wait| wait / SECOND).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    house.sign_in(ADA).await?;
    Ok(())
}

#[tokio::test]
async fn an_unknown_address_is_throttled_alike() -> Result<(), Error> {
    let (house, other) = (strict().await?, strict().await?);
    house.sign_up(ADA).await?;
    assert_eq!(house.waits(ADA, 9).await, other.waits(NOBODY, 9).await);
    assert_eq!(wait(other.sign_in("NOBODY@example.com").await), None, "the last wait is over");
    assert!(wait(other.sign_in("NOBODY@example.com").await).is_some(), "however it is written");
    Ok(())
}

#[tokio::test]
async fn the_right_password_must_wait_as_well() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(ADA).await?;
    for _ in 0..4 {
        assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
    }
    assert_eq!(wait(house.sign_in(ADA).await), Some(SECOND), "else a guesser need not wait");
    house.clock.advance(SECOND - 1);
    assert_eq!(wait(house.sign_in(ADA).await), Some(1));
    house.clock.advance(1);
    house.sign_in(ADA).await?;
    assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
    assert_eq!(house.guess(ADA, from(SAFARI)).await, Some(2 * SECOND), "a success gives back one try alone");
    Ok(())
}

#[tokio::test]
async fn attempts_are_returned_over_time() -> Result<(), Error> {
    let house = strict().await?;
    for _ in 0..4 {
        assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
    }
    house.clock.advance(2 * HOUR);
    assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
    assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
    assert_eq!(house.guess(ADA, from(SAFARI)).await, Some(SECOND));
    Ok(())
}

#[tokio::test]
async fn counters_survive_a_restart() -> Result<(), Error> {
    let house = strict().await?;
    house.waits(ADA, 4).await;
    assert_eq!(house.guess(ADA, from(SAFARI)).await, None);
    let restarted = Auth::new(house.db.clone(), house.clock.clone(), config())?;
    assert_eq!(wait(restarted.sign_in(ADA, WRONG_PASSWORD.into(), remembered()).await), Some(16 * SECOND));
    Ok(())
}

#[tokio::test]
async fn concurrent_attempts_are_as_limited_as_sequential_ones() -> Result<(), Error> {
    // One counter is written in one statement, those of account and client address in a transaction.
    for client in [from(SAFARI), from_address(SAFARI, [192, 0, 2, 66])] {
        let house = strict().await?;
        house.sign_up(ADA).await?;
        let other_node = Auth::new(house.db.clone(), house.clock.clone(), config())?;
        let tries = (0..14).map(|number| {
            let auth = if number % 2 == 0 { &house.auth } else { &other_node };
            auth.sign_in(ADA, WRONG_PASSWORD.into(), NewSession { client: client.clone(), ..remembered() })
        });
        let waits = join_all(tries).await.into_iter().map(wait);
        let looked_at = waits.filter(Option::is_none).count();
        assert_eq!(looked_at, 4, "three are free, and the fourth begins a wait");
    }
    Ok(())
}

#[tokio::test]
async fn a_client_that_guesses_at_many_accounts_waits() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(ADA).await?;
    let (thief, owner) = ([192, 0, 2, 66], [192, 0, 2, 7]);
    for number in 0..6 {
        let email = format!("person-{number}@example.com");
        assert_eq!(house.guess(&email, from_address(SAFARI, thief)).await, None);
    }
    assert_eq!(house.guess(ADA, from_address(SAFARI, thief)).await, Some(SECOND));
    assert_eq!(house.guess("no address", from_address(SAFARI, thief)).await, Some(SECOND), "what is none, too");
    let new = NewSession { client: from_address(FIREFOX, owner), ..remembered() };
    house.auth.sign_in(ADA, PASSWORD.into(), new).await?.expect_grant();
    house.clock.advance(MINUTE);
    assert_eq!(house.guess(ADA, from_address(SAFARI, thief)).await, None);
    Ok(())
}

#[tokio::test]
async fn many_people_behind_one_address_may_sign_in() -> Result<(), Error> {
    let house = strict().await?;
    let office = || NewSession { client: from_address(FIREFOX, [192, 0, 2, 7]), ..remembered() };
    house.sign_up(ADA).await?;
    for _ in 0..20 {
        house.auth.sign_in(ADA, PASSWORD.into(), office()).await?.expect_grant();
    }
    Ok(())
}

#[tokio::test]
async fn an_own_account_gains_a_guesser_nothing() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(BOB).await?;
    let thief = || from_address(SAFARI, [192, 0, 2, 66]);
    let mut looked_at = 0;
    for number in 0..40 {
        let email = format!("person-{number}@example.com");
        looked_at += usize::from(house.guess(&email, thief()).await.is_none());
        let new = NewSession { client: thief(), ..remembered() };
        let _own = house.auth.sign_in(BOB, PASSWORD.into(), new).await;
    }
    assert_eq!(looked_at, 6);
    Ok(())
}

#[tokio::test]
async fn the_current_password_is_not_guessed_from_a_stolen_session() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?;
    for _ in 0..2 {
        let guessed = house.auth.account(&ada.session).reauthenticate(WRONG_PASSWORD.into(), remembered()).await;
        assert_eq!(violations(guessed), [Violation::CurrentPassword]);
        let new = "harbour velvet piano 17".into();
        let guessed = house.auth.account(&ada.session).change_password(WRONG_PASSWORD.into(), new, remembered()).await;
        assert_eq!(violations(guessed), [Violation::CurrentPassword]);
    }
    let guessed = house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), remembered()).await;
    assert_eq!(wait(guessed), Some(SECOND));
    house.sign_in(ADA).await?;
    house.clock.advance(SECOND);
    house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), remembered()).await?;
    Ok(())
}

#[tokio::test]
async fn a_person_with_the_right_password_may_try_many_new_ones() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?;
    for _ in 0..10 {
        let changed =
            house.auth.account(&ada.session).change_password(PASSWORD.into(), "short".into(), remembered()).await;
        assert_eq!(violations(changed).len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_wait_is_recorded_once_and_refusals_write_nothing() -> Result<(), Error> {
    let house = strict().await?;
    let ada = house.sign_up(ADA).await?.session.user.id;
    for _ in 0..20 {
        house.guess(ADA, from(SAFARI)).await;
    }
    assert_eq!(house.throttled_events().await?, ["throttled refused sign_in_account"]);
    let event = house.events().await?.into_iter().find(|event| event.kind == "throttled").expect("it was told");
    assert_eq!(
        (event.user_id.as_ref().map(UserId::as_str), event.device.as_deref()),
        (Some(ada.as_str()), Some(SAFARI))
    );
    let (tries,): (i64,) = sqlx::query_as("SELECT tries FROM throttle").fetch_one(house.db.readers()).await?;
    assert_eq!(tries, 4);
    Ok(())
}

#[tokio::test]
async fn the_table_lists_no_addresses() -> Result<(), Error> {
    let house = strict().await?;
    house.guess(NOBODY, from_address(SAFARI, [192, 0, 2, 66])).await;
    let hashes: Vec<(String,)> = sqlx::query_as("SELECT hash FROM throttle").fetch_all(house.db.readers()).await?;
    assert_eq!(hashes.len(), 3, "the account's, the client's and its network's");
    assert!(hashes.iter().all(|(hash,)| hash.len() == 43 && !hash.contains(['@', '.'])), "{hashes:?}");
    Ok(())
}

#[tokio::test]
async fn unused_counters_are_swept() -> Result<(), Error> {
    let house = strict().await?;
    house.guess(ADA, from(SAFARI)).await;
    house.auth.upkeep().settle().await;
    house.clock.advance(7 * DAY - 1);
    assert_eq!(house.auth.upkeep().sweep().await?, 0);
    house.clock.advance(1);
    assert_eq!(house.auth.upkeep().sweep().await?, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM throttle").await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_success_does_not_delay_an_attempt_with_a_slightly_older_clock() -> Result<(), Error> {
    let house = strict().await?;
    house.sign_up(ADA).await?;
    house
        .auth
        .sign_in(ADA, PASSWORD.into(), NewSession { client: from_address(FIREFOX, [192, 0, 2, 7]), ..remembered() })
        .await?
        .expect_grant();
    house.clock.advance(-1);
    assert_eq!(house.guess(NOBODY, from_address(FIREFOX, [192, 0, 2, 7])).await, None);
    Ok(())
}

/// Returns the waits of a stranger who guesses at the earliest permitted times, while the owner signs in before the
/// guesses of `signs_in`, on a known device or another one.
async fn waits_beside_an_owner(signs_in: &[usize], is_known: bool) -> Result<Vec<Option<Millis>>, Error> {
    let house = strict().await?;
    let token = house.sign_up(ADA).await?.device_token.filter(|_| is_known);
    let owner = || NewSession { client: Client { token: token.clone(), ..from(FIREFOX) }, ..remembered() };
    let mut seen = Vec::new();
    for number in 0..14 {
        if signs_in.contains(&number) {
            house.auth.sign_in(ADA, PASSWORD.into(), owner()).await?.expect_grant();
        }
        let wait = house.guess(ADA, from_address(SAFARI, [192, 0, 2, 66])).await;
        house.clock.advance(wait.unwrap_or_default());
        seen.push(wait);
    }
    Ok(seen)
}

#[tokio::test]
async fn waits_do_not_reveal_that_the_owner_signed_in() -> Result<(), Error> {
    let alone = waits_beside_an_owner(&[], false).await?;
    assert_eq!(alone[..7], [None, None, None, None, Some(SECOND), None, Some(2 * SECOND)]);
    for is_known in [false, true] {
        // At a time when no wait is active.
        let beside = waits_beside_an_owner(&[0, 1, 3, 5, 7, 9, 11], is_known).await?;
        assert_eq!(beside, alone, "known device: {is_known}");
    }
    Ok(())
}

/// Guesses at a new account each time, so that only the client address counts.
async fn guess_elsewhere(house: &House, number: u16, address: impl Into<IpAddr>) -> Option<Millis> {
    let client = Client { address: Some(address.into()), ..from(SAFARI) };
    house.guess(&format!("person-{number}@example.com"), client).await
}

#[tokio::test]
async fn networks_are_counted_with_larger_budgets() -> Result<(), Error> {
    // Five free attempts for a client, four times as many for a /56, sixteen times for a /48 and an IPv4 /24.
    let ipv6 = |network: u16, subnet: u16| Ipv6Addr::new(0x2001, 0xdb8, network, subnet, 0, 0, 0, 1);
    let house = strict().await?;
    for number in 0..21 {
        assert_eq!(guess_elsewhere(&house, number, ipv6(1, number)).await, None, "{number}");
    }
    assert_eq!(guess_elsewhere(&house, 21, ipv6(1, 77)).await, Some(SECOND), "the /56");
    assert_eq!(guess_elsewhere(&house, 22, ipv6(1, 0x177)).await, None, "the next one");
    for number in 22..81 {
        assert_eq!(guess_elsewhere(&house, number, ipv6(1, number * 256)).await, None, "{number}");
    }
    assert_eq!(guess_elsewhere(&house, 81, ipv6(1, 0xf000)).await, Some(SECOND), "the /48");
    assert_eq!(guess_elsewhere(&house, 82, ipv6(2, 0xf000)).await, None, "the next one");

    let house = strict().await?;
    for number in 0..81_u8 {
        assert_eq!(guess_elsewhere(&house, number.into(), [192, 0, 2, number]).await, None, "{number}");
    }
    assert_eq!(guess_elsewhere(&house, 81, [192, 0, 2, 200]).await, Some(SECOND), "the /24");
    assert_eq!(guess_elsewhere(&house, 82, [192, 0, 3, 200]).await, None, "the next one");
    Ok(())
}
