//! The tokens of a session of the API.

use super::user::User;
use auth::{Grant, NewSession, SessionKind};
use platform::api::Failure;
use platform::ssr::Scope;
use serde::Serialize;
use utoipa::ToSchema;

/// The tokens of a session, named as in RFC 6749, section 5.1.
#[derive(Serialize, ToSchema)]
pub(super) struct Tokens {
    /// The JWT for `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// The remaining life of the access token in seconds.
    expires_in: u64,
    /// The token for the next `/renew`. It is good once; keep the newest.
    refresh_token: String,
    /// The id of the session.
    session_id: String,
    /// Whose session it is.
    user: User,
}

impl Tokens {
    /// Returns the tokens of a session that was granted.
    pub(super) async fn of(scope: &Scope, grant: &Grant) -> Result<Self, Failure> {
        let access_token = scope.auth.sessions().access_token(&grant.session).await?;
        Ok(Self {
            access_token: access_token.expose().to_owned(),
            token_type: "Bearer",
            expires_in: access_token.expires_in(),
            refresh_token: grant.refresh_token.expose().to_owned(),
            session_id: grant.session.id.to_string(),
            user: (&grant.session.user).into(),
        })
    }
}

/// Returns the facts with which a session of the API begins.
pub(super) fn new_session(scope: &Scope, remember: bool) -> NewSession {
    NewSession { remember, client: scope.client.clone(), kind: SessionKind::Api, ..NewSession::default() }
}
