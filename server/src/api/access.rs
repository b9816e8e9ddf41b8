//! Decides who may use a route, and authenticates requests: by an access token in `Authorization`, and in no other way.

use super::cors::IDEMPOTENCY_KEY;
use super::document::operations;
use super::{description, refused};
use crate::{
    request::{
        body,
        fingerprint::{Fingerprint, Payload},
    },
    response::{
        failure::{BearerRefused, CredentialsUnclear},
        idempotency,
    },
    security::authentication,
    state::AppState,
};
use auth::{Asker, Error};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use http::{HeaderMap, Method};
use platform::api::Refusal;
use platform::error::AppError;
use platform::wire::ACCESS_TOKEN_HEADER;
use std::collections::HashSet;
use std::sync::Arc;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, PathItem};

/// The paths that need no access token.
#[derive(Clone, Debug)]
pub(super) struct Open(Arc<HashSet<String>>);

impl Open {
    /// Reads the paths from the description of the routes: those whose every operation has an empty security requirement.
    pub(super) fn of(document: &OpenApi) -> Self {
        let is_open = |item: &PathItem| {
            operations(item).all(|operation| operation.security.as_deref() == Some(&[SecurityRequirement::default()]))
        };
        let paths = document.paths.paths.iter().filter(|(_, item)| is_open(item)).map(|(path, _)| path.clone());
        Self(Arc::new(paths.chain(description::paths()).collect()))
    }

    fn has(&self, request: &Request) -> bool {
        self.0.contains(request.uri().path())
    }
}

/// Runs a request that may use its route. Cookies are neither read nor set.
pub(super) async fn around(
    State((state, open)): State<(AppState, Open)>,
    mut request: Request,
    next: Next,
) -> Response {
    request.headers_mut().remove(COOKIE);
    let mut response = match admit(&state, &open, request).await {
        Ok(request) => {
            let run = async |request| next.run(request).await;
            idempotency::answer(&state.answers, state.auth.clock(), request, run).await
        }
        Err(refused) => refused,
    };
    response.headers_mut().remove(SET_COOKIE);
    response
}

async fn admit(state: &AppState, open: &Open, request: Request) -> Result<Request, Response> {
    let is_open = open.has(&request);
    let token = match Credentials::of(&request) {
        Credentials::Unclear => {
            return Err(unclear("Send one access token, in `Authorization: Bearer`, and no other."));
        }
        Credentials::Token(_) if is_open && request.method() == Method::POST => {
            return Err(unclear("This request proves itself by its body: send no access token with it."));
        }
        Credentials::None if !is_open => return Err(refused(AppError::Unauthenticated)),
        Credentials::None => None,
        Credentials::Token(token) => Some(token),
    };
    let (mut request, body) = body::read_whole(request).await.map_err(refused)?;
    let scope = authentication::scope(state, &request);
    let asker = match token {
        None => Asker::Nobody,
        Some(token) => match scope.auth.sessions().authenticate_api_client(&token, &scope.client).await {
            Ok(session) => Asker::Bearer(session),
            Err(Error::Unauthenticated(_)) if is_open => Asker::Nobody,
            Err(Error::Unauthenticated(_)) => {
                let mut response = refused(AppError::Unauthenticated);
                response.extensions_mut().insert(BearerRefused);
                return Err(response);
            }
            Err(error) => return Err(refused(error.into())),
        },
    };
    if let Some(key) = request.headers().get(IDEMPOTENCY_KEY)
        && let Some(session) = asker.session()
        && request.method() == Method::POST
    {
        let key = key.to_str().unwrap_or_default();
        let fingerprint = Fingerprint::of_key(key, session.user.id.as_str(), request.uri().path());
        let fingerprint = fingerprint.ok_or_else(|| {
            Refusal::bad_request("`Idempotency-Key` must have 1 to 64 visible ASCII characters.").into_response()
        })?;
        request.extensions_mut().insert(fingerprint);
        request.extensions_mut().insert(Payload::of(&body));
    }
    request.extensions_mut().insert(Arc::new(scope));
    request.extensions_mut().insert(Arc::new(asker));
    Ok(request)
}

/// The access tokens of a request.
enum Credentials {
    /// None: at most credentials of another scheme, such as those of a proxy.
    None,
    Token(String),
    /// Several, or one that came by another way: a proxy and this server might each read another (RFC 6750, section 2).
    Unclear,
}

impl Credentials {
    fn of(request: &Request) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let is_in_query = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token");
        if is_in_query || request.headers().contains_key(ACCESS_TOKEN_HEADER) {
            return Self::Unclear;
        }
        Self::in_authorization(request.headers())
    }

    fn in_authorization(headers: &HeaderMap) -> Self {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        match (lines.next(), lines.next()) {
            (None, _) => Self::None,
            (Some(line), None) => match line.to_str().ok().and_then(|line| line.split_once(' ')) {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Self::Token(token.trim().to_owned()),
                _ => Self::None,
            },
            (Some(_), Some(_)) => Self::Unclear,
        }
    }
}

fn unclear(detail: &str) -> Response {
    let mut response = Refusal::bad_request(detail).into_response();
    response.extensions_mut().insert(CredentialsUnclear);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn credentials(uri: &str, headers: &[(&'static str, &str)]) -> Credentials {
        let request =
            headers.iter().fold(Request::builder().uri(uri), |request, (name, value)| request.header(*name, *value));
        Credentials::of(&request.body(Body::empty()).expect("a request"))
    }

    #[test]
    fn a_token_comes_in_one_way() {
        let is_token = |found| matches!(found, Credentials::Token(token) if token == "a");
        assert!(is_token(credentials("/", &[("authorization", "Bearer a")])));
        assert!(is_token(credentials("/?cursor=x", &[("authorization", "bEARER  a ")])));
        for none in [&[][..], &[("authorization", "Basic YTpi")], &[("authorization", "a")]] {
            assert!(matches!(credentials("/", none), Credentials::None), "{none:?}");
        }
        for headers in [
            &[("authorization", "Bearer a"), ("authorization", "Bearer a")][..],
            &[("authorization", "Basic YTpi"), ("authorization", "Bearer a")],
            &[("authorization", "Bearer a"), ("x-access-token", "a")],
            &[("x-access-token", "a")],
        ] {
            assert!(matches!(credentials("/", headers), Credentials::Unclear), "{headers:?}");
        }
        assert!(matches!(credentials("/?access_token=a", &[]), Credentials::Unclear));
        assert!(matches!(credentials("/?%61ccess_token=a", &[("authorization", "Bearer a")]), Credentials::Unclear));
    }
}
