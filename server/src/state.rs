//! The state that the layers and routes share.

use crate::{
    config::Config,
    mailer::Mailer,
    metrics::{ClientFailures, CspReports, Requests},
    response::{finish::Abandoned, idempotency::Answers, pace::Pace},
};
use auth::Auth;
use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use std::ops::Deref;
use std::sync::{Arc, Once};

/// The state of one application. It is one pointer, because every layer clones it for each request.
#[derive(Clone, Debug)]
pub(crate) struct AppState(Arc<Shared>);

/// The fields of [`AppState`].
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) auth: Auth,
    pub(crate) config: Config,
    pub(crate) leptos: LeptosOptions,
    pub(crate) mailer: Arc<Mailer>,
    /// Measures requests, if metrics are on.
    pub(crate) requests: Option<Requests>,
    /// Counts pages that went on without their WebAssembly.
    pub(crate) client_failures: ClientFailures,
    /// Tracks requests that go on without their clients.
    pub(crate) abandoned: Abandoned,
    /// Counts the browsers' reports about the content security policy.
    pub(crate) csp_reports: Arc<CspReports>,
    /// Limits the warning about an untrusted proxy to one line in the log.
    pub(crate) proxy_warning: Once,
    /// Keeps answers to forms, for forms that are sent twice.
    pub(crate) answers: Answers,
    /// Limits the rate of refusals.
    pub(crate) refusals: Pace,
}

impl AppState {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
