//! Wakes the page that the server rendered.

use leptos::prelude::{document, location_pathname, set_timeout};
use std::time::Duration;

/// The attribute of `<html>` that says that the page is an app now, for tests that wait for it.
const HYDRATED: &str = "data-hydrated";

/// Hydrates `<body>`, once the code of this page is there; where it cannot be had the page stays as the server made it,
/// and works. Called by the script that `app::shell` puts into every page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    if !app::load(&location_pathname().unwrap_or_default()).await {
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
