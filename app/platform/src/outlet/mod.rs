//! The place of the page, and navigation inside the browser.
//!
//! A page stays until the next one is complete: its code is loaded and its data is there. Then the address, the title,
//! the focus and the scroll position change together. Leptos's own `FlatRoutes` does so for code only, ends the page
//! that is still shown when two navigations overlap, and panics where hydration begins without the code.

mod guarded;
#[cfg_attr(feature = "ssr", path = "server.rs")]
#[cfg_attr(not(feature = "ssr"), path = "browser.rs")]
mod half;

pub use half::Pages;

use crate::site::{Page, site};
use guarded::guarded;
use leptos::prelude::*;

/// Builds the page at `path`, or the one that says that there is none.
fn page_at(path: &str) -> AnyView {
    Page::at(path).map_or_else(|| (site().not_found)(), guarded)
}
