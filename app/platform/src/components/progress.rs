//! The sign that a page is being loaded.

use crate::navigation::Navigation;
use crate::site::site;
use leptos::prelude::*;
use std::time::Duration;

/// A navigation that is faster than this needs no sign.
const LATE: Duration = Duration::from_millis(150);

/// A bar at the top of the window while a page is being prepared. Assistive technology hears of it once.
#[component]
pub fn Progress(navigation: Navigation) -> impl IntoView {
    let (is_loading, is_late) = (navigation.is_loading(), RwSignal::new(false));
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        if let Some(timer) = timer.flatten() {
            timer.clear();
        }
        if is_loading.get() {
            return set_timeout_with_handle(move || is_late.set(true), LATE).ok();
        }
        if is_late.get_untracked() {
            is_late.set(false);
        }
        None
    });
    view! {
        <div class="progress" role="status">
            <Show when=move || is_late.get()>
                <span class="progress-bar" aria-hidden="true"></span>
                <span class="visually-hidden">{site().words.loading}</span>
            </Show>
        </div>
    }
}
