//! The drawing on the door.

use leptos::prelude::*;

/// A lock plate with its keyhole; decoration.
#[component]
pub(crate) fn LockPlate() -> impl IntoView {
    view! {
        <svg class="door-art" viewBox="0 0 120 160" aria-hidden="true" focusable="false">
            <rect class="plate" x="10" y="6" width="100" height="148" rx="50"></rect>
            <rect class="plate-edge" x="17" y="13" width="86" height="134" rx="43"></rect>
            <circle class="screw" cx="60" cy="28" r="5"></circle>
            <circle class="screw" cx="60" cy="132" r="5"></circle>
            <path class="keyhole" d="M60 52a17 17 0 0 0-9.5 31.1L45 110h30l-5.500-26.900A17 17 0 0 0 60 52z"></path>
        </svg>
    }
}
