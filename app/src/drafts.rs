//! What a person has typed and not yet sent.
//!
//! Kept above the router, so that it survives the way to `/login` and back, and bound to a user, so that nobody
//! else who signs in on the page sees it.

use crate::wire::CurrentUser;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A text that the server refused in a form posted without JavaScript: it comes back with the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefusedText {
    /// What it was to change; `None` for something new.
    pub(crate) id: Option<String>,
    /// The text.
    pub(crate) body: String,
}

/// The drafts in context. Each has a key that its form chooses.
#[derive(Clone, Copy)]
pub(crate) struct Drafts {
    user: RwSignal<Option<CurrentUser>>,
    kept: RwSignal<Kept>,
}

#[derive(Debug, Default, PartialEq)]
struct Kept {
    owner: String,
    /// Each with its key.
    texts: Vec<(String, String)>,
}

impl Kept {
    /// Forgets everything unless it is `owner`'s.
    fn bind(&mut self, owner: &str) -> &mut Self {
        if self.owner != owner {
            *self = Self { owner: owner.to_owned(), texts: Vec::new() };
        }
        self
    }

    fn get(&self, key: &str) -> Option<&String> {
        self.texts.iter().find(|(kept, _)| kept == key).map(|(_, text)| text)
    }

    fn put(&mut self, key: &str, text: String) {
        self.texts.retain(|(kept, _)| kept != key);
        if !text.is_empty() {
            self.texts.push((key.to_owned(), text));
        }
    }
}

/// Puts the drafts into context and forgets them as soon as somebody other than their owner signs in.
pub(crate) fn provide_drafts(user: RwSignal<Option<CurrentUser>>) {
    let drafts = Drafts { user, kept: RwSignal::new(Kept::default()) };
    provide_context(drafts);
    Effect::new(move |_| {
        user.track();
        drafts.of_user(|_| ());
    });
}

/// The drafts of the current user.
pub(crate) fn use_drafts() -> Drafts {
    expect_context()
}

impl Drafts {
    fn of_user<T>(self, act: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let owner = self.user.with_untracked(|user| user.as_ref().map(|user| user.id.clone()))?;
        self.kept.try_update_untracked(|kept| act(kept.bind(&owner)))
    }

    /// What was typed under `key`.
    pub(crate) fn get(self, key: &str) -> Option<String> {
        self.of_user(|kept| kept.get(key).cloned()).flatten()
    }

    /// Keeps `text` under `key`; an empty text is nothing to keep.
    pub(crate) fn keep(self, key: &str, text: String) {
        self.of_user(|kept| kept.put(key, text));
    }

    /// Forgets what was typed under `key`: it was sent, or given up.
    pub(crate) fn drop(self, key: &str) {
        self.keep(key, String::new());
    }

    /// What the fields of a page begin with: their drafts, or the text `refused`, with its key, that came back with the
    /// page. That becomes a draft as soon as the page is alive, so that it is given up, sent and kept as one.
    pub(crate) fn or_refused(self, refused: Option<(String, String)>) -> FirstTexts {
        let refused = StoredValue::new(refused);
        // Not while the page is built: what is hydrated has to be built as on the server, where effects do not run.
        Effect::new(move |_| {
            if let Some((key, text)) = refused.try_update_value(Option::take).flatten()
                && self.get(&key).is_none()
            {
                self.keep(&key, text);
            }
        });
        FirstTexts { drafts: self, refused }
    }
}

/// What [`Drafts::or_refused`] gives.
#[derive(Clone, Copy)]
pub(crate) struct FirstTexts {
    drafts: Drafts,
    refused: StoredValue<Option<(String, String)>>,
}

impl FirstTexts {
    /// What a field begins with whose draft has that key.
    pub(crate) fn get(self, key: &str) -> Option<String> {
        let refused = || {
            self.refused
                .with_value(|refused| refused.as_ref().filter(|(of, _)| of == key).map(|(_, text)| text.clone()))
        };
        self.drafts.get(key).or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_survives_for_its_owner_and_for_nobody_else() {
        let mut kept = Kept::default();
        kept.bind("ada").put("new", "half a thought".into());
        kept.bind("ada").put("other", "another".into());
        assert_eq!(kept.bind("ada").get("new").map(String::as_str), Some("half a thought"));
        kept.bind("ada").put("other", String::new());
        assert_eq!(kept.bind("ada").get("other"), None);
        assert_eq!(kept.bind("grace").get("new"), None);
        assert_eq!(kept.bind("ada").get("new"), None);
    }
}
