//! The two forms in which a note's text is typed, and the drafts behind them.

use super::Note;
use super::api::{AddNote, EditNote};
use crate::components::{Form, FormAction, SubmitButton, TextArea};
use crate::drafts::{FirstTexts, use_drafts};
use crate::error::Field;
use crate::hydration::is_from_server;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The draft of a note that is not there yet.
pub(super) const NEW: &str = "notes/new";

/// The draft of the note `id`.
pub(super) fn draft_key(id: &str) -> String {
    format!("notes/{id}")
}

/// The form that writes a note.
#[component]
pub(super) fn NewNote(
    /// What stands in the field at first.
    texts: FirstTexts,
    /// Told the note once it is written.
    on_added: Callback<Note>,
) -> impl IntoView {
    let drafts = use_drafts();
    let area = NodeRef::<html::Textarea>::new();
    let action = FormAction::new::<AddNote>(move |answer| {
        let note = answer?;
        drafts.drop(NEW);
        if let Some(area) = area.try_get_untracked().flatten() {
            area.set_value("");
            let _ = area.focus();
        }
        on_added.try_run(note);
        Ok(())
    });
    view! {
        <Form action class="form note-new">
            <TextArea
                id="body"
                label="New note"
                rows="3"
                error=action.field_error(Field::Body)
                value=texts.get(NEW).unwrap_or_default()
                on_text=Callback::new(move |text| drafts.keep(NEW, text))
                node_ref=area
            />
            <p class="form-actions"><SubmitButton action words="Add note"/></p>
        </Form>
    }
}

/// The form that changes a note.
#[component]
pub(super) fn EditedNote(
    /// The note as it stands.
    note: Note,
    /// What stands in the field at first, where that is not what the note says.
    texts: FirstTexts,
    /// Told the note once it is changed.
    on_edited: Callback<Note>,
) -> impl IntoView {
    let drafts = use_drafts();
    let navigate = use_navigate();
    let area = NodeRef::<html::Textarea>::new();
    let key = draft_key(&note.id);
    if !is_from_server() {
        Effect::new(move |_| {
            if let Some(area) = area.get() {
                let _ = area.focus();
            }
        });
    }
    let action = FormAction::new::<EditNote>({
        let key = key.clone();
        move |answer| {
            let note = answer?;
            drafts.drop(&key);
            if on_edited.try_run(note).is_some() {
                navigate("/notes", super::page::in_place());
            }
            Ok(())
        }
    });
    let first = texts.get(&key);
    let forget = {
        let key = key.clone();
        move |_| drafts.drop(&key)
    };
    view! {
        <Form action>
            <input type="hidden" name="id" value=note.id.clone()/>
            <TextArea
                id=format!("body-{}", note.id)
                label="Edit note"
                rows="4"
                error=action.field_error(Field::Body)
                value=first.unwrap_or(note.body)
                on_text=Callback::new(move |text| drafts.keep(&key, text))
                node_ref=area
            />
            <p class="form-actions">
                <SubmitButton action words="Save"/>
                " "
                <a class="button" href="/notes" data-noscroll="" on:click=forget>"Cancel"</a>
            </p>
        </Form>
    }
}
