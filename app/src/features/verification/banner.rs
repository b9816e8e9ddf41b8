//! The banner on every page until the person has confirmed their address.

use super::api::SendVerification;
use super::words;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use platform::components::{Form, FormAction, SubmitButton};
use platform::current_user::use_current_user;
use platform::guard::address;
use platform::guard::{NEXT_FIELD, way_from};

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
    move || unverified.get().map(|(email, _)| view! { <Banner email/> })
}

#[component]
fn Banner(email: String) -> impl IntoView {
    let sent = RwSignal::new(false);
    let action = FormAction::new::<SendVerification>(move |answer| {
        answer?;
        sent.try_set(true);
        Ok(())
    });
    let location = use_location();
    // Where the link leads on to: the page on which the person is when they ask for it.
    let here = move || {
        location.pathname.track();
        location.search.track();
        way_from(&address(&location))
    };
    view! {
        <aside class="unverified" aria-label=words::TITLE>
            <p class="unverified-words">{words::check_mail(&email)}</p>
            <Form action class="unverified-form">
                <input type="hidden" name=NEXT_FIELD value=here/>
                <SubmitButton action class="button button-small" words=words::SEND_AGAIN/>
            </Form>
            <p class="unverified-sent" role="status">
                {move || sent.get().then(|| words::SENT.text())}
            </p>
        </aside>
    }
}
