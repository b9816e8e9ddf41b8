//! `/{{path}}`.

use super::api::{Add{{Type}}, Delete{{Type}}, Edit{{Type}}, list_{{module}}};
use super::{{{Type}}, words};
use leptos::prelude::*;
use platform::components::{{{controls}}, Page, Record, RecordForm, RecordWords, Stamp, records};
use platform::error::AppError;

/// The user's {{words}}.
#[component]
pub(crate) fn {{Types}}Page() -> impl IntoView {
    view! {
        <Page title=words::TITLE>
            <h1 class="title">{words::TITLE}</h1>
            <p class="lead">{words::LEAD}</p>
            {records::<{{Type}}>()}
        </Page>
    }
}

impl Record for {{Type}} {
    type Add = Add{{Type}};
    type Edit = Edit{{Type}};
    type Delete = Delete{{Type}};

    const PAGE: &'static str = "/{{path}}";
    const WORDS: RecordWords = words::RECORDS;

    async fn list() -> Result<Vec<Self>, AppError> {
        list_{{module}}().await
    }

    fn stamp(&self) -> Stamp<'_> {
        Stamp { id: &self.id, version: self.version, updated_at: self.updated_at }
    }

    fn texts(&self) -> Vec<(&'static str, String)> {
        vec![
@string, text, date:            ("{{field}}", self.{{field}}.clone()),
@integer, boolean:            ("{{field}}", self.{{field}}.to_string()),
        ]
    }

    fn fields(form: RecordForm) -> impl IntoView {
        view! {
@string:            <LineField form name="{{field}}" label=words::{{FIELD}}_LABEL/>
@text:            <TextAreaField form name="{{field}}" label=words::{{FIELD}}_LABEL/>
@integer:            <LineField form name="{{field}}" label=words::{{FIELD}}_LABEL kind="number"/>
@boolean:            <CheckField form name="{{field}}" label=words::{{FIELD}}_LABEL/>
@date:            <LineField form name="{{field}}" label=words::{{FIELD}}_LABEL kind="date"/>
        }
    }

    fn shown(self) -> impl IntoView {
        view! {
@string, text:            <p class="record-text">{self.{{field}}}</p>
@integer, date:            <p>{words::{{FIELD}}_LABEL} ": " {self.{{field}}}</p>
@boolean:            <p>{words::{{FIELD}}_LABEL} ": " {words::yes_or_no(self.{{field}})}</p>
        }
    }
}
