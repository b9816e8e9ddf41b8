//! A page whose session is no longer the cookie's: since it was opened somebody else has signed in, or the same person
//! goes on in another session.

use crate::answer::Answer;
use crate::app::{ADA, BOB, PASSWORD, Person, TestApp, endpoints};

/// A browser in which Bob has signed in on top of Ada, whose page is still open in a tab.
struct Browser {
    app: TestApp,
    ada: Person,
    bob: Person,
}

impl Browser {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let (ada, bob) = (app.sign_up(ADA).await, app.sign_up(BOB).await);
        app.set_name(&bob, "of Bob").await;
        Self { app, ada, bob }
    }

    fn fields<'a>(&'a self, path: &str) -> Vec<(&'static str, &'a str)> {
        let email = if path.ends_with("signup") { "new@example.com" } else { ADA };
        vec![("email", email), ("password", PASSWORD), ("id", &self.bob.sid), ("display_name", "of Ada")]
    }

    async fn is_untouched(&self) {
        assert_eq!(self.app.session(&self.bob.sid).await, (0, None));
        assert_eq!(self.app.session(&self.ada.sid).await, (0, None));
        assert_eq!(self.app.count("SELECT COUNT(*) FROM sessions").await, 2);
        assert_eq!(self.app.count("SELECT COUNT(*) FROM users").await, 2);
        assert_eq!(self.app.name(&self.bob).await, ("of Bob".into(), 1));
        assert_eq!(self.app.name(&self.ada).await, (String::new(), 0));
    }
}

#[tokio::test]
async fn a_fetch_is_refused_and_nothing_is_written() {
    let browser = Browser::new().await;
    let (app, ada, bob) = (&browser.app, &browser.ada, &browser.bob);
    for path in endpoints() {
        let ask = || app.fetch(path).fields(&browser.fields(path)).of(bob).bearer(&bob.bearer);
        let by_header = ask().page_session(&ada.sid).send().await;
        by_header.is_refused(409, "session_changed");
        assert!(by_header.cookies().is_empty(), "{path}");
        let mut fields = browser.fields(path);
        fields.push(("sid", &ada.sid));
        let by_field = app.fetch(path).fields(&fields).of(bob).bearer(&bob.bearer).send().await;
        by_field.is_refused(409, "session_changed");
        assert!(by_field.cookies().is_empty(), "{path}");
        ask().page_session("garbage").send().await.is_refused(409, "session_changed");
    }
    browser.is_untouched().await;
}

#[tokio::test]
async fn a_form_leads_back_and_nothing_is_written() {
    let browser = Browser::new().await;
    let (app, ada, bob) = (&browser.app, &browser.ada, &browser.bob);
    for path in endpoints() {
        let mut fields = browser.fields(path);
        fields.push(("sid", &ada.sid));
        let answer = app.form(path).from("/account/devices").of(bob).fields(&fields).send().await;
        assert!(answer.leads_on().starts_with("/account/devices?__path="), "{path}: {answer:?}");
        assert_eq!(answer.cookie("refresh"), None, "{path}");
    }
    browser.is_untouched().await;
    let answer =
        app.form("/api/account/name").from("/account").of(bob).fields(&[("display_name", "of Ada"), ("sid", &ada.sid)]);
    let page = app.open_page_as(bob, answer.send().await.leads_on()).await;
    assert!(page.html().contains("Someone else has signed in on this browser"), "{}", page.html());
    assert!(!page.html().contains("of Ada"), "what Ada typed is not shown to Bob");
}

#[tokio::test]
async fn a_page_of_the_right_session_passes() {
    let browser = Browser::new().await;
    let (app, bob) = (&browser.app, &browser.bob);
    let me = app.fetch("/api/auth/me").bearer(&bob.bearer).page_session(&bob.sid).send().await;
    assert_eq!(me.json()["session"]["id"], bob.sid);
    let fields = [("display_name", "one more"), ("sid", &bob.sid)];
    let answer = app.form("/api/account/name").from("/account/devices").of(bob).fields(&fields).send().await;
    assert_eq!(answer.leads_on(), "/account");
    let token = app.refresh_token(&answer).expect("a token");
    let renewed = app.fetch("/api/auth/refresh").refresh_cookie(&token).page_session(&bob.sid).send().await;
    assert_eq!(renewed.status, 200);
    let out = app.fetch("/api/auth/logout").refresh_cookie(&token).page_session(&bob.sid).send().await;
    assert_eq!(out.status, 200);
    assert_eq!(app.session(&bob.sid).await.1.as_deref(), Some("signed_out"));
}

#[tokio::test]
async fn a_refused_renewal_says_who_the_page_is_not() {
    let browser = Browser::new().await;
    let (app, ada, bob) = (&browser.app, &browser.ada, &browser.bob);
    let answer = app.fetch("/api/auth/refresh").of(bob).page_session(&ada.sid).send().await;
    answer.is_refused(409, "session_changed");
    assert!(!answer.text().contains(&bob.sid) && !answer.text().contains(BOB));
    browser.is_untouched().await;
}

/// A browser in which Ada has proven herself anew in one tab. Another still shows a page of the session before.
struct SamePerson {
    app: TestApp,
    before: Person,
    ada: Person,
}

impl SamePerson {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let before = app.sign_up(ADA).await;
        let fields = [("current_password", PASSWORD)];
        let ask = app.fetch("/api/account/reauthenticate").of(&before).bearer(&before.bearer).fields(&fields);
        let ada = app.person(&ask.send().await);
        assert_ne!(ada.sid, before.sid);
        Self { app, before, ada }
    }

    /// Posts a form without JavaScript from the page of the session before.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("sid", &self.before.sid));
        self.app.form(path).from("/account/devices").of(&self.ada).fields(&fields).send().await
    }
}

#[tokio::test]
async fn a_page_takes_over_the_session_in_which_its_own_person_goes_on() {
    let browser = SamePerson::new().await;
    let (app, before, ada) = (&browser.app, &browser.before, &browser.ada);
    let name =
        || app.fetch("/api/account/name").of(ada).page_session(&before.sid).fields(&[("display_name", "half typed")]);
    name().bearer(&before.bearer).send().await.is_refused(401, "unauthenticated");
    let renewed = app.fetch("/api/auth/refresh").of(ada).page_session(&before.sid).send().await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    let renewed = app.person(&renewed);
    assert_eq!(renewed.sid, ada.sid, "which the page says from now on");
    let ask = app.fetch("/api/account/name").page_session(&renewed.sid).bearer(&renewed.bearer);
    assert_eq!(ask.fields(&[("display_name", "half typed")]).send().await.status, 200);
    assert_eq!(name().bearer(&renewed.bearer).send().await.status, 200, "a request that was sent a moment before");
    assert_eq!(app.name(&renewed).await, ("half typed".into(), 2));
}

#[tokio::test]
async fn its_forms_write_for_its_own_person() {
    let browser = SamePerson::new().await;
    let (app, ada) = (&browser.app, &browser.ada);
    let answer = browser.post("/api/account/name", &[("display_name", "half typed")]).await;
    assert_eq!(answer.leads_on(), "/account");
    assert!(app.refresh_token(&answer).is_some(), "the session was renewed for it");
    assert_eq!(app.name(ada).await, ("half typed".into(), 1));
    assert_eq!(app.session(&ada.sid).await, (1, None));
}

#[tokio::test]
async fn whoever_signs_out_there_is_signed_out() {
    let browser = SamePerson::new().await;
    assert_eq!(browser.post("/api/auth/logout", &[]).await.leads_on(), "/");
    assert_eq!(browser.app.session(&browser.ada.sid).await.1.as_deref(), Some("signed_out"));

    let browser = SamePerson::new().await;
    let ask = browser.app.fetch("/api/auth/logout").of(&browser.ada).page_session(&browser.before.sid);
    assert_eq!(ask.send().await.status, 200);
    assert_eq!(browser.app.session(&browser.ada.sid).await.1.as_deref(), Some("signed_out"));
}

#[tokio::test]
async fn a_page_of_which_nobody_knows_whose_it_was_is_refused() {
    let browser = SamePerson::new().await;
    let (app, before, ada) = (&browser.app, &browser.before, &browser.ada);
    app.execute("DELETE FROM sessions WHERE id = $1", &before.sid).await;
    for page in [&*before.sid, "", "garbage"] {
        for path in ["/api/auth/refresh", "/api/auth/logout", "/api/auth/me"] {
            let ask = app.fetch(path).of(ada).bearer(&ada.bearer).page_session(page);
            ask.send().await.is_refused(409, "session_changed");
        }
    }
    let fields = [("display_name", "x"), ("sid", "\0")];
    let answer = app.form("/api/account/name").from("/account/devices").of(ada).fields(&fields).send().await;
    assert!(answer.leads_on().starts_with("/account/devices?__path="), "{answer:?}");
    assert_eq!(app.session(&ada.sid).await, (0, None));
    assert_eq!(app.name(ada).await, (String::new(), 0));
}
