//! The form that adds a record.
//!
//! While it is being sent, a person may go on: type more into it, open a record, leave the page. So an answer takes away
//! only the text that was sent.

use super::draft::form_key;
use super::form::{Parts, RecordForm};
use super::{Record, focus};
use crate::components::form::{Form, FormAction, SubmitButton};
use crate::drafts::{FirstTexts, use_drafts};
use leptos::prelude::*;

/// Shows the form. `first` is what its fields begin with; `on_added` is told the record once it is added.
pub(super) fn new_form<T: Record>(first: FirstTexts, on_added: Callback<T>) -> impl IntoView {
    let drafts = use_drafts();
    let key = form_key(T::PAGE, None);
    let action = FormAction::told_what_was_sent::<T::Add>({
        let key = key.clone();
        move |answer, sent| {
            let record = answer?;
            drafts.settle(&key, |name| sent.text_or_unticked(name));
            focus::begin_again(sent.form());
            if on_added.try_run(record).is_none() {
                drafts.miss();
            }
            Ok(())
        }
    });
    let form = RecordForm::new(Parts { action, drafts, key, first, record: None });
    view! {
        <Form action class="form record-new">
            {T::fields(form)}
            <p class="form-actions"><SubmitButton action words=T::WORDS.add/></p>
        </Form>
    }
}
