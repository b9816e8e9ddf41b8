//! `/notes`. Which note is being edited stands in the address (`?edit=<id>`), so that editing works without
//! JavaScript and survives a reload.

use super::Note;
use super::api::{DeleteNote, list_notes};
use super::editor::{EditedNote, NewNote};
use crate::components::{Form, FormAction, FormError, Page, SubmitButton, Time, Unread, error_in_address};
use crate::drafts::RefusedText;
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
    let refused_new = refused.as_ref().filter(|text| text.id.is_none()).map(|text| text.body.clone());
    let on_added = Callback::new(move |note: Note| notes.update(|notes| notes.insert(0, note)));
    view! {
        <NewNote refused=refused_new on_added/>
        <List notes editing refused/>
    }
}

fn use_edited_id() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("edit")))
}

#[component]
fn List(notes: RwSignal<Vec<Note>>, editing: Memo<Option<String>>, refused: Option<RefusedText>) -> impl IntoView {
    // Each row has a deletion of its own; this one only tells what a post without JavaScript was answered.
    let posted = RwSignal::new(error_in_address(DeleteNote::PATH));
    let is_empty = Memo::new(move |_| notes.with(Vec::is_empty));
    view! {
        <FormError error=posted/>
        {move || if is_empty.get() {
            Either::Left(view! { <p class="empty">"No notes yet. Write the first one."</p> })
        } else {
            let refused = refused.clone();
            Either::Right(view! {
                <ul class="notes">
                    <For each=move || notes.get() key=|note| (note.id.clone(), note.updated_at) let:note>
                        <Row note notes editing refused=refused.clone()/>
                    </For>
                </ul>
            })
        }}
    }
}

/// One note: its text, or the form that changes it.
#[component]
fn Row(
    note: Note,
    notes: RwSignal<Vec<Note>>,
    editing: Memo<Option<String>>,
    refused: Option<RefusedText>,
) -> impl IntoView {
    let refused = refused.filter(|text| text.id.as_deref() == Some(&note.id)).map(|text| text.body);
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
                    Either::Left(view! { <EditedNote note refused=refused.clone() on_edited/> })
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
