//! The texts that a person has typed and not yet sent.
//!
//! Kept above the router, so that it survives the way to `/login` and back, and bound to a user, so that no person
//! else who signs in on the page sees it.

use crate::wire::CurrentUser;
use leptos::prelude::*;

/// The fields of a form that the server refused, posted without JavaScript, each with its name: they come back with the
/// page.
pub type RefusedForm = Vec<(String, String)>;

/// The drafts in context. Each has a key that its form chooses.
#[derive(Clone, Copy)]
pub struct Drafts {
    user: RwSignal<Option<CurrentUser>>,
    kept: RwSignal<Kept>,
    /// Counts the answers for which the page that had asked was gone.
    missed: RwSignal<u32>,
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

    /// Forgets the texts whose key is `form` and the name of a field, where the field's text is what was `sent`. Tells
    /// whether there were any.
    fn settle(&mut self, form: &str, sent: impl Fn(&str) -> Option<String>) -> bool {
        let count = self.texts.len();
        self.texts.retain(|(key, text)| key.strip_prefix(form).is_none_or(|name| sent(name).as_ref() != Some(text)));
        self.texts.len() < count
    }
}

/// Puts the drafts into context and forgets them as soon as another person than their owner signs in.
pub fn provide_drafts(user: RwSignal<Option<CurrentUser>>) {
    let drafts = Drafts { user, kept: RwSignal::new(Kept::default()), missed: RwSignal::new(0) };
    provide_context(drafts);
    Effect::new(move |_| {
        user.track();
        drafts.of_user(|_| ());
    });
}

/// The drafts of the current user.
pub fn use_drafts() -> Drafts {
    expect_context()
}

impl Drafts {
    fn of_user<T>(self, act: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let owner = self.user.with_untracked(|user| user.as_ref().map(|user| user.id.clone()))?;
        self.kept.try_update_untracked(|kept| act(kept.bind(&owner)))
    }

    /// Returns the text under `key`.
    pub fn get(self, key: &str) -> Option<String> {
        self.of_user(|kept| kept.get(key).cloned()).flatten()
    }

    /// Keeps `text` under `key`; an empty text is nothing to keep.
    pub fn keep(self, key: &str, text: String) {
        self.of_user(|kept| kept.put(key, text));
    }

    /// Forgets what was typed under `key`: it was given up.
    pub fn drop(self, key: &str) {
        self.keep(key, String::new());
    }

    /// Forgets what was typed into a form: it was given up. The keys of its fields begin with `form`.
    pub fn drop_form(self, form: &str) {
        self.of_user(|kept| kept.texts.retain(|(key, _)| !key.starts_with(form)));
    }

    /// Forgets what was typed into each field of a form that still holds what was `sent`, which the server has by now.
    /// The keys of the fields begin with `form` and end in their names.
    pub fn settle(self, form: &str, sent: impl Fn(&str) -> Option<String>) {
        if self.of_user(|kept| kept.settle(form, sent)) == Some(true) {
            self.kept.notify();
        }
    }

    /// Whether something is kept under `key`. A follower is notified of every [`Self::settle`], not of every letter.
    pub fn has(self, key: &str) -> bool {
        self.kept.track();
        self.get(key).is_some()
    }

    /// An answer came that changes what a page shows, and the page that had asked is gone. Where the person is back on
    /// it, it looks again.
    pub fn miss(self) {
        self.missed.update(|missed| *missed = missed.wrapping_add(1));
    }

    /// How many answers were missed so far.
    pub fn missed(self) -> ReadSignal<u32> {
        self.missed.read_only()
    }

    /// Returns the first texts of the fields of a page: their drafts, or the texts `refused`, each with its key, that
    /// came back with the page. Those become drafts as soon as the page is alive, so that they are given up, sent and
    /// kept as such.
    pub fn or_refused(self, refused: Vec<(String, String)>) -> FirstTexts {
        let refused = StoredValue::new(refused);
        // Not while the page is built: what is hydrated has to be built as on the server, where effects do not run.
        Effect::new(move |_| {
            for (key, text) in refused.try_update_value(std::mem::take).unwrap_or_default() {
                if self.get(&key).is_none() {
                    self.keep(&key, text);
                }
            }
        });
        FirstTexts { drafts: self, refused }
    }
}

/// The texts that [`Drafts::or_refused`] returns.
#[derive(Clone, Copy)]
pub struct FirstTexts {
    drafts: Drafts,
    refused: StoredValue<Vec<(String, String)>>,
}

impl FirstTexts {
    /// Returns the first text of the field whose draft has that key.
    pub fn get(self, key: &str) -> Option<String> {
        let refused = || {
            self.refused.with_value(|refused| refused.iter().find(|(of, _)| of == key).map(|(_, text)| text.clone()))
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

    #[test]
    fn only_what_was_sent_is_settled() {
        let sent = |text: &'static str| move |name: &str| (name == "body").then(|| text.to_owned());
        let mut kept = Kept::default();
        kept.put("new/body", "half a thought, and the other".into());
        kept.put("new/title", "half a thought".into());
        kept.put("another/body", "half a thought".into());
        assert!(!kept.settle("new/", sent("half a thought")));
        assert_eq!(kept.get("new/body").map(String::as_str), Some("half a thought, and the other"));
        assert!(kept.settle("new/", sent("half a thought, and the other")));
        assert_eq!(kept.get("new/body"), None);
        assert!(!kept.settle("new/", sent("")));
        assert!(kept.get("new/title").is_some() && kept.get("another/body").is_some());
    }
}
