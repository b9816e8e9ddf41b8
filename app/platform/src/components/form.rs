//! A form that works as a plain post and, once hydrated, as a fetch.
//!
//! It does what Leptos's `ActionForm` and `ServerAction` do. Those are compiled anew for each server function, view
//! and all, and read the form into the function's arguments only to write them out again. Here a fetch sends what the
//! plain form would, and only the reading of its answer is compiled for each function.

use crate::auth_client::{Answer, Post};
use crate::current_user::use_current_user;
use crate::erased::Contents;
use crate::error::{AppError, Field, FieldError};
use crate::from_server::form_key;
use crate::guard::{holds_token, without_form_error};
use crate::idempotency;
use crate::in_part;
use crate::reauthentication::Reauthentication;
use crate::wire::{BACK_FIELD, IDEMPOTENCY_FIELD, SESSION_FIELD};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_query_map};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement, MouseEvent, UrlSearchParams};

/// Posts what is in a form and reads the answer.
type Ask = dyn Fn(Sent) -> LocalBoxFuture<'static, Result<(), AppError>> + Send + Sync;

/// The fields that a form has sent, and the form.
#[derive(Clone)]
pub(crate) struct Sent {
    fields: String,
    form: HtmlFormElement,
}

impl Sent {
    /// Reads the fields of `form`, but for the page's session, which a fetch tells in a header, and for the way back,
    /// which it does not go.
    fn of(form: HtmlFormElement) -> Option<Self> {
        Some(Self { fields: fields(&form)?, form })
    }

    /// The text of the field `name`, where the form has sent one.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let fields = UrlSearchParams::new_with_str(&self.fields).ok()?;
        Some(fields.get(name)?.replace("\r\n", "\n"))
    }

    /// The same; `false` where the form has sent none, as it does for a box that is not ticked.
    pub(crate) fn text_or_unticked(&self, name: &str) -> Option<String> {
        self.text(name).or_else(|| Some("false".to_owned()))
    }

    /// Whether the form still is on the page and holds nothing else.
    pub(crate) fn is_still_there(&self) -> bool {
        self.form.is_connected() && fields(&self.form).is_some_and(|fields| fields == self.fields)
    }

    /// The form.
    pub(crate) fn form(&self) -> &HtmlFormElement {
        &self.form
    }
}

/// The action of a form, its progress and its error.
#[derive(Clone, Copy)]
pub struct FormAction {
    url: &'static str,
    ask: StoredValue<Arc<Ask>>,
    pending: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    reauthentication: Reauthentication,
}

impl FormAction {
    /// A form that calls the server function `S`. `on_answer` is told the answer to a fetch, even if the form is gone
    /// by then, and gives the error to show.
    pub fn new<S>(
        on_answer: impl Fn(Result<S::Output, AppError>) -> Result<(), AppError> + Send + Sync + 'static,
    ) -> Self
    where
        S: ServerFn<Error = AppError, Client: Post, Output: Answer> + 'static,
    {
        Self::told_what_was_sent::<S>(move |answer, _| on_answer(answer))
    }

    /// The same, where `on_answer` is also told what was sent: by then the form may hold something else.
    pub(crate) fn told_what_was_sent<S>(
        on_answer: impl Fn(Result<S::Output, AppError>, &Sent) -> Result<(), AppError> + Send + Sync + 'static,
    ) -> Self
    where
        S: ServerFn<Error = AppError, Client: Post, Output: Answer> + 'static,
    {
        let on_answer = Arc::new(on_answer);
        let ask = move |sent: Sent| -> LocalBoxFuture<'static, _> {
            let on_answer = Arc::clone(&on_answer);
            let key = idempotency::key(S::PATH);
            let posted = S::Client::post(S::PATH, format!("{}&{IDEMPOTENCY_FIELD}={key}", sent.fields));
            Box::pin(async move {
                let answer = match posted.await {
                    Ok(json) => Answer::read(json).await,
                    Err(error) => Err(error),
                };
                on_answer(answer, &sent)
            })
        };
        Self::asking(S::PATH, Arc::new(ask))
    }

    fn asking(url: &'static str, ask: Arc<Ask>) -> Self {
        Self {
            url,
            ask: StoredValue::new(ask),
            pending: RwSignal::new(false),
            error: RwSignal::new(error_in_address(url)),
            reauthentication: Reauthentication::get(),
        }
    }

    /// The same, for one of several forms on a page that post to one address: what the page's own address says of an
    /// error need not be about this one.
    #[must_use]
    pub fn among_others(self) -> Self {
        self.error.set(None);
        self
    }

    /// Whether the server is being asked.
    pub fn is_pending(self) -> bool {
        self.pending.try_get().unwrap_or_default()
    }

    /// The error of one field.
    pub fn field_error(self, field: Field) -> Signal<Option<FieldError>> {
        Signal::derive(move || {
            self.error.try_with(|error| error.as_ref().and_then(|error| error.fields().get(field))).flatten()
        })
    }

    fn submit(self, form: HtmlFormElement) {
        if self.pending.get_untracked() {
            return;
        }
        let Some(sent) = Sent::of(form) else {
            self.error.set(Some(AppError::BadRequest));
            return;
        };
        self.send(sent);
    }

    /// Sends what is in a form. Where the server wants the person to prove themselves anew, that is asked for, and the
    /// same is sent again.
    fn send(self, sent: Sent) {
        // While the person proved themselves, they may have left the page.
        let Some(answer) = self.ask.try_with_value(|ask| ask(sent.clone())) else { return };
        // Gone while the server is asked, so that the same words are announced anew.
        self.error.set(None);
        self.pending.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // The form is gone with the page, if the answer led away from it.
            self.pending.try_set(false);
            match answer {
                Err(AppError::ReauthenticationRequired) => self.reauthentication.ask(move |answer| match answer {
                    Ok(()) => self.send(sent),
                    Err(error) => drop(self.error.try_set(Some(error))),
                }),
                Err(error) => {
                    self.error.try_set(Some(error));
                    request_animation_frame(move || focus_first_invalid(&sent.form));
                }
                Ok(()) => idempotency::accepted(self.url),
            }
        });
    }
}

/// The error that a post to `url` without JavaScript left in the page's address.
pub fn error_in_address(url: &str) -> Option<AppError> {
    let encoded = use_query_map().with_untracked(|query| {
        let is_about_it = query.get_str("__path") == Some(url);
        query.get_str("__err").filter(|_| is_about_it).map(str::to_owned)
    });
    read_error(encoded?).now_or_never().and_then(Result::ok)
}

/// Loads what reads the error in an address, which is there before a document at such an address comes alive.
/// `false` where it cannot be had.
pub async fn load_reader_of_errors() -> bool {
    load_error_reader().await.is_ok()
}

in_part!(
    session loaded by load_error_reader,
    fn read_error(encoded: String) -> AppError {
        ServerFnUrlError::decode_err(&encoded)
    }
);

/// Returns the fields of a form, URL-encoded, without those that [`Sent::of`] leaves out. The idempotency key is that
/// of an attempt, not the document's.
fn fields(form: &HtmlFormElement) -> Option<String> {
    let fields = FormData::new_with_form(form).ok()?;
    for name in [SESSION_FIELD, BACK_FIELD, IDEMPOTENCY_FIELD] {
        fields.delete(name);
    }
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    Some(fields.to_string().into())
}

/// The page's own address, where its browser keeps that to itself because it holds the token of a mailed link.
fn way_back() -> Option<String> {
    let location = use_location();
    let query = location.search.get_untracked();
    let query = query.trim_start_matches('?');
    holds_token(query).then(|| without_form_error(&format!("{}?{query}", location.pathname.get_untracked())))
}

fn focus_first_invalid(form: &Element) {
    let invalid = form.query_selector("[aria-invalid=true]").ok().flatten();
    if let Some(invalid) = invalid.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = invalid.focus();
    }
}

/// A form that does `action`, with the page's session and a place for its error.
#[component]
pub fn Form(
    /// The action of the form.
    action: FormAction,
    /// The form's classes.
    #[prop(default = "form")]
    class: &'static str,
    children: Contents,
) -> impl IntoView {
    let user = use_current_user();
    let session = user.with_untracked(|user| user.as_ref().map(|user| user.session.id.clone()));
    let back = way_back();
    view! {
        <form
            class=class
            method="post"
            action=action.url
            novalidate=true
            on:submit:target=move |event| {
                event.prevent_default();
                action.submit(event.target());
            }
        >
            <FormError error=action.error/>
            {session.map(|id| view! { <input type="hidden" name=SESSION_FIELD value=id/> })}
            <input type="hidden" name=IDEMPOTENCY_FIELD value=form_key()/>
            {back.map(|path| view! { <input type="hidden" name=BACK_FIELD value=path/> })}
            {children.view()}
        </form>
    }
}

/// A form that is posted by the browser itself, also where the page is an app: its answer is a file to keep.
#[component]
pub fn PlainForm(
    /// The address that it is posted to.
    url: &'static str,
    children: Contents,
) -> impl IntoView {
    let user = use_current_user();
    let session = move || user.with(|user| user.as_ref().map(|user| user.session.id.clone()));
    let error = RwSignal::new(error_in_address(url));
    view! {
        <form class="form" method="post" action=url>
            <FormError error/>
            <input type="hidden" name=SESSION_FIELD value=session/>
            {children.view()}
        </form>
    }
}

/// Where a form says what is wrong with it as a whole; what is wrong with a field stands beside that field. Always
/// there, so that a screen reader hears what comes.
#[component]
pub fn FormError(
    /// The error.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let words = move || {
        let error = error.try_get().flatten().filter(|error| !matches!(error, AppError::Invalid(_)))?;
        Some(view! { <p class="notice notice-error">{error.to_string()} {request(error)}</p> })
    };
    view! { <div class="notices" role="alert">{words}</div> }
}

/// By what the log finds it, where something broke.
fn request(error: AppError) -> Option<String> {
    match error {
        AppError::Internal { request_id } => request_id.map(|id| format!(" Request {id}")),
        _ => None,
    }
}

/// The button that sends a form, and shows while it is being sent. It keeps the focus, so it is never disabled.
#[component]
pub fn SubmitButton(
    /// The action of the form.
    action: FormAction,
    /// The button's classes.
    #[prop(default = "button button-primary")]
    class: &'static str,
    /// The id of the text that the button is about, where its own words do not tell.
    #[prop(optional, into)]
    describedby: Option<String>,
    /// The words on it.
    words: &'static str,
) -> impl IntoView {
    let busy = move || action.is_pending().then_some("true");
    // By then the answer may be there, and with it another button, or an emptied form, in the place of this one.
    let ignore_second_of_double = |event: MouseEvent| {
        if event.detail() > 1 {
            event.prevent_default();
        }
    };
    view! {
        <button
            class=class
            type="submit"
            aria-describedby=describedby
            aria-busy=busy
            on:click=ignore_second_of_double
        >
            {words}
        </button>
    }
}
