//! Where the focus is when an answer has come. It is moved only for those who wait for that answer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Whether the focus is in `element`, or nowhere.
pub(super) fn is_in(element: &Element) -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY" || element.contains(Some(&active)))
}

/// Moves the focus out of a row that is about to go: to the `Edit` of the next, or else of the one before, or to the
/// field for a new note. Otherwise whoever uses the keyboard would begin at the top of the page again; at the next
/// `Delete`, a key that is pressed twice would take that note, too.
pub(super) fn leave_row(row: &Element) {
    if !is_in(row) {
        return;
    }
    let edit = |row: Element| row.query_selector(".note-actions a").ok().flatten();
    let next = row.next_element_sibling().and_then(edit);
    let next = next.or_else(|| row.previous_element_sibling().and_then(edit));
    let next = next.or_else(|| document().get_element_by_id(super::editor::NEW_FIELD));
    if let Some(next) = next.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
