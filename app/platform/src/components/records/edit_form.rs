//! The form that changes a record, in the place of the record in the list.
//!
//! It is made from a version of the record. Where the record was changed since, in another tab or before a draft was
//! opened again, both are shown, and the next `Save` replaces the version that is shown.

use super::Record;
use super::draft::{VERSION, form_key};
use super::form::{Parts, RecordForm, Shown};
use crate::components::form::{Form, FormAction, SubmitButton};
use crate::drafts::{FirstTexts, use_drafts};
use crate::error::AppError;
use crate::hydration::is_from_server;
use crate::site::site;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Shows the form for `record`. `editing` is the id of the record that is being edited, `first` what the fields begin
/// with where that is not what the record holds; `on_edited` is told the record once it is changed.
pub(super) fn edit_form<T: Record>(
    record: T,
    editing: Memo<Option<String>>,
    first: FirstTexts,
    on_edited: Callback<T>,
) -> impl IntoView {
    let drafts = use_drafts();
    let navigate = use_navigate();
    let id = record.stamp().id.to_owned();
    let key = form_key(T::PAGE, Some(&id));
    let has_draft = record.texts().iter().any(|(name, _)| first.get(&format!("{key}{name}")).is_some());
    let made_from = first.get(&format!("{key}{VERSION}")).and_then(|version| version.parse().ok());
    let has_changed =
        RwSignal::new(has_draft && made_from.is_some_and(|version: i64| version != record.stamp().version));
    let texts = record.texts();
    // What Save replaces: the record as the person sees it.
    let current = RwSignal::new(record);
    let version = Signal::derive(move || current.with(|record| record.stamp().version));
    let show_current = move |id: String| {
        spawn_local(async move {
            let Ok(records) = T::list().await else { return };
            if let Some(record) = records.into_iter().find(|record| record.stamp().id == id) {
                current.try_set(record.clone());
                has_changed.try_set(true);
                on_edited.try_run(record);
            }
        });
    };
    let action = FormAction::told_what_was_sent::<T::Edit>({
        let (key, id) = (key.clone(), id.clone());
        move |answer, sent| {
            if matches!(answer, Err(AppError::Conflict)) {
                show_current(id.clone());
            }
            let record = answer?;
            drafts.settle(&key, |name| sent.text_or_unticked(name));
            drafts.drop(&format!("{key}{VERSION}"));
            let is_open = editing.try_with_untracked(|editing| editing.as_deref() == Some(&id));
            current.try_set(record.clone());
            has_changed.try_set(false);
            let is_all = sent.is_still_there();
            if on_edited.try_run(record).is_none() {
                drafts.miss();
            } else if is_all && is_open == Some(true) {
                navigate(T::PAGE, in_place());
            }
            Ok(())
        }
    });
    let shown = Shown { id: id.clone(), texts, version, takes_focus: !is_from_server() };
    let form = RecordForm::new(Parts { action, drafts, key: key.clone(), first, record: Some(shown) });
    let words = site().words;
    let current_record = move || {
        has_changed.get().then(|| {
            view! {
                <section class="conflict" aria-label=T::WORDS.current>
                    <p>{T::WORDS.changed}</p>
                    <div>{T::shown(current.get())}</div>
                    <p>{words.save_or_cancel}</p>
                </section>
            }
        })
    };
    view! {
        <Form action>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=move || version.get()/>
            {T::fields(form)}
            {current_record}
            <p class="form-actions">
                <SubmitButton action words=words.save/>
                " "
                <a class="button" href=T::PAGE data-noscroll="" on:click=move |_| drafts.drop_form(&key)>{words.cancel}</a>
            </p>
        </Form>
    }
}

/// To another address of this page, without moving what the person looks at.
fn in_place() -> NavigateOptions {
    NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() }
}
