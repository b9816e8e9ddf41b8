//! Hydrates the page that the server rendered.

use js_sys::Function;
use leptos::prelude::{document, location, set_timeout};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// The attribute of `<html>` that marks a hydrated page, for `boot.js` and for tests.
const HYDRATED: &str = "data-hydrated";

/// Loads the page's code and hydrates it. Returns `false` if the code cannot be loaded; the page then stays as the server
/// rendered it, and works. The script that `platform::shell` puts into every page calls this.
///
/// `is_signed_in` states whether the document has a signed-in user. `undo` restores the document as the server sent it,
/// and returns a function that restores elements that others have added meanwhile.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate(is_signed_in: bool, undo: Function) -> bool {
    console_error_panic_hook::set_once();
    let (path, query) = (location().pathname().unwrap_or_default(), location().search().unwrap_or_default());
    app::install();
    if !platform::load(&path, &query, is_signed_in).await {
        return false;
    }
    let root = document().get_element_by_id(platform::ROOT).and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let Some(root) = root else { return false };
    let put_back = undo.call0(&JsValue::UNDEFINED);
    leptos::mount::hydrate_from(root, app::App).forget();
    if let Some(put_back) = put_back.ok().and_then(|put_back| put_back.dyn_into::<Function>().ok()) {
        let _ = put_back.call0(&JsValue::UNDEFINED);
    }
    // Tasks that hydration has started run first.
    let tell = || {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute(HYDRATED, "");
        }
    };
    set_timeout(tell, Duration::ZERO);
    true
}
