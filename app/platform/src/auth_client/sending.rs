//! How a request is sent, and what before it: in a part of the WebAssembly that is loaded once the page is alive.

use super::leaving::{SIGN_OUT_PATIENCE, is_leaving};
use super::{Letter, LogOut, departure, network, renewal, status, tabs, web_lock, with_tab};
use crate::error::AppError;
use crate::in_part;
use crate::signed_in;
use crate::wire::{ACCESS_TOKEN_HEADER, SESSION_HEADER};
use futures::future::LocalBoxFuture;
use http::Method;
use leptos::server_fn::client::{Client, browser::BrowserClient};
use leptos::server_fn::codec::{Json, PostUrl};
use leptos::server_fn::error::FromServerFnError;
use leptos::server_fn::request::{ClientReq, browser::BrowserRequest};
use leptos::server_fn::response::{ClientRes, browser::BrowserResponse};
use leptos::server_fn::{Bytes, ContentType, ServerFn};
use wasm_bindgen_futures::spawn_local;

type Sending = LocalBoxFuture<'static, Result<BrowserResponse, AppError>>;
type Reading = LocalBoxFuture<'static, Result<Bytes, AppError>>;
type Renewing = LocalBoxFuture<'static, Result<(), AppError>>;

/// The credentials of a request.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// The access token.
    WithToken,
    /// The lock that all tabs share.
    ForSession,
    /// Both.
    ForSuccession,
    /// The access token where the page belongs to a session.
    ForAnyone,
}

in_part!(
    session loaded by load,
    fn send_by(way: Way, letter: Letter) -> Sending {
        match way {
            Way::WithToken => Box::pin(send_with_token(letter)),
            Way::ForSession => Box::pin(send_for_session(letter)),
            Way::ForSuccession => Box::pin(send_for_succession(letter)),
            Way::ForAnyone => Box::pin(send_for_anyone(letter)),
        }
    }
);

in_part!(
    session,
    fn read(response: BrowserResponse) -> Reading {
        Box::pin(body_of(response))
    }
);

in_part!(
    session,
    fn renew_afresh() -> Renewing {
        Box::pin(renewal::renewed_afresh())
    }
);

/// Loads the code that sends, and the code that an answer may need, so that the first request does not wait for them.
/// Where it does not come now, that request tries again.
pub(super) fn prepare() {
    spawn_local(async {
        let _ = load().await.is_ok() && signed_in::load().await;
    });
}

/// Sends `letter` by `way`, unless a sign-out is under way: then all but that sign-out wait. The answer may begin a
/// session, so the code of what a signed-in person sees is loaded before.
pub(super) async fn sent(way: Way, letter: Letter) -> Result<BrowserResponse, AppError> {
    if letter.url != LogOut::PATH {
        departure::cancelled().await;
    } else if !is_leaving() {
        departure::begin(SIGN_OUT_PATIENCE);
    }
    network::patiently(async || {
        if !signed_in::load().await {
            return Err(not_loaded().await);
        }
        match send_by(way, letter.clone()).await {
            Ok(sending) => sending.await,
            Err(_) => Err(not_loaded().await),
        }
    })
    .await
}

/// Why the code of a part is not there: without a network, or because a newer release has it under another name.
async fn not_loaded() -> AppError {
    if network::is_reachable().await { AppError::Unreadable } else { AppError::Offline }
}

/// The same, and gives the body of the answer.
pub(super) async fn posted(way: Way, letter: Letter) -> Result<Bytes, AppError> {
    let response = sent(way, letter).await?;
    read(response).await.map_err(|_| AppError::Unreadable)?.await
}

/// The body of an answer, or the error that it tells.
async fn body_of(response: BrowserResponse) -> Result<Bytes, AppError> {
    let is_error = status(&response) >= 400;
    let body = ClientRes::<AppError>::try_into_bytes(response).await?;
    if is_error { Err(AppError::de(body)) } else { Ok(body) }
}

/// Renews, with a request that is sent after this call.
pub(super) async fn renewed_afresh() -> Result<(), AppError> {
    renew_afresh().await.map_err(|_| AppError::Unreadable)?.await
}

impl Letter {
    /// Sends it for the page's session, with the access token if there is one, and reloads the page if the cookie is
    /// another person's by now.
    async fn send(&self, jwt: Option<&str>) -> Result<BrowserResponse, AppError> {
        let request = <BrowserRequest as ClientReq<AppError>>::try_new_req_text(
            &self.url,
            PostUrl::CONTENT_TYPE,
            Json::CONTENT_TYPE,
            self.body.clone(),
            Method::POST,
        )?;
        if let Some(session) = with_tab(|tab| tab.acting_session()).flatten() {
            request.headers().set(SESSION_HEADER, &session);
        }
        if let Some(jwt) = jwt {
            request.headers().set(ACCESS_TOKEN_HEADER, jwt);
        }
        let response = <BrowserClient as Client<AppError>>::send(request).await?;
        if status(&response) == AppError::SessionChanged.status() {
            tabs::reload();
        }
        Ok(response)
    }
}

async fn send_with_token(letter: Letter) -> Result<BrowserResponse, AppError> {
    with_good_token(async |jwt| letter.send(Some(jwt)).await).await
}

/// The lock is taken once there is a good token, because a renewal takes it, too.
async fn send_for_succession(letter: Letter) -> Result<BrowserResponse, AppError> {
    with_good_token(async |jwt| web_lock::held(letter.send(Some(jwt))).await).await
}

async fn with_good_token(
    send: impl AsyncFn(&str) -> Result<BrowserResponse, AppError>,
) -> Result<BrowserResponse, AppError> {
    let jwt = renewal::good_token().await?;
    let response = send(&jwt).await?;
    if status(&response) != AppError::Unauthenticated.status() {
        return Ok(response);
    }
    send(&renewal::token_instead_of(&jwt).await?).await
}

async fn send_for_session(letter: Letter) -> Result<BrowserResponse, AppError> {
    web_lock::held(letter.send(None)).await
}

async fn send_for_anyone(letter: Letter) -> Result<BrowserResponse, AppError> {
    let jwt = match with_tab(|tab| tab.session()).flatten() {
        Some(_) => match renewal::good_token().await {
            // The session has ended.
            Err(AppError::Unauthenticated) => None,
            jwt => Some(jwt?),
        },
        None => None,
    };
    letter.send(jwt.as_deref()).await
}
