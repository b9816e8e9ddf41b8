//! Renewing the access token: on demand, one at a time in a tab, patient with the network.

use super::{install, network, refresh, refused, with_tab};
use crate::error::AppError;
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{LocalBoxFuture, Shared};
use wasm_bindgen_futures::spawn_local;

/// A renewal that is under way; everyone who needs its result waits for the same one.
pub(super) type Renewal = Shared<LocalBoxFuture<'static, Result<(), AppError>>>;

/// The access token to send now, renewed before if it is time.
pub(super) async fn good_token() -> Result<String, AppError> {
    let now = js_sys::Date::now();
    match with_tab(|tab| tab.token.clone()).flatten() {
        Some(token) if !token.is_due(now) => Ok(token.jwt),
        due => match renewed().await {
            Ok(()) => token(),
            // It was only ahead of time: what could not be reached for the renewal may be back for the request.
            Err(error) => due
                .filter(|token| network::is_passing(&error) && token.is_usable(js_sys::Date::now()))
                .map(|token| token.jwt)
                .ok_or(error),
        },
    }
}

/// Another token than `jwt`, which was thought good and has been refused.
pub(super) async fn token_instead_of(jwt: &str) -> Result<String, AppError> {
    let is_same = with_tab(|tab| tab.token.as_ref().is_some_and(|token| token.jwt == jwt));
    if is_same != Some(false) {
        renewed().await?;
    }
    token()
}

/// Renews, or joins the renewal that is under way. It runs on its own: a caller that goes away does not abort it.
pub(super) fn renewed() -> Renewal {
    let under_way = with_tab(|tab| tab.renewal.clone()).flatten();
    under_way.unwrap_or_else(|| {
        let (done, result) = oneshot::channel();
        let renewal = result.map(|result| result.unwrap_or(Err(AppError::Offline))).boxed_local().shared();
        with_tab(|tab| tab.renewal = Some(renewal.clone()));
        spawn_local(async move {
            let result = renew().await;
            with_tab(|tab| tab.renewal = None);
            let _ = done.send(result);
        });
        renewal
    })
}

/// Renews, with a request that is sent after this call.
pub(super) async fn renewed_afresh() -> Result<(), AppError> {
    if let Some(under_way) = with_tab(|tab| tab.renewal.clone()).flatten() {
        let _ = under_way.await;
    }
    renewed().await
}

fn token() -> Result<String, AppError> {
    with_tab(|tab| tab.token.as_ref().map(|token| token.jwt.clone())).flatten().ok_or(AppError::Unauthenticated)
}

async fn renew() -> Result<(), AppError> {
    let result = ask_until_answered().await;
    network::settled(&result);
    result
}

async fn ask_until_answered() -> Result<(), AppError> {
    let mut pauses = network::growing_pauses();
    loop {
        let epoch = with_tab(|tab| tab.epoch);
        let answer = refresh().await;
        if with_tab(|tab| tab.epoch) != epoch {
            // A sign-in or sign-out of this tab overtook it: the answer is about a session that is past.
            return token().map(drop);
        }
        match answer {
            Ok(answer) => {
                install(answer);
                return Ok(());
            }
            Err(AppError::Unauthenticated) => {
                refused();
                return Err(AppError::Unauthenticated);
            }
            Err(error) if network::is_passing(&error) => {
                let Some(pause) = pauses.next() else { return Err(error) };
                network::waiting(&error);
                network::pause(pause).await;
            }
            Err(error) => return Err(error),
        }
    }
}
