//! The published keys: `/.well-known/jwks.json`.

use crate::app::{ADA, TestApp, until};
use auth::{Actor, HOUR, JWKS_LIFETIME, KeyAlgorithm};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

const JWKS: &str = "/.well-known/jwks.json";

async fn published(app: &TestApp) -> Vec<String> {
    let jwks: Value = serde_json::from_str(app.open_page(JWKS).await.text()).expect("JSON");
    let keys = jwks["keys"].as_array().expect("a list");
    keys.iter().map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

/// Returns the name of the key that signed a token.
fn kid(token: &str) -> String {
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap_or_default()).expect("base64url");
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    header["kid"].as_str().expect("a name").to_owned()
}

#[tokio::test]
async fn every_client_reads_the_public_keys_and_may_keep_them() {
    for app in [TestApp::start().await, TestApp::start_on_https().await] {
        // Another service is no browser, and has no session.
        let answer = app.native(JWKS).method(Method::GET).send().await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/jwk-set+json")));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        assert!(answer.cookies().is_empty());
        let jwks: Value = serde_json::from_str(answer.text()).expect("JSON");
        assert_eq!(jwks["keys"].as_array().map(Vec::len), Some(1));
        let key = &jwks["keys"][0];
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&"OKP".into(), &"EdDSA".into(), &"sig".into()));
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key[private].is_null(), "{private}");
        }
        let head = app.page(JWKS).method(Method::HEAD).send().await;
        assert_eq!((head.status, head.text()), (200, ""));
        assert_eq!(app.native(JWKS).send().await.status, 405);
    }
}

#[tokio::test]
async fn keys_that_a_client_has_are_not_sent_again() {
    let app = TestApp::start().await;
    let first = app.open_page(JWKS).await;
    let etag = first.header("etag").expect("a tag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    let asking = |tags: &str| app.page(JWKS).header("if-none-match", tags).send();
    for tags in [&*etag, &format!("\"other\", {etag}"), &format!("W/{etag}"), "*"] {
        let answer = asking(tags).await;
        assert_eq!((answer.status, answer.text()), (304, ""), "{tags}");
        assert_eq!(
            (answer.header("etag"), answer.header("cache-control")),
            (Some(&*etag), Some("public, max-age=300"))
        );
    }
    for tags in ["\"other\"", "", &etag[1..]] {
        assert_eq!(asking(tags).await.status, 200, "{tags}");
    }
    let command = app.accounts();
    command.administration(Actor::server()).rotate_signing_key(KeyAlgorithm::EdDsa).await.expect("a key");
    until("the next key is published", async || asking(&etag).await.status == 200).await;
    assert_eq!(published(&app).await.len(), 2);
}

#[tokio::test]
async fn the_key_of_an_hmac_is_not_published_and_signs_people_in() {
    let app = TestApp::start_with(|config| config.auth.token_algorithm = KeyAlgorithm::Hs256).await;
    assert_eq!(app.open_page(JWKS).await.text(), r#"{"keys":[]}"#);
    let ada = app.sign_up(ADA).await;
    assert_eq!(app.me(&ada.bearer).await.status, 200);
}

#[tokio::test]
async fn a_key_is_replaced_under_load_and_no_request_fails() {
    // The clocks jump, and the first token must outlive that.
    let app = TestApp::start_with(|config| config.auth.access_token_ttl = HOUR).await;
    let other = app.second_with(|config| config.auth.access_token_ttl = HOUR).await;
    let ada = app.sign_up(ADA).await;
    let first = ada.bearer.clone();
    let load = async {
        let (mut person, mut signers) = (ada.clone(), BTreeSet::new());
        while signers.len() < 2 {
            person = app.person(&app.renew(&person.refresh).await);
            signers.insert(kid(&person.bearer));
            for bearer in [&first, &person.bearer] {
                assert_eq!((app.me(bearer).await.status, other.me(bearer).await.status), (200, 200));
            }
        }
    };
    let rotation = async {
        let command = app.accounts();
        let administration = command.administration(Actor::server());
        administration.rotate_signing_key(KeyAlgorithm::EdDsa).await.expect("a key");
        for node in [&app, &other] {
            until("the next key is published", async || published(node).await.len() == 2).await;
            node.clock.advance(2 * JWKS_LIFETIME);
        }
        administration.maintain_signing_keys().await.expect("the next key signs");
    };
    let both = async { tokio::join!(load, rotation) };
    tokio::time::timeout(Duration::from_secs(20), both).await.expect("the next key signs");
    assert_eq!(published(&app).await.len(), 2, "tokens of the first one live");
}
