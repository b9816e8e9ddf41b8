//! Whether what is being built is part of the document that the server rendered.

use leptos::prelude::*;

/// Set once the first document is alive. What Leptos itself says of this in a context stays `true` for ever.
#[derive(Clone, Copy)]
struct IsAlive(StoredValue<bool>);

/// Begins to keep track, in the outermost component.
pub fn provide_hydration() {
    let is_alive = StoredValue::new(false);
    provide_context(IsAlive(is_alive));
    // Hydration is one synchronous walk; effects run after it.
    Effect::new(move |_| is_alive.set_value(true));
}

/// Whether the component that asks, while it is being built, comes from the server's document; if not, the browser
/// makes it.
pub fn is_from_server() -> bool {
    !expect_context::<IsAlive>().0.get_value()
}
