//! Who is asking: decided here, once for each request, and read everywhere else.

use super::cross_origin;
use crate::{
    application::AppState,
    client_address::{client_address, is_untrusted_proxy, peer},
    http::{
        api_body::PageSession,
        failure::Failure,
        kind::{Kind, is_api},
        referrer::Back,
    },
    security::access_token::access_token,
};
use app::error::AppError;
use app::guard::{Audience, audience, is_cookie_check, login_path, onward, without_trailing_slash};
use app::message::Message;
use app::ssr::{Flash, Scope, location};
use auth::{Asker, Device, DeviceToken, Error};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use cookie::Cookie;
use http::header::{COOKIE, LOCATION, SET_COOKIE, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::sync::Arc;
use tower_http::request_id::RequestId;

/// The endpoints by which sessions begin, go on and end. They read the cookie themselves.
const SESSION_ENDPOINTS: &[&str] = &["/api/auth/signup", "/api/auth/login", "/api/auth/logout", "/api/auth/refresh"];

/// The endpoint that has a browser forget its session, also where the database cannot say which.
const LOG_OUT: &str = "/api/auth/logout";

/// The endpoint that judges the cookie's session and the page's by itself.
const REFRESH: &str = "/api/auth/refresh";

/// Puts a [`Scope`] and an [`Asker`] into the request, and into a page's what a redirect left for it; leads a guarded page's wrong audience elsewhere.
pub(crate) async fn decide(
    state: &AppState,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let scope = Arc::new(scope(state, &request));
    let kind = Kind::of(&request);
    let path = request.uri().path();
    let token = match access_token(request.headers()) {
        Ok(token) => token,
        Err(error) => return failed(&request, error),
    };
    let presents_bearer = token.is_some();
    let decided = match kind {
        Kind::Navigation => page(&scope).await.map(Decision::plain),
        Kind::Form if SESSION_ENDPOINTS.contains(&path) => session_endpoint(&scope, path).await,
        Kind::Fetch if SESSION_ENDPOINTS.contains(&path) => match session_endpoint(&scope, path).await {
            Ok(_) => fetch(&scope, token).await,
            refused => refused,
        },
        Kind::Form if is_api(&request) => form(&scope).await,
        Kind::Form => Ok(Decision::default()),
        Kind::Fetch => fetch(&scope, token).await,
    };
    let Decision { asker, cookie: renewed } = match decided {
        Ok(decision) => decision,
        Err(error) if path == LOG_OUT && scope.presented.is_some() && error.is_temporary() => Decision::default(),
        Err(error) => return failed(&request, error.into()),
    };
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_page && let Some(elsewhere) = elsewhere(&request, &asker) {
        return elsewhere;
    }
    let flash = Flash::open(&scope.auth, cookie(request.headers(), &scope.cookies.flash_name()).as_deref());
    if kind == Kind::Navigation {
        let reader = asker.session().map(|session| session.user.id.as_str());
        let mut news = flash.take_news(reader);
        // An address that somebody made up can have this said, and nothing else done.
        if !scope.keeps_cookies && request.uri().path_and_query().is_some_and(|at| is_cookie_check(at.as_str())) {
            news.message.get_or_insert(Message::CookieNotKept);
        }
        request.extensions_mut().insert(news);
    }
    request.extensions_mut().insert(flash.clone());
    let (auth, cookies) = (scope.auth.clone(), scope.cookies);
    let is_bearer_refused = presents_bearer && asker.session().is_none();
    request.extensions_mut().insert(scope);
    request.extensions_mut().insert(Arc::new(asker));
    let mut response = next(request).await;
    if is_bearer_refused {
        response.extensions_mut().insert(BearerRefused);
    }
    // What began another session, or ended this one, has said so in the cookie; of two a browser takes the last.
    let renewed = renewed.filter(|_| !sets_cookie(response.headers(), &cookies.refresh_name()));
    for cookie in renewed.into_iter().chain(flash.set_cookie(&auth, cookies)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn sets_cookie(headers: &HeaderMap, name: &str) -> bool {
    let is_named = |value: &HeaderValue| {
        value.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'='))
    };
    headers.get_all(SET_COOKIE).iter().any(is_named)
}

/// A failure that leads a form back to where the form says it is.
fn failed(request: &Request, error: AppError) -> Response {
    let mut response = Failure(error).into_response();
    if let Some(back) = request.extensions().get::<Back>() {
        response.extensions_mut().insert(back.clone());
    }
    response
}

/// Stands in the answer to a request whose access token was refused.
#[derive(Clone, Copy)]
pub(crate) struct BearerRefused;

/// Who asks, and the cookie by which a form's session goes on.
#[derive(Default)]
struct Decision {
    asker: Asker,
    cookie: Option<HeaderValue>,
}

impl Decision {
    fn plain(asker: Asker) -> Self {
        Self { asker, cookie: None }
    }
}

/// A page load: by its cookie, which is looked at and not rotated.
async fn page(scope: &Scope) -> Result<Asker, Error> {
    let Some(token) = &scope.presented else { return Ok(Asker::Nobody) };
    let session = scope.auth.look(token, &scope.device).await?;
    Ok(session.map_or(Asker::Nobody, Asker::Page))
}

/// A form posted without JavaScript: by its cookie, which is rotated as a renewal does it.
async fn form(scope: &Scope) -> Result<Decision, Error> {
    let Some(token) = &scope.presented else { return Ok(Decision::default()) };
    match scope.auth.refresh(token, &scope.device, scope.page.as_deref()).await {
        Ok(grant) => {
            let cookie = scope.cookies.refresh(&grant.refresh_token);
            Ok(Decision { asker: Asker::Form(grant.session), cookie })
        }
        Err(Error::Unauthenticated(_)) => Ok(Decision::default()),
        Err(error) => Err(error),
    }
}

/// A fetch: by its access token. The cookie alone never authenticates one.
async fn fetch(scope: &Scope, token: Option<&str>) -> Result<Decision, Error> {
    let Some(token) = token else { return Ok(Decision::default()) };
    match scope.auth.authenticate(token, &scope.device).await {
        Ok(session) => {
            scope.auth.require_page_of(&session, scope.page.as_deref()).await?;
            Ok(Decision::plain(Asker::Bearer(session)))
        }
        Err(Error::Unauthenticated(_)) => Ok(Decision::default()),
        Err(error) => Err(error),
    }
}

/// Sign-in, sign-up and sign-out from a page of somebody else than the cookie is of would act on a session that its
/// reader does not see.
async fn session_endpoint(scope: &Scope, path: &str) -> Result<Decision, Error> {
    if let (Some(page), Some(token)) = (&scope.page, &scope.presented)
        && path != REFRESH
    {
        scope.auth.require_page_of_token(token, page).await?;
    }
    Ok(Decision::default())
}

/// Where a page's wrong audience is led, and whoever has a slash too many in the address.
fn elsewhere(request: &Request, asker: &Asker) -> Option<Response> {
    let uri = request.uri();
    if let Some(page) = without_trailing_slash(uri.path()) {
        let to = uri.query().map_or_else(|| page.to_owned(), |query| format!("{page}?{query}"));
        return redirect(StatusCode::PERMANENT_REDIRECT, &to);
    }
    match (audience(uri.path()), asker.session()) {
        (Audience::SignedIn, None) => {
            redirect(StatusCode::FOUND, &login_path(uri.path_and_query().map_or("/", PathAndQuery::as_str)))
        }
        (Audience::SignedOut, Some(_)) => {
            redirect(StatusCode::FOUND, &location(&onward(uri.query().unwrap_or_default())))
        }
        _ => None,
    }
}

fn redirect(status: StatusCode, to: &str) -> Option<Response> {
    Some((status, [(LOCATION, HeaderValue::try_from(to).ok()?)]).into_response())
}

/// The client that sent `request`.
pub(super) fn device(state: &AppState, request: &Request) -> Device {
    let headers = request.headers();
    let peer = peer(request);
    if is_untrusted_proxy(peer, headers, &state.config.trusted_proxies) {
        state.told_of_proxy.call_once(|| {
            tracing::warn!(
                %peer,
                "a request says of another client, and TRUSTED_PROXIES does not name where it came from: behind a proxy \
                 that it does not name, all people count as one client; this is said once"
            );
        });
    }
    Device {
        user_agent: headers.get(USER_AGENT).map(user_agent).unwrap_or_default(),
        address: Some(client_address(peer, headers, &state.config.trusted_proxies, state.config.forwarded_header)),
        token: cookie(headers, &state.config.cookies().device_name()).as_deref().and_then(DeviceToken::parse),
    }
}

/// As UTF-8, or else as Latin-1, which any bytes are (RFC 9110, section 5.5): no two become the same text.
fn user_agent(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned)
}

fn scope(state: &AppState, request: &Request) -> Scope {
    let headers = request.headers();
    let cookies = state.config.cookies();
    Scope {
        auth: state.auth.clone(),
        device: device(state, request),
        is_form_post: Kind::of(request) == Kind::Form,
        is_cookieless: cross_origin::is_from_no_browser(request),
        presented: cookie(headers, &cookies.refresh_name()),
        keeps_cookies: all_cookies(headers).any(|cookie| cookies.is_ours(cookie.name())),
        page: request.extensions().get::<PageSession>().map(|PageSession(sid)| sid.clone()),
        cookies,
        request_id: request_id(request),
    }
}

/// The id that stands on every line of the log about this request.
pub(crate) fn request_id(request: &Request) -> String {
    let id = request.extensions().get::<RequestId>();
    id.and_then(|id| id.header_value().to_str().ok()).unwrap_or_default().to_owned()
}

/// What a cookie of ours holds; those of others that are no text were taken out before.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    all_cookies(headers).find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

fn all_cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(Cookie::split_parse).filter_map(Result::ok)
}
