//! `/api/auth/signup`.

use crate::app::{ADA, BOB, PASSWORD, TestApp};
use futures::future::join_all;

#[tokio::test]
async fn a_person_signs_up_and_is_signed_in() {
    let app = TestApp::start().await;
    let answer = app.post_sign_up(" Ada@Example.COM ", PASSWORD).await;
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["expires_in"], 600);
    assert_eq!(json["user"]["email"], ADA);
    assert_eq!(json["user"]["created_at"], auth::testing::NEW_YEAR);
    assert_eq!(json["user"]["session"]["begun_at"], auth::testing::NEW_YEAR);
    assert_eq!(json["user"]["session"]["expires_at"], auth::testing::NEW_YEAR + 12 * auth::HOUR);
    let ada = app.person(&answer);
    assert_eq!(app.me(&ada.bearer).await.json(), json["user"]);
    assert_eq!(app.open_page_as(&ada, "/account").await.status, 200);
    assert!(ada.bearer.len() < 500, "{} bytes", ada.bearer.len());
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field() {
    let app = TestApp::start().await;
    app.sign_up(ADA).await;
    let long = format!("{}@example.com", "a".repeat(243));
    let common = include_str!("../../../../auth/data/common-passwords.txt").lines().next().expect("a password");
    let (eleven, too_long) = ("a8.kQ2-xZ7p", "kettle orbit ".repeat(20));
    for (email, password, field, error) in [
        ("", PASSWORD, "email", "required"),
        ("ada", PASSWORD, "email", "not_an_address"),
        ("ada\n@example.com", PASSWORD, "email", "not_an_address"),
        ("ada\0@example.com", PASSWORD, "email", "not_an_address"),
        (&long, PASSWORD, "email", "too_long"),
        (ADA, PASSWORD, "email", "taken"),
        ("\tADA@example.com ", PASSWORD, "email", "taken"),
        (BOB, eleven, "password", "too_short"),
        (BOB, &too_long[..257], "password", "too_long"),
        (BOB, common, "password", "common"),
        (BOB, BOB, "password", "from_address"),
        (BOB, "aaaaaaaaaaaaaaaa", "password", "guessable"),
    ] {
        let answer = app.post_sign_up(email, password).await;
        answer.is_refused(422, "invalid");
        let fields = answer.json()["fields"].clone();
        assert_eq!(fields[field]["error"], error, "{email:?} {password:?}: {fields}");
        assert!(fields[field]["message"].as_str().is_some_and(|sentence| sentence.ends_with('.')), "{fields}");
        assert_eq!(fields.as_object().map(serde_json::Map::len), Some(1), "{fields}");
        assert!(answer.cookies().is_empty());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let fields = app.post_sign_up("ada", "short").await.json()["fields"].clone();
    assert_eq!(fields["email"]["error"], "not_an_address");
    assert_eq!((&fields["password"]["error"], &fields["password"]["limit"]), (&"too_short".into(), &12.into()));
}

#[tokio::test]
async fn of_two_who_race_for_an_address_one_wins() {
    let app = TestApp::start().await;
    let answers = join_all((0..4).map(|_| app.post_sign_up(ADA, PASSWORD))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 3));
    for answer in lost {
        answer.is_refused(422, "invalid");
        assert_eq!(answer.json()["fields"]["email"]["error"], "taken");
        assert!(answer.cookies().is_empty());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn a_password_is_taken_as_typed_but_for_its_unicode_form() {
    let app = TestApp::start().await;
    for (email, password, other) in [
        (ADA, " kettle & orbit+mango=42% ", "kettle & orbit+mango=42%"),
        (BOB, "🦊🌵🧭🎲🍋🚲🎻🧊🌋🦉🪁🔑", "🦊🌵🧭🎲🍋🚲🎻🧊🌋🦉🪁🔒"),
    ] {
        assert_eq!(app.post_sign_up(email, password).await.status, 200, "{password}");
        app.post_login(email, other).await.is_refused(401, "invalid_credentials");
        assert_eq!(app.post_login(email, password).await.status, 200, "{password}");
    }
    let (composed, decomposed) = ("caf\u{e9} nie\u{df}t m\u{fc}hle 4", "cafe\u{301} nie\u{df}t mu\u{308}hle 4");
    assert_eq!(app.post_sign_up("eve@example.com", decomposed).await.status, 200);
    assert_eq!(app.post_login("eve@example.com", composed).await.status, 200, "typed on another system");
}

#[tokio::test]
async fn a_sign_up_ends_the_session_that_the_browser_held() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let fields = [("email", BOB), ("password", PASSWORD)];
    let answer = app.fetch("/api/auth/signup").of(&ada).fields(&fields).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(app.session(&ada.sid).await.1.as_deref(), Some("superseded"));
}
