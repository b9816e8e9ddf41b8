//! The page for every address that has none. The server gives it its status.

use leptos::prelude::*;
use platform::components::Page;

/// Says that there is nothing here.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title="Page not found" class="page page-lost">
            <p class="lost-code" aria-hidden="true">"404"</p>
            <h1 class="title">"Page not found"</h1>
            <p class="lead">"There is nothing at this address."</p>
            <p class="form-actions"><a class="button button-primary" href="/">"Back to the start"</a></p>
        </Page>
    }
}
