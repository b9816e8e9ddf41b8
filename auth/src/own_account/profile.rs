//! What a person says of themselves.

use crate::{
    accounts::user::{self, User},
    error::{Error, Refusal, Violation},
    events::event::Event,
    handle::facets::OwnAccount,
};
use contract::{DISPLAY_NAME_MAX_LENGTH, DisplayNameProblem, EventKind};

impl OwnAccount<'_> {
    /// Sets or, where there is nothing but blanks, takes away the name that the person wants to be called; gives the
    /// account as it is then.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a [`DisplayNameProblem`], [`Error::Unauthenticated`] where the account was deleted
    /// meanwhile, [`Error::Database`].
    pub async fn set_display_name(self, name: &str) -> Result<User, Error> {
        let Self { auth, session } = self;
        let name = display_name(name).map_err(|problem| Error::Invalid(vec![Violation::DisplayName(problem)]))?;
        let client = auth.client_of(session).await?;
        let now = auth.0.clock.now();
        let event = Event::done(EventKind::ProfileChanged).of(session).client(&client);
        let mut change = auth.change(now).await?;
        if !user::set_display_name(&mut change, &session.user.id, name).await? {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        change.event(&event).await?;
        change.forget_user(&session.user.id);
        change.commit().await?;
        Ok(User { display_name: name.map(str::to_owned), ..session.user.clone() })
    }
}

/// What a person entered, without the blanks around it.
fn display_name(entered: &str) -> Result<Option<&str>, DisplayNameProblem> {
    let name = entered.trim();
    if name.chars().any(is_unprintable) {
        return Err(DisplayNameProblem::Unprintable);
    }
    if name.chars().count() > DISPLAY_NAME_MAX_LENGTH {
        return Err(DisplayNameProblem::TooLong);
    }
    Ok(Some(name).filter(|name| !name.is_empty()))
}

/// Control characters, line and paragraph separators, and what overrides the direction of text (Unicode Standard
/// Annex 9, section 2): with it a name could rewrite the sentence that it stands in.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_otherwise_left_alone() {
        assert_eq!(display_name("  Ada  Lovelace\t"), Ok(Some("Ada  Lovelace")));
        assert_eq!(display_name("عائشة O'Neill-Ødegård 👩‍💻"), Ok(Some("عائشة O'Neill-Ødegård 👩‍💻")));
        assert_eq!(display_name("<script>"), Ok(Some("<script>")), "whoever shows it escapes it");
        for empty in ["", " ", "\u{3000}\n"] {
            assert_eq!(display_name(empty), Ok(None), "{empty:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(display_name(&"ä".repeat(80)).is_ok());
        assert!(display_name(&format!(" {} ", "👩".repeat(80))).is_ok(), "the blanks around do not count");
        assert_eq!(display_name(&"ä".repeat(81)), Err(DisplayNameProblem::TooLong));
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for name in ["a\0b", "a\nb", "a\r\nBcc: x", "a\u{7f}b", "a\u{85}b", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b"] {
            assert_eq!(display_name(name), Err(DisplayNameProblem::Unprintable), "{name:?}");
        }
    }
}
