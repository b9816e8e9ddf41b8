//! The flash: what a redirect leaves for the next page, sealed in a cookie of the browser.
//!
//! Nothing of it is stored on the server, so a client that posts forms without end fills no disk.

use super::Cookies;
use super::kept_form::{KeptForm, cut};
use crate::message::Message;
use crate::site::site;
use auth::{Auth, MINUTE, Millis, UserId};
use http::HeaderValue;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long a flash waits for its page, in milliseconds.
pub(super) const FLASH_LIFE: Millis = 30 * MINUTE;
/// The longest address that is kept, in characters: that of an account has 254 at most.
const ADDRESS_MAX_LENGTH: usize = 254;
/// The longest sealed flash, in bytes. Browsers refuse a cookie whose name and value have more than 4,096
/// (RFC 6265bis, section 5.6).
const SEALED_MAX_BYTES: usize = 3_900;

/// The news that a redirect left for the page that is being rendered, to be shown once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The message.
    pub message: Option<Message>,
    /// The address in a form that was refused.
    pub address: Option<String>,
    /// Whether `Keep me signed in` was ticked there.
    pub remember: bool,
}

/// The flash of a request: what came with it, and what its answer leaves to the browser. Clones are the same flash.
#[derive(Clone, Debug, Default)]
pub struct Flash(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    came: Content,
    left: Content,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    /// The id of the account that the message is about, where that need not be the one that is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    remember: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<KeptForm>,
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        site().message(&name).ok_or_else(|| D::Error::custom("no message has this name"))
    }
}

#[derive(Serialize, Deserialize)]
struct Dated {
    until: Millis,
    content: Content,
}

impl Flash {
    /// The flash that `cookie` holds; an empty one where it holds none of ours, or one whose time is over.
    pub fn open(auth: &Auth, cookie: Option<&str>) -> Self {
        let opened = cookie.and_then(|sealed| auth.open_flash(sealed));
        let dated = opened.and_then(|text| serde_json::from_str::<Dated>(&text).ok());
        let came =
            dated.filter(|dated| dated.until > auth.clock().now()).map_or_else(Content::default, |dated| dated.content);
        Self(Arc::new(Mutex::new(State { left: came.clone(), came })))
    }

    /// The `Set-Cookie` that leaves it to the browser; `None` where nothing of it has changed.
    pub fn set_cookie(&self, auth: &Auth, cookies: Cookies) -> Option<HeaderValue> {
        let state = self.lock();
        if state.left == state.came {
            return None;
        }
        if state.left == Content::default() {
            return cookies.clear_flash();
        }
        // What makes a page kinder is left out where it would keep the browser from taking the rest.
        let lighter = Content { form: None, ..state.left.clone() };
        let lightest = Content { address: None, ..lighter.clone() };
        let sealed = [&state.left, &lighter, &lightest]
            .into_iter()
            .find_map(|content| seal(auth, content).filter(|sealed| sealed.len() <= SEALED_MAX_BYTES))?;
        cookies.flash(&sealed)
    }

    /// Shows `message` on the next page.
    pub fn say(&self, message: Message) {
        self.leave(message, None);
    }

    /// Shows `message`, which is about the account with the id `account`, on the next page. Where another account is
    /// signed in there, it says so.
    pub fn say_about(&self, account: &UserId, message: Message) {
        self.leave(message, Some(account.clone()));
    }

    fn leave(&self, message: Message, about: Option<UserId>) {
        debug_assert!(site().message(message.name()).is_some(), "no feature names the message {message:?}");
        let mut state = self.lock();
        (state.left.message, state.left.about) = (Some(message), about);
    }

    /// Takes the news for the page that is about to be rendered. `reader` is the id of the account that is signed in
    /// there.
    pub fn take_news(&self, reader: Option<&UserId>) -> News {
        let mut state = self.lock();
        let about = state.left.about.take();
        let is_of_another = about.as_ref().zip(reader).is_some_and(|(about, reader)| about != reader);
        let message = state.left.message.take();
        News {
            message: if is_of_another { message.map(Message::to_another) } else { message },
            address: state.left.address.take(),
            remember: std::mem::take(&mut state.left.remember),
        }
    }

    /// Keeps the address of a refused form for the page that shows it again.
    pub fn keep_address(&self, address: &str) {
        self.lock().left.address = Some(cut(address, ADDRESS_MAX_LENGTH));
    }

    /// Keeps that `Keep me signed in` was ticked in a refused form.
    pub fn keep_remember(&self) {
        self.lock().left.remember = true;
    }

    /// Keeps what was filled into a form, in the place of any other.
    pub fn keep_form(&self, form: KeptForm) {
        self.lock().left.form = Some(form);
    }

    /// Returns the text of `owner` in the field `name` of the form that posts to `endpoint`. The form of another
    /// endpoint waits for its own page.
    pub fn take_field(&self, owner: &UserId, endpoint: &str, name: &str) -> Option<String> {
        let mut state = self.lock();
        let form = state.left.form.take_if(|form| form.is_of(endpoint))?;
        form.fields_of(owner)?.into_iter().find_map(|(field, value)| (field == name).then_some(value))
    }

    /// Forgets everything but what `owner` had filled into a form, as is done at every gain of authority.
    pub fn end(&self, owner: &UserId) {
        let mut state = self.lock();
        let form = state.left.form.take().filter(|form| form.belongs_to(owner));
        state.left = Content { form, ..Content::default() };
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seal(auth: &Auth, content: &Content) -> Option<String> {
    let dated = Dated { until: auth.clock().now() + FLASH_LIFE, content: content.clone() };
    let sealed = serde_json::to_string(&dated).ok().and_then(|text| auth.seal_flash(&text).ok());
    if sealed.is_none() {
        tracing::warn!("a flash could not be sealed");
    }
    sealed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{self, PASSWORD_RESET};
    use auth::testing;
    use cookie::Cookie;

    const COOKIES: Cookies = Cookies { secure: true, port: None };

    /// Returns the cookie of the browser after an answer with `flash`; `None` where the answer says nothing of it.
    fn left(auth: &Auth, flash: &Flash) -> Option<String> {
        let cookie = flash.set_cookie(auth, COOKIES)?;
        let cookie = Cookie::parse(cookie.to_str().expect("text").to_owned()).expect("a cookie");
        assert!(cookie.name().len() + cookie.value().len() <= 4_096);
        Some(cookie.value().to_owned())
    }

    /// Returns a form of the account `ada` that posts to `/api/x`.
    const SIGNED_OUT: Message = example::SITE.messages.signed_out;

    fn form(fields: &[(&str, &str)]) -> KeptForm {
        let fields = fields.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        KeptForm::new("ada".into(), "/api/x", fields.collect())
    }

    #[test]
    fn only_the_name_of_a_message_crosses_a_redirect() {
        assert_eq!(serde_json::to_string(&PASSWORD_RESET).unwrap(), "\"password_reset\"");
        assert_eq!(serde_json::from_str::<Message>("\"password_reset\"").unwrap(), PASSWORD_RESET);
        assert!(serde_json::from_str::<Message>("\"Call +1 555 0100\"").is_err());
    }

    #[tokio::test]
    async fn what_is_left_is_found_once_and_for_half_an_hour() {
        let (auth, clock, _db) = testing::auth().await.expect("accounts");
        let flash = Flash::open(&auth, None);
        assert_eq!(left(&auth, &flash), None, "nothing has changed");
        flash.say(SIGNED_OUT);
        flash.keep_address(testing::ADA);
        flash.keep_remember();
        let cookie = left(&auth, &flash).expect("a cookie");
        assert!(!cookie.contains("ada"), "sealed");
        clock.advance(FLASH_LIFE - 1);
        let next = Flash::open(&auth, Some(&cookie));
        let news = News { message: Some(SIGNED_OUT), address: Some(testing::ADA.into()), remember: true };
        assert_eq!(next.take_news(None), news);
        assert_eq!(next.take_news(None), News::default());
        assert_eq!(left(&auth, &next).as_deref(), Some(""), "it is removed");
        clock.advance(1);
        assert_eq!(Flash::open(&auth, Some(&cookie)).take_news(None), News::default(), "its time is over");
        for garbage in ["", "x", &cookie[1..], &"A".repeat(4_000)] {
            assert_eq!(Flash::open(&auth, Some(garbage)).take_news(None), News::default(), "{garbage}");
        }
    }

    #[tokio::test]
    async fn a_message_about_an_account_says_so_where_another_is_signed_in() {
        let (auth, ..) = testing::auth().await.expect("accounts");
        for (reader, shown) in
            [(None, PASSWORD_RESET), (Some("ada"), PASSWORD_RESET), (Some("bob"), PASSWORD_RESET.to_another())]
        {
            let flash = Flash::open(&auth, None);
            flash.say_about(&"ada".into(), PASSWORD_RESET);
            let cookie = left(&auth, &flash).expect("a cookie");
            let next = Flash::open(&auth, Some(&cookie));
            assert_eq!(next.take_news(reader.map(UserId::from).as_ref()).message, Some(shown), "{reader:?}");
            next.say(SIGNED_OUT);
            assert_eq!(next.take_news(Some(&"bob".into())).message, Some(SIGNED_OUT), "about nobody");
        }
    }

    #[tokio::test]
    async fn a_form_waits_for_its_page_and_its_owner() {
        let (auth, ..) = testing::auth().await.expect("accounts");
        let flash = Flash::open(&auth, None);
        flash.keep_form(form(&[("email", "new@example.com")]));
        flash.say(SIGNED_OUT);
        let cookie = left(&auth, &flash).expect("a cookie");
        let open = || Flash::open(&auth, Some(&cookie));
        let page = open();
        page.take_news(None);
        assert_eq!(page.take_field(&"ada".into(), "/api/y", "email"), None);
        let cookie_after = left(&auth, &page).expect("it goes on without the message");
        assert_eq!(
            Flash::open(&auth, Some(&cookie_after)).take_field(&"ada".into(), "/api/x", "email").as_deref(),
            Some("new@example.com")
        );
        assert_eq!(open().take_field(&"eve".into(), "/api/x", "email"), None);
        for (owner, found) in [("ada", Some("new@example.com")), ("eve", None)] {
            let signed_in = open();
            signed_in.end(&owner.into());
            assert_eq!(signed_in.take_news(None), News::default());
            assert_eq!(signed_in.take_field(&"ada".into(), "/api/x", "email").as_deref(), found);
        }
    }

    #[tokio::test]
    async fn what_is_too_long_for_a_cookie_is_cut_or_left_out() {
        let (auth, ..) = testing::auth().await.expect("accounts");
        // Each takes six bytes in JSON.
        let long = "\u{1}".repeat(5_000);
        let flash = Flash::open(&auth, None);
        flash.say(SIGNED_OUT);
        flash.keep_address(&long);
        flash.keep_form(form(&[("email", &long), ("name", &long)]));
        let cookie = left(&auth, &flash).expect("a cookie");
        let next = Flash::open(&auth, Some(&cookie));
        assert_eq!(next.take_field(&"ada".into(), "/api/x", "email"), None, "the form is left out");
        let news = next.take_news(None);
        assert_eq!(news.message, Some(SIGNED_OUT));
        assert_eq!(news.address.map(|address| address.len()), Some(ADDRESS_MAX_LENGTH));
    }
}
