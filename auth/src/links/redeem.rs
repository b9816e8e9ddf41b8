//! Looks at mailed links and uses them up.

use crate::{
    clients::client::Client,
    error::{Error, LinkProblem},
    handle::Auth,
    storage::db::Engine,
    tokens::{
        mailed_link::{self, Link, LinkPurpose, Row},
        mailed_token,
    },
};
use sqlx::Transaction;

impl Auth {
    /// What a link is good for. Looking at it uses nothing up, so that whatever scans mail burns no link. `token` may have
    /// around it what was copied with it. `device` is who asks.
    ///
    /// # Errors
    /// [`Error::Link`] where it does not work, or not for this purpose, which is an event; [`Error::Throttled`] where the
    /// client's address presented too many such links; [`Error::Database`].
    pub async fn look_at_link(&self, purpose: LinkPurpose, token: &str, client: &Client) -> Result<Link, Error> {
        self.let_link_through(client)?;
        let row = match mailed_token::hash_presented(token) {
            Some(hash) => {
                let row = sqlx::query_as::<_, Row>(mailed_link::SELECT).bind(hash).bind(purpose.as_str());
                row.fetch_optional(self.0.db.readers()).await?
            }
            None => None,
        };
        self.working_link(row, purpose, client)
    }

    /// Uses a token up. Exactly one of any number that race for it gets the link.
    ///
    /// # Errors
    /// [`Error::Link`] where it does not work, which is an event; [`Error::Database`].
    pub(crate) async fn use_link(
        &self,
        tx: &mut Transaction<'static, Engine>,
        purpose: LinkPurpose,
        token: &str,
        client: &Client,
    ) -> Result<Link, Error> {
        let Some(hash) = mailed_token::hash_presented(token) else { return self.working_link(None, purpose, client) };
        let now = self.0.clock.now();
        let used = sqlx::query(
            "UPDATE email_tokens SET used_at = $3
             WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3",
        )
        .bind(&hash)
        .bind(purpose.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
        let row: Option<Row> =
            sqlx::query_as(mailed_link::SELECT).bind(&hash).bind(purpose.as_str()).fetch_optional(&mut **tx).await?;
        match row {
            Some(row) if used.rows_affected() == 1 => Ok(row.link()),
            row => self.working_link(row, purpose, client),
        }
    }

    /// The link of a row that was looked up, where it works.
    fn working_link(&self, row: Option<Row>, purpose: LinkPurpose, client: &Client) -> Result<Link, Error> {
        let Some(row) = row else { return Err(self.refuse_link(purpose, LinkProblem::Unknown, None, client)) };
        match row.problem(self.0.clock.now()) {
            None => Ok(row.link()),
            Some(problem) => Err(self.refuse_link(purpose, problem, Some(&row.user_id), client)),
        }
    }
}
