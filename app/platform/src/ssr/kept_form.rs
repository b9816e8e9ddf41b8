//! The fields of a form that was refused. They wait for the page that shows the form again: short fields
//! in the flash (a cookie), long ones in the flow (a row).

use auth::UserId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fields of a refused form, with its owner: they are shown to no other user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    owner: UserId,
    endpoint: String,
    fields: BTreeMap<String, String>,
}

impl KeptForm {
    /// Returns the `fields` that `owner` had filled into the form that posts to `endpoint`.
    pub(super) fn new(owner: UserId, endpoint: &str, fields: BTreeMap<String, String>) -> Self {
        Self { owner, endpoint: endpoint.to_owned(), fields }
    }

    /// Tells whether the form posts to `endpoint`.
    pub fn is_of(&self, endpoint: &str) -> bool {
        self.endpoint == endpoint
    }

    /// Tells whether `owner` filled the form in.
    pub fn belongs_to(&self, owner: &UserId) -> bool {
        self.owner == *owner
    }

    /// Returns the fields, each with its name; `None` for any other user than the owner.
    pub fn fields_of(self, owner: &UserId) -> Option<BTreeMap<String, String>> {
        Some(self.fields).filter(|_| self.owner == *owner)
    }
}

/// Cuts `text` to `limit` characters.
pub(super) fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}
