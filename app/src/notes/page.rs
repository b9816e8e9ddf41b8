//! `/notes`. Which note is being edited stands in the address (`?edit=<id>`), so that editing works without
//! JavaScript and survives a reload.

use super::Note;
use super::api::{DeleteNote, EditNote, list_notes};
use super::editor::{EditedNote, NEW, NewNote, draft_key};
use crate::components::{Form, FormAction, FormError, Page, SubmitButton, Time, Unread, error_in_address};
use crate::drafts::{FirstTexts, RefusedText, use_drafts};
use crate::error::AppError;
use crate::rendered::take_draft;
use crate::resource::{once, resource};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_query_map;

/// To another address of this page, without moving what the person looks at.
pub(super) fn in_place() -> NavigateOptions {
    NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() }
}

/// A person's notes.
#[component]
pub(crate) fn NotesPage() -> impl IntoView {
    let notes = resource(|| (), |()| list_notes());
    let draft = once(async { take_draft().await });
    view! {
        <Page title="Notes">
            <h1 class="title">"Notes"</h1>
            <p class="lead">"Only you can read these."</p>
            <Transition fallback=|| view! { <p class="lead" role="status">"Fetching your notes …"</p> }>
                {move || Suspend::new(async move {
                    match notes.await {
                        Ok(notes) => Either::Left(view! { <Notebook notes refused=draft.await/> }),
                        Err(error) => Either::Right(view! {
                            <Unread error again=Callback::new(move |()| notes.refetch())/>
                        }),
                    }
                })}
            </Transition>
        </Page>
    }
}

/// The form for a new note, and the notes. What a form's answer says is changed here, without asking for all again.
#[component]
fn Notebook(notes: Vec<Note>, refused: Option<RefusedText>) -> impl IntoView {
    let notes = RwSignal::new(notes);
    let editing = use_edited_id();
    let texts = use_drafts().or_refused(refused.map(|text| {
        // What was to change a note that is gone can still be a new one.
        let id = text.id.filter(|id| notes.with_untracked(|notes| notes.iter().any(|note| note.id == *id)));
        (id.map_or_else(|| NEW.to_owned(), |id| draft_key(&id)), text.body)
    }));
    let on_added = Callback::new(move |note: Note| notes.update(|notes| notes.insert(0, note)));
    view! {
        <NewNote texts on_added/>
        <List notes editing texts/>
    }
}

fn use_edited_id() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("edit")))
}

#[component]
fn List(notes: RwSignal<Vec<Note>>, editing: Memo<Option<String>>, texts: FirstTexts) -> impl IntoView {
    // Each row has forms of its own. This one only tells what a post without JavaScript was answered and no row tells:
    // about a deletion, or about the edit of a note that is gone.
    let edited = editing.get_untracked();
    let is_there = |id: String| notes.with_untracked(|notes| notes.iter().any(|note| note.id == id));
    let about_edit = || error_in_address(EditNote::PATH).filter(|_| !edited.is_some_and(is_there));
    let posted = RwSignal::new(error_in_address(DeleteNote::PATH).or_else(about_edit));
    let is_empty = Memo::new(move |_| notes.with(Vec::is_empty));
    view! {
        <FormError error=posted/>
        {move || if is_empty.get() {
            Either::Left(view! { <p class="empty">"No notes yet. Write the first one."</p> })
        } else {
            Either::Right(view! {
                <ul class="notes">
                    <For each=move || notes.get() key=|note| (note.id.clone(), note.updated_at) let:note>
                        <Row note notes editing texts/>
                    </For>
                </ul>
            })
        }}
    }
}

/// One note: its text, or the form that changes it.
#[component]
fn Row(note: Note, notes: RwSignal<Vec<Note>>, editing: Memo<Option<String>>, texts: FirstTexts) -> impl IntoView {
    let is_edited = {
        let id = note.id.clone();
        Memo::new(move |_| editing.with(|editing| editing.as_deref() == Some(&id)))
    };
    let on_edited = Callback::new(move |edited: Note| {
        notes.update(|notes| {
            if let Some(note) = notes.iter_mut().find(|note| note.id == edited.id) {
                *note = edited;
            }
        });
    });
    let id = note.id.clone();
    let on_deleted = Callback::new(move |()| notes.update(|notes| notes.retain(|note| note.id != id)));
    let element_id = format!("note-{}", note.id);
    view! {
        <li class="note" id=element_id>
            {move || {
                let note = note.clone();
                if is_edited.get() {
                    Either::Left(view! { <EditedNote note texts on_edited/> })
                } else {
                    Either::Right(view! { <ShownNote note on_deleted/> })
                }
            }}
        </li>
    }
}

#[component]
fn ShownNote(note: Note, on_deleted: Callback<()>) -> impl IntoView {
    let deletion = FormAction::new::<DeleteNote>(move |answer| match answer {
        // Deleted in another tab already is what the person wants, too.
        Ok(_) | Err(AppError::NotFound) => {
            on_deleted.try_run(());
            Ok(())
        }
        Err(error) => Err(error),
    })
    .among_others();
    let text = format!("note-{}-text", note.id);
    view! {
        <p class="note-text" id=text.clone()>{note.body}</p>
        <div class="note-foot">
            <Time at=note.updated_at class="note-time"/>
            <div class="note-actions">
                <a
                    class="button button-small"
                    href=format!("/notes?edit={}", note.id)
                    data-noscroll=""
                    aria-describedby=text.clone()
                >
                    "Edit"
                </a>
                <Form action=deletion>
                    <input type="hidden" name="id" value=note.id/>
                    <SubmitButton action=deletion class="button button-small button-danger" describedby=text words="Delete"/>
                </Form>
            </div>
        </div>
    }
}
