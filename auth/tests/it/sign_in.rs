//! Sign-in.

use crate::house::{ADA, BOB, FIREFOX, House, NEW_PASSWORD, PASSWORD, holding, refusal, remembered};
use auth::{Argon2Cost, Auth, Client, CredentialFailure, Error, NewSession, Refusal, testing};
use std::net::IpAddr;

fn failure<T>(result: Result<T, Error>) -> Option<CredentialFailure> {
    result.err().and_then(|error| match error {
        Error::InvalidCredentials(why) => Some(why),
        _ => None,
    })
}

async fn stored_hash(house: &House) -> Result<String, Error> {
    let (hash,): (String,) = sqlx::query_as("SELECT password_hash FROM users WHERE email = $1")
        .bind(ADA)
        .fetch_one(house.db.readers())
        .await?;
    Ok(hash)
}

#[tokio::test]
async fn address_and_password_must_belong_together() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    house.auth.sign_up(BOB, NEW_PASSWORD.into(), remembered()).await?.expect_grant();
    let attempt = |email: &'static str, password: &'static str| {
        let auth = house.auth.clone();
        async move { failure(auth.sign_in(email, password.into(), remembered()).await) }
    };
    assert_eq!(attempt(ADA, NEW_PASSWORD).await, Some(CredentialFailure::WrongPassword));
    assert_eq!(attempt(ADA, "Kettle orbit mango 42").await, Some(CredentialFailure::WrongPassword));
    assert_eq!(attempt(ADA, "kettle orbit mango 42 ").await, Some(CredentialFailure::WrongPassword));
    assert_eq!(attempt(ADA, "").await, Some(CredentialFailure::WrongPassword));
    assert_eq!(attempt("eve@example.com", PASSWORD).await, Some(CredentialFailure::UnknownAddress));
    assert_eq!(attempt("no address", PASSWORD).await, Some(CredentialFailure::UnknownAddress));
    assert_eq!(attempt("' OR 1=1 --@example.com", PASSWORD).await, Some(CredentialFailure::UnknownAddress));
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 2, "those of the two sign-ups");
    assert_eq!(attempt(ADA, PASSWORD).await, None);
    Ok(())
}

#[tokio::test]
async fn a_disabled_user_cannot_sign_in_and_only_the_right_password_learns_why() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.disable(&ada.session.user.id).await?;
    assert_eq!(failure(house.sign_in(ADA).await), Some(CredentialFailure::Disabled));
    let wrong = house.auth.sign_in(ADA, NEW_PASSWORD.into(), remembered()).await;
    assert_eq!(failure(wrong), Some(CredentialFailure::WrongPassword));
    assert_eq!(house.count("SELECT COUNT(*) FROM sessions").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_session_is_remembered_only_on_request() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    house.clock.advance(auth::HOUR);
    let new = NewSession {
        remember: false,
        client: Client { user_agent: FIREFOX.to_owned(), address: Some(IpAddr::from([192, 0, 2, 7])), token: None },
        ..remembered()
    };
    let grant = house.auth.sign_in(ADA, PASSWORD.into(), new).await?.expect_grant();
    assert_eq!(grant.session.begun_at, testing::NEW_YEAR + auth::HOUR);
    assert_eq!(grant.session.expires_at, testing::NEW_YEAR + 13 * auth::HOUR);
    assert!(!grant.session.remembered);
    assert_eq!(grant.refresh_token.max_age(), None, "goes with the browser");
    assert_eq!(house.row(&grant.session.id).await?.user_agent, FIREFOX);
    Ok(())
}

#[tokio::test]
async fn a_raised_cost_hashes_the_password_anew() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let cheap = stored_hash(&house).await?;
    house.sign_in(ADA).await?;
    assert_eq!(stored_hash(&house).await?, cheap, "the same cost leaves it alone");

    let dearer = auth::Config { argon2: Argon2Cost { memory_kib: 128, passes: 2, lanes: 1 }, ..testing::config() };
    let dearer = Auth::new(house.db.clone(), house.clock.clone(), dearer)?;
    let wrong = dearer.sign_in(ADA, NEW_PASSWORD.into(), remembered()).await;
    assert_eq!(failure(wrong), Some(CredentialFailure::WrongPassword));
    assert_eq!(stored_hash(&house).await?, cheap, "a wrong password leaves it alone");

    dearer.sign_in(ADA, PASSWORD.into(), remembered()).await?.expect_grant();
    let dear = stored_hash(&house).await?;
    assert!(dear.starts_with("$argon2id$v=19$m=128,t=2,p=1$"), "{dear}");
    dearer.sign_in(ADA, PASSWORD.into(), remembered()).await?.expect_grant();
    assert_eq!(stored_hash(&house).await?, dear);
    Ok(())
}

#[tokio::test]
async fn a_sign_in_ends_the_session_that_the_browser_held() -> Result<(), Error> {
    let house = House::new().await?;
    let first = house.sign_up(ADA).await?;
    let bearer = house.bearer(&first.session)?;
    house.authenticate(&bearer).await?;
    let renewed = house.renew(&first).await?;

    // A copy that lives on may be of an earlier generation; it identifies the session nevertheless.
    let second = house.auth.sign_in(ADA, PASSWORD.into(), holding(first.refresh_token.expose())).await?.expect_grant();
    assert_ne!(second.session.id, first.session.id);
    assert_eq!(house.end_reason(&first.session.id).await?.as_deref(), Some("superseded"));
    assert_eq!(refusal(house.renew(&renewed).await), Some(Refusal::NoSession));
    assert_eq!(refusal(house.authenticate(&bearer).await), Some(Refusal::NoSession), "at once");

    house.sign_up(BOB).await?;
    let bob = house.auth.sign_in(BOB, PASSWORD.into(), holding(second.refresh_token.expose())).await?.expect_grant();
    assert_eq!(house.end_reason(&second.session.id).await?.as_deref(), Some("superseded"), "whoever's it was");
    house.renew(&bob).await?;
    Ok(())
}

#[tokio::test]
async fn a_sign_in_ends_no_session_without_a_genuine_token() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let token = ada.refresh_token.expose();
    let refused = house.auth.sign_in(ADA, NEW_PASSWORD.into(), holding(token)).await;
    assert_eq!(failure(refused), Some(CredentialFailure::WrongPassword));

    let mut forged = token.to_owned();
    let last = if forged.pop() == Some('A') { 'Q' } else { 'A' };
    forged.push(last);
    for presented in [forged.as_str(), "", "garbage"] {
        house.auth.sign_in(ADA, PASSWORD.into(), holding(presented)).await?.expect_grant();
    }
    assert_eq!(house.end_reason(&ada.session.id).await?, None);
    house.renew(&ada).await?;
    Ok(())
}
