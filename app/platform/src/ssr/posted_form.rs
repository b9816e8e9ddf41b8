//! A form that adds or changes a row. Posted without JavaScript and refused, its fields wait in the flow until its page
//! shows them again.

use super::kept_form::{KeptForm, cut};
use super::refused_form::former_owner;
use super::{Owner, flow, is_form_post, lead_back, scope, session};
use crate::error::AppError;
use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest id, in bytes: that of a UUID as text.
const ID_MAX_BYTES: usize = 36;
/// The longest refused text that is kept, in characters, where the feature names no other length.
const KEPT_MAX_LENGTH: usize = 4_000;

/// A form that adds or changes a row, as it was posted.
#[derive(Debug)]
pub struct PostedForm {
    endpoint: &'static str,
    row: Option<(String, i64)>,
    fields: BTreeMap<String, String>,
    limit: usize,
}

impl PostedForm {
    /// Returns the form that posts `fields` to the server function `F`: a struct whose members are texts and ticks, of
    /// which no password is ever one.
    pub fn new<F: ServerFn>(fields: &impl Serialize) -> Self {
        let text = |value| match value {
            Value::String(text) => Some(text),
            Value::Bool(is_ticked) => Some(is_ticked.to_string()),
            _ => None,
        };
        let fields = match serde_json::to_value(fields) {
            Ok(Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let fields = fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
        Self { endpoint: F::PATH, row: None, fields, limit: KEPT_MAX_LENGTH }
    }

    /// Names the row that the form changes, and the version of it that the form was made from.
    #[must_use]
    pub fn of(mut self, id: &str, version: i64) -> Self {
        // No row has a longer id, which would only fill the flow.
        self.row = Some((id.to_owned(), version)).filter(|(id, _)| id.len() <= ID_MAX_BYTES);
        self
    }

    /// Keeps up to `limit` characters of a refused text, in place of 4,000. A limit above that of the field lets a
    /// person shorten a text that was too long.
    #[must_use]
    pub fn keeps_up_to(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Returns the user who posts the form. Where that came without JavaScript and after its session had ended, the
    /// fields wait until the same user has signed in again.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] without a session.
    pub async fn owner(&self) -> Result<Owner, AppError> {
        let refused = match session() {
            Ok(session) => return Ok(Owner::new(super::auth()?, session)),
            Err(refused) => refused,
        };
        if let Some(owner) = former_owner().await? {
            self.keep(owner).await;
        }
        Err(refused)
    }

    /// Passes on the `answer` to the form. Posted without JavaScript, the form leads to `path`, or its fields wait
    /// until its page shows them again.
    ///
    /// # Errors
    /// Why the form was refused.
    pub async fn answer<T>(self, answer: Result<T, AppError>, path: &str) -> Result<T, AppError> {
        if answer.is_ok() {
            lead_back(path);
        } else if is_form_post() {
            self.keep(session()?.user.id).await;
        }
        answer
    }

    /// Keeps the fields in the flow. A flow that begins for them is counted for the client's address: it is a row.
    async fn keep(&self, owner: String) {
        let Ok(scope) = scope() else { return };
        let text = |(name, value): (&String, &String)| (name.clone(), cut(value, self.limit));
        let mut fields: BTreeMap<String, String> = self.fields.iter().map(text).collect();
        if let Some((id, version)) = &self.row {
            fields.extend([("id".to_owned(), id.clone()), ("version".to_owned(), version.to_string())]);
        }
        flow().keep_form(KeptForm::whole(owner, self.endpoint, fields), || scope.auth.count_flow(&scope.client)).await;
    }
}
