//! Refuses every request under `/api/` without a session, except to the endpoints that are open
//! ([`open_endpoints`]), and every one whose session lacks the permission that its endpoint needs ([`permission_of`]). So a
//! server function that forgets to ask is closed.

use crate::request::{
    access_token::carries_access_token,
    kind::{Kind, is_api},
};
use crate::response::failure::Failure;
use auth::Asker;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use platform::auth_client::{open_endpoints, permission_of};
use platform::error::AppError;
use platform::ssr::Scope;
use std::sync::Arc;

/// Passes on a request, unless it is a fetch of a closed endpoint without an access token. Its body is not read.
///
/// # Errors
/// [`AppError::Unauthenticated`].
pub(crate) fn with_credentials(request: Request) -> Result<Request, AppError> {
    if Kind::of(&request) == Kind::Fetch && !carries_access_token(request.headers()) && is_closed(&request) {
        return Err(AppError::Unauthenticated);
    }
    Ok(request)
}

/// Runs the request, unless it is for a closed endpoint and has no session. Stands behind the repetition of answers: a form
/// that ended its own session may be sent twice.
pub(crate) async fn admit(request: Request, next: Next) -> Response {
    let asker = request.extensions().get::<Arc<Asker>>();
    if asker.is_none_or(|asker| asker.session().is_none()) && is_closed(&request) {
        return Failure(AppError::Unauthenticated).into_response();
    }
    if let Err(error) = permitted(&request) {
        return Failure(error).into_response();
    }
    next.run(request).await
}

/// Refuses a request for an endpoint that needs a permission which the roles of its session do not permit.
fn permitted(request: &Request) -> Result<(), AppError> {
    let extensions = request.extensions();
    let Some(permission) = permission_of(request.uri().path()) else { return Ok(()) };
    let (asker, scope) = (extensions.get::<Arc<Asker>>(), extensions.get::<Arc<Scope>>());
    let session = asker.and_then(|asker| asker.session()).ok_or(AppError::Unauthenticated)?;
    Ok(scope.ok_or(AppError::Unauthenticated)?.auth.require(session, permission)?)
}

fn is_closed(request: &Request) -> bool {
    is_api(request) && !open_endpoints().any(|open| open == request.uri().path())
}
