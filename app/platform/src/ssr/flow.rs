//! The flow: what survives between two requests of someone who is not signed in and is too large for a cookie, for half an
//! hour at most. A row of `flows`, kept by `tower-sessions`.

use super::KeptForm;
use auth::UserId;
use serde::{Serialize, de::DeserializeOwned, de::IgnoredAny};
use tower_sessions::Session;

/// The flow of a request, by typed keys. Where the database cannot be reached a flow is empty and keeps nothing: what
/// it carries makes a page kinder and never decides anything.
#[derive(Clone, Debug)]
pub struct Flow(Option<Session>);

const FORM: &str = "form";

impl Flow {
    /// Wraps the session that `tower-sessions` put into the request.
    pub fn new(session: Option<Session>) -> Self {
        Self(session)
    }

    /// Keeps a refused form for its owner. A flow begins for it only where `may_begin` allows a new row.
    pub async fn keep_form(&self, form: KeptForm, may_begin: impl FnOnce() -> bool) {
        if self.exists().await || may_begin() {
            self.put(FORM, form).await;
        }
    }

    /// Takes the form that `owner` had filled in, if it posts to one of `endpoints`. The form of another page waits for
    /// that.
    pub async fn take_form(&self, owner: &UserId, endpoints: &[&str]) -> Option<KeptForm> {
        let is_of = |form: &KeptForm| endpoints.iter().any(|endpoint| form.is_of(endpoint));
        self.look(FORM).await.filter(is_of)?;
        self.take(FORM).await.filter(|form: &KeptForm| form.belongs_to(owner))
    }

    /// Destroys the flow, as is done at every gain of authority, so that an id planted before a sign-in is worth
    /// nothing after it. Only the form that `owner` had filled in goes over into a new one, under a new id.
    pub async fn end(&self, owner: &UserId) {
        let form = self.take(FORM).await.filter(|form: &KeptForm| form.belongs_to(owner));
        let Some(session) = self.0.as_ref().filter(|session| session.id().is_some()) else { return };
        session.clear().await;
        // What is put into a flow after `flush` is saved under the id that it had before.
        let ended = if form.is_some() { session.cycle_id().await } else { session.flush().await };
        if let Err(error) = ended {
            tracing::warn!(%error, "a flow could not be ended");
        }
        if let Some(form) = form {
            self.put(FORM, form).await;
        }
    }

    /// Whether the request came with a flow that has a row. An id that the client made up has none.
    async fn exists(&self) -> bool {
        let Some(session) = &self.0 else { return false };
        // `tower-sessions` looks the row up at the first question about it.
        self.look::<IgnoredAny>(FORM).await;
        session.id().is_some()
    }

    async fn put(&self, key: &'static str, value: impl Serialize) {
        let Some(session) = &self.0 else { return };
        if let Err(error) = session.insert(key, value).await {
            tracing::warn!(%error, key, "the flow keeps nothing");
        }
    }

    async fn look<T: DeserializeOwned>(&self, key: &'static str) -> Option<T> {
        let read = self.0.as_ref()?.get(key).await;
        read.unwrap_or_else(|error| {
            tracing::warn!(%error, key, "the flow could not be read");
            None
        })
    }

    async fn take<T: DeserializeOwned>(&self, key: &'static str) -> Option<T> {
        let session = self.0.as_ref()?;
        // Removing what is not there would count as a change, and each page would write a row.
        let value = self.look(key).await?;
        match session.remove::<IgnoredAny>(key).await {
            Ok(_) => Some(value),
            Err(error) => {
                tracing::warn!(%error, key, "the flow could not be read");
                None
            }
        }
    }
}
