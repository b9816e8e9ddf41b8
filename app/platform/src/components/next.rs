//! Where a person was going when something came between: each page of the detour has it in its address as `next`, and
//! hands it on by its links and forms.

use crate::guard::{NEXT_FIELD, next_in, path_with_next};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Where the person was going, as this page's address says.
pub fn use_next() -> Option<String> {
    use_location().search.with_untracked(|query| next_in(query))
}

/// The address of `page`, by which the person gets where they were going all the same.
pub fn use_path_with_next(page: &str) -> String {
    path_with_next(page, use_next().as_deref())
}

/// The hidden field in which a form says where the person was going.
#[component]
pub fn NextField() -> impl IntoView {
    use_next().map(|next| view! { <input type="hidden" name=NEXT_FIELD value=next/> })
}
