//! The person who asks, as a handler takes them.

use super::Failure;
use crate::error::AppError;
use crate::ssr::{Owner, Scope};
use auth::{Asker, Session};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::sync::Arc;

/// The session that asks, with the facts of the request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The facts of the request.
    pub scope: Arc<Scope>,
    /// The session.
    pub session: Session,
}

impl Caller {
    fn of(parts: &Parts) -> Result<Self, AppError> {
        let scope = parts.extensions.get::<Arc<Scope>>().cloned().ok_or(AppError::Internal { request_id: None })?;
        let asker = parts.extensions.get::<Arc<Asker>>();
        let session = asker.and_then(|asker| asker.session()).cloned().ok_or(AppError::Unauthenticated)?;
        Ok(Self { scope, session })
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::of(parts)?)
    }
}

impl<S: Sync> FromRequestParts<S> for Owner {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Caller { scope, session } = Caller::of(parts)?;
        Ok(Self::new(scope.auth.clone(), session))
    }
}
