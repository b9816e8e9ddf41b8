//! The page for every address that has none. The server gives it its status.

use super::words;
use leptos::prelude::*;
use platform::components::Page;

/// Says that there is nothing here.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title=words::NOT_FOUND_TITLE class="page page-lost">
            <p class="lost-code" aria-hidden="true">"404"</p>
            <h1 class="title">{words::NOT_FOUND_TITLE}</h1>
            <p class="lead">{words::NOT_FOUND_LEAD}</p>
            <p class="form-actions"><a class="button button-primary" href="/">{words::BACK}</a></p>
        </Page>
    }
}
