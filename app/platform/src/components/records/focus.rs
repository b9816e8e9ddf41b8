//! Where the focus is when an answer has come. It is moved only for those who wait for that answer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Fields that a person can see.
const FIELDS: &str = ":is(input, textarea, select):not([type=hidden])";

/// Tells whether the focus is in `element`, or nowhere.
fn is_in(element: &Element) -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY" || element.contains(Some(&active)))
}

/// Moves the focus to the first field of `form`, which has been sent, where the focus is still in the form.
pub(super) fn begin_again(form: &Element) {
    if form.is_connected() && is_in(form) {
        focus(form.query_selector(FIELDS).ok().flatten());
    }
}

/// Moves the focus out of a row that is about to go: to the `Edit` of the next, or else of the one before, or to the
/// first field of the form that adds one. Otherwise a person at the keyboard would begin at the top of the page again; at
/// the next `Delete`, a key that is pressed twice would delete that record, too.
pub(super) fn leave_row(row: &Element) {
    if !is_in(row) {
        return;
    }
    let edit = |row: Element| row.query_selector(".record-actions a").ok().flatten();
    let next = row.next_element_sibling().and_then(edit);
    let next = next.or_else(|| row.previous_element_sibling().and_then(edit));
    focus(next.or_else(|| document().query_selector(&format!(".record-new {FIELDS}")).ok().flatten()));
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
