//! Decides for a gateway whether a request may pass: nginx `auth_request`, Caddy and Traefik `forward_auth`.
//!
//! The gateway sends the access token of the request that it holds back, and passes it on only after 200, with the headers of
//! the answer in the place of those that the client sent. Cookies are not read: a token cannot be sent by another site.

use crate::{
    request::access_token::access_token,
    response::failure::{BearerRefused, Failure},
    security::client::client,
    state::AppState,
};
use auth::{Auth, Client, Permission, ROLE_USER, Session, Words};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use platform::error::AppError;

/// The path of the decision.
pub(crate) const VERIFY: &str = "/auth/verify";

const USER: HeaderName = HeaderName::from_static("x-auth-user");
const SESSION: HeaderName = HeaderName::from_static("x-auth-session");
const ROLES: HeaderName = HeaderName::from_static("x-auth-roles");
const EMAIL: HeaderName = HeaderName::from_static("x-auth-email");

/// What the gateway requires beside a session.
#[derive(Debug, Default, PartialEq, Eq)]
struct Requirements {
    roles: Vec<String>,
    permissions: Vec<Permission>,
}

impl Requirements {
    /// Reads `role=` and `permission=`; each may come several times, and all of them must hold.
    ///
    /// # Errors
    /// [`AppError::BadRequest`] for any other parameter, and for a permission that does not exist. A misspelt requirement
    /// must not let everyone pass.
    fn parse(query: &str) -> Result<Self, AppError> {
        let mut all = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "role" => all.roles.push(value.into_owned()),
                "permission" => all.permissions.push(Permission::named(&value).ok_or(AppError::BadRequest)?),
                _ => return Err(AppError::BadRequest),
            }
        }
        Ok(all)
    }

    fn are_met_by(&self, session: &Session) -> bool {
        self.roles.iter().all(|role| session.roles.hold(role))
            && self.permissions.iter().all(|permission| session.roles.permit(*permission))
    }
}

/// Returns the route.
pub(crate) fn routes(state: &AppState) -> Router {
    Router::new().route(VERIFY, get(verify)).with_state(state.clone())
}

async fn verify(State(state): State<AppState>, request: Request) -> Response {
    let required = Requirements::parse(request.uri().query().unwrap_or_default());
    let token = access_token(request.headers()).map(|token| token.map(str::to_owned));
    let client = client(&state, &request);
    let presents_token = token != Ok(None);
    match decide(&state.auth, required, token, &client).await {
        Ok(session) => (StatusCode::OK, headers(&session)).into_response(),
        Err(error) => {
            let is_refused = presents_token && error == AppError::Unauthenticated;
            let mut response = Failure(error).into_response();
            if is_refused {
                response.extensions_mut().insert(BearerRefused);
            }
            response
        }
    }
}

async fn decide(
    auth: &Auth,
    required: Result<Requirements, AppError>,
    token: Result<Option<String>, AppError>,
    client: &Client,
) -> Result<Session, AppError> {
    let (required, token) = (required?, token?.ok_or(AppError::Unauthenticated)?);
    let session = auth.sessions().authenticate_for_gateway(&token, client).await?;
    if required.are_met_by(&session) { Ok(session) } else { Err(AppError::Forbidden) }
}

/// Returns what the service behind the gateway learns of the user. The address only where its owner has confirmed it.
fn headers(session: &Session) -> HeaderMap {
    let roles: Vec<&str> = std::iter::once(ROLE_USER).chain(session.roles.names()).collect();
    let email = session.user.verified_at.map(|_| session.user.email.as_str());
    let values = [
        (USER, Some(session.user.id.as_str())),
        (SESSION, Some(session.id.as_str())),
        (ROLES, Some(&*roles.join(","))),
        (EMAIL, email),
    ];
    // An address with characters beyond ASCII cannot stand in a header.
    let valid = values.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value?).ok()?)));
    valid.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_that_is_not_understood_lets_nobody_pass() {
        let both = Requirements::parse("role=admin&role=support&permission=read_users").expect("requirements");
        assert_eq!(both.roles, ["admin", "support"]);
        assert_eq!(both.permissions, [Permission::ReadUsers]);
        assert_eq!(Requirements::parse(""), Ok(Requirements::default()));
        for query in ["roles=admin", "permission=fly", "permission=", "x", "role=admin&Role=b"] {
            assert_eq!(Requirements::parse(query), Err(AppError::BadRequest), "{query}");
        }
    }
}
