//! The flow: what survives between two requests of someone who is not signed in yet, for half an hour at most.

use crate::message::Message;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use tower_sessions::Session;

/// A text that was posted when its writer's session had ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Whose text it is: it is shown to nobody else.
    pub owner: String,
    /// The id of what it was to change, and the version that the person had seen; `None` for something new.
    pub of: Option<(String, i64)>,
    /// The text.
    pub body: String,
}

/// What a redirect left for the next page, whichever that is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// To be said once.
    pub message: Option<Message>,
    /// The address in a form that was refused.
    pub address: Option<String>,
    /// Whether `Keep me signed in` was ticked there.
    pub remember: bool,
}

/// What a person had filled into a form that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    owner: String,
    endpoint: String,
    fields: BTreeMap<String, String>,
}

impl KeptForm {
    /// What `owner` had filled into the form that posts to `endpoint`.
    pub fn new(owner: String, endpoint: &str, fields: &[(&str, &str)]) -> Self {
        let cut = |value: &str| value.chars().take(FIELD_MAX_LENGTH).collect();
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), cut(value))).collect();
        Self { owner, endpoint: endpoint.to_owned(), fields }
    }
}

/// The flow of a request, by typed keys. Where the database cannot be reached a flow is empty and keeps nothing: what
/// it carries makes a page kinder and never decides anything.
#[derive(Clone, Debug)]
pub struct Flow(Option<Session>);

const MESSAGE: &str = "message";
const ADDRESS: &str = "address";
const REMEMBER: &str = "remember";
const DRAFT: &str = "draft";
const FORM: &str = "form";

/// The longest field that is kept, in characters: an account's address has 254 at most, and more is not worth a row.
const FIELD_MAX_LENGTH: usize = 254;

impl Flow {
    /// Wraps the session that `tower-sessions` put into the request.
    pub fn new(session: Option<Session>) -> Self {
        Self(session)
    }

    /// Shows `message` on the next page.
    pub async fn say(&self, message: Message) {
        self.put(MESSAGE, message).await;
    }

    /// What the page that is about to be rendered has to tell.
    pub async fn take_news(&self) -> News {
        News {
            message: self.take(MESSAGE).await,
            address: self.take(ADDRESS).await,
            remember: self.take(REMEMBER).await.unwrap_or_default(),
        }
    }

    /// Keeps the address of a refused form for the page that shows it again.
    pub async fn keep_address(&self, address: &str) {
        self.put(ADDRESS, address.chars().take(FIELD_MAX_LENGTH).collect::<String>()).await;
    }

    /// Keeps that `Keep me signed in` was ticked in a refused form.
    pub async fn keep_remember(&self) {
        self.put(REMEMBER, true).await;
    }

    /// Keeps a text while its writer signs in again.
    pub async fn keep_draft(&self, draft: Draft) {
        self.put(DRAFT, draft).await;
    }

    /// The text that `owner` had written when their session ended.
    pub async fn take_draft(&self, owner: &str) -> Option<Draft> {
        self.take(DRAFT).await.filter(|draft: &Draft| draft.owner == owner)
    }

    /// Keeps what was filled into a form, in the place of any other.
    pub async fn keep_form(&self, form: KeptForm) {
        self.put(FORM, form).await;
    }

    /// What `owner` had filled into the field `name` of the form that posts to `endpoint`.
    pub async fn take_field(&self, owner: &str, endpoint: &str, name: &str) -> Option<String> {
        // That of another endpoint waits for its own page.
        self.look(FORM).await.filter(|form: &KeptForm| form.endpoint == endpoint)?;
        self.take_form(owner).await?.fields.remove(name)
    }

    async fn take_form(&self, owner: &str) -> Option<KeptForm> {
        self.take(FORM).await.filter(|form: &KeptForm| form.owner == owner)
    }

    /// Destroys the flow, as is done at every gain of authority, so that an id planted before a sign-in is worth
    /// nothing after it. Only what `owner` had written goes over into a new one, under a new id.
    pub async fn end(&self, owner: &str) {
        self.end_with(owner, None).await;
    }

    /// The same, and shows `message` on the next page.
    pub async fn end_and_say(&self, owner: &str, message: Message) {
        self.end_with(owner, Some(message)).await;
    }

    async fn end_with(&self, owner: &str, message: Option<Message>) {
        let (draft, form) = (self.take_draft(owner).await, self.take_form(owner).await);
        if let Some(session) = self.0.as_ref().filter(|session| session.id().is_some()) {
            session.clear().await;
            // What is put into a flow after `flush` is saved under the id that it had before.
            let goes_on = draft.is_some() || form.is_some() || message.is_some();
            let ended = if goes_on { session.cycle_id().await } else { session.flush().await };
            if let Err(error) = ended {
                tracing::warn!(%error, "a flow could not be ended");
            }
        }
        if let Some(draft) = draft {
            self.keep_draft(draft).await;
        }
        if let Some(form) = form {
            self.keep_form(form).await;
        }
        if let Some(message) = message {
            self.say(message).await;
        }
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
        match session.remove::<serde::de::IgnoredAny>(key).await {
            Ok(_) => Some(value),
            Err(error) => {
                tracing::warn!(%error, key, "the flow could not be read");
                None
            }
        }
    }
}
