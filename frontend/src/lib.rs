//! Wakes the page that the server rendered.

/// Hydrates `<body>`. Called by the script that `app::shell` puts into every page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
