//! Where the focus is when an answer has come. It is moved only for those who wait for that answer.

use leptos::prelude::*;
use web_sys::Element;

/// Whether the focus is in `element`, or nowhere.
pub(super) fn is_in(element: &Element) -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY" || element.contains(Some(&active)))
}
