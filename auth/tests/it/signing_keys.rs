//! Signing keys: their life cycle, two nodes, a new secret, configured and imported keys.

use crate::house::{ADA, FIREFOX, House, from, refusal};
use auth::{
    Actor, AppSecret, Auth, Config, DAY, Error, JWKS_LIFETIME, KeyAlgorithm, KeyMaterial, KeyProblem, LifeCycle,
    MINUTE, Refusal, Session, SigningKey, testing,
};
use serde_json::Value;

const ALGORITHMS: [KeyAlgorithm; 4] =
    [KeyAlgorithm::EdDsa, KeyAlgorithm::Es256, KeyAlgorithm::Rs256, KeyAlgorithm::Hs256];

/// RFC 8410, section 10.3.
const ED25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

fn given() -> KeyMaterial {
    KeyMaterial::from_pem(&ED25519.into()).expect("a good key")
}

fn signing_with(token_algorithm: KeyAlgorithm) -> Config {
    Config { token_algorithm, ..testing::config() }
}

/// Starts a node on the database of `house`.
async fn node(house: &House, config: Config) -> Result<Auth, Error> {
    let auth = Auth::new(house.db.clone(), house.clock.clone(), config)?;
    auth.administration(Actor::server()).start_signing_keys().await?;
    Ok(auth)
}

async fn keys(auth: &Auth) -> Result<Vec<SigningKey>, Error> {
    auth.administration(testing::operator()).signing_keys().await
}

async fn maintain(auth: &Auth) -> Result<(), Error> {
    auth.administration(Actor::server()).maintain_signing_keys().await
}

async fn rotate(auth: &Auth) -> Result<SigningKey, Error> {
    auth.administration(testing::operator()).rotate_signing_key(KeyAlgorithm::EdDsa).await
}

async fn bearer(auth: &Auth, session: &Session) -> Result<String, Error> {
    Ok(auth.sessions().access_token(session).await?.expose().to_owned())
}

async fn authenticate(auth: &Auth, bearer: &str) -> Result<Session, Error> {
    auth.sessions().authenticate(bearer, &from(FIREFOX)).await
}

/// Returns the name of the key that signed a token.
fn kid(token: &str) -> String {
    crate::access_tokens::part::<Value>(token, 0)["kid"].as_str().expect("a name").to_owned()
}

/// Returns the names of the published keys.
fn published(auth: &Auth) -> Vec<String> {
    let jwks: Value = serde_json::from_str(&auth.jwks().json).expect("JSON");
    let keys = jwks["keys"].as_array().expect("a list");
    keys.iter().map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn each_algorithm_signs_tokens_that_are_accepted_and_name_it() -> Result<(), Error> {
    for algorithm in ALGORITHMS {
        let house = House::new().await?;
        let auth = node(&house, signing_with(algorithm)).await?;
        let ada = house.sign_up(ADA).await?;
        let token = bearer(&auth, &ada.session).await?;
        let header: Value = crate::access_tokens::part(&token, 0);
        assert_eq!((&header["alg"], &header["typ"]), (&algorithm.as_str().into(), &"at+jwt".into()));
        assert_eq!(authenticate(&auth, &token).await?.id, ada.session.id);
        for position in (0..token.len()).step_by(7) {
            let mut forged = token.clone().into_bytes();
            forged[position] = if forged[position] == b'A' { b'g' } else { b'A' };
            let forged = String::from_utf8(forged).expect("ASCII");
            assert_eq!(refusal(authenticate(&auth, &forged).await), Some(Refusal::Forged), "{algorithm} at {position}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn public_parts_are_published_and_the_key_of_an_hmac_never_is() -> Result<(), Error> {
    for algorithm in ALGORITHMS {
        let house = House::new().await?;
        let auth = node(&house, signing_with(algorithm)).await?;
        let jwks: Value = serde_json::from_str(&auth.jwks().json).expect("JSON");
        let expected: &[&str] = match algorithm {
            KeyAlgorithm::EdDsa => &["alg", "crv", "kid", "kty", "use", "x"],
            KeyAlgorithm::Es256 => &["alg", "crv", "kid", "kty", "use", "x", "y"],
            KeyAlgorithm::Rs256 => &["alg", "e", "kid", "kty", "n", "use"],
            KeyAlgorithm::Hs256 => {
                assert_eq!(jwks["keys"], Value::Array(Vec::new()));
                continue;
            }
        };
        let mut members: Vec<_> = jwks["keys"][0].as_object().expect("a key").keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!((members.as_slice(), &jwks["keys"][0]["alg"]), (expected, &algorithm.as_str().into()));
    }
    Ok(())
}

#[tokio::test]
async fn tokens_of_the_derived_key_are_accepted_until_they_expire() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    // As a server signed it before keys were stored.
    let before = house.bearer(&ada.session)?;
    let auth = node(&house, testing::config()).await?;
    assert_eq!(authenticate(&auth, &before).await?.id, ada.session.id, "nobody is signed out");
    let after = bearer(&auth, &ada.session).await?;
    assert_ne!(kid(&after), kid(&before), "the derived key signs no more");
    let derived = keys(&auth).await?.into_iter().find(|key| key.kid == kid(&before)).expect("it is stored");
    let until = testing::NEW_YEAR + 10 * MINUTE + JWKS_LIFETIME;
    assert_eq!(derived.life, LifeCycle::Retiring { until });
    house.clock.advance(10 * MINUTE);
    assert_eq!(refusal(authenticate(&auth, &before).await), Some(Refusal::Expired));
    house.clock.advance(JWKS_LIFETIME);
    maintain(&auth).await?;
    assert!(!published(&auth).contains(&derived.kid), "then it is retired");
    Ok(())
}

#[tokio::test]
async fn a_new_database_never_knows_the_derived_key() -> Result<(), Error> {
    let house = House::new().await?;
    let auth = node(&house, testing::config()).await?;
    assert_eq!(keys(&auth).await?.len(), 1);
    let ada = house.sign_up(ADA).await?;
    let derived = house.bearer(&ada.session)?;
    assert_eq!(refusal(authenticate(&auth, &derived).await), Some(Refusal::Forged));
    Ok(())
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_verifies_after_it_did() -> Result<(), Error> {
    let house = House::new().await?;
    let auth = node(&house, testing::config()).await?;
    house.sign_up(ADA).await?;
    let first = published(&auth).remove(0);

    house.clock.advance(90 * DAY - 1);
    maintain(&auth).await?;
    assert_eq!(published(&auth), [&*first]);
    house.clock.advance(1);
    maintain(&auth).await?;
    let second = published(&auth).into_iter().find(|kid| *kid != first).expect("the next one is published");
    let due = house.clock.now() + 2 * JWKS_LIFETIME;
    assert_eq!(keys(&auth).await?[1].life, LifeCycle::Upcoming { signs_from: due });

    let ada = house.sign_in(ADA).await?;
    house.clock.advance(2 * JWKS_LIFETIME - 1);
    maintain(&auth).await?;
    let old = bearer(&auth, &ada.session).await?;
    assert_eq!(kid(&old), first, "a service may not know the next one yet");
    house.clock.advance(1);
    maintain(&auth).await?;
    let new = bearer(&auth, &ada.session).await?;
    assert_eq!(kid(&new), second);
    for token in [&old, &new] {
        assert_eq!(authenticate(&auth, token).await?.id, ada.session.id);
    }
    assert!(published(&auth).contains(&first), "its last tokens live");

    house.clock.advance(10 * MINUTE + JWKS_LIFETIME);
    maintain(&auth).await?;
    assert_eq!(published(&auth), [second]);
    assert!(matches!(keys(&auth).await?[0].life, LifeCycle::Retired { .. }));
    let sealed = house.count("SELECT COUNT(*) FROM signing_keys WHERE sealed IS NOT NULL").await?;
    assert_eq!(sealed, 1, "the private part of the retired key is erased");
    Ok(())
}

#[tokio::test]
async fn a_longer_token_lifetime_lengthens_the_retirement() -> Result<(), Error> {
    let house = House::new().await?;
    node(&house, testing::config()).await?;
    let hours = Config { access_token_ttl: 2 * auth::HOUR, ..testing::config() };
    node(&house, hours).await?;
    let short = node(&house, testing::config()).await?;
    house.clock.advance(1);
    rotate(&short).await?;
    house.clock.advance(2 * JWKS_LIFETIME);
    maintain(&short).await?;
    let until = house.clock.now() + 2 * auth::HOUR + JWKS_LIFETIME;
    assert_eq!(keys(&short).await?[0].life, LifeCycle::Retiring { until });
    Ok(())
}

#[tokio::test]
async fn two_nodes_that_start_or_rotate_at_once_make_one_key() -> Result<(), Error> {
    let house = House::with_connections().await?;
    let (one, other) = tokio::join!(node(&house, testing::config()), node(&house, testing::config()));
    let (one, other) = (one?, other?);
    assert_eq!(keys(&one).await?.len(), 1);
    house.clock.advance(1);
    let (a, b) = tokio::join!(rotate(&one), rotate(&other));
    assert_eq!(a?, b?, "and both tell of it");
    assert_eq!(keys(&one).await?.len(), 2);

    house.clock.advance(2 * JWKS_LIFETIME);
    let (a, b) = tokio::join!(maintain(&one), maintain(&other));
    a.and(b)?;
    let stored = keys(&one).await?;
    assert!(matches!(stored[0].life, LifeCycle::Retiring { .. }) && matches!(stored[1].life, LifeCycle::Active { .. }));
    let activated = house.count("SELECT COUNT(*) FROM events WHERE kind = 'signing_key_activated'").await?;
    assert_eq!(activated, 2, "each key once");

    let ada = house.sign_up(ADA).await?;
    for (signer, verifier) in [(&one, &other), (&other, &one)] {
        let token = bearer(signer, &ada.session).await?;
        assert_eq!(kid(&token), stored[1].kid);
        authenticate(verifier, &token).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_key_of_another_process_is_loaded_when_its_token_arrives() -> Result<(), Error> {
    let house = House::new().await?;
    let server = node(&house, testing::config()).await?;
    let ada = house.sign_up(ADA).await?;
    let first = keys(&server).await?.remove(0);
    let other = node(&house, testing::config()).await?;
    other.administration(testing::operator()).retire_signing_key(&first.kid).await?;
    let token = bearer(&other, &ada.session).await?;
    assert_ne!(kid(&token), first.kid);
    assert_eq!(authenticate(&server, &token).await?.id, ada.session.id);
    Ok(())
}

#[tokio::test]
async fn a_retired_key_refuses_its_tokens_at_once_and_another_one_signs() -> Result<(), Error> {
    let house = House::new().await?;
    let auth = node(&house, testing::config()).await?;
    let ada = house.sign_up(ADA).await?;
    let token = bearer(&auth, &ada.session).await?;
    authenticate(&auth, &token).await?;
    let administration = auth.administration(testing::operator());
    administration.retire_signing_key(&kid(&token)).await?;
    assert_eq!(refusal(authenticate(&auth, &token).await), Some(Refusal::Forged), "although it was remembered");
    let second = bearer(&auth, &ada.session).await?;
    authenticate(&auth, &second).await?;
    assert!(matches!(administration.retire_signing_key(&kid(&token)).await, Err(Error::NotFound)), "once is enough");
    assert!(matches!(administration.retire_signing_key("no such key").await, Err(Error::NotFound)));

    let waiting = rotate(&auth).await?;
    administration.retire_signing_key(&kid(&second)).await?;
    assert_eq!(kid(&bearer(&auth, &ada.session).await?), waiting.kid, "the next one does not wait");
    Ok(())
}

#[tokio::test]
async fn keys_are_sealed_under_the_new_secret_at_start() -> Result<(), Error> {
    let house = House::new().await?;
    let before = node(&house, testing::config()).await?;
    let ada = house.sign_up(ADA).await?;
    let token = bearer(&before, &ada.session).await?;
    let secret = || AppSecret::new("Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y".into()).expect("long enough");
    let alone = Config { secret: secret(), ..testing::config() };

    let refused = node(&house, alone.clone()).await.expect_err("nothing opens the key");
    assert!(matches!(&refused, Error::SigningKey(KeyProblem::Sealed(sealed)) if *sealed == kid(&token)), "{refused}");
    assert!(refused.to_string().contains("APP_SECRET_OLD"), "{refused}");

    let both = Config { old_secret: Some(testing::config().secret), ..alone.clone() };
    let both = node(&house, both).await?;
    assert_eq!(kid(&bearer(&both, &ada.session).await?), kid(&token), "it is the same key");
    let alone = node(&house, alone).await?;
    assert_eq!(authenticate(&alone, &token).await?.id, ada.session.id);
    Ok(())
}

#[tokio::test]
async fn a_key_that_nothing_opens_can_be_retired() -> Result<(), Error> {
    let house = House::new().await?;
    let lost = keys(&node(&house, testing::config()).await?).await?.remove(0).kid;
    let secret = AppSecret::new("Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y".into()).expect("long enough");
    let config = Config { secret, ..testing::config() };
    let command = Auth::new(house.db.clone(), house.clock.clone(), config.clone())?;
    command.administration(testing::operator()).retire_signing_key(&lost).await?;
    let auth = node(&house, config).await?;
    assert!(!published(&auth).contains(&lost));
    Ok(())
}

#[tokio::test]
async fn a_sealed_key_opens_in_its_own_row_only() -> Result<(), Error> {
    let house = House::new().await?;
    let auth = node(&house, testing::config()).await?;
    rotate(&auth).await?;
    let sealed = house.count("SELECT COUNT(*) FROM signing_keys WHERE sealed LIKE '%PRIVATE%'").await?;
    assert_eq!(sealed, 0);
    let second = keys(&auth).await?.remove(1).kid;
    let swap = "UPDATE signing_keys SET sealed = (SELECT other.sealed FROM signing_keys other WHERE other.kid <> $1)
                WHERE kid = $1";
    house.execute(swap, &second).await?;
    let refused = node(&house, testing::config()).await.expect_err("it is another key's");
    assert!(matches!(&refused, Error::SigningKey(KeyProblem::Sealed(kid)) if *kid == second), "{refused}");
    Ok(())
}

#[tokio::test]
async fn another_algorithm_signs_after_its_key_was_published() -> Result<(), Error> {
    let house = House::new().await?;
    node(&house, testing::config()).await?;
    let auth = node(&house, signing_with(KeyAlgorithm::Es256)).await?;
    let ada = house.sign_up(ADA).await?;
    let old = bearer(&auth, &ada.session).await?;
    assert_eq!(crate::access_tokens::part::<Value>(&old, 0)["alg"], "EdDSA");
    assert_eq!(published(&auth).len(), 2);
    house.clock.advance(2 * JWKS_LIFETIME);
    maintain(&auth).await?;
    let new = bearer(&auth, &ada.session).await?;
    assert_eq!(crate::access_tokens::part::<Value>(&new, 0)["alg"], "ES256");
    authenticate(&auth, &new).await?;
    Ok(())
}

#[tokio::test]
async fn a_configured_key_signs_and_is_not_rotated() -> Result<(), Error> {
    let house = House::new().await?;
    let config = Config { signing_key: Some(given()), ..testing::config() };
    let auth = node(&house, config.clone()).await?;
    let ada = house.sign_up(ADA).await?;
    let token = bearer(&auth, &ada.session).await?;
    assert_eq!(kid(&token), given().kid());
    node(&house, config.clone()).await?;
    assert_eq!(keys(&auth).await?.len(), 1, "a restart stores it once");
    house.clock.advance(100 * DAY);
    maintain(&auth).await?;
    assert_eq!(keys(&auth).await?.len(), 1);

    let other = Config { token_algorithm: KeyAlgorithm::Es256, ..config.clone() };
    let refused = node(&house, other).await.expect_err("it is of another algorithm");
    assert!(matches!(refused, Error::SigningKey(KeyProblem::OtherAlgorithm { .. })), "{refused}");
    auth.administration(testing::operator()).retire_signing_key(given().kid()).await?;
    let refused = node(&house, config).await.expect_err("it was retired");
    assert!(matches!(refused, Error::SigningKey(KeyProblem::Over(_))), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_configured_key_waits_where_another_one_signs() -> Result<(), Error> {
    let house = House::new().await?;
    node(&house, testing::config()).await?;
    let auth = node(&house, Config { signing_key: Some(given()), ..testing::config() }).await?;
    let ada = house.sign_up(ADA).await?;
    assert_ne!(kid(&bearer(&auth, &ada.session).await?), given().kid());
    house.clock.advance(2 * JWKS_LIFETIME);
    maintain(&auth).await?;
    assert_eq!(kid(&bearer(&auth, &ada.session).await?), given().kid());
    Ok(())
}

#[tokio::test]
async fn an_imported_key_takes_the_place_of_one_that_waits() -> Result<(), Error> {
    let house = House::new().await?;
    let auth = node(&house, testing::config()).await?;
    let waiting = rotate(&auth).await?.kid;
    let administration = auth.administration(testing::operator());
    let imported = administration.import_signing_key(&given()).await?;
    assert_eq!(imported.life, LifeCycle::Upcoming { signs_from: house.clock.now() + 2 * JWKS_LIFETIME });
    assert!(!published(&auth).contains(&waiting) && published(&auth).contains(&imported.kid));
    let again = administration.import_signing_key(&given()).await.expect_err("it is stored");
    assert!(matches!(again, Error::SigningKey(KeyProblem::Known(_))), "{again}");
    Ok(())
}

#[tokio::test]
async fn each_act_is_an_event_with_its_actor() -> Result<(), Error> {
    let house = House::new().await?;
    let auth = node(&house, testing::config()).await?;
    let first = keys(&auth).await?.remove(0).kid;
    let second = rotate(&auth).await?.kid;
    house.clock.advance(2 * JWKS_LIFETIME);
    maintain(&auth).await?;
    let administration = auth.administration(testing::operator());
    administration.retire_signing_key(&first).await?;
    administration.import_signing_key(&given()).await?;
    let events: Vec<(String, String, String)> =
        sqlx::query_as("SELECT kind, detail, actor FROM events ORDER BY id").fetch_all(house.db.readers()).await?;
    let told: Vec<String> = events.iter().map(|(kind, detail, actor)| format!("{kind} {detail}, {actor}")).collect();
    let third = given().kid().to_owned();
    let expected = [
        format!("signing_key_created EdDSA {first}, server"),
        format!("signing_key_activated EdDSA {first}, server"),
        format!("signing_key_created EdDSA {second}, command_line root"),
        format!("signing_key_retiring EdDSA {first}, server"),
        format!("signing_key_activated EdDSA {second}, server"),
        format!("signing_key_retired EdDSA {first}, command_line root"),
        format!("signing_key_imported EdDSA {third}, command_line root"),
    ];
    assert_eq!(told, expected);
    Ok(())
}
