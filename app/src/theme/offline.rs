//! The banner that says that the network is away.

use super::words;
use leptos::prelude::*;

/// Says that the network is away, while it is.
#[component]
pub(crate) fn OfflineBanner(
    /// Whether it is.
    #[prop(into)]
    shown: Signal<bool>,
    /// Whether the person has signed out, and the server does not know it yet.
    #[prop(into)]
    leaving: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="offline" role="status">
            <Show when=move || leaving.get()>
                <p class="offline-words">{words::OFFLINE_LEAVING}</p>
            </Show>
            <Show when=move || shown.get() && !leaving.get()>
                <p class="offline-words">{words::OFFLINE}</p>
            </Show>
        </div>
    }
}
