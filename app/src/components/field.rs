//! Form fields. All are uncontrolled: what was typed, or filled in by a password manager, before the page was
//! hydrated stays.

use crate::error::FieldError;
use crate::hydration::is_from_server;
use leptos::html;
use leptos::prelude::*;

/// The error of a field beside it, under the id that the field's `aria-describedby` names.
#[component]
fn FieldErrorText(#[prop(into)] field: String, error: Signal<Option<FieldError>>) -> impl IntoView {
    let id = format!("{field}-error");
    move || error.get().map(|error| view! { <p class="field-error" id=id.clone()>{error.to_string()}</p> })
}

/// `aria-describedby` of the field `id`: its error while it has one, and its hint.
fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    let words: Vec<_> = [(hint, "hint"), (error, "error")]
        .into_iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, part)| format!("{id}-{part}"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The address of an account.
#[component]
pub(crate) fn EmailField(
    /// What is wrong with it.
    error: Signal<Option<FieldError>>,
    /// What stands in it at first.
    value: Option<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for="email">"Email"</label>
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
                value=value
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by("email", false, error.with(Option::is_some))
            />
            <FieldErrorText field="email" error/>
        </div>
    }
}

/// A password, with a button that shows it.
#[component]
pub(crate) fn PasswordField(
    /// What a password manager shall do: `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What is wrong with it.
    error: Signal<Option<FieldError>>,
    /// What a good one is.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let has_hint = hint.is_some();
    let is_shown = RwSignal::new(false);
    // The button can do nothing before the page is hydrated.
    let is_alive = RwSignal::new(false);
    Effect::new(move |_| is_alive.set(true));
    view! {
        <div class="field field-password">
            <label class="field-label" for="password">"Password"</label>
            <input
                class="input"
                id="password"
                name="password"
                type=move || if is_shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required=true
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by("password", has_hint, error.with(Option::is_some))
            />
            <button
                class="reveal"
                type="button"
                aria-controls="password"
                hidden=move || !is_alive.get()
                on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
            >
                {move || if is_shown.get() { "Hide password" } else { "Show password" }}
            </button>
            {hint.map(|hint| view! { <p class="field-hint" id="password-hint">{hint}</p> })}
            <FieldErrorText field="password" error/>
        </div>
    }
}

/// Several lines of text, named `body`.
#[component]
pub(crate) fn TextArea(
    /// The element's id, which no other field of the page has.
    #[prop(into)]
    id: String,
    /// What it is called.
    label: &'static str,
    /// Its height in lines.
    rows: &'static str,
    /// What is wrong with it.
    error: Signal<Option<FieldError>>,
    /// What stands in it at first.
    #[prop(into)]
    value: String,
    /// Told what stands in it, whenever a person has changed that.
    on_text: Callback<String>,
    /// The element, for those who want to empty it.
    #[prop(optional)]
    node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let described = {
        let id = id.clone();
        move || described_by(&id, false, error.with(Option::is_some))
    };
    let error_of = id.clone();
    let html = as_html(&value);
    let is_from_server = is_from_server();
    Effect::new(move |was_there: Option<bool>| {
        let Some(area) = node_ref.get() else { return false };
        if was_there != Some(true) {
            if !is_from_server {
                area.set_value(&value);
            } else if area.value() != value {
                // Typed before the page was hydrated.
                on_text.run(area.value());
            }
        }
        true
    });
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <textarea
                class="input"
                id=id
                name="body"
                rows=rows
                required=true
                inner_html=html
                node_ref=node_ref
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
                on:input=move |event| on_text.run(event_target_value(&event))
            ></textarea>
            <FieldErrorText field=error_of error/>
        </div>
    }
}

/// `text` as the content of a `<textarea>` in HTML. A parser drops one newline after the tag, so one is given away;
/// an empty text must not become the blank that Leptos writes for an empty text node.
fn as_html(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_a_textarea_stays_text() {
        assert_eq!(as_html("</textarea><script>&lt;"), "\n&lt;/textarea>&lt;script>&amp;lt;");
        assert_eq!(as_html(""), "");
        assert_eq!(as_html("\na"), "\n\na");
    }

    #[test]
    fn a_field_is_described_by_what_is_there() {
        assert_eq!(described_by("email", false, false), None);
        assert_eq!(described_by("password", true, true).as_deref(), Some("password-hint password-error"));
    }
}
