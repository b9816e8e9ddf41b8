//! Messages that are shown once, on the first page after a redirect.

/// A message that waits in the flash for the next page, in the words of the site. Only its name crosses a redirect, and
/// a name counts only if the site has such a message, so that nobody puts a text of theirs on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    name: &'static str,
    text: &'static str,
    to_another: Option<&'static str>,
}

/// The messages of the platform itself.
#[derive(Clone, Copy, Debug)]
pub struct Messages {
    /// The person pressed `Sign out`.
    pub signed_out: Message,
    /// The person pressed `Sign out`, and the server could not end the session.
    pub session_not_ended: Message,
    /// The person signed in, and the browser did not keep the cookie.
    pub cookie_not_kept: Message,
    /// A form was posted after its session had ended.
    pub session_ended: Message,
}

impl Message {
    /// A message with a name that no other message has.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, to_another: None }
    }

    /// The same, with other words for a person whose account it is not about.
    #[must_use]
    pub const fn or_to_another(self, text: &'static str) -> Self {
        Self { to_another: Some(text), ..self }
    }

    /// Returns the name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Returns the words.
    pub fn text(self) -> &'static str {
        self.text
    }

    /// Returns the same, said to a person whose account it is not about.
    #[must_use]
    pub fn to_another(self) -> Self {
        Self { text: self.to_another.unwrap_or(self.text), ..self }
    }
}

impl Messages {
    /// Returns each of them.
    pub fn all(&self) -> [Message; 4] {
        [self.signed_out, self.session_not_ended, self.cookie_not_kept, self.session_ended]
    }
}

#[cfg(test)]
mod tests {
    use super::Message;
    use crate::example::PASSWORD_RESET;

    #[test]
    fn a_message_may_have_other_words_for_a_person_of_another_account() {
        assert_eq!(PASSWORD_RESET.to_another().text(), "Of another.");
        let same = Message::new("same", "The same.");
        assert_eq!(same.to_another(), same);
    }
}
