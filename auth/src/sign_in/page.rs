//! For whom a page may act. A signed-in page says for which session it was made; by the time it asks, its browser may
//! hold another: somebody else's, or the one in which the same person goes on who has proven themselves anew, changed
//! their password or signed in again in another tab.
//!
//! What a page says proves nothing. It only keeps a page of one person from acting for another.

use crate::{
    clients::client::Client,
    error::Error,
    handle::{Auth, facets::Sessions},
    ids::UserId,
    sessions::session::{self, Session},
    sign_in::refresh::session_id_of,
};
use uuid::Uuid;

impl Sessions<'_> {
    /// Lets a page act for `session` that was made for it, or for another session of the same person. `page` is the
    /// session that it was made for, where it says so.
    ///
    /// How that one ended makes no difference: the page is given what it would be given if it were loaded anew, but
    /// what was typed there is not lost. It has to be known whose it was, as it is for a day after the end.
    ///
    /// # Errors
    /// [`Error::SessionChanged`] if the page belongs to another user, or its user is unknown.
    pub async fn require_page_of(self, session: &Session, page: Option<&str>) -> Result<(), Error> {
        match page {
            Some(page) if page != session.id.as_str() && !self.auth.is_of(page, &session.user.id).await? => {
                Err(Error::SessionChanged)
            }
            _ => Ok(()),
        }
    }

    /// Does the same for the session that a refresh token names, live or not. A token that names none has nothing to act
    /// on. A token that is not genuine counts against the address of `client`, so that guesses cost few queries.
    ///
    /// # Errors
    /// As [`Sessions::require_page_of`], and [`Error::Throttled`] if the address presented too many forged tokens.
    pub async fn require_page_of_token(self, token: &str, page: &str, client: &Client) -> Result<(), Error> {
        match session_id_of(token) {
            Some(named) if named != page => {
                self.auth.let_token_through(client)?;
                let Some(stored) = self.auth.session_of(Some(token)).await? else {
                    self.auth.count_forged_token(client);
                    return Err(Error::SessionChanged);
                };
                self.auth.sessions().require_page_of(&stored.session, Some(page)).await
            }
            _ => Ok(()),
        }
    }
}

impl Auth {
    /// Whether `page` is, or was, a session of this user. A page may say anything: what is no id is not looked up.
    async fn is_of(&self, page: &str, user_id: &UserId) -> Result<bool, Error> {
        let Ok(sid) = Uuid::parse_str(page) else { return Ok(false) };
        let stored = session::load(&self.0.db, &sid.into()).await?;
        Ok(stored.is_some_and(|stored| stored.session.user.id == *user_id))
    }
}
