//! Delivered mail.

use crate::house::House;
use crate::house::{FIREFOX, from};
use auth::{Error, Grant, LinkProblem, LinkProof, OutgoingMail};

/// An empty mailbox, to compare with [`House::post`].
pub(crate) const NOTHING: [(String, String); 0] = [];

impl House {
    /// Delivers all due mail, oldest first.
    pub(crate) async fn mails(&self) -> Result<Vec<OutgoingMail>, Error> {
        let mails = self.auth.outbox().claim(100).await?;
        for mail in &mails {
            self.auth.outbox().sent(&mail.id, self.clock.now()).await?;
        }
        Ok(mails)
    }

    /// Delivers all due mail. Returns recipient and subject of each.
    pub(crate) async fn post(&self) -> Result<Vec<(String, String)>, Error> {
        Ok(self.mails().await?.into_iter().map(|mail| (mail.to, mail.subject)).collect())
    }

    /// Delivers all due mail. Returns the token of the last link to `path`.
    pub(crate) async fn mailed_token(&self, path: &str) -> Result<String, Error> {
        let mails = self.mails().await?;
        Ok(mails.iter().rev().find_map(|mail| token(mail, path)).expect("a link was mailed"))
    }

    /// Verifies the address of a new account, empties the mailbox and returns the session.
    pub(crate) async fn verified(&self, grant: &Grant) -> Result<Grant, Error> {
        let token = self.mailed_token("/verify_address").await?;
        let proof = LinkProof::Session(grant.session.clone());
        self.auth.links().verify_address(&token, proof, &from(FIREFOX)).await?;
        self.renew(grant).await
    }
}

/// Returns the token of a mail's link to `path`.
pub(crate) fn token(mail: &OutgoingMail, path: &str) -> Option<String> {
    let start = format!("https://latchkey.example{path}?token=");
    mail.text.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
}

/// Returns a mail as recipient and subject, which is the name of its template, to compare with [`House::post`].
pub(crate) fn mail(to: &str, template: &str) -> (String, String) {
    (to.to_owned(), template.to_owned())
}

/// Returns the problem of a link, if the result has one.
pub(crate) fn problem<T>(result: Result<T, Error>) -> Option<LinkProblem> {
    result.err().and_then(|error| match error {
        Error::Link(problem) => Some(problem),
        _ => None,
    })
}
