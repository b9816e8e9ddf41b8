//! Form fields. All are uncontrolled: what was typed, or filled in by a password manager, before the page was
//! hydrated stays.

use crate::drafts::use_drafts;
use crate::error::FieldError;
use crate::from_server;
use crate::hydration::is_from_server;
use crate::site::site;
use leptos::html;
use leptos::prelude::*;

/// The error of a field beside it, under the id that the field's `aria-describedby` names.
#[component]
pub(super) fn FieldErrorText(#[prop(into)] field: String, error: Signal<Option<FieldError>>) -> impl IntoView {
    let id = field + "-error";
    move || {
        error.try_get().flatten().map(|error| view! { <p class="field-error" id=id.clone()>{error.to_string()}</p> })
    }
}

/// Whether something is wrong with a field. A form that leads away is gone before the last of its effects has run.
fn is_refused(error: Signal<Option<FieldError>>) -> bool {
    error.try_with(Option::is_some).unwrap_or_default()
}

/// `aria-invalid` of a field: absent while nothing is wrong with it.
pub(super) fn invalid(error: Signal<Option<FieldError>>) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
    move || is_refused(error).then_some("true")
}

/// `aria-describedby` of the field `id`: its hint, if it has one, and its error while there is one.
pub(super) fn described_by(
    id: &str,
    has_hint: bool,
    error: Signal<Option<FieldError>>,
) -> impl Fn() -> Option<String> + Send + Sync + use<> {
    let hint = has_hint.then(|| format!("{id}-hint"));
    let id = format!("{id}-error");
    move || {
        let error = is_refused(error).then_some(id.as_str());
        let words: Vec<&str> = hint.as_deref().into_iter().chain(error).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// The address of an account; at first the one that was refused, where the form was posted without JavaScript.
#[component]
pub fn EmailField(
    /// Its error.
    error: Signal<Option<FieldError>>,
) -> impl IntoView {
    let address = SharedValue::new_str(|| from_server::refused_address().unwrap_or_default()).into_inner();
    let address = Some(address).filter(|address| !address.is_empty());
    view! {
        <div class="field">
            <label class="field-label" for="email">{site().words.email}</label>
            <input
                class="input"
                id="email"
                name="email"
                type="email"
                autocomplete="username"
                inputmode="email"
                autocapitalize="none"
                spellcheck="false"
                required=true
                value=address
                aria-invalid=invalid(error)
                aria-describedby=described_by("email", false, error)
            />
            <FieldErrorText field="email" error/>
        </div>
    }
}

/// One line of text. What is typed there is kept among the drafts until its form drops it.
#[component]
pub fn TextField(
    /// Its name, and the element's id.
    name: &'static str,
    /// The key of its draft, which no other field has.
    draft: &'static str,
    /// Its label.
    label: &'static str,
    /// The element's `type`, which decides the keyboard of a phone.
    #[prop(default = "text")]
    kind: &'static str,
    /// The `autocomplete` of the element.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Its first text.
    #[prop(into)]
    value: Option<String>,
    /// Its error.
    error: Signal<Option<FieldError>>,
    /// The hint below it.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let (drafts, is_from_server) = (use_drafts(), is_from_server());
    let value = if is_from_server { value } else { drafts.get(draft).or(value) };
    let node_ref = NodeRef::<html::Input>::new();
    let first = value.clone().unwrap_or_default();
    Effect::new(move |_| {
        if let Some(input) = node_ref.get()
            && is_from_server
            && input.value() != first
        {
            // Typed before the page was hydrated.
            drafts.keep(draft, input.value());
        }
    });
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                value=value
                node_ref=node_ref
                aria-invalid=invalid(error)
                aria-describedby=described_by(name, hint.is_some(), error)
                on:input=move |event| drafts.keep(draft, event_target_value(&event))
            />
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{name}-hint")>{hint}</p> })}
            <FieldErrorText field=name error/>
        </div>
    }
}

/// Tells a password manager whose password a form without an address is about. Never sent.
#[component]
pub fn Username(
    /// The account's address.
    #[prop(into)]
    address: Option<String>,
) -> impl IntoView {
    view! { <input type="email" autocomplete="username" value=address hidden=true readonly=true/> }
}

/// A password, with a button that shows it.
#[component]
pub fn PasswordField(
    /// Its label.
    #[prop(default = "Password")]
    label: &'static str,
    /// Its name, and the element's id.
    #[prop(default = "password")]
    name: &'static str,
    /// The hint for password managers: `current-password` or `new-password`.
    autocomplete: &'static str,
    /// Its error.
    error: Signal<Option<FieldError>>,
    /// The rule for a new one.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let is_shown = RwSignal::new(false);
    // The button can do nothing before the page is hydrated.
    let is_alive = RwSignal::new(false);
    Effect::new(move |_| is_alive.set(true));
    // Of any alphabet it would be 14 KB of tables.
    let what = format!(" {}", label.to_ascii_lowercase());
    view! {
        <div class="field field-password">
            <label class="field-label" for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                type=move || if is_shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required=true
                aria-invalid=invalid(error)
                aria-describedby=described_by(name, hint.is_some(), error)
            />
            <button
                class="reveal"
                type="button"
                aria-controls=name
                hidden=move || !is_alive.get()
                on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
            >
                {move || if is_shown.get() { "Hide" } else { "Show" }}
                <span class="visually-hidden">{what}</span>
            </button>
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{name}-hint")>{hint}</p> })}
            <FieldErrorText field=name error/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_described_by_what_is_there() {
        let _owner = Owner::new_root(None);
        let error = RwSignal::new(None);
        let (email, password) =
            (described_by("email", false, error.into()), described_by("password", true, error.into()));
        assert_eq!((email(), password()), (None, Some("password-hint".into())));
        error.set(Some(FieldError::Required));
        assert_eq!(email().as_deref(), Some("email-error"));
        assert_eq!(password().as_deref(), Some("password-hint password-error"));
    }
}
