//! `/notes`. Which note is being edited stands in the address (`?edit=<id>`), so that editing works without
//! JavaScript and survives a reload.

use super::Note;
use super::api::{DeleteNote, EditNote, list_notes};
use super::editor::{EditedNote, NEW, NewNote, draft_key, version_key};
use super::focus;
use crate::components::{Form, FormAction, FormError, Page, SubmitButton, Time, Unread, error_in_address};
use crate::drafts::{FirstTexts, RefusedText, use_drafts};
use crate::error::AppError;
use crate::rendered::take_draft;
use crate::resource::{once, resource};
use leptos::either::Either;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_query_map;

/// To another address of this page, without moving what the person looks at.
pub(super) fn in_place() -> NavigateOptions {
    NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() }
}

/// A person's notes.
#[component]
pub(crate) fn NotesPage() -> impl IntoView {
    let missed_before = use_drafts().missed().get_untracked();
    let notes = resource(|| (), |()| list_notes());
    let draft = once(async { take_draft().await });
    view! {
        <Page title="Notes">
            <h1 class="title">"Notes"</h1>
            <p class="lead">"Only you can read these."</p>
            <Transition fallback=|| view! { <p class="lead" role="status">"Fetching your notes …"</p> }>
                {move || Suspend::new(async move {
                    match notes.await {
                        Ok(notes) => Either::Left(view! { <Notebook notes refused=draft.await missed_before/> }),
                        Err(error) => Either::Right(view! {
                            <Unread error again=Callback::new(move |()| notes.refetch())/>
                        }),
                    }
                })}
            </Transition>
        </Page>
    }
}

/// The notes in their order. Where one changes, its row stays, and with it what is being typed there.
type Notes = RwSignal<Vec<ArcRwSignal<Note>>>;

fn has_id(note: &ArcRwSignal<Note>, id: &str) -> bool {
    note.with_untracked(|note| note.id == id)
}

/// The form for a new note, and the notes. What a form's answer says is changed here, without asking for all again.
#[component]
fn Notebook(
    notes: Vec<Note>,
    refused: Option<RefusedText>,
    /// How many answers had been missed when the notes were asked for.
    missed_before: u32,
) -> impl IntoView {
    let notes: Notes = RwSignal::new(notes.into_iter().map(ArcRwSignal::new).collect());
    let editing = use_edited_id();
    let texts = use_drafts().or_refused(refused.map_or_else(Vec::new, |text| {
        // What was to change a note that is gone can still be a new one.
        let of = text.of.filter(|(id, _)| notes.with_untracked(|notes| notes.iter().any(|note| has_id(note, id))));
        match of {
            Some((id, version)) => vec![(version_key(&id), version.to_string()), (draft_key(&id), text.body)],
            None => vec![(NEW.to_owned(), text.body)],
        }
    }));
    let missed = use_drafts().missed();
    Effect::new(move |known: Option<u32>| {
        let missed = missed.get();
        if missed != known.unwrap_or(missed_before) {
            spawn_local(look_again(notes));
        }
        missed
    });
    let on_added = Callback::new(move |note: Note| {
        notes.update(|notes| {
            if !notes.iter().any(|known| has_id(known, &note.id)) {
                notes.insert(0, ArcRwSignal::new(note));
            }
        });
    });
    view! {
        <NewNote texts on_added/>
        <List notes editing texts/>
    }
}

/// Asks for the notes again, because the answer to a form came when the visit to this page was over that it began in.
async fn look_again(notes: Notes) {
    while let Some(before) = notes.try_get_untracked() {
        let Ok(now) = list_notes().await else { return };
        // What a form here was answered meanwhile may not be in it yet.
        if notes.try_get_untracked().is_some_and(|notes| notes == before) {
            notes.set(now.into_iter().map(|note| renewed(&before, note)).collect());
            return;
        }
    }
}

/// `note` in the place that it has among `notes`, or a new one.
fn renewed(notes: &[ArcRwSignal<Note>], note: Note) -> ArcRwSignal<Note> {
    let Some(known) = notes.iter().find(|known| has_id(known, &note.id)) else { return ArcRwSignal::new(note) };
    if known.with_untracked(|known| known.version < note.version) {
        known.set(note);
    }
    known.clone()
}

fn use_edited_id() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("edit")))
}

#[component]
fn List(notes: Notes, editing: Memo<Option<String>>, texts: FirstTexts) -> impl IntoView {
    // Each row has forms of its own. This one only tells what a post without JavaScript was answered and no row tells:
    // about a deletion, or about the edit of a note that is gone.
    let edited = editing.get_untracked();
    let is_there = |id: String| notes.with_untracked(|notes| notes.iter().any(|note| has_id(note, &id)));
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
                    <For each=move || notes.get() key=|note| note.with_untracked(|note| note.id.clone()) let:note>
                        <Row note notes editing texts refusal=posted/>
                    </For>
                </ul>
            })
        }}
    }
}

/// One note: its text, or the form that changes it.
#[component]
fn Row(
    note: ArcRwSignal<Note>,
    notes: Notes,
    editing: Memo<Option<String>>,
    texts: FirstTexts,
    /// Where the list says why a note was not deleted, as this row shows the note anew then.
    refusal: RwSignal<Option<AppError>>,
) -> impl IntoView {
    let id = note.with_untracked(|note| note.id.clone());
    let element_id = format!("note-{id}");
    let is_edited = {
        let id = id.clone();
        Memo::new(move |_| editing.with(|editing| editing.as_deref() == Some(&id)))
    };
    let on_edited = {
        let note = note.clone();
        Callback::new(move |edited| note.set(edited))
    };
    let on_deleted = {
        let element_id = element_id.clone();
        Callback::new(move |()| {
            if let Some(row) = document().get_element_by_id(&element_id) {
                focus::leave_row(&row);
            }
            notes.update(|notes| notes.retain(|note| !has_id(note, &id)));
            refusal.set(None);
        })
    };
    let on_conflict = Callback::new(move |()| {
        refusal.set(Some(AppError::Conflict));
        spawn_local(look_again(notes));
    });
    view! {
        <li class="note" id=element_id>
            {move || if is_edited.get() {
                // What the note says is not followed here: the field is the person's.
                Either::Left(view! { <EditedNote note=note.get_untracked() editing texts on_edited/> })
            } else {
                Either::Right(view! { <ShownNote note=note.get() on_deleted on_conflict/> })
            }}
        </li>
    }
}

#[component]
fn ShownNote(note: Note, on_deleted: Callback<()>, on_conflict: Callback<()>) -> impl IntoView {
    let drafts = use_drafts();
    let deletion = FormAction::new::<DeleteNote>(move |answer| match answer {
        // Deleted in another tab already is what the person wants, too.
        Ok(_) | Err(AppError::NotFound) => {
            if on_deleted.try_run(()).is_none() {
                drafts.miss();
            }
            Ok(())
        }
        Err(AppError::Conflict) if on_conflict.try_run(()).is_some() => Ok(()),
        Err(error) => Err(error),
    })
    .among_others();
    let text = format!("note-{}-text", note.id);
    view! {
        <p class="note-text" id=text.clone()>{note.body}</p>
        <div class="note-foot">
            <Time at=note.updated_at class="note-time"/>
            <div class="note-actions" on:keydown=|event| once_a_press(&event)>
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
                    <input type="hidden" name="version" value=note.version/>
                    <SubmitButton action=deletion class="button button-small button-danger" describedby=text words="Delete"/>
                </Form>
            </div>
        </div>
    }
}

/// The focus goes on to the next note: a key that is held down must not press anything there, too.
fn once_a_press(event: &KeyboardEvent) {
    if event.repeat() && event.key() == "Enter" {
        event.prevent_default();
    }
}
