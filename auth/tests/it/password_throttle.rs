//! Guesses at the current password are counted for each session and for all sessions of an account.

use crate::house::{ADA, PASSWORD, WRONG_PASSWORD, remembered};
use crate::throttle::{strict, wait};
use auth::{Error, HOUR};

#[tokio::test]
async fn wrong_guesses_in_one_session_do_not_delay_another() -> Result<(), Error> {
    let house = strict().await?;
    let (stolen, own) = (house.sign_up(ADA).await?, house.sign_in(ADA).await?);
    let guess = || house.auth.account(&stolen.session).reauthenticate(WRONG_PASSWORD.into(), remembered());
    // Two days of a thief who never waits longer than necessary.
    let end = house.clock.now() + 48 * HOUR;
    let mut guesses = 0;
    while house.clock.now() < end {
        match guess().await {
            Err(Error::Throttled { retry_after }) => house.clock.advance(retry_after),
            _ => guesses += 1,
        }
    }
    assert!(guesses < 48 * 4 + 20, "{guesses}");
    house.auth.account(&own.session).reauthenticate(PASSWORD.into(), remembered()).await?;
    Ok(())
}

#[tokio::test]
async fn all_sessions_of_an_account_together_guess_a_bounded_number_of_times() -> Result<(), Error> {
    let house = strict().await?;
    let mut guesses = 0;
    let mut stolen = vec![house.sign_up(ADA).await?];
    for _ in 0..30 {
        stolen.push(house.sign_in(ADA).await?);
    }
    for thief in &stolen {
        while wait(house.auth.account(&thief.session).reauthenticate(WRONG_PASSWORD.into(), remembered()).await)
            .is_none()
        {
            guesses += 1;
        }
    }
    assert_eq!(guesses, 31, "ten times what one session has without a wait, and one more");
    Ok(())
}
