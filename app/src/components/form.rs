//! A form that works as a plain post and, once hydrated, as a fetch.

use crate::current_user::use_current_user;
use crate::error::{AppError, Field, FieldError};
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use leptos_router::hooks::use_query_map;
use serde::de::DeserializeOwned;
use web_sys::{FormData, HtmlElement, SubmitEvent};

/// The action of a form. An error that a post without JavaScript left in the address is its first value.
pub(crate) fn form_action<S>() -> ServerAction<S>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let action = ServerAction::<S>::new();
    // Leptos keeps that error in context; on a page opened later it would be about a form of an earlier one.
    if !use_query_map().with_untracked(|query| query.get("__err").is_some()) {
        action.clear();
    }
    action
}

/// Why a form was refused, if it was.
#[derive(Clone, Copy)]
pub(crate) struct Refusal(Signal<Option<AppError>>);

impl Refusal {
    /// The refusal of `action`'s last answer. Gone while it is asked again, so that the same words are announced anew.
    pub(crate) fn of<S>(action: ServerAction<S>) -> Self
    where
        S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
        S::Output: Send + Sync + 'static,
    {
        let (value, pending) = (action.value(), action.pending());
        Self(Signal::derive(move || {
            if pending.get() {
                return None;
            }
            value.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()))
        }))
    }

    /// What is wrong with one field.
    pub(crate) fn field(self, field: Field) -> Signal<Option<FieldError>> {
        Signal::derive(move || self.0.with(|error| error.as_ref().and_then(|error| error.fields().get(field))))
    }

    /// What is wrong with the form as a whole; what is wrong with a field stands beside that field.
    fn whole(self) -> Option<AppError> {
        self.0.get().filter(|error| !matches!(error, AppError::Invalid(_)))
    }
}

/// A form that posts to the server function of `action`, with the page's session and a place for its error.
#[component]
pub(crate) fn Form<S>(
    /// What the form does.
    action: ServerAction<S>,
    /// The form's classes.
    #[prop(default = "form")]
    class: &'static str,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = AppError, Protocol = Http<PostUrl, leptos::server_fn::codec::Json>>
        + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    S::Client: Client<AppError>,
    S::Output: Send + Sync + 'static,
    <<S::Client as Client<AppError>>::Request as ClientReq<AppError>>::FormData: From<FormData>,
{
    let user = use_current_user();
    let session = user.with_untracked(|user| user.as_ref().map(|user| user.session.id.clone()));
    let refusal = Refusal::of(action);
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |was_refused: Option<bool>| {
        let is_refused = refusal.0.with(Option::is_some);
        // A refusal that came with the document leaves the focus where the person has put it by now.
        if is_refused && was_refused == Some(false) {
            request_animation_frame(move || focus_first_invalid(form));
        }
        is_refused
    });
    let while_idle = move |event: SubmitEvent| {
        if action.pending().get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <ActionForm action node_ref=form attr:class=class attr:novalidate=true on:submit:capture=while_idle>
            <FormError refusal/>
            {session.map(|id| view! { <input type="hidden" name="sid" value=id/> })}
            {children()}
        </ActionForm>
    }
}

/// Where a form says what is wrong with it as a whole. Always there, so that a screen reader hears what comes.
#[component]
pub(crate) fn FormError(
    /// What it may have to say.
    refusal: Refusal,
) -> impl IntoView {
    view! {
        <div class="notices" role="alert">
            {move || refusal.whole().map(|error| view! { <p class="notice notice-error">{error.to_string()}</p> })}
        </div>
    }
}

fn focus_first_invalid(form: NodeRef<html::Form>) {
    let invalid = form.get_untracked().and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten());
    if let Some(invalid) = invalid.and_then(|element| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(element).ok()) {
        let _ = invalid.focus();
    }
}

/// The button that sends a form, and shows while it is being sent. It keeps the focus, so it is never disabled.
#[component]
pub(crate) fn SubmitButton<S>(
    /// What the form does.
    action: ServerAction<S>,
    /// The button's classes.
    #[prop(default = "button button-primary")]
    class: &'static str,
    /// The id of the text that the button is about, where its own words do not tell.
    #[prop(optional, into)]
    describedby: Option<String>,
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let pending = action.pending();
    view! {
        <button
            class=class
            type="submit"
            aria-describedby=describedby
            aria-busy=move || pending.get().then_some("true")
        >
            {children()}
        </button>
    }
}
