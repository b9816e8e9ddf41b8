//! Authenticates a request once. Pages and server functions only read the result, an `Asker` in the extensions.

use crate::{
    request::{
        access_token::access_token,
        body::PageSession,
        cookies::{all_cookies, cookie},
        id::request_id,
        kind::{Kind, is_api},
        referrer::Back,
    },
    response::failure::{BearerRefused, Failure},
    security::{client::client, cross_origin, page_guard},
    state::AppState,
};
use app::features::{sign_in::LogIn, sign_up::SignUp};
use auth::{Asker, Error};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use leptos::server_fn::ServerFn;
use platform::auth_client::{LogOut, Refresh};
use platform::error::AppError;
use platform::guard::is_cookie_check;
use platform::site::site;
use platform::ssr::{Flash, Scope};
use std::sync::Arc;

/// The endpoints that start, refresh and end sessions. They read the refresh cookie themselves.
const SESSION_ENDPOINTS: &[&str] = &[SignUp::PATH, LogIn::PATH, LOG_OUT, REFRESH];

/// The endpoint that signs out. It clears the cookie even if the database is unavailable.
const LOG_OUT: &str = LogOut::PATH;

/// The endpoint that compares the cookie's session with the page's session itself.
const REFRESH: &str = Refresh::PATH;

/// Puts a [`Scope`] and an [`Asker`] into the request, and the message of a redirect into a page load. Redirects page loads
/// that the page guard refuses.
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
    if is_page && let Some(elsewhere) = page_guard::redirect_away(&request, &asker) {
        return elsewhere;
    }
    let is_forbidden = is_page && page_guard::is_forbidden(&request, &asker);
    let flash = Flash::open(&scope.auth, cookie(request.headers(), &scope.cookies.flash_name()).as_deref());
    if kind == Kind::Navigation {
        let reader = asker.session().map(|session| &session.user.id);
        let mut news = flash.take_news(reader);
        // A made-up address can show this message and has no other effect.
        if !scope.keeps_cookies && request.uri().path_and_query().is_some_and(|at| is_cookie_check(at.as_str())) {
            news.message.get_or_insert(site().messages.cookie_not_kept);
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
    if is_forbidden && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    // An endpoint that started or ended a session has set the cookie already. Of two cookies a browser takes the last.
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

/// Returns a failure that leads a form back to its page.
fn failed(request: &Request, error: AppError) -> Response {
    let mut response = Failure(error).into_response();
    if let Some(back) = request.extensions().get::<Back>() {
        response.extensions_mut().insert(back.clone());
    }
    response
}

/// The asker, and the rotated cookie of a form.
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

/// Authenticates a page load by its cookie. Does not rotate the token.
async fn page(scope: &Scope) -> Result<Asker, Error> {
    let Some(token) = &scope.presented else { return Ok(Asker::Nobody) };
    let session = scope.auth.sessions().peek(token, &scope.client).await?;
    Ok(session.map_or(Asker::Nobody, Asker::Page))
}

/// Authenticates a form posted without JavaScript by its cookie. Rotates the token as a refresh does.
async fn form(scope: &Scope) -> Result<Decision, Error> {
    let Some(token) = &scope.presented else { return Ok(Decision::default()) };
    match scope.auth.sessions().refresh(token, &scope.client, scope.page.as_deref()).await {
        Ok(grant) => {
            let cookie = scope.cookies.refresh(&grant.refresh_token);
            Ok(Decision { asker: Asker::Form(grant.session), cookie })
        }
        Err(Error::Unauthenticated(_)) => Ok(Decision::default()),
        Err(error) => Err(error),
    }
}

/// Authenticates a fetch by its access token. The cookie alone never authenticates a fetch.
async fn fetch(scope: &Scope, token: Option<&str>) -> Result<Decision, Error> {
    let Some(token) = token else { return Ok(Decision::default()) };
    match scope.auth.sessions().authenticate(token, &scope.client).await {
        Ok(session) => {
            scope.auth.sessions().require_page_of(&session, scope.page.as_deref()).await?;
            Ok(Decision::plain(Asker::Bearer(session)))
        }
        Err(Error::Unauthenticated(_)) => Ok(Decision::default()),
        Err(error) => Err(error),
    }
}

/// Refuses sign-in, sign-up and sign-out if the page and the cookie belong to different users. The request would act on a
/// session that the page does not show.
async fn session_endpoint(scope: &Scope, path: &str) -> Result<Decision, Error> {
    if let (Some(page), Some(token)) = (&scope.page, &scope.presented)
        && path != REFRESH
    {
        scope.auth.sessions().require_page_of_token(token, page, &scope.client).await?;
    }
    Ok(Decision::default())
}

/// Returns the facts of a request.
pub(crate) fn scope(state: &AppState, request: &Request) -> Scope {
    let headers = request.headers();
    let cookies = state.config.cookies();
    Scope {
        auth: state.auth.clone(),
        client: client(state, request),
        is_form_post: Kind::of(request) == Kind::Form,
        is_cookieless: cross_origin::is_from_no_browser(request),
        presented: cookie(headers, &cookies.refresh_name()),
        keeps_cookies: all_cookies(headers).any(|cookie| cookies.is_ours(cookie.name())),
        page: request.extensions().get::<PageSession>().map(|PageSession(sid)| sid.clone()),
        cookies,
        request_id: request_id(request),
    }
}
