//! The frame and the parts that the account pages share.

use super::words;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use platform::components::{Contents, FormAction, Page};
use platform::message::Message;

/// The pages, as their navigation names them.
const PAGES: [(&str, &str); 5] = [
    ("/account", words::PROFILE),
    ("/account/security", words::SECURITY),
    ("/account/devices", words::DEVICES),
    ("/account/activity", words::ACTIVITY),
    ("/account/data", words::DATA),
];

/// A page of the account, beside the way to the others.
#[component]
pub(super) fn Section(
    /// The page's name, for its heading and the window's title.
    title: &'static str,
    children: Contents,
) -> impl IntoView {
    let path = use_location().pathname;
    let links = PAGES.map(|(href, words)| {
        let current = move || path.with(|path| path == href).then_some("page");
        view! { <li><a href=href aria-current=current>{words}</a></li> }
    });
    view! {
        <Page title class="page page-account">
            <nav class="section-nav" aria-label=words::TITLE>
                <ul>{links.into_iter().collect_view()}</ul>
            </nav>
            <div class="section">
                <h1 class="title">{title}</h1>
                {children.view()}
            </div>
        </Page>
    }
}

/// One thing to do on a page.
#[component]
pub(super) fn Sheet(
    /// Its heading.
    title: &'static str,
    children: Contents,
) -> impl IntoView {
    view! {
        <section class="sheet">
            <h2 class="sheet-title">{title}</h2>
            {children.view()}
        </section>
    }
}

/// Says what was done, once it was. Always there, so that a screen reader hears what comes; without words while it is
/// done again, so that the same words are announced anew.
#[component]
pub(super) fn Done(
    /// Whether it was.
    #[prop(into)]
    shown: Signal<bool>,
    /// The form that does it, where there is one.
    #[prop(optional)]
    by: Option<FormAction>,
    /// What, in the words that a form without JavaScript is told, too.
    message: Message,
) -> impl IntoView {
    let words = move || {
        (shown.get() && !by.is_some_and(FormAction::is_pending))
            .then(|| view! { <p class="notice">{message.text()}</p> })
    };
    view! { <div class="notices" role="status">{words}</div> }
}
