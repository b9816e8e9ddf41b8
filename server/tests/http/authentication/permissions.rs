//! A server function that needs a permission.

use crate::app::{ADA, TestApp, until};
use auth::testing::operator;
use auth::{Permission, RoleName, UserId};
use leptos::prelude::*;
use platform::error::AppError;

/// A server function for people who may see the accounts of others.
#[allow(clippy::unused_async, reason = "a server function is async, whether it waits or not")]
#[server(endpoint = "test/permitted")]
async fn permitted() -> Result<u32, AppError> {
    platform::ssr::require(Permission::ReadUsers)?;
    Ok(1)
}

#[tokio::test]
async fn a_permission_is_asked_for_and_a_page_learns_of_it_by_a_refresh() {
    let app = TestApp::start().await;
    let ada = app.sign_up(ADA).await;
    let ask = async |token: &str| app.fetch("/api/test/permitted").bearer(token).send().await;
    ask(&ada.bearer).await.is_refused(403, "forbidden");
    let form = app.form("/api/test/permitted").of(&ada).from("/account").fields(&[]).send().await;
    assert!(form.status == 303 && form.location().starts_with("/account?__path="), "{form:?}");
    until("a refusal is recorded", || async {
        app.count("SELECT COUNT(*) FROM events WHERE kind = 'access_refused' AND detail = 'read_users'").await > 0
    })
    .await;

    let accounts = app.accounts();
    let administration = accounts.administration(operator());
    let support = RoleName::parse("support").expect("a name");
    administration.create_role(&support, &[Permission::ReadUsers].into()).await.expect("a role");
    administration.grant(&UserId::from(&*ada.id), &support).await.expect("granted");
    until("the token of former roles is refused", || async { ask(&ada.bearer).await.status == 401 }).await;
    let answer = app.sign_in(ADA).await;
    assert_eq!((ask(&answer.bearer).await.text(), ask(&answer.bearer).await.status), ("1", 200));
    let me = app.fetch("/api/auth/me").bearer(&answer.bearer).send().await;
    assert_eq!(me.json()["permissions"], serde_json::json!(["read_users"]));
}
