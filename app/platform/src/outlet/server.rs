//! The place of the page in a document that the server renders.

use super::page_at;
use leptos::prelude::*;
use leptos_router::hooks::use_url;

/// The page at the address of the request.
#[component]
pub fn Pages() -> impl IntoView {
    use_url().with_untracked(|url| page_at(url.path()))
}
