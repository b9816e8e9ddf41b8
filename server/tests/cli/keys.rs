//! `server keys`.

use crate::house::{ADA, House, SECRET, Said};
use crate::running::Running;
use serde_json::Value;
use std::time::Instant;

/// RFC 8410, section 10.3.
const ED25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";
/// RFC 8410, section 10.1: the public part of that key.
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
";

fn states(house: &House) -> Vec<String> {
    let keys = house.json(&["keys", "list"]);
    let state = |key: &Value| key["state"].as_str().expect("a state").to_owned();
    keys.as_array().expect("a list").iter().map(state).collect()
}

fn kid(house: &House, state: &str) -> String {
    let keys = house.json(&["keys", "list"]);
    let found = keys.as_array().expect("a list").iter().find(|key| key["state"] == state).expect("one");
    found["kid"].as_str().expect("a name").to_owned()
}

#[tokio::test]
async fn keys_are_listed_rotated_and_retired_beside_a_server() {
    let house = House::new();
    let server = Running::start(&house).await;
    let ada = server.sign_up(ADA).await.expect("an account");
    assert_eq!(states(&house), ["active"]);
    let list = house.text(&["keys", "list"]);
    assert!(list.starts_with("KID ") && list.contains("EdDSA") && list.contains("yes"), "{list}");

    let said = house.text(&["keys", "rotate"]);
    assert!(said.contains("is published and signs from"), "{said}");
    let upcoming = kid(&house, "upcoming");
    assert_eq!(house.json(&["keys", "rotate"])["kid"], *upcoming, "one is enough");
    assert_eq!(states(&house), ["active", "upcoming"]);
    assert!(server.lets_in(&ada).await);

    let active = kid(&house, "active");
    let said = house.text(&["keys", "retire", &active, "--yes"]);
    assert!(said.starts_with(&format!("the EdDSA key {active} was retired at ")), "{said}");
    server.shuts_out(&ada, Instant::now()).await;
    let ada = server.renew(&ada).await.expect("the session lives on");
    assert!(server.lets_in(&ada).await);
    assert_eq!(kid(&house, "active"), upcoming);
    assert!(house.refusal(&["keys", "retire", &active, "--yes"]).contains("there is no key"));
}

#[test]
fn a_key_of_any_algorithm_can_be_made_and_none_of_another() {
    let house = House::new();
    for algorithm in ["EdDSA", "ES256", "RS256", "HS256"] {
        let key = house.json(&["keys", "rotate", "--algorithm", algorithm]);
        assert_eq!((&key["algorithm"], &key["state"]), (&algorithm.into(), &"upcoming".into()));
        assert_eq!(key["published"], algorithm != "HS256");
    }
    let said = house.run(&["keys", "rotate", "--algorithm", "none"]);
    assert!(said.err.contains("it is none of EdDSA, ES256, RS256 and HS256"), "{said:?}");
}

#[test]
fn a_key_is_imported_and_its_public_part_exported() {
    let house = House::new();
    let file = house.file("key.pem");
    std::fs::write(&file, ED25519).expect("a file");
    let said = house.text(&["keys", "import", &file.display().to_string()]);
    assert!(said.contains("is published and signs from"), "{said}");
    assert_eq!(house.text(&["keys", "export-public"]), PUBLIC);
    let set = house.json(&["keys", "export-public"]);
    assert_eq!(set["keys"][0]["x"], "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
    let kid = kid(&house, "upcoming");
    assert_eq!(house.text(&["keys", "export-public", &kid]), PUBLIC);
    assert!(house.refusal(&["keys", "export-public", "another"]).contains("there is no key another"));

    let again = house.run_with(&["keys", "import", "-"], ED25519);
    assert!(again.err.contains("is stored already"), "{again:?}");
}

#[test]
fn what_cannot_be_imported_is_explained() {
    let house = House::new();
    let import = |pem: &str| -> Said { house.run_with(&["keys", "import", "-"], pem) };
    let labelled = |label: &str| ED25519.replace("PRIVATE KEY", label);
    for (pem, why) in [
        (PUBLIC.to_owned(), "it is a public key or a certificate"),
        (labelled("ENCRYPTED PRIVATE KEY"), "it is encrypted"),
        (labelled("EC PRIVATE KEY"), "it is not in PKCS #8"),
        ("garbage".to_owned(), "it is no private key in PEM"),
        (ED25519.replace("MC4CAQAwBQYDK2Vw", "MC4CAQAwBQYDK2Vu"), "neither Ed25519, nor ECDSA on P-256, nor RSA"),
    ] {
        let said = import(&pem);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{said:?}");
        assert!(said.err.contains(why), "{why}: {said:?}");
    }
    assert!(house.refusal(&["keys", "import", "/nowhere/key.pem"]).contains("/nowhere/key.pem cannot be read"));
    assert_eq!(states(&house), Vec::<String>::new());
}

#[test]
fn a_server_starts_with_a_configured_key_and_names_what_is_wrong_with_another() {
    let house = House::new();
    let file = house.file("key.pem");
    let with_key = |pem: &str| {
        std::fs::write(&file, pem).expect("a file");
        let mut program = house.program(&[]);
        program.env("SIGNING_KEY_FILE", &file);
        program
    };
    let why = House::start_refusal(with_key(PUBLIC));
    assert!(why.contains("SIGNING_KEY_FILE: it is a public key"), "{why}");
    let mut other = with_key(ED25519);
    other.env("TOKEN_ALGORITHM", "RS256");
    let why = House::start_refusal(other);
    assert!(why.contains("it signs with EdDSA, and TOKEN_ALGORITHM is RS256"), "{why}");
}

#[tokio::test]
async fn another_secret_needs_the_old_one_or_another_key() {
    let house = House::new();
    drop(Running::start(&house).await);
    let active = kid(&house, "active");
    let with_new_secret = |arguments: &[&str]| {
        let mut program = house.program(arguments);
        program.env("APP_SECRET", "Qm8sV1xKe4Ud7Wt2Ha9Lb6Pc3Ng5Rj0Y");
        program
    };
    let why = House::start_refusal(with_new_secret(&[]));
    assert!(why.contains(&active) && why.contains("APP_SECRET_OLD"), "{why}");
    let with_both = |arguments: &[&str]| {
        let mut program = with_new_secret(arguments);
        program.env("APP_SECRET_OLD", SECRET);
        program
    };
    drop(Running::of(with_both).await);
    drop(Running::of(with_new_secret).await);
    assert_eq!(kid(&house, "active"), active, "it is the same key");
}
