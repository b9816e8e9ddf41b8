//! Where a person was going when they asked for a mailed link, so that the link leads them on there.
//!
//! It stays beside the link's hash and is no part of the mail: any person can ask for a link to any address, and would
//! otherwise write words into our mails. To this crate it is opaque text; the pages decide whether it is one of theirs.

use crate::{
    clients::client::Client,
    error::{Error, LinkProblem},
    handle::facets::Links,
    storage::db::Engine,
    tokens::{mailed_link::LinkPurpose, mailed_token},
};
use secrecy::SecretString;
use sqlx::Transaction;

/// The longest destination that is kept, in bytes. A link without one leads to the account.
const MAX_BYTES: usize = 512;

impl Links<'_> {
    /// Returns where the person was going who asked for this link, also if it does not work any more; `None` if that is
    /// not known. A link that never existed is refused as in [`Links::peek`], so that it cannot be guessed here.
    ///
    /// # Errors
    /// [`Error::Throttled`] where the client's address presented too many links that were refused; [`Error::Database`].
    pub async fn destination(
        self,
        purpose: LinkPurpose,
        token: &str,
        client: &Client,
    ) -> Result<Option<String>, Error> {
        self.auth.let_link_through(client)?;
        let row: Option<(Option<String>,)> = match mailed_token::hash_presented(token) {
            Some(hash) => {
                let query = sqlx::query_as("SELECT destination FROM email_tokens WHERE hash = $1 AND purpose = $2");
                query.bind(hash).bind(purpose.as_str()).fetch_optional(self.auth.0.db.readers()).await?
            }
            None => None,
        };
        let Some((destination,)) = row else {
            self.auth.refuse_link(purpose, LinkProblem::Unknown, None, client);
            return Ok(None);
        };
        Ok(destination)
    }
}

/// Keeps where the person was going who asked for the link with `token`.
pub(crate) async fn keep(
    tx: &mut Transaction<'static, Engine>,
    token: &SecretString,
    next: Option<&str>,
) -> Result<(), Error> {
    let Some(next) = next.filter(|next| next.len() <= MAX_BYTES) else { return Ok(()) };
    sqlx::query("UPDATE email_tokens SET destination = $2 WHERE hash = $1")
        .bind(mailed_token::hash(token))
        .bind(next)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
