//! The part of a document that differs from page to page.

use super::flash::Flash;
use super::whole::Contents;
use crate::PRODUCT;
use crate::hydration::is_from_server;
use crate::rendered;
use leptos::html;
use leptos::prelude::*;

/// A page's `<main>`: the message that a redirect left for it, then `children`.
///
/// Opened inside the browser, it takes the focus, as a new document would.
#[component]
pub(crate) fn Page(
    /// The page's name, for the window's title; empty for the first page, which is the product's own.
    title: &'static str,
    /// The classes of `<main>`.
    #[prop(default = "page")]
    class: &'static str,
    children: Contents,
) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    let is_first = is_from_server();
    if !is_first {
        Effect::new(move |_| {
            if let Some(main) = main.get() {
                let _ = main.focus();
            }
        });
    }
    rendered::set_title(&if title.is_empty() { PRODUCT.to_owned() } else { format!("{title} · {PRODUCT}") });
    view! {
        <main class=class id="main" tabindex="-1" node_ref=main>
            <Flash/>
            {children.view()}
        </main>
    }
}
