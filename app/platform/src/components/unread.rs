//! The notice in place of data that could not be fetched.

use super::form::FormError;
use crate::error::AppError;
use crate::from_server;
use crate::guard::address;
use crate::site::site;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Says why something is not there, with a way to fetch it again, which without JavaScript is the page itself.
#[component]
pub fn Unread(
    /// Why.
    error: AppError,
    /// Fetches it again.
    again: Callback<()>,
) -> impl IntoView {
    from_server::failed(&error);
    let error = RwSignal::new(Some(error));
    let here = address(&use_location());
    let fetch_again = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        again.run(());
    };
    view! {
        <FormError error/>
        <p class="form-actions"><a class="button" href=here rel="external" on:click=fetch_again>{site().words.try_again}</a></p>
    }
}
