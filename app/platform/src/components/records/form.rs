//! The form whose fields a feature names, and what each of these fields needs.

use super::draft::VERSION;
use crate::components::form::FormAction;
use crate::drafts::{Drafts, FirstTexts};
use crate::error::{Field, FieldError};
use leptos::prelude::*;

/// The form that adds a record, or changes one.
#[derive(Clone, Copy)]
pub struct RecordForm(StoredValue<Parts>);

pub(super) struct Parts {
    pub(super) action: FormAction,
    pub(super) drafts: Drafts,
    /// The prefix of the keys of its drafts.
    pub(super) key: String,
    /// The first texts of the fields, where they are not those of the record.
    pub(super) first: FirstTexts,
    /// The record that the form changes.
    pub(super) record: Option<Shown>,
}

/// The record in a form.
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) texts: Vec<(&'static str, String)>,
    /// The version that the person sees.
    pub(super) version: Signal<i64>,
    /// Whether the first field takes the focus.
    pub(super) takes_focus: bool,
}

/// The parts of a field.
#[derive(Clone)]
pub(super) struct FieldParts {
    /// The element's id.
    pub(super) id: String,
    /// The first text of the field.
    pub(super) text: String,
    pub(super) error: Signal<Option<FieldError>>,
    /// Whether the field takes the focus.
    pub(super) takes_focus: bool,
    /// Whether the field is emptied once what it holds was sent.
    pub(super) is_emptied: bool,
    pub(super) drafts: Drafts,
    /// The key of the field's draft.
    pub(super) key: String,
    /// The key of the version that the draft is made from, and the version.
    version: Option<(String, Signal<i64>)>,
}

impl RecordForm {
    pub(super) fn new(parts: Parts) -> Self {
        Self(StoredValue::new(parts))
    }

    /// Tells whether the form adds a record.
    pub fn is_new(self) -> bool {
        self.0.with_value(|form| form.record.is_none())
    }

    /// Returns what the field `name` needs.
    pub(super) fn field(self, name: &'static str) -> FieldParts {
        let field = self.0.with_value(|form| {
            let key = format!("{}{name}", form.key);
            let text_of = |record: &Shown| {
                let text = record.texts.iter().find(|(field, _)| *field == name)?;
                Some(text.1.clone())
            };
            let record = form.record.as_ref();
            FieldParts {
                id: record.map_or_else(|| name.to_owned(), |record| format!("{name}-{}", record.id)),
                text: form.first.get(&key).or_else(|| record.and_then(text_of)).unwrap_or_default(),
                error: form.action.field_error(Field::new(name)),
                takes_focus: record.is_some_and(|record| record.takes_focus),
                is_emptied: record.is_none(),
                drafts: form.drafts,
                key,
                version: record.map(|record| (format!("{}{VERSION}", form.key), record.version)),
            }
        });
        // The first field that asks takes it.
        self.0.update_value(|form| {
            if let Some(record) = &mut form.record {
                record.takes_focus = false;
            }
        });
        field
    }
}

impl FieldParts {
    /// Keeps `text`, which a person has typed, as a draft.
    pub(super) fn keep(&self, text: String) {
        if let Some((key, version)) = &self.version
            && let Some(version) = version.try_get_untracked()
        {
            self.drafts.keep(key, version.to_string());
        }
        self.drafts.keep(&self.key, text);
    }
}
