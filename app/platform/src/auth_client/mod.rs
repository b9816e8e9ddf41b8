//! The browser's side of a session: attaches the access token, renews it, tells other tabs.
//!
//! The access token lives in [`TAB`], the memory of this one tab, and nowhere else. Everything here runs in the
//! browser only; it compiles for the server because the server functions name their client there too.

mod answer;
mod departure;
mod endpoints;
mod expiry;
mod leaving;
mod network;
mod renewal;
mod sending;
mod tabs;
mod token;
mod web_lock;

use crate::error::AppError;
use crate::guard::{cookie_check_path, onward};
use crate::site::{Audience, Page};
use crate::wire::{CurrentUser, SignedIn};
pub use answer::Answer;
pub use endpoints::{HasCookie, LogOut, Me, Refresh, has_cookie, log_out, me, open_endpoints, permission_of, refresh};
use futures::future::LocalBoxFuture;
use futures::{Sink, Stream};
pub use leaving::{SIGN_OUT_PATIENCE, is_leaving};
pub use leaving::{forget_person, signed_out};
use leptos::prelude::*;
use leptos::server_fn::Bytes;
use leptos::server_fn::client::{Client, browser::BrowserClient};
use leptos::server_fn::request::browser::BrowserRequest;
use leptos::server_fn::response::{ClientRes, browser::BrowserResponse};
use renewal::Renewal;
use send_wrapper::SendWrapper;
use sending::{Way, posted, sent};
use std::cell::RefCell;
use std::future::Future;
use tabs::Hint;
use token::Token;
use wasm_bindgen_futures::spawn_local;

/// The state of this tab.
struct Tab {
    user: RwSignal<Option<CurrentUser>>,
    unreachable: RwSignal<bool>,
    /// Whether the person has signed out, and the server does not know it yet.
    leaving: RwSignal<bool>,
    /// The session that is still to be ended then.
    unended: Option<String>,
    token: Option<Token>,
    renewal: Option<Renewal>,
    /// Goes up whenever a session begins or ends here, so that an answer from before is recognised as late.
    epoch: u32,
}

thread_local! {
    static TAB: RefCell<Option<Tab>> = const { RefCell::new(None) };
}

/// Reads or changes what this tab knows; `None` before [`start`].
fn with_tab<T>(act: impl FnOnce(&mut Tab) -> T) -> Option<T> {
    TAB.with_borrow_mut(|tab| tab.as_mut().map(act))
}

/// Begins to look after the session of this tab. `user` is kept true from now on; `unreachable` says whether the
/// network is away, `leaving` whether a sign-out still waits for it.
pub fn start(user: RwSignal<Option<CurrentUser>>, unreachable: RwSignal<bool>, leaving: RwSignal<bool>) {
    TAB.set(Some(Tab { user, unreachable, leaving, unended: None, token: None, renewal: None, epoch: 0 }));
    network::watch();
    tabs::watch();
    expiry::watch(user);
    sending::prepare();
}

/// A session has begun in this tab: by sign-in or sign-up, or in the place of the one before.
pub fn begin(answer: SignedIn) {
    let is_unproven = answer.cookie_unproven;
    install(answer);
    tabs::say(Hint::Began);
    if is_unproven {
        spawn_local(check_cookie());
    }
}

/// Opens a document that says what is wrong where the browser did not keep the cookie. Without it the next document
/// would be signed out without a word.
///
/// The answer counts only while the session that it is about is this tab's: a sign-out takes the cookie away, too.
async fn check_cookie() {
    let epoch = with_tab(|tab| tab.epoch);
    let is_missing = has_cookie().await == Ok(false);
    if is_missing && with_tab(|tab| tab.epoch) == epoch && !departure::is_under_way() {
        with_tab(Tab::forget);
        let location = window().location();
        let (path, query) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
        let next = if Page::at(&path).is_some_and(|page| page.audience == Audience::SignedOut) {
            onward(&query)
        } else {
            format!("{path}{query}")
        };
        let _ = location.assign(&cookie_check_path(&next));
    }
}

/// The session has ended by the person's wish: the other tabs hear of it, and a new document takes this one's place,
/// so that nothing of it stays in memory.
pub fn end() {
    leave_for("/");
}

/// The account is not what it was: the other tabs hear of it, and the document at `path` takes this one's place, for
/// the person who is signed in by now.
pub fn leave_for(path: &str) {
    tabs::say(Hint::Ended);
    // Until the new document is there the page has no session; a late answer must not bring a token back.
    with_tab(Tab::forget);
    departure::begin(departure::DOCUMENT_PATIENCE);
    let _ = window().location().assign(path);
}

/// Whether the server is out of reach. If so, this waits a moment before it says so.
pub async fn is_unreachable() -> bool {
    if network::is_reachable().await {
        return false;
    }
    network::failed();
    network::pause(network::FIRST_PAUSE).await;
    true
}

/// Reports that the code of a page could not be loaded although the server answers, as `boot.js` does for a document.
pub fn report_not_loaded() {
    let _ = window().navigator().send_beacon("/client-failure/load");
}

/// Takes over what the server answered to sign-up, sign-in or renewal.
fn install(answer: SignedIn) {
    let signals = with_tab(|tab| {
        tab.epoch = tab.epoch.wrapping_add(1);
        tab.token = answer
            .access_token
            .map(|jwt| Token::new(jwt, answer.expires_in, js_sys::Date::now(), js_sys::Math::random()));
        (tab.user, tab.stay())
    });
    // Set outside the borrow: what depends on the user may ask for the tab again.
    if let Some((user, leaving)) = signals {
        leaving.set(false);
        user.set(Some(answer.user));
    }
}

/// The server refused this tab's session. What was typed stays in the drafts; a page that needs a session leads to
/// `/login` and back by its guard.
fn refused() {
    let user = with_tab(|tab| {
        tab.forget();
        tab.user
    });
    if let Some(user) = user.filter(|user| user.with_untracked(Option::is_some)) {
        user.set(None);
    }
}

impl Tab {
    /// The id of the session this page belongs to.
    fn session(&self) -> Option<String> {
        self.user.with_untracked(|user| user.as_ref().map(|user| user.session.id.clone()))
    }

    fn forget(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
        self.token = None;
    }
}

/// The client of every server function that needs a session: it attaches the access token, which it renews ahead of
/// time, and the page's session.
///
/// If a token that was thought good is refused, one is forced and the request sent once more.
#[derive(Debug, Clone, Copy)]
pub struct AuthClient;

/// The client of the functions that change the session: sign-up, sign-in, sign-out and renewal. It sends no access
/// token, and holds the lock that all tabs share, so that no two of them change the cookie at once.
#[derive(Debug, Clone, Copy)]
pub struct SessionClient;

/// The client of the functions that put another session in the place of the one that asks: they need the access token
/// of the one and change the cookie to the other's.
#[derive(Debug, Clone, Copy)]
pub struct SuccessionClient;

/// The client of the functions for everyone, signed in or not: it attaches the access token where the page belongs to
/// a session.
#[derive(Debug, Clone, Copy)]
pub struct AnyoneClient;

/// A client that sends a form as it is.
pub trait Post {
    /// Posts `body`, which is URL-encoded, to `url`, and gives the body of the answer, or why there was none, or what
    /// the server said went wrong.
    fn post(url: &str, body: String) -> LocalBoxFuture<'static, Result<Bytes, AppError>>;
}

/// A request's body can be read once. This is the request taken apart, so that it can be made as often as needed.
#[derive(Clone)]
struct Letter {
    url: String,
    body: String,
}

impl Letter {
    async fn from_request(request: &BrowserRequest) -> Result<Self, AppError> {
        let body = request.text().await.map_err(|_| AppError::BadRequest)?;
        Ok(Self { url: request.url(), body })
    }
}

fn status(response: &BrowserResponse) -> u16 {
    ClientRes::<AppError>::status(response)
}

/// Makes `$client` a `Client` that sends by `$way`. None of our server functions opens a websocket.
macro_rules! client {
    ($client:ty, $way:expr) => {
        impl Client<AppError> for $client {
            type Request = BrowserRequest;
            type Response = BrowserResponse;

            fn send(request: BrowserRequest) -> impl Future<Output = Result<BrowserResponse, AppError>> + Send {
                SendWrapper::new(async move { sent($way, Letter::from_request(&request).await?).await })
            }

            fn open_websocket(
                path: &str,
            ) -> impl Future<
                Output = Result<
                    (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
                    AppError,
                >,
            > + Send {
                <BrowserClient as Client<AppError>>::open_websocket(path)
            }

            fn spawn(future: impl Future<Output = ()> + Send + 'static) {
                <BrowserClient as Client<AppError>>::spawn(future);
            }
        }

        impl Post for $client {
            fn post(url: &str, body: String) -> LocalBoxFuture<'static, Result<Bytes, AppError>> {
                Box::pin(posted($way, Letter { url: url.to_owned(), body }))
            }
        }
    };
}

client!(AuthClient, Way::WithToken);
client!(SessionClient, Way::ForSession);
client!(AnyoneClient, Way::ForAnyone);
client!(SuccessionClient, Way::ForSuccession);
