//! What a person reads on every page until they have confirmed their address.

use super::api::SendVerification;
use crate::components::{Form, FormAction, SubmitButton};
use crate::current_user::use_current_user;
use crate::message::Message;
use leptos::prelude::*;

/// Says that the address is not confirmed yet, with a way to another mail.
#[component]
pub(crate) fn VerificationBanner() -> impl IntoView {
    let user = use_current_user();
    let unverified = Memo::new(move |_| {
        user.with(|user| {
            let user = user.as_ref().filter(|user| !user.verified)?;
            Some((user.email.clone(), user.session.id.clone()))
        })
    });
    move || unverified.get().map(|(address, _)| view! { <Banner address/> })
}

#[component]
fn Banner(address: String) -> impl IntoView {
    let sent = RwSignal::new(false);
    let action = FormAction::new::<SendVerification>(move |answer| {
        answer?;
        sent.try_set(true);
        Ok(())
    });
    view! {
        <aside class="unverified" aria-label="Confirm your address">
            <p class="unverified-words">"Check your mail to confirm " {address}</p>
            <Form action class="unverified-form">
                <SubmitButton action class="button button-small" words="Send again"/>
            </Form>
            <p class="unverified-sent" role="status">
                {move || sent.get().then(|| Message::VerificationSent.to_string())}
            </p>
        </aside>
    }
}
