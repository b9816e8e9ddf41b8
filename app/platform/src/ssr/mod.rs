//! The context of a request for pages and server functions: who is asking, the database, cookies, redirects.
//!
//! It exists in the server only. `server` puts a [`Scope`] and an [`Asker`] into every request's extensions, each in an
//! `Arc`, because Leptos copies those for every server function; everything here reads them from Leptos's context.

mod cookies;
pub mod export;
mod flag;
mod flash;
mod flow;
mod input;
mod kept_form;
mod owner;
mod refused_form;

pub use cookies::Cookies;
pub use export::{Export, Rows};
pub use flag::Flag;
pub use flash::{Flash, News};
pub use flow::Flow;
pub use input::Input;
pub use kept_form::KeptForm;
pub use owner::{Kind, Owner};
pub use refused_form::TypedFields;

use crate::{
    error::AppError,
    guard::{allowed_next, cookie_check_path, destination, same_site_path},
    message::Message,
    wire::{CurrentSession, CurrentUser, SignedIn},
};
use auth::{
    Asker, Auth, Client, Db, Grant, LinkHolder, LinkProof, LinkPurpose, LinkRequest, Millis, NewSession, Permission,
    Redeemed, Session, SessionKind, UserId, session_id_of,
};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, SET_COOKIE},
    request::Parts,
};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::sync::Arc;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The characters that a `Location` cannot hold as they are: URLs are ASCII, without blanks (RFC 3986, section 2).
const NOT_IN_A_HEADER: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// The facts that `server` determines of a request.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The handle to accounts.
    pub auth: Auth,
    /// The client that asks.
    pub client: Client,
    /// Whether it is a form posted without JavaScript.
    pub is_form_post: bool,
    /// Whether no browser sent it, so that the answer sets no cookie.
    pub is_cookieless: bool,
    /// The refresh token that came in the cookie, not yet judged.
    pub presented: Option<String>,
    /// Whether a cookie of this site came along: the browser keeps them.
    pub keeps_cookies: bool,
    /// The session that the page says it belongs to.
    pub page: Option<String>,
    /// How cookies are named and marked.
    pub cookies: Cookies,
    /// The request's id, as it stands on every line of the log.
    pub request_id: String,
}

impl Scope {
    /// Returns the facts with which a sign-up or sign-in begins a session.
    pub fn new_session(&self, remember: bool) -> NewSession {
        NewSession {
            remember,
            client: self.client.clone(),
            presented: self.presented.clone(),
            kind: if self.is_cookieless { SessionKind::Cookieless } else { SessionKind::Browser },
            next: None,
        }
    }

    /// Returns the client that uses a mailed link.
    pub fn link_holder(&self) -> LinkHolder<'_> {
        LinkHolder { client: &self.client, cookieless: self.is_cookieless }
    }

    /// Asks for a mailed link that leads on to `next`, if that is a path on this site.
    pub fn link_request(&self, next: Option<&str>) -> LinkRequest {
        LinkRequest {
            client: self.client.clone(),
            next: next.and_then(allowed_next).filter(|next| *next != "/").map(str::to_owned),
        }
    }

    /// Returns the facts with which a session begins in the place of `session`.
    ///
    /// # Errors
    /// [`AppError::SessionChanged`] where the browser's cookie is another session's by now: it would be lost.
    pub fn successor(&self, session: &Session) -> Result<NewSession, AppError> {
        match self.presented.as_deref().and_then(session_id_of) {
            Some(held) if held != session.id.as_str() => Err(AppError::SessionChanged),
            _ => Ok(self.new_session(session.remembered)),
        }
    }
}

/// The scope of the request that is being answered.
///
/// # Errors
/// [`AppError::Internal`] outside a request: while the routes are listed, or by a mistake in the router.
pub fn scope() -> Result<Arc<Scope>, AppError> {
    extension().ok_or(AppError::Internal { request_id: None })
}

/// The handle to accounts.
///
/// # Errors
/// As [`scope`].
pub fn auth() -> Result<Auth, AppError> {
    Ok(scope()?.auth.clone())
}

/// The database.
///
/// # Errors
/// As [`scope`].
pub fn db() -> Result<Db, AppError> {
    Ok(auth()?.db().clone())
}

/// Returns who is asking.
pub fn asker() -> Arc<Asker> {
    extension().unwrap_or_default()
}

/// The session that asks. Every server function that is not for everyone begins with it.
///
/// # Errors
/// [`AppError::Unauthenticated`] without a session.
pub fn session() -> Result<Session, AppError> {
    asker().session().cloned().ok_or(AppError::Unauthenticated)
}

/// Returns the session of the person who asks, if their roles permit it. One line in a server function:
/// `let session = ssr::require(Permission::ReadUsers)?;`
///
/// # Errors
/// [`AppError::Unauthenticated`] without a session; [`AppError::Forbidden`], which is recorded.
pub fn require(permission: Permission) -> Result<Session, AppError> {
    let session = session()?;
    auth()?.require(&session, permission)?;
    Ok(session)
}

/// The user who asks, for the store of a feature.
///
/// # Errors
/// As [`session`].
pub fn owner() -> Result<Owner, AppError> {
    Ok(Owner::new(auth()?, session()?))
}

/// The signed-in person, as pages show them.
pub fn current_user() -> Option<CurrentUser> {
    let now = auth().ok()?.clock().now();
    asker().session().map(|session| describe(session, now))
}

/// A session as it goes over the wire at `now`.
pub fn describe(session: &Session, now: Millis) -> CurrentUser {
    CurrentUser {
        id: session.user.id.to_string(),
        email: auth::display_address(&session.user.email),
        verified: session.user.verified_at.is_some(),
        display_name: session.user.display_name.clone(),
        created_at: session.user.created_at,
        permissions: session.roles.permissions().collect(),
        session: CurrentSession {
            id: session.id.to_string(),
            begun_at: session.begun_at,
            expires_at: session.ends_at(),
            expires_in: session.ends_at() - now,
        },
    }
}

/// Whether the request is a form posted without JavaScript, whose answer is a redirect.
pub fn is_form_post() -> bool {
    extension::<Arc<Scope>>().is_some_and(|scope| scope.is_form_post)
}

/// The refresh token that the request's cookie holds, not yet judged.
///
/// # Errors
/// [`AppError::Unauthenticated`] where there is none.
pub fn presented() -> Result<String, AppError> {
    scope()?.presented.clone().ok_or(AppError::Unauthenticated)
}

/// Answers a sign-up, a sign-in or a renewal: sets the cookie and, for a fetch, mints an access token. The redirect
/// after a form post gets none: no program would read it.
///
/// # Errors
/// [`AppError::Internal`] where the token cannot be signed.
pub async fn grant(grant: &Grant) -> Result<SignedIn, AppError> {
    let scope = scope()?;
    set_cookie(scope.cookies.refresh(&grant.refresh_token));
    set_cookie(grant.device_token.as_ref().and_then(|token| scope.cookies.device(token)));
    let access_token =
        if scope.is_form_post { None } else { Some(scope.auth.sessions().access_token(&grant.session).await?) };
    Ok(SignedIn {
        expires_in: access_token.as_ref().map_or(0, auth::AccessToken::expires_in),
        access_token: access_token.map(|token| token.expose().to_owned()),
        token_type: "Bearer".to_owned(),
        cookie_unproven: !scope.keeps_cookies,
        user: describe(&grant.session, scope.auth.clock().now()),
    })
}

/// Gives the browser that used a mailed link the cookie by which the account knows it.
pub fn know_device(redeemed: &Redeemed) {
    if let Ok(scope) = scope() {
        set_cookie(redeemed.device_token.as_ref().and_then(|token| scope.cookies.device(token)));
    }
}

/// Where the person was going who asked for a mailed link: a path of this site.
///
/// # Errors
/// As [`scope`], where the client presented too many links that were refused, and where the database does not answer.
pub async fn link_destination(purpose: LinkPurpose, token: &str) -> Result<Option<String>, AppError> {
    let scope = scope()?;
    let next = scope.auth.links().destination(purpose, token, &scope.client).await?;
    Ok(next.filter(|next| allowed_next(next).is_some()))
}

/// Has the browser forget a session: clears the refresh cookie in any case, and the storage and cache of the pages
/// (W3C Clear Site Data). The device cookie stays: it identifies a known browser and grants no session.
///
/// # Errors
/// As [`scope`].
pub fn forget_in_browser() -> Result<(), AppError> {
    set_cookie(scope()?.cookies.clear_refresh());
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(CLEAR_SITE_DATA, HeaderValue::from_static(r#""cache", "storage""#));
    }
    Ok(())
}

/// Leads on to `path`; to `/` where that is not a path of this site.
pub fn redirect(path: &str) {
    leptos_axum::redirect(&location(path));
}

/// `path` as a `Location` has it; `/` where that is not a path of this site.
pub fn location(path: &str) -> String {
    utf8_percent_encode(same_site_path(path).unwrap_or("/"), NOT_IN_A_HEADER).to_string()
}

/// Leads a person on who has signed in by a form: to `next`, or to the account. Where the browser has shown no cookie
/// yet, the way there checks that it keeps them.
pub fn lead_signed_in(next: Option<&str>) {
    let to = destination(next);
    if scope().is_ok_and(|scope| scope.keeps_cookies) {
        redirect(to);
    } else {
        redirect(&cookie_check_path(to));
    }
}

/// Leads a form posted without JavaScript to `path`. A fetch stays where it is.
pub fn lead_back(path: &str) {
    if is_form_post() {
        redirect(path);
    }
}

/// Leads a form posted without JavaScript on to `path`, where it is told `message`. A fetch knows already.
pub fn lead_on(path: &str, message: Message) {
    if is_form_post() {
        flash().say(message);
        redirect(path);
    }
}

/// Tells `message` in the next document, which takes the place of this one. A form posted without JavaScript is led to
/// it at `path`; the client of a fetch opens it (`auth_client::leave_for`).
pub fn leave_for(path: &str, message: Message) {
    flash().say(message);
    if is_form_post() {
        redirect(path);
    }
}

/// Tells `message` about `account`, whose mailed link was used, in the next document, which takes the place of this
/// one. A form posted without JavaScript is led to it at `path`, or to `/` where another account is signed in; the
/// client of a fetch opens it.
pub fn leave_link(account: &UserId, path: &str, message: Message) {
    flash().say_about(account, message);
    if is_form_post() {
        let is_of_another = asker().session().is_some_and(|session| session.user.id != *account);
        redirect(if is_of_another { "/" } else { path });
    }
}

/// Returns the proof, beside a mailed link, that its account belongs to the person who asks: `password` where one
/// came, else the session.
pub fn link_proof(password: Option<String>) -> LinkProof {
    let session = || asker().session().cloned().map_or(LinkProof::Nothing, LinkProof::Session);
    password.map_or_else(session, |password| LinkProof::Password(password.into()))
}

/// Has a browser keep the answer as a file of that name (RFC 6266), also where a form was posted without JavaScript.
pub fn as_file(name: &'static str) {
    if let (Some(response), Ok(value)) =
        (use_context::<ResponseOptions>(), HeaderValue::try_from(format!("attachment; filename=\"{name}\"")))
    {
        response.insert_header(CONTENT_DISPOSITION, value);
    }
}

/// Sets the status code of the page that is being rendered. Server functions need none: their error has one.
pub fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Returns the news that a redirect left for the page that is being rendered.
pub fn news() -> News {
    extension().unwrap_or_default()
}

/// Returns the flash, which the answer leaves for the next page.
pub fn flash() -> Flash {
    extension().unwrap_or_default()
}

/// Returns the flow: data of a signed-out person that is too large for a cookie.
pub fn flow() -> Flow {
    Flow::new(extension())
}

/// Ends flow and flash, as is done at every gain of authority. Only what `owner` had written goes on.
pub async fn end_flow(owner: &UserId) {
    flash().end(owner);
    flow().end(owner).await;
}

fn set_cookie(cookie: Option<HeaderValue>) {
    if let (Some(response), Some(cookie)) = (use_context::<ResponseOptions>(), cookie) {
        // Appended: another cookie may be set by the same answer.
        response.append_header(SET_COOKIE, cookie);
    }
}

/// Returns an extension of the request. Read in place: `use_context` would clone every header and extension for it.
fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    with_context(|parts: &Parts| parts.extensions.get::<T>().cloned()).flatten()
}
