//! The two forms in which a note's text is typed, and the drafts behind them.

use super::Note;
use super::api::{AddNote, EditNote};
use crate::components::{Form, Refusal, SubmitButton, TextArea, form_action};
use crate::drafts::use_drafts;
use crate::error::Field;
use crate::hydration::is_from_server;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The draft of a note that is not there yet.
const NEW: &str = "notes/new";

fn draft_key(id: &str) -> String {
    format!("notes/{id}")
}

/// The form that writes a note.
#[component]
pub(super) fn NewNote(
    /// The text that the server refused, where the form was posted without JavaScript.
    refused: Option<String>,
    /// Told the note once it is written.
    on_added: Callback<Note>,
) -> impl IntoView {
    let action = form_action::<AddNote>();
    let drafts = use_drafts();
    let area = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(Ok(note)) = action.value().get() {
            drafts.drop(NEW);
            if let Some(area) = area.get_untracked() {
                area.set_value("");
                let _ = area.focus();
            }
            on_added.run(note);
        }
    });
    view! {
        <Form action class="form note-new">
            <TextArea
                id="body"
                label="New note"
                rows="3"
                error=Refusal::of(action).field(Field::Body)
                value=drafts.get(NEW).or(refused).unwrap_or_default()
                on_text=Callback::new(move |text| drafts.keep(NEW, text))
                node_ref=area
            />
            <p class="form-actions"><SubmitButton action>"Add note"</SubmitButton></p>
        </Form>
    }
}

/// The form that changes a note.
#[component]
pub(super) fn EditedNote(
    /// The note as it stands.
    note: Note,
    /// The text that the server refused, where the form was posted without JavaScript.
    refused: Option<String>,
    /// Told the note once it is changed.
    on_edited: Callback<Note>,
) -> impl IntoView {
    let action = form_action::<EditNote>();
    let drafts = use_drafts();
    let navigate = use_navigate();
    let area = NodeRef::<html::Textarea>::new();
    let key = StoredValue::new(draft_key(&note.id));
    let forget = move || drafts.drop(&key.read_value());
    let is_from_server = is_from_server();
    Effect::new(move |_| {
        if let Some(area) = area.get().filter(|_| !is_from_server) {
            let _ = area.focus();
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(note)) = action.value().get() {
            forget();
            on_edited.run(note);
            navigate("/notes", super::page::in_place());
        }
    });
    let draft = drafts.get(&key.read_value()).or(refused);
    view! {
        <Form action>
            <input type="hidden" name="id" value=note.id.clone()/>
            <TextArea
                id=format!("body-{}", note.id)
                label="Edit note"
                rows="4"
                error=Refusal::of(action).field(Field::Body)
                value=draft.unwrap_or(note.body)
                on_text=Callback::new(move |text| drafts.keep(&key.read_value(), text))
                node_ref=area
            />
            <p class="form-actions">
                <SubmitButton action>"Save"</SubmitButton>
                " "
                <a class="button" href="/notes" data-noscroll="" on:click=move |_| forget()>"Cancel"</a>
            </p>
        </Form>
    }
}
