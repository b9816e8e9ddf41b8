//! Invitations (`/accept-invitation`), which the command line sends.

use crate::answer::Answer;
use crate::app::{ADA, PASSWORD, TestApp};
use crate::links::tokens::token;

/// The path and query of the invitation to an account that was just made.
async fn invitation(app: &TestApp) -> String {
    app.accounts().administration(auth::testing::operator()).create(ADA, None).await.expect("an account");
    app.mailed_link(ADA, "/accept-invitation").await
}

async fn accept(app: &TestApp, link: &str, password: &str) -> Answer {
    let fields = [("token", token(link)), ("password", password)];
    app.fetch("/api/auth/accept-invitation").fields(&fields).send().await
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_signs_in() {
    let app = TestApp::start().await;
    let link = invitation(&app).await;
    for _ in 0..2 {
        let page = app.open_page(&link).await;
        assert_eq!(page.status, 200);
        for words in ["You are invited", ADA, "Accept the invitation"] {
            assert!(page.html().contains(words), "{words}: {}", page.html());
        }
    }
    accept(&app, &link, "short").await.is_refused(422, "invalid");
    let answer = accept(&app, &link, PASSWORD).await;
    assert_eq!((answer.status, answer.text()), (200, "null"));
    assert!(app.refresh_token(&answer).is_none(), "nobody is signed in by it");
    let ada = app.sign_in(ADA).await;
    assert_eq!(app.me(&ada.bearer).await.json()["verified"], true);
    accept(&app, &link, PASSWORD).await.is_refused(410, "link_used");
    let page = app.open_page(&link).await;
    assert!(page.html().contains("ask for a new invitation"), "{}", page.html());
}

#[tokio::test]
async fn it_works_by_forms_alone() {
    let app = TestApp::start().await;
    let link = invitation(&app).await;
    let fields = [("token", token(&link)), ("password", PASSWORD), ("back", &link)];
    let answer = app.form("/api/auth/accept-invitation").fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/login");
    let flow = app.flow(&answer).expect("a flow");
    let login = app.page("/login").flow_cookie(&flow).send().await;
    assert!(login.html().contains("Your password is set. Sign in with it."), "{}", login.html());
}

#[tokio::test]
async fn a_revoked_invitation_says_so() {
    let app = TestApp::start().await;
    let link = invitation(&app).await;
    let accounts = app.accounts();
    let id = accounts.administration(auth::testing::operator()).account(ADA).await.expect("it is there").user.id;
    assert!(accounts.administration(auth::testing::operator()).revoke_invitation(&id).await.expect("an answer"));
    accept(&app, &link, PASSWORD).await.is_refused(410, "link_superseded");
    assert!(app.open_page(&link).await.html().contains("no longer counts"));
}
