//! The part of a document that differs from page to page.

use super::flash::Flash;
use crate::erased::Contents;
use crate::from_server;
use crate::hydration::is_from_server;
use crate::preparation::is_shown;
use crate::site::site;
use leptos::html;
use leptos::prelude::*;
use web_sys::FocusOptions;

/// A page's `<main>`: the message that a redirect left for it, then `children`.
///
/// Opened inside the browser, it takes the focus once it is shown, as a new document would.
#[component]
pub fn Page(
    /// The page's name, for the window's title; empty for the first page, which is the product's own.
    title: &'static str,
    /// The classes of `<main>`.
    #[prop(default = "page")]
    class: &'static str,
    children: Contents,
) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    let (is_first, is_shown) = (is_from_server(), is_shown());
    if !is_first {
        Effect::new(move |_| {
            if is_shown.get()
                && let Some(main) = main.get()
            {
                let in_place = FocusOptions::new();
                in_place.set_prevent_scroll(true);
                let _ = main.focus_with_options(&in_place);
            }
        });
    }
    let product = site().product;
    from_server::set_title(&if title.is_empty() { product.to_owned() } else { format!("{title} · {product}") });
    view! {
        <main class=class id="main" tabindex="-1" node_ref=main>
            <Flash/>
            {children.view()}
        </main>
    }
}
