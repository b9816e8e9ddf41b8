//! The cursors of paged lists: sealed, so that a client can neither make one nor take one to another list or account.

use crate::{error::Error, handle::facets::OwnAccount};
use secrecy::ExposeSecret;

impl OwnAccount<'_> {
    /// Seals `key`, the place in `list` where the next page begins.
    ///
    /// # Errors
    /// [`Error::Crypto`] where it cannot be sealed.
    pub fn seal_cursor(self, list: &str, key: &str) -> Result<String, Error> {
        self.auth.0.flash_sealer.seal(&key.into(), &self.cursor_of(list))
    }

    /// Opens what [`OwnAccount::seal_cursor`] sealed for the same list and account; `None` for any other text.
    pub fn open_cursor(self, list: &str, cursor: &str) -> Option<String> {
        let key = self.auth.0.flash_sealer.open(cursor, &self.cursor_of(list)).ok()?;
        Some(key.expose_secret().to_owned())
    }

    /// What the cursors of a list are bound to. A flash is bound to another text.
    fn cursor_of(self, list: &str) -> String {
        format!("cursor {} {list}", self.session.user.id)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{ADA, BOB, PASSWORD};
    use crate::{error::Error, sessions::new_session::NewSession, testing};

    #[tokio::test]
    async fn a_cursor_is_good_for_its_list_and_account_alone() -> Result<(), Error> {
        let (auth, _clock, _db) = testing::auth().await?;
        let ada = auth.sign_up(ADA, PASSWORD.into(), NewSession::default()).await?.expect_grant().session;
        let bob = auth.sign_up(BOB, PASSWORD.into(), NewSession::default()).await?.expect_grant().session;
        let cursor = auth.account(&ada).seal_cursor("notes", "key")?;
        assert_eq!(auth.account(&ada).open_cursor("notes", &cursor).as_deref(), Some("key"));
        assert_eq!(auth.account(&ada).open_cursor("books", &cursor), None);
        assert_eq!(auth.account(&bob).open_cursor("notes", &cursor), None);
        for forged in ["", "key", &cursor[1..], &auth.seal_flash("key")?] {
            assert_eq!(auth.account(&ada).open_cursor("notes", forged), None, "{forged}");
        }
        Ok(())
    }
}
