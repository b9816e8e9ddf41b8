//! What stands where something could not be fetched.

use super::form::FormError;
use crate::error::AppError;
use leptos::prelude::*;

/// Says why something is not there, with a button that fetches it again.
#[component]
pub(crate) fn Unread(
    /// Why.
    error: AppError,
    /// Fetches it again.
    again: Callback<()>,
) -> impl IntoView {
    let error = RwSignal::new(Some(error));
    view! {
        <FormError error/>
        <p class="form-actions"><button class="button" type="button" on:click=move |_| again.run(())>"Try again"</button></p>
    }
}
