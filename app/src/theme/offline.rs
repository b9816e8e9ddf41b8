//! The banner that says that the network is away.

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
                <p class="offline-words">
                    "This page has signed you out. The server has not answered yet, so your session has not ended: keep this page open, that is done as soon as the server can be reached."
                </p>
            </Show>
            <Show when=move || shown.get() && !leaving.get()>
                <p class="offline-words">"You are offline. What you type stays here until the network is back."</p>
            </Show>
        </div>
    }
}
