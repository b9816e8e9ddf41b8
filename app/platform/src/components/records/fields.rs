//! The fields of the form of a record. All are uncontrolled: text that was typed before the page was hydrated stays.
//! While it is not sent, it is kept as a draft.

use super::form::{FieldParts, RecordForm};
use crate::components::field::{FieldErrorText, described_by, invalid};
use crate::hydration::is_from_server;
use leptos::html::{self, ElementType};
use leptos::prelude::*;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// The value of a ticked box.
pub(super) const TICKED: &str = "true";
/// The value of a box that is not ticked.
pub(super) const UNTICKED: &str = "false";

/// Reads the box of a [`CheckField`] in a form: `true`, where it is ticked. A browser sends no other.
///
/// # Errors
/// Where the text is neither `true` nor `false`.
pub fn ticked<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

/// An element that holds a text.
trait Control: JsCast + AsRef<HtmlElement> + Clone + 'static {
    fn text(&self) -> String;
    fn set_text(&self, text: &str);
}

impl Control for HtmlTextAreaElement {
    fn text(&self) -> String {
        self.value()
    }

    fn set_text(&self, text: &str) {
        self.set_value(text);
    }
}

impl Control for HtmlInputElement {
    fn text(&self) -> String {
        if self.type_() == "checkbox" { self.checked().to_string() } else { self.value() }
    }

    fn set_text(&self, text: &str) {
        if self.type_() == "checkbox" {
            self.set_checked(text == TICKED);
        } else {
            self.set_value(text);
        }
    }
}

/// Gives `element` the text that the field begins with, and the focus, once it is there; empties it once that was sent.
fn connect<E>(element: NodeRef<E>, field: &FieldParts)
where
    E: ElementType<Output: Control> + 'static,
{
    let is_from_server = is_from_server();
    Effect::new({
        let field = field.clone();
        move |was_there: Option<bool>| {
            let Some(element) = element.get() else { return false };
            if was_there != Some(true) {
                if !is_from_server {
                    element.set_text(&field.text);
                    if field.takes_focus {
                        let _ = AsRef::<HtmlElement>::as_ref(&element).focus();
                    }
                } else if element.text() != field.text && !(field.text.is_empty() && element.text() == UNTICKED) {
                    // Typed before the page was hydrated.
                    field.keep(element.text());
                }
            }
            true
        }
    });
    if field.is_emptied {
        let (drafts, key) = (field.drafts, field.key.clone());
        // The field goes with the draft, also where that was sent before this page was opened.
        Effect::watch(
            move || drafts.has(&key),
            move |has_draft, _, _| {
                if !has_draft && let Some(element) = element.get_untracked() {
                    element.set_text("");
                }
            },
            false,
        );
    }
}

/// One line: a text, or what `kind` says.
#[component]
pub fn LineField(
    /// The form that the field is in.
    form: RecordForm,
    /// The name of the field.
    name: &'static str,
    /// The words above the field.
    label: &'static str,
    /// The element's `type`: `text`, `number`, `date`.
    #[prop(default = "text")]
    kind: &'static str,
) -> impl IntoView {
    let field = form.field(name);
    let input = NodeRef::<html::Input>::new();
    connect(input, &field);
    let FieldParts { id, text, error, .. } = field.clone();
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <input
                class="input"
                id=id.clone()
                name=name
                type=kind
                required=true
                autocomplete="off"
                value=text
                node_ref=input
                aria-invalid=invalid(error)
                aria-describedby=described_by(&id, false, error)
                on:input=move |event| field.keep(event_target_value(&event))
            />
            <FieldErrorText field=id error/>
        </div>
    }
}

/// Several lines of text.
#[component]
pub fn TextAreaField(
    /// The form that the field is in.
    form: RecordForm,
    /// The name of the field.
    name: &'static str,
    /// The words above the field.
    label: &'static str,
) -> impl IntoView {
    let field = form.field(name);
    let area = NodeRef::<html::Textarea>::new();
    connect(area, &field);
    let FieldParts { id, text, error, .. } = field.clone();
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <textarea
                class="input"
                id=id.clone()
                name=name
                rows=if form.is_new() { "3" } else { "4" }
                required=true
                inner_html=as_html(&text)
                node_ref=area
                aria-invalid=invalid(error)
                aria-describedby=described_by(&id, false, error)
                on:input=move |event| field.keep(event_target_value(&event))
            ></textarea>
            <FieldErrorText field=id error/>
        </div>
    }
}

/// Yes or no.
#[component]
pub fn CheckField(
    /// The form that the field is in.
    form: RecordForm,
    /// The name of the field.
    name: &'static str,
    /// The words beside the box.
    label: &'static str,
) -> impl IntoView {
    let field = form.field(name);
    let input = NodeRef::<html::Input>::new();
    connect(input, &field);
    let (id, is_ticked) = (field.id.clone(), field.text == TICKED);
    view! {
        <div class="field field-check">
            <input
                id=id.clone()
                name=name
                type="checkbox"
                value=TICKED
                checked=is_ticked
                node_ref=input
                on:input=move |event| field.keep(event_target_checked(&event).to_string())
            />
            <label for=id>{label}</label>
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
}
