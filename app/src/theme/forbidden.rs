//! What stands in the place of a page that the person's roles do not permit.

use super::words;
use leptos::prelude::*;
use platform::components::Page;

/// Says that the account does not permit this page.
#[component]
pub(crate) fn ForbiddenPage() -> impl IntoView {
    view! {
        <Page title=words::FORBIDDEN_TITLE class="page page-lost">
            <p class="lost-code" aria-hidden="true">"403"</p>
            <h1 class="title">{words::FORBIDDEN_TITLE}</h1>
            <p class="lead">{words::FORBIDDEN_LEAD}</p>
            <p class="form-actions"><a class="button button-primary" href="/account">{words::TO_ACCOUNT}</a></p>
        </Page>
    }
}
