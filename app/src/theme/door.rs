//! The pages before a person is in: a door beside a card.

use super::lock_plate::LockPlate;
use leptos::prelude::*;
use platform::components::{Contents, Page};

/// A page with a door and, on a card beside it, its heading and `children`.
#[component]
pub(crate) fn DoorPage(
    /// The page's name: its heading, and for the window's title.
    title: &'static str,
    /// The words on the door.
    words: &'static str,
    children: Contents,
) -> impl IntoView {
    view! {
        <Page title class="page page-split">
            <div class="door">
                <LockPlate/>
                <p class="door-words">{words}</p>
            </div>
            <section class="card">
                <h1 class="title">{title}</h1>
                {children.view()}
            </section>
        </Page>
    }
}
