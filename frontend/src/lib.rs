//! Wakes the page that the server rendered.

use leptos::prelude::{document, location, set_timeout};
use std::time::Duration;

/// The attribute of `<html>` that says that the page is an app now, for tests that wait for it.
const HYDRATED: &str = "data-hydrated";

/// Hydrates `<body>`, once the code of this page is there; where it cannot be had the page stays as the server made it,
/// and works. `is_signed_in` says whether the document is somebody's. Called by the script that `app::shell` puts into
/// every page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate(is_signed_in: bool) {
    console_error_panic_hook::set_once();
    let (path, query) = (location().pathname().unwrap_or_default(), location().search().unwrap_or_default());
    if !app::load(&path, &query, is_signed_in).await {
        return;
    }
    leptos::mount::hydrate_body(app::App);
    // What hydration has set going runs first.
    let tell = || {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute(HYDRATED, "");
        }
    };
    set_timeout(tell, Duration::ZERO);
}
