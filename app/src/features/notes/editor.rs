//! The two forms in which a note's text is typed, and the drafts behind them.
//!
//! While one is being sent, a person may go on: type more into it, open another note, leave the page. So an answer
//! takes away only what it is about. What was sent is what the note that is answered says, letter by letter.

use super::Note;
use super::api::{AddNote, EditNote, list_notes};
use super::focus;
use crate::components::{Form, FormAction, SubmitButton, TextArea};
use crate::drafts::{FirstTexts, use_drafts};
use crate::error::{AppError, Field};
use crate::hydration::is_from_server;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

/// The draft of a note that is not there yet.
pub(super) const NEW: &str = "notes/new";
/// The id of the field in which that is typed.
pub(super) const NEW_FIELD: &str = "body";

/// The draft of the note `id`.
pub(super) fn draft_key(id: &str) -> String {
    format!("notes/{id}")
}

/// The version of the note `id` that its draft was made from, kept beside the draft.
pub(super) fn version_key(id: &str) -> String {
    format!("notes/{id}/version")
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
    // The field goes with the draft, also where that was sent before this page was opened.
    Effect::watch(
        move || drafts.has(NEW),
        move |has_draft, _, _| {
            if !has_draft && let Some(area) = area.get_untracked() {
                area.set_value("");
            }
        },
        false,
    );
    let action = FormAction::new::<AddNote>(move |answer| {
        let note = answer?;
        drafts.settle(NEW, &note.body);
        if let Some(area) = area.try_get_untracked().flatten()
            && area.form().is_some_and(|form| focus::is_in(&form))
        {
            let _ = area.focus();
        }
        if on_added.try_run(note).is_none() {
            drafts.miss();
        }
        Ok(())
    });
    view! {
        <Form action class="form note-new">
            <TextArea
                id=NEW_FIELD
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
    /// The id of the note that is being edited.
    editing: Memo<Option<String>>,
    /// What stands in the field at first, where that is not what the note says.
    texts: FirstTexts,
    /// Told the note once it is changed.
    on_edited: Callback<Note>,
) -> impl IntoView {
    let drafts = use_drafts();
    let navigate = use_navigate();
    let area = NodeRef::<html::Textarea>::new();
    let (key, version_key) = (draft_key(&note.id), version_key(&note.id));
    let first = texts.get(&key);
    let made_from = texts.get(&version_key).and_then(|version| version.parse().ok()).unwrap_or(note.version);
    // What Save replaces: the note as the person sees it.
    let current = RwSignal::new(note.clone());
    let has_changed = RwSignal::new(first.is_some() && made_from != note.version);
    let version = move || current.with(|note| note.version);
    if !is_from_server() {
        Effect::new(move |_| {
            if let Some(area) = area.get() {
                let _ = area.focus();
            }
        });
    }
    let show_current = move |id: String| {
        spawn_local(async move {
            let Ok(notes) = list_notes().await else { return };
            if let Some(note) = notes.into_iter().find(|note| note.id == id) {
                current.try_set(note.clone());
                has_changed.try_set(true);
                on_edited.try_run(note);
            }
        });
    };
    let keep = {
        let (key, version_key) = (key.clone(), version_key.clone());
        move |text: String| {
            drafts.keep(&version_key, if text.is_empty() { text.clone() } else { version().to_string() });
            drafts.keep(&key, text);
        }
    };
    let id = note.id.clone();
    let action = FormAction::new::<EditNote>({
        let (key, version_key, id) = (key.clone(), version_key.clone(), id.clone());
        move |answer| {
            if answer == Err(AppError::Conflict) {
                show_current(id.clone());
            }
            let note = answer?;
            drafts.settle(&key, &note.body);
            drafts.drop(&version_key);
            let is_all = area.try_get_untracked().flatten().is_some_and(|area| area.value() == note.body);
            let is_open = editing.try_with_untracked(|editing| editing.as_deref() == Some(&note.id));
            current.try_set(note.clone());
            has_changed.try_set(false);
            if on_edited.try_run(note).is_none() {
                drafts.miss();
            } else if is_all && is_open == Some(true) {
                navigate("/notes", super::page::in_place());
            }
            Ok(())
        }
    });
    let forget = move |_| {
        drafts.drop(&key);
        drafts.drop(&version_key);
    };
    let current_text = move || {
        has_changed.get().then(|| {
            view! {
                <section class="conflict" aria-label="The note as it is now">
                    <p>"This note was changed since you began. It now says:"</p>
                    <p class="note-text">{current.with(|note| note.body.clone())}</p>
                    <p>"Save replaces it with your text. Cancel keeps it."</p>
                </section>
            }
        })
    };
    view! {
        <Form action>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <TextArea
                id=format!("body-{}", note.id)
                label="Edit note"
                rows="4"
                error=action.field_error(Field::Body)
                value=first.unwrap_or(note.body)
                on_text=Callback::new(keep)
                node_ref=area
            />
            {current_text}
            <p class="form-actions">
                <SubmitButton action words="Save"/>
                " "
                <a class="button" href="/notes" data-noscroll="" on:click=forget>"Cancel"</a>
            </p>
        </Form>
    }
}
