//! The decision for a gateway, `GET /auth/verify`.

use crate::answer::Answer;
use crate::app::{ADA, TestApp, until};
use auth::testing::operator;
use auth::{Permission, RoleName, UserId};
use http::Method;

const BEARER: &str = r#"Bearer realm="api""#;
const BEARER_REFUSED: &str = r#"Bearer realm="api", error="invalid_token""#;

/// Asks as a gateway does: with the token of the request that it holds back.
async fn verify(app: &TestApp, query: &str, token: Option<&str>) -> Answer {
    let ask = app.native(&format!("/auth/verify{query}")).method(Method::GET);
    match token {
        Some(token) => ask.bearer(token).send().await,
        None => ask.send().await,
    }
}

#[tokio::test]
async fn a_request_with_a_session_passes_and_the_service_learns_whose_it_is() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let passed = verify(&app, "", Some(&ada.bearer)).await;
    assert_eq!((passed.status, passed.text()), (200, ""));
    assert_eq!(passed.header("x-auth-user"), Some(&*ada.id));
    assert_eq!(passed.header("x-auth-session"), Some(&*ada.sid));
    assert_eq!(passed.header("x-auth-roles"), Some("user"));
    assert_eq!(passed.header("x-auth-email"), None, "not confirmed");
    assert_eq!(passed.header("cache-control"), Some("no-store"));
    assert!(passed.cookies().is_empty());

    let program = app.api_login(ADA).await;
    let passed = verify(&app, "", Some(&program.bearer)).await;
    assert_eq!((passed.status, passed.header("x-auth-session")), (200, Some(&*program.sid)), "of the API, too");

    app.execute("UPDATE users SET verified_at = 1 WHERE id = $1", &ada.id).await;
    until("the address is told", || async {
        verify(&app, "", Some(&ada.bearer)).await.header("x-auth-email") == Some(ADA)
    })
    .await;
}

#[tokio::test]
async fn a_request_without_a_session_does_not_pass() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for (token, challenge) in [(None, BEARER), (Some("x"), BEARER_REFUSED), (Some(&*ada.refresh), BEARER_REFUSED)] {
        let held = verify(&app, "?role=user", token).await;
        assert_eq!((held.status, held.header("www-authenticate")), (401, Some(challenge)), "{token:?}");
        assert_eq!(held.header("x-auth-user"), None);
    }
    let cookie = app.native("/auth/verify").method(Method::GET).of(&ada).send().await;
    assert_eq!(cookie.status, 401, "a cookie proves nothing here");
    let oversized = verify(&app, "", Some(&"a".repeat(4096))).await;
    assert_eq!(oversized.status, 401);

    app.fetch("/api/auth/logout").bearer(&ada.bearer).of(&ada).send().await;
    let held = verify(&app, "", Some(&ada.bearer)).await;
    assert_eq!((held.status, held.header("www-authenticate")), (401, Some(BEARER_REFUSED)), "the session has ended");
}

#[tokio::test]
async fn a_role_or_permission_can_be_required() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    assert_eq!(verify(&app, "?role=user", Some(&ada.bearer)).await.status, 200);
    for query in ["?role=support", "?permission=read_users", "?role=user&role=support"] {
        let held = verify(&app, query, Some(&ada.bearer)).await;
        assert_eq!((held.status, held.header("x-auth-user")), (403, None), "{query}");
    }
    for query in ["?roles=user", "?permission=fly", "?role=user&x=1"] {
        assert_eq!(verify(&app, query, Some(&ada.bearer)).await.status, 400, "{query}");
    }

    let accounts = app.accounts();
    let administration = accounts.administration(operator());
    let support = RoleName::parse("support").expect("a name");
    administration.create_role(&support, &[Permission::ReadUsers].into()).await.expect("a role");
    administration.grant(&UserId::from(&*ada.id), &support).await.expect("granted");
    until("the token of former roles is refused", || async { verify(&app, "", Some(&ada.bearer)).await.status == 401 })
        .await;
    let token = app.renew(&ada.refresh).await.json()["access_token"].as_str().expect("a token").to_owned();
    for query in ["?role=support", "?permission=read_users", "?role=user&role=support&permission=read_users"] {
        let passed = verify(&app, query, Some(&token)).await;
        assert_eq!((passed.status, passed.header("x-auth-roles")), (200, Some("user,support")), "{query}");
    }
    assert_eq!(verify(&app, "?permission=manage_users", Some(&token)).await.status, 403);
}

#[tokio::test]
async fn only_a_get_request_is_decided() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    for method in [Method::POST, Method::DELETE, Method::PUT] {
        let answer = app.native("/auth/verify").method(method).bearer(&ada.bearer).send().await;
        assert_eq!((answer.status, answer.header("x-auth-user")), (405, None));
    }
}
