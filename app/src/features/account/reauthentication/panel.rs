//! The panel that asks for the password in place.

use super::api::Reauthenticate;
use super::words;
use futures::FutureExt;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use platform::auth_client;
use platform::components::{Form, FormAction, PasswordField, SubmitButton, Username, whole};
use platform::current_user::use_current_user;
use platform::error::Field;
use platform::in_part;
use platform::reauthentication::Reauthentication;
use wasm_bindgen_futures::spawn_local;

/// Asks for the password whenever a form needs it to go on. The page behind stays as it is.
#[component]
pub(crate) fn ReauthenticationPanel() -> impl IntoView {
    let reauthentication = Reauthentication::get();
    let dialog = NodeRef::<html::Dialog>::new();
    let is_loaded = RwSignal::new(false);
    let is_shown = Memo::new(move |_| reauthentication.is_asking() && is_loaded.get());
    Effect::new(move |_| {
        if reauthentication.is_asking() {
            spawn_local(async move {
                match load().await {
                    Ok(()) => is_loaded.set(true),
                    Err(_) => reauthentication.give_up(),
                }
            });
        }
    });
    Effect::new(move |_| {
        let is_shown = is_shown.get();
        let Some(dialog) = dialog.get() else { return };
        // Once the question is in it, so that its field gets the focus.
        request_animation_frame(move || match (is_shown, dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => (),
        });
    });
    // Going to another page gives it up.
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            reauthentication.give_up();
        }
        path
    });
    // A person who is signed out meanwhile is led to sign in.
    on_cleanup(move || reauthentication.give_up());
    view! {
        <dialog
            class="dialog"
            aria-labelledby="reauthentication"
            node_ref=dialog
            on:close=move |_| reauthentication.give_up()
        >
            {move || is_shown.get().then(|| question().now_or_never().and_then(Result::ok))}
        </dialog>
    }
}

// Few ever see it, so it comes with the pages that most often ask.
in_part!(
    account loaded by load,
    fn question() -> AnyView {
        whole(Question())
    }
);

#[component]
fn Question() -> impl IntoView {
    let reauthentication = Reauthentication::get();
    let user = use_current_user();
    let address = user.with_untracked(|user| user.as_ref().map(|user| user.email.clone()));
    let action = FormAction::new::<Reauthenticate>(move |answer| {
        auth_client::begin(answer?);
        reauthentication.go_on();
        Ok(())
    })
    .among_others();
    view! {
        <h2 class="dialog-title" id="reauthentication">{words::TITLE}</h2>
        <p class="sheet-lead">{words::LEAD}</p>
        <Form action>
            <Username address/>
            <PasswordField
                name="current_password"
                autocomplete="current-password"
                error=action.field_error(Field::CurrentPassword)
            />
            <p class="form-actions">
                <SubmitButton action words=words::GO_ON/>
                " "
                <button class="button" type="button" on:click=move |_| reauthentication.give_up()>{words::CANCEL}</button>
            </p>
        </Form>
    }
}
