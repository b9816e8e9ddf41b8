//! {{Words}}: rows that a user adds, changes and deletes.

mod api;
mod page;
#[cfg(feature = "ssr")]
mod store;
mod words;

pub use api::{Add{{Type}}, Delete{{Type}}, Edit{{Type}}, List{{Types}}, add_{{one}}, delete_{{one}}, edit_{{one}}, list_{{module}}};

use leptos::server_fn::ServerFn;
use page::{{Types}}Page;
use platform::auth_client::Answer;
use platform::page;
use platform::site::{Feature, KeptFields, Link, Place};
use serde::{Deserialize, Serialize};

/// The feature.
pub const FEATURE: Feature = Feature {
    pages: &[page!("/{{path}}" is for SignedIn: {{Types}}Page from data)],
    navigation: &[Link { path: "/{{path}}", words: words::TITLE }],
    // Twice as long as is allowed, so that a person can shorten what was too long.
    kept: &[KeptFields {
        endpoints: &[Add{{Type}}::PATH, Edit{{Type}}::PATH],
        fields: &[
@string:            ("{{field}}", 400),
@text:            ("{{field}}", 4_000),
@integer, date:            ("{{field}}", 40),
@boolean:            ("{{field}}", 5),
        ],
        place: Place::Flow,
    }],
    #[cfg(feature = "ssr")]
    export: Some(store::EXPORT),
    ..Feature::EMPTY
};

/// {{A_word}}.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct {{Type}} {
    /// A `UUIDv7`.
    pub id: String,
@string:    /// {{Field}}: one line.
@text:    /// {{Field}}: text, with newlines.
@string, text:    pub {{field}}: String,
@integer:    /// {{Field}}: a whole number.
@integer:    pub {{field}}: i64,
@boolean:    /// {{Field}}: yes or no.
@boolean:    #[cfg_attr(feature = "ssr", sqlx(try_from = "platform::ssr::Flag"))]
@boolean:    pub {{field}}: bool,
@date:    /// {{Field}}: a date, as `2026-11-23`.
@date:    pub {{field}}: String,
    /// 1, and one more for each change. A form names the version that it was made from.
    pub version: i64,
    /// When the {{word}} was added, in milliseconds UTC.
    pub created_at: i64,
    /// When the {{word}} was last changed, in milliseconds UTC.
    pub updated_at: i64,
}

impl Answer for {{Type}} {}

/// The fields of the form, as a person typed them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct {{Type}}Fields {
@string:    /// {{Field}}: one line.
@text:    /// {{Field}}: text, with newlines.
@integer:    /// {{Field}}: a whole number.
@date:    /// {{Field}}: a date, as `2026-11-23`.
@string, text, integer, date:    pub {{field}}: String,
@boolean:    /// {{Field}}: yes or no. A browser sends a box only if it is ticked.
@boolean:    #[serde(default, deserialize_with = "platform::components::ticked")]
@boolean:    pub {{field}}: bool,
}
