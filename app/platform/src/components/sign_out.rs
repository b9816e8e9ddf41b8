//! The form that ends the session.

use super::form::{Form, FormAction, SubmitButton};
use crate::auth_client::{self, LogOut};
use leptos::prelude::*;

/// A button that ends the session, in a form of its own. Where the server does not answer in time, the page is emptied
/// without its answer.
#[component]
pub fn SignOut(
    /// The form's classes.
    class: &'static str,
    /// The button's classes.
    button: &'static str,
    /// The words on the button.
    words: &'static str,
) -> impl IntoView {
    let action = FormAction::new::<LogOut>(auth_client::signed_out);
    Effect::new(move |_| {
        if action.is_pending() {
            let forget_if_slow = move || {
                if untrack(move || action.is_pending()) {
                    auth_client::forget_person();
                }
            };
            set_timeout(forget_if_slow, auth_client::SIGN_OUT_PATIENCE);
        }
    });
    view! {
        <Form action class>
            <SubmitButton action class=button words/>
        </Form>
    }
}
