//! The icons and colours in the head of every document.

use leptos::html::meta;
use leptos::prelude::*;

/// The elements in the head that are the site's own. The colours are those of the paper in `style/main.css`.
pub(crate) fn head() -> impl IntoView {
    view! {
        <meta name="color-scheme" content="light dark"/>
        {theme_color("(prefers-color-scheme: light)", "#f3f6f2")}
        {theme_color("(prefers-color-scheme: dark)", "#0c1512")}
        <link rel="icon" href="/favicon.ico" sizes="32x32"/>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
    }
}

/// The colour of the browser's own bars. `<meta media>` is newer than Leptos's list of attributes.
fn theme_color(media: &'static str, color: &'static str) -> impl IntoView {
    meta().name("theme-color").attr("media", media).content(color)
}
