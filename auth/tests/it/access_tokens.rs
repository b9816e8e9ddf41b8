//! Access tokens: the accepted ones, and every forgery that RFC 8725 describes.

use crate::house::{ADA, BOB, House, PASSWORD, refusal, unremembered};
use auth::{Auth, Claims, DAY, Error, HOUR, Lifetime, MINUTE, Refusal, SECOND, Session, WEB_CLIENT_ID, testing};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

pub(crate) const ISSUER: &str = "https://latchkey.example";

/// Our signing key, derived from the secret in `testing::config()`. Its holder can sign anything.
struct Forger {
    pair: Ed25519KeyPair,
    kid: String,
}

impl Forger {
    fn new() -> Self {
        let mut seed = [0; 32];
        Hkdf::<Sha256>::new(None, testing::SECRET.as_bytes())
            .expand(b"latchkey access token ed25519 v1", &mut seed)
            .expect("32 bytes are few enough");
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed");
        let x = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key());
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        Self { pair, kid: BASE64_URL_SAFE_NO_PAD.encode(&thumbprint[..9]) }
    }

    fn header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.kid})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = signed_part(header, claims);
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

pub(crate) fn hs256(header: &Value, claims: &Value, key: &[u8]) -> String {
    let signed = signed_part(header, claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

pub(crate) fn signed_part(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

pub(crate) fn claims(session: &Session) -> Value {
    let now = testing::NEW_YEAR / SECOND;
    json!({
        "iss": ISSUER, "aud": ISSUER, "sub": session.user.id, "sid": session.id,
        "iat": now, "exp": now + 600, "auth_time": now, "roles": [],
        "client_id": WEB_CLIENT_ID, "jti": "0.AAAAAAAAAAA",
    })
}

/// Returns `object` with `member` set, or removed if `value` is null.
pub(crate) fn with(object: &Value, member: &str, value: Value) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(member)
    } else {
        members.insert(member.to_owned(), value)
    };
    object
}

pub(crate) fn part<T: serde::de::DeserializeOwned>(token: &str, index: usize) -> T {
    let part = token.split('.').nth(index).expect("a JWT has three parts");
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&json).expect("JSON")
}

#[tokio::test]
async fn a_token_has_the_claims_of_its_session() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.clock.advance(HOUR);
    let token = house.auth.sessions().access_token(&ada.session).await?;
    assert_eq!(token.expires_in(), 600);
    assert!(token.expose().len() < 500, "{} bytes", token.expose().len());
    assert!(!format!("{token:?}").contains(token.expose()));

    assert_eq!(part::<Value>(token.expose(), 0), Forger::new().header());
    let claims = part::<Claims>(token.expose(), 1);
    let (begun, now) = (testing::NEW_YEAR / SECOND, house.clock.now() / SECOND);
    let expected = Claims {
        iss: ISSUER.to_owned(),
        aud: ISSUER.to_owned(),
        sub: ada.session.user.id.clone(),
        sid: ada.session.id.clone(),
        iat: now,
        exp: now + 600,
        auth_time: begun,
        client_id: WEB_CLIENT_ID.to_owned(),
        jti: claims.jti.clone(),
        roles: Vec::new(),
    };
    assert_eq!(claims, expected);
    assert_eq!(house.authenticate(token.expose()).await?.id, ada.session.id);
    Ok(())
}

/// RFC 9068, section 2.2, and RFC 7519, section 4.1.7.
#[tokio::test]
async fn every_token_has_its_own_id_and_names_its_client() -> Result<(), Error> {
    let house = House::new().await?;
    let mut ada = house.sign_up(ADA).await?;
    let mut ids = HashSet::new();
    for generation in 0..3 {
        for _ in 0..3 {
            let token = house.bearer(&ada.session)?;
            let claims = part::<Claims>(&token, 1);
            assert_eq!(claims.client_id, "web");
            assert!(claims.jti.starts_with(&format!("{generation}.")), "{}", claims.jti);
            assert!(ids.insert(claims.jti));
            assert!(token.len() < 500, "{} bytes", token.len());
        }
        ada = house.renew(&ada).await?;
    }
    Ok(())
}

#[tokio::test]
async fn only_access_tokens_signed_by_our_key_are_accepted() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let forger = Forger::new();
    let (header, claims) = (forger.header(), claims(&ada.session));
    let genuine = forger.sign(&header, &claims);
    assert_eq!(house.authenticate(&genuine).await?.id, ada.session.id, "the forger's hand is a good one");

    let stranger = Ed25519KeyPair::generate().unwrap();
    let strangers_jwk =
        json!({"kty": "OKP", "crv": "Ed25519", "x": BASE64_URL_SAFE_NO_PAD.encode(stranger.public_key())});
    let stranger = Forger { pair: stranger, kid: forger.kid.clone() };
    let public = forger.pair.public_key().as_ref();
    let x = BASE64_URL_SAFE_NO_PAD.encode(public);
    let hs256_header = with(&header, "alg", json!("HS256"));
    let unsigned = signed_part(&header, &claims);
    let none = signed_part(&with(&header, "alg", json!("none")), &claims);

    for (what, token) in [
        ("alg none, without a signature", format!("{none}.")),
        ("alg none, with ours", format!("{none}.{}", genuine.rsplit('.').next().unwrap_or_default())),
        ("alg None", forger.sign(&with(&header, "alg", json!("None")), &claims)),
        ("no alg", forger.sign(&with(&header, "alg", Value::Null), &claims)),
        ("HS256 keyed with the public key", hs256(&hs256_header, &claims, public)),
        ("HS256 keyed with the public key's text", hs256(&hs256_header, &claims, x.as_bytes())),
        ("HS256 keyed with nothing", hs256(&hs256_header, &claims, b"")),
        ("HS256 that claims to be EdDSA", hs256(&header, &claims, public)),
        ("another algorithm's name on our signature", forger.sign(&with(&header, "alg", json!("ES256")), &claims)),
        ("no signature", format!("{unsigned}.")),
        ("two parts", unsigned),
        ("a stranger's signature", stranger.sign(&header, &claims)),
        ("an embedded jwk", stranger.sign(&with(&header, "jwk", strangers_jwk.clone()), &claims)),
        (
            "an embedded jwk instead of a kid",
            stranger.sign(&with(&with(&header, "kid", Value::Null), "jwk", strangers_jwk), &claims),
        ),
        ("an x5u", stranger.sign(&with(&header, "x5u", json!("https://evil.example/chain.pem")), &claims)),
        ("a jku", stranger.sign(&with(&header, "jku", json!("https://evil.example/keys")), &claims)),
        ("an unknown kid", forger.sign(&with(&header, "kid", json!("another")), &claims)),
        ("a kid that climbs", forger.sign(&with(&header, "kid", json!("../../dev/null")), &claims)),
        ("no kid", forger.sign(&with(&header, "kid", Value::Null), &claims)),
        ("another type", forger.sign(&with(&header, "typ", json!("JWT")), &claims)),
        ("no type", forger.sign(&with(&header, "typ", Value::Null), &claims)),
        ("a critical extension", forger.sign(&with(&header, "crit", json!(["exp"])), &claims)),
        ("another issuer", forger.sign(&header, &with(&claims, "iss", json!("https://evil.example")))),
        ("no issuer", forger.sign(&header, &with(&claims, "iss", Value::Null))),
        ("another audience", forger.sign(&header, &with(&claims, "aud", json!("https://evil.example")))),
        ("several audiences", forger.sign(&header, &with(&claims, "aud", json!([ISSUER, "https://evil.example"])))),
        ("no audience", forger.sign(&header, &with(&claims, "aud", Value::Null))),
        ("no end", forger.sign(&header, &with(&claims, "exp", Value::Null))),
        ("an end that is no number", forger.sign(&header, &with(&claims, "exp", json!("tomorrow")))),
        ("no session", forger.sign(&header, &with(&claims, "sid", Value::Null))),
        ("no client", forger.sign(&header, &with(&claims, "client_id", Value::Null))),
        ("no id", forger.sign(&header, &with(&claims, "jti", Value::Null))),
        ("nothing", String::new()),
        ("garbage", "garbage".to_owned()),
        ("more than is read", format!("{genuine}{}", "A".repeat(5000))),
    ] {
        // Twice, because a refused token must not be remembered as verified.
        for _ in 0..2 {
            assert_eq!(refusal(house.authenticate(&token).await), Some(Refusal::Forged), "{what}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_character_of_a_token_counts() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let token = house.bearer(&ada.session)?;
    house.authenticate(&token).await?;
    for position in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[position] = if forged[position] == b'A' { b'g' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(refusal(house.authenticate(&forged).await), Some(Refusal::Forged), "at {position}");
    }
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_and_the_other_way_round() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let refresh_token = ada.refresh_token.expose();
    assert_eq!(refusal(house.authenticate(refresh_token).await), Some(Refusal::Forged));
    assert_eq!(refusal(house.refresh(&house.bearer(&ada.session)?).await), Some(Refusal::Forged));
    Ok(())
}

#[tokio::test]
async fn a_token_names_one_session_of_its_own_user() -> Result<(), Error> {
    let house = House::new().await?;
    let (ada, bob) = (house.sign_up(ADA).await?, house.sign_up(BOB).await?);
    let forger = Forger::new();
    let of = |sub: &str, sid: &str| {
        let claims = with(&with(&claims(&ada.session), "sub", json!(sub)), "sid", json!(sid));
        forger.sign(&forger.header(), &claims)
    };
    let mixed = of(bob.session.user.id.as_str(), ada.session.id.as_str());
    assert_eq!(refusal(house.authenticate(&mixed).await), Some(Refusal::Forged));
    let nobodys = of(ada.session.user.id.as_str(), "01890000-0000-7000-8000-000000000000");
    assert_eq!(refusal(house.authenticate(&nobodys).await), Some(Refusal::NoSession));
    Ok(())
}

#[tokio::test]
async fn a_token_expires_to_the_second() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    let token = house.bearer(&ada.session)?;
    let never_seen = house.bearer(&ada.session)?;
    house.clock.advance(10 * MINUTE - 1);
    house.authenticate(&token).await?;
    house.clock.advance(1);
    assert_eq!(refusal(house.authenticate(&token).await), Some(Refusal::Expired), "although it was remembered");
    assert_eq!(refusal(house.authenticate(&token).await), Some(Refusal::Expired));
    assert_eq!(refusal(house.authenticate(&never_seen).await), Some(Refusal::Expired));
    Ok(())
}

#[tokio::test]
async fn a_token_never_outlives_its_session() -> Result<(), Error> {
    let house = House::new().await?;
    house.sign_up(ADA).await?;
    let ada = house.auth.sign_in(ADA, PASSWORD.into(), unremembered()).await?.expect_grant();
    house.clock.advance(12 * HOUR - MINUTE - 1);
    let renewed = house.renew(&ada).await?;
    let token = house.auth.sessions().access_token(&renewed.session).await?;
    assert_eq!(token.expires_in(), 60, "what is left of the session");
    let claims: Claims = part(token.expose(), 1);
    assert!(claims.exp * SECOND <= renewed.session.expires_at);
    house.authenticate(token.expose()).await?;
    house.clock.advance(MINUTE + 1);
    assert!(refusal(house.authenticate(token.expose()).await).is_some());
    Ok(())
}

#[tokio::test]
async fn a_token_never_outlives_an_idle_session() -> Result<(), Error> {
    let house = House::new().await?;
    let idle = Lifetime { idle: 14 * DAY, max: 90 * DAY };
    let hour_long = auth::Config { access_token_ttl: HOUR, remembered: idle, ..testing::config() };
    let auth = Auth::new(house.db.clone(), house.clock.clone(), hour_long)?;
    let ada = house.sign_up(ADA).await?;
    house.clock.advance(14 * DAY - 10 * SECOND);
    let token = auth.sessions().access_token(&ada.session).await?;
    assert_eq!(token.expires_in(), 10);
    let claims: Claims = part(token.expose(), 1);
    assert_eq!(claims.exp * SECOND, ada.session.ends_at());
    house.clock.advance(DAY);
    assert_eq!(
        auth.sessions().access_token(&ada.session).await?.expires_in(),
        0,
        "and none is minted for one that is over"
    );
    Ok(())
}

#[tokio::test]
async fn an_unexpired_token_of_an_ended_session_is_refused() -> Result<(), Error> {
    let house = House::new().await?;
    let ada = house.sign_up(ADA).await?;
    house.sign_up(BOB).await?;
    let token = house.bearer(&ada.session)?;
    assert_eq!(house.authenticate(&token).await?.id, ada.session.id);
    house.auth.sign_out(None, Some(&ada.session)).await?;
    assert_eq!(refusal(house.authenticate(&token).await), Some(Refusal::NoSession));
    Ok(())
}
