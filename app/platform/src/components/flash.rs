//! Messages that are shown once.

use crate::from_server;
use crate::message::Message;
use leptos::prelude::*;

/// The message for the page that is opened next inside the browser.
#[derive(Clone, Copy)]
pub struct NextMessage(RwSignal<Option<Message>>);

impl NextMessage {
    /// Puts it into context.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// The one in context.
    pub fn get() -> Self {
        expect_context()
    }

    /// Shows `message` on the next page.
    pub fn say(self, message: Message) {
        self.0.set(Some(message));
    }
}

/// A message that is shown once ("You have signed out"). It comes with the document or from the page before, and goes
/// with the page.
#[component]
pub(super) fn Flash() -> impl IntoView {
    let said = NextMessage::get().0.try_update_untracked(Option::take).flatten();
    let words = |message: Option<Message>| message.map(|message| message.text().to_owned()).unwrap_or_default();
    let mut told = SharedValue::new_str(|| words(from_server::message())).into_inner();
    if told.is_empty() {
        told = words(said);
    }
    view! {
        <div class="notices" role="status">
            {(!told.is_empty()).then(|| view! { <p class="notice">{told}</p> })}
        </div>
    }
}
