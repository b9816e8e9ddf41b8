//! One record in the list: what it holds, or the form that changes it.

use super::edit_form::edit_form;
use super::list::{Rows, has_id, look_again};
use super::{Record, Stamp, focus};
use crate::components::form::{Form, FormAction, SubmitButton};
use crate::components::time::Time;
use crate::drafts::{FirstTexts, use_drafts};
use crate::error::AppError;
use crate::site::site;
use leptos::either::Either;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Shows one record. `refusal` is where the list says why a record was not deleted, as the row shows the record anew
/// then.
pub(super) fn row<T: Record>(
    record: ArcRwSignal<T>,
    rows: Rows<T>,
    editing: Memo<Option<String>>,
    first: FirstTexts,
    refusal: RwSignal<Option<AppError>>,
) -> impl IntoView {
    let id = record.with_untracked(|record| record.stamp().id.to_owned());
    let element_id = format!("record-{id}");
    let is_edited = {
        let id = id.clone();
        Memo::new(move |_| editing.with(|editing| editing.as_deref() == Some(&id)))
    };
    let on_edited = {
        let record = record.clone();
        Callback::new(move |edited| record.set(edited))
    };
    let on_deleted = {
        let element_id = element_id.clone();
        Callback::new(move |()| {
            if let Some(row) = document().get_element_by_id(&element_id) {
                focus::leave_row(&row);
            }
            rows.update(|rows| rows.retain(|record| !has_id(record, &id)));
            refusal.set(None);
        })
    };
    let on_conflict = Callback::new(move |()| {
        refusal.set(Some(AppError::Conflict));
        spawn_local(look_again(rows));
    });
    view! {
        <li class="record" id=element_id>
            {move || if is_edited.get() {
                // What the record holds is not followed here: the fields are the person's.
                Either::Left(edit_form(record.get_untracked(), editing, first, on_edited))
            } else {
                Either::Right(shown(record.get(), on_deleted, on_conflict))
            }}
        </li>
    }
}

fn shown<T: Record>(record: T, on_deleted: Callback<()>, on_conflict: Callback<()>) -> impl IntoView {
    let drafts = use_drafts();
    let deletion = FormAction::new::<T::Delete>(move |answer| match answer {
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
    let Stamp { id, version, updated_at } = record.stamp();
    let id = id.to_owned();
    let text = format!("record-{id}-text");
    view! {
        <div id=text.clone()>{T::shown(record)}</div>
        <div class="record-foot">
            <Time at=updated_at class="record-time"/>
            <div class="record-actions" on:keydown=|event| once_a_press(&event)>
                <a
                    class="button button-small"
                    href=format!("{}?edit={id}", T::PAGE)
                    data-noscroll=""
                    aria-describedby=text.clone()
                >
                    {site().words.edit}
                </a>
                <Form action=deletion>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="version" value=version/>
                    <SubmitButton action=deletion class="button button-small button-danger" describedby=text words=site().words.delete/>
                </Form>
            </div>
        </div>
    }
}

/// The focus goes on to the next record: a key that is held down must not press anything there, too.
fn once_a_press(event: &KeyboardEvent) {
    if event.repeat() && event.key() == "Enter" {
        event.prevent_default();
    }
}
