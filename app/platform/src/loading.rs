//! The parts of the WebAssembly that a document needs before it hydrates.

use crate::components::load_reader_of_errors;
use crate::guard::holds_form_error;
use crate::parts::SESSION;
use crate::signed_in;
use crate::site::Page;
use futures::future::join3;

/// Returns the names of the parts that the document at `path` with `query` needs to hydrate.
pub fn needed(path: &str, query: &str, is_signed_in: bool) -> impl Iterator<Item = &'static str> + use<> {
    let own = Page::at(path).and_then(|page| page.part);
    let session = (is_signed_in || holds_form_error(query)).then_some(SESSION);
    own.into_iter().chain(session)
}

/// Loads the parts that the document at `path` with `query` needs to hydrate ([`needed`]), unless they are there. `false`
/// where one cannot be had.
pub async fn load(path: &str, query: &str, is_signed_in: bool) -> bool {
    let own = async {
        match Page::at(path) {
            Some(page) => (page.load)().await,
            None => true,
        }
    };
    let signed_in = async { !is_signed_in || signed_in::load().await };
    let error = async { !holds_form_error(query) || load_reader_of_errors().await };
    join3(own, signed_in, error).await == (true, true, true)
}
