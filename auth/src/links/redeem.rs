//! Looks at mailed links, opens them and uses them up.

use crate::{
    accounts::user::{self, User},
    change::Change,
    clients::client::Client,
    error::{Error, LinkProblem},
    handle::{Auth, facets::Links},
    tokens::{
        mailed_link::{self, Link, LinkPurpose, Purpose, Row, SeenLink},
        mailed_token,
    },
};
use std::marker::PhantomData;

impl Links<'_> {
    /// Returns what a link is good for. Looking at a link does not use it, so that a scanner of mail burns none. `token`
    /// may have around it what was copied with it.
    ///
    /// # Errors
    /// [`Error::Link`] if the link does not work, or not for this purpose, which is an event; [`Error::Throttled`] if the
    /// client's address presented too many such links.
    pub async fn peek(self, purpose: LinkPurpose, token: &str, client: &Client) -> Result<SeenLink, Error> {
        self.auth.find_link(purpose, token, client).await.map(|(link, _)| link)
    }
}

impl Auth {
    /// Opens a link, to be redeemed later.
    ///
    /// # Errors
    /// As [`Links::peek`].
    pub(crate) async fn open_link<P: Purpose>(&self, token: &str, client: &Client) -> Result<Link<P>, Error> {
        let (seen, hash) = self.find_link(P::PURPOSE, token, client).await?;
        Ok(Link { seen, hash, purpose: PhantomData })
    }

    /// Uses a link up, and locks its account until the change ends. Exactly one of any number of requests that race for a
    /// link gets the account.
    ///
    /// # Errors
    /// [`Error::Link`] if the link was used meanwhile, or if its account is disabled, gone or has another address; that is
    /// an event.
    pub(crate) async fn redeem<P: Purpose>(
        &self,
        change: &mut Change<'_>,
        link: &Link<P>,
        client: &Client,
    ) -> Result<User, Error> {
        let user = user::hold_enabled(change, &link.seen.user_id).await?;
        let user = user.filter(|user| !P::IS_TO_CURRENT_ADDRESS || user.email == link.seen.address);
        let Some(user) = user else {
            return Err(self.refuse_link(P::PURPOSE, LinkProblem::Superseded, Some(&link.seen.user_id), client));
        };
        if mailed_link::use_up(change, P::PURPOSE, &link.hash, self.0.clock.now()).await? {
            return Ok(user);
        }
        let row = mailed_link::load(&mut ***change, P::PURPOSE, &link.hash).await?;
        self.working(row, P::PURPOSE, client).map(|_| user)
    }

    async fn find_link(&self, purpose: LinkPurpose, token: &str, client: &Client) -> Result<(SeenLink, String), Error> {
        self.let_link_through(client)?;
        let Some(hash) = mailed_token::hash_presented(token) else {
            return Err(self.refuse_link(purpose, LinkProblem::Unknown, None, client));
        };
        let row = mailed_link::load(self.0.db.readers(), purpose, &hash).await?;
        Ok((self.working(row, purpose, client)?, hash))
    }

    /// Returns the link of a row that was looked up, if it works.
    fn working(&self, row: Option<Row>, purpose: LinkPurpose, client: &Client) -> Result<SeenLink, Error> {
        let Some(row) = row else { return Err(self.refuse_link(purpose, LinkProblem::Unknown, None, client)) };
        match row.problem(self.0.clock.now()) {
            None => Ok(row.seen()),
            Some(problem) => Err(self.refuse_link(purpose, problem, Some(&row.user_id), client)),
        }
    }
}
