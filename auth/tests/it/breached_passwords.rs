//! Breached passwords: every new password is looked up by five digits, and a failed lookup accepts it.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_ADDRESS, PASSWORD, from, remembered, unremembered, violations};
use auth::testing::{self, NEW_YEAR};
use auth::{
    Auth, BreachedPasswords, Clock, Config, Error, LinkProof, PasswordProblem, RangeProblem, SignIn, Violation,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Its SHA-1 is 209551CDBC1E693C7B472FC66D984BB82F489AD6; that of [`PASSWORD`] starts with E0E57.
const BREACHED: &str = "violet anchor spoon 8";
const RANGE: &str = "0000000000000000000000000000000000A:12\r\n1CDBC1E693C7B472FC66D984BB82F489AD6:3\r\n";
const REFUSED: [Violation; 1] = [Violation::Password(PasswordProblem::Breached)];

/// A range API that records its requests.
#[derive(Clone, Default)]
struct Keeper(Arc<Mutex<Vec<String>>>);

impl Keeper {
    /// Returns the lookup with this answer to every request.
    fn answering(&self, answer: Result<Vec<u8>, RangeProblem>) -> BreachedPasswords {
        let keeper = self.clone();
        BreachedPasswords::new(move |prefix| {
            keeper.0.lock().unwrap_or_else(PoisonError::into_inner).push(prefix);
            std::future::ready(answer.clone())
        })
    }

    /// Returns the requests since the last call.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn house_of(breached: BreachedPasswords, require_verified_email: bool) -> Result<House, Error> {
    let (db, clock) = (testing::database().await?, Clock::hand_set(NEW_YEAR));
    let config = Config { breached_passwords: Some(breached), require_verified_email, ..testing::config() };
    Ok(House { auth: Auth::new(db.clone(), clock.clone(), config)?, clock, db })
}

/// Returns accounts whose range API contains [`BREACHED`].
async fn house() -> Result<(House, Keeper), Error> {
    let keeper = Keeper::default();
    Ok((house_of(keeper.answering(Ok(RANGE.into())), false).await?, keeper))
}

#[tokio::test]
async fn a_password_is_looked_up_in_its_normalized_form() -> Result<(), Error> {
    let (house, keeper) = house().await?;
    house.auth.sign_up(ADA, "caf\u{e9} anchor spoon 8".into(), remembered()).await?.expect_grant();
    house.auth.sign_up(BOB, "cafe\u{301} anchor spoon 8".into(), remembered()).await?.expect_grant();
    let asked = keeper.asked();
    assert_eq!((asked.len(), &asked[0]), (2, &asked[1]));
    Ok(())
}

#[tokio::test]
async fn a_breached_password_is_refused_wherever_one_is_chosen() -> Result<(), Error> {
    let (house, keeper) = house().await?;
    let (auth, client) = (&house.auth, from(FIREFOX));
    assert_eq!(violations(auth.sign_up(ADA, BREACHED.into(), remembered()).await), REFUSED, "sign-up");
    assert_eq!(keeper.asked(), ["20955"]);
    let ada = house.sign_up(ADA).await?;
    assert_eq!(keeper.asked(), ["E0E57"]);

    let changed = auth.account(&ada.session).change_password(PASSWORD.into(), BREACHED.into(), remembered()).await;
    assert_eq!(violations(changed), REFUSED, "a new password");
    let link = house.mailed_token("/verify_address").await?;
    let breached = Some(keeper.answering(Ok(RANGE.into())));
    let strict = Config { breached_passwords: breached, require_verified_email: true, ..testing::config() };
    let strict = Auth::new(house.db.clone(), house.clock.clone(), strict)?;
    let verified = strict.links().verify_address(&link, LinkProof::NewPassword(BREACHED.into()), &client).await;
    assert_eq!(violations(verified), REFUSED, "verifying with a new one");
    auth.links().verify_address(&link, LinkProof::Session(ada.session.clone()), &client).await?;
    auth.links().request_reset(ADA, client.clone()).await?;
    auth.upkeep().settle().await;
    let link = house.mailed_token("/reset_password").await?;
    assert_eq!(violations(auth.links().reset_password(&link, BREACHED.into(), &client).await), REFUSED, "a reset");
    auth.account(&ada.session).request_address_change(NEW_ADDRESS, &client).await?;
    let link = house.mailed_token("/confirm_address").await?;
    auth.links().confirm_address_change(&link, LinkProof::Session(ada.session.clone()), &client).await?;
    let link = house.mailed_token("/undo_address").await?;
    let undone = auth.links().undo_address_change(&link, BREACHED.into(), &client).await;
    assert_eq!(violations(undone), REFUSED, "undoing a change of address");
    let created = auth.administration(testing::operator()).create(BOB, Some(BREACHED.into())).await;
    assert_eq!(violations(created), REFUSED, "an administrator");
    assert_eq!(keeper.asked(), ["20955"; 5]);

    assert_eq!(house.count("SELECT COUNT(*) FROM users").await?, 1);
    assert!(!house.told().await?.iter().any(|told| told.starts_with("breach_lookup_failed")));
    auth.links().undo_address_change(&link, PASSWORD.into(), &client).await?;
    house.sign_in(ADA).await?;
    Ok(())
}

#[tokio::test]
async fn only_acceptable_new_passwords_are_looked_up() -> Result<(), Error> {
    let (house, keeper) = house().await?;
    for weak in ["elevenchars", "passwordpassword", ADA, "aaaaaaaaaaaaaaaa"] {
        assert_eq!(violations(house.auth.sign_up(ADA, weak.into(), remembered()).await).len(), 1, "{weak}");
    }
    assert_eq!(keeper.asked(), [""; 0]);
    let ada = house.sign_up(ADA).await?;
    keeper.asked();
    house.sign_in(ADA).await?;
    assert!(house.auth.sign_in(ADA, BREACHED.into(), unremembered()).await.is_err());
    house.auth.account(&ada.session).reauthenticate(PASSWORD.into(), remembered()).await?;
    house.auth.administration(testing::operator()).create(BOB, None).await?;
    assert_eq!(keeper.asked(), [""; 0], "a sign-in asks nobody, and neither does a password that nobody knows");
    Ok(())
}

#[tokio::test]
async fn if_the_lookup_fails_the_password_passes_and_an_event_says_so() -> Result<(), Error> {
    for (answer, detail) in [
        (Err(RangeProblem::TimedOut), "timed_out"),
        (Err(RangeProblem::Unreachable("connection refused".to_owned())), "unreachable"),
        (Err(RangeProblem::Status(503)), "status"),
        (Err(RangeProblem::TooLong), "too_long"),
        (Ok(b"<!doctype html>".to_vec()), "unreadable"),
        (Ok(Vec::new()), "unreadable"),
    ] {
        let house = house_of(Keeper::default().answering(answer), false).await?;
        house.auth.sign_up(ADA, BREACHED.into(), remembered()).await?.expect_grant();
        let events = house.events().await?;
        let failed: Vec<_> = events.iter().filter(|event| event.kind == "breach_lookup_failed").collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!((failed[0].outcome.as_str(), failed[0].detail.as_deref()), ("refused", Some(detail)));
        assert_eq!((&failed[0].user_id, &failed[0].address), (&None, &None), "it is about nobody");
    }
    Ok(())
}

#[tokio::test]
async fn the_lookup_does_not_reveal_who_has_an_account() -> Result<(), Error> {
    let keeper = Keeper::default();
    let house = house_of(keeper.answering(Ok(RANGE.into())), true).await?;
    let sign_up = async |email, password: &str| {
        let signed_up = house.auth.sign_up(email, password.into(), remembered()).await;
        assert!(!matches!(signed_up, Ok(SignIn::Granted(_))), "no session begins");
        (violations(signed_up), keeper.asked())
    };
    assert_eq!(sign_up(ADA, PASSWORD).await, (Vec::new(), vec!["E0E57".to_owned()]));
    for (password, refused, prefix) in [(PASSWORD, Vec::new(), "E0E57"), (BREACHED, REFUSED.to_vec(), "20955")] {
        for email in [ADA, BOB] {
            let answer = (refused.clone(), vec![prefix.to_owned()]);
            assert_eq!(sign_up(email, password).await, answer, "{email} asks once, like anybody");
        }
    }
    Ok(())
}
