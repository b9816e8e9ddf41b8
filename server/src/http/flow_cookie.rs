//! How the flow's cookie goes.

use crate::application::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{Entry, SET_COOKIE};

/// Marks the removal of the flow's cookie as the cookie itself was marked. `tower-sessions` leaves it bare, and a
/// browser ignores what would change a `__Host-` cookie without `Secure` (RFC 6265bis, section 5.7).
pub(crate) async fn mark_removal(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let cookies = state.config.cookies();
    let removal = format!("{}=;", cookies.flow_name());
    if let (Entry::Occupied(mut entry), Some(marked)) = (response.headers_mut().entry(SET_COOKIE), cookies.clear_flow())
    {
        for cookie in entry.iter_mut().filter(|cookie| cookie.as_bytes().starts_with(removal.as_bytes())) {
            *cookie = marked.clone();
        }
    }
    response
}
