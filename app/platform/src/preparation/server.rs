//! The document of the server is shown once it is complete, and Leptos itself waits for everything on it.

use leptos::prelude::Signal;

/// The futures that a page waits for.
pub struct Awaited;

impl Awaited {
    /// Those of the page of the component that asks.
    pub fn of_page() -> Self {
        Self
    }

    /// Has the page wait for `future`.
    #[expect(clippy::unused_self, reason = "as in the browser")]
    pub fn add<F>(&self, future: F) -> F {
        future
    }
}

/// Whether the person sees the page of the component that asks.
pub fn is_shown() -> Signal<bool> {
    Signal::stored(true)
}
