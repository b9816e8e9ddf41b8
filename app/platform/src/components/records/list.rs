//! The records on their page. The record that is being edited stands in the address (`?edit=<id>`), so that editing works
//! without JavaScript and survives a reload.

use super::Record;
use super::draft::{VERSION, form_key};
use super::fields::{TICKED, UNTICKED};
use super::new_form::new_form;
use super::row::row;
use crate::components::form::{FormError, error_in_address};
use crate::components::unread::Unread;
use crate::drafts::{FirstTexts, RefusedForm, use_drafts};
use crate::error::AppError;
use crate::from_server::take_form;
use crate::resource::{once, resource};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;

/// The records in their order. Where one changes, its row stays, and with it the text that is being typed there.
pub(super) type Rows<T> = RwSignal<Vec<ArcRwSignal<T>>>;

/// Tells whether `record` has that id.
pub(super) fn has_id<T: Record>(record: &ArcRwSignal<T>, id: &str) -> bool {
    record.with_untracked(|record| record.stamp().id == id)
}

/// Fetches the records and shows them below the form that adds one.
pub fn records<T: Record>() -> impl IntoView {
    let missed_before = use_drafts().missed().get_untracked();
    let records = resource(|| (), |()| T::list());
    let refused = once(async { take_form(const { &[<T::Add as ServerFn>::PATH, <T::Edit as ServerFn>::PATH] }).await });
    view! {
        <Transition fallback=|| view! { <p class="lead" role="status">{T::WORDS.loading}</p> }>
            {move || Suspend::new(async move {
                match records.await {
                    Ok(records) => Either::Left(fetched(records, refused.await, missed_before)),
                    Err(error) => Either::Right(view! {
                        <Unread error again=Callback::new(move |()| records.refetch())/>
                    }),
                }
            })}
        </Transition>
    }
}

/// Shows the form that adds a record, and the records. An answer to a form changes them here, without fetching all
/// again. `missed_before` is how many answers had been missed when the records were fetched.
fn fetched<T: Record>(records: Vec<T>, refused: RefusedForm, missed_before: u32) -> impl IntoView {
    let rows: Rows<T> = RwSignal::new(records.into_iter().map(ArcRwSignal::new).collect());
    let editing = use_edited_id();
    let first = use_drafts().or_refused(drafts_of(refused, rows));
    let missed = use_drafts().missed();
    Effect::new(move |known: Option<u32>| {
        let missed = missed.get();
        if missed != known.unwrap_or(missed_before) {
            spawn_local(look_again(rows));
        }
        missed
    });
    let on_added = Callback::new(move |record: T| {
        rows.update(|rows| {
            if !rows.iter().any(|known| has_id(known, record.stamp().id)) {
                rows.insert(0, ArcRwSignal::new(record));
            }
        });
    });
    view! {
        {new_form(first, on_added)}
        {list(rows, editing, first)}
    }
}

/// Returns the fields of a `refused` form with the keys of their drafts. The texts that were to change a record that is
/// gone can still be a new one.
fn drafts_of<T: Record>(mut refused: RefusedForm, rows: Rows<T>) -> Vec<(String, String)> {
    let id = refused.iter().position(|(name, _)| name == "id").map(|place| refused.remove(place).1);
    let record = id.and_then(|id| rows.with_untracked(|rows| rows.iter().find(|record| has_id(record, &id)).cloned()));
    let record = record.map(|record| record.get_untracked());
    let id = record.as_ref().map(|record| record.stamp().id.to_owned());
    // A browser does not send a box that is not ticked.
    for (name, text) in record.map(|record| record.texts()).unwrap_or_default() {
        if text == TICKED && !refused.iter().any(|(sent, _)| sent == name) {
            refused.push((name.to_owned(), UNTICKED.to_owned()));
        }
    }
    let key = form_key(T::PAGE, id.as_deref());
    refused.retain(|(name, _)| id.is_some() || name != VERSION);
    refused.into_iter().map(|(name, text)| (format!("{key}{name}"), text)).collect()
}

/// Fetches the records again, because the answer to a form came when the visit to this page was over that it began in.
pub(super) async fn look_again<T: Record>(rows: Rows<T>) {
    while let Some(before) = rows.try_get_untracked() {
        let Ok(now) = T::list().await else { return };
        // The answer that a form here was given meanwhile may not be in it yet.
        if rows.try_get_untracked().is_some_and(|rows| rows == before) {
            rows.set(now.into_iter().map(|record| updated(&before, record)).collect());
            return;
        }
    }
}

/// Returns `record` in the place that it has among `rows`, or a new one.
fn updated<T: Record>(rows: &[ArcRwSignal<T>], record: T) -> ArcRwSignal<T> {
    let Some(known) = rows.iter().find(|known| has_id(known, record.stamp().id)) else {
        return ArcRwSignal::new(record);
    };
    if known.with_untracked(|known| known.stamp().version < record.stamp().version) {
        known.set(record);
    }
    known.clone()
}

fn use_edited_id() -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("edit")))
}

fn list<T: Record>(rows: Rows<T>, editing: Memo<Option<String>>, first: FirstTexts) -> impl IntoView {
    // Each row has forms of its own. The list only tells the answer to a post without JavaScript that no row tells:
    // about a deletion, or about the edit of a record that is gone.
    let edited = editing.get_untracked();
    let is_there = |id: String| rows.with_untracked(|rows| rows.iter().any(|record| has_id(record, &id)));
    let about_edit = || error_in_address(T::Edit::PATH).filter(|_| !edited.is_some_and(is_there));
    let refusal: RwSignal<Option<AppError>> = RwSignal::new(error_in_address(T::Delete::PATH).or_else(about_edit));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    view! {
        <FormError error=refusal/>
        {move || if is_empty.get() {
            Either::Left(view! { <p class="empty">{T::WORDS.empty}</p> })
        } else {
            Either::Right(view! {
                <ul class="records">
                    <For
                        each=move || rows.get()
                        key=|record| record.with_untracked(|record| record.stamp().id.to_owned())
                        children=move |record| row(record, rows, editing, first, refusal)
                    />
                </ul>
            })
        }}
    }
}
