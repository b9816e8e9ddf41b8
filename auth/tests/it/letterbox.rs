//! What is in the mail.

use crate::house::House;
use crate::house::{FIREFOX, from};
use auth::{Error, Grant, LinkProblem, LinkProof, OutgoingMail};

/// An empty mailbox, for comparison with [`House::post`].
pub(crate) const NOTHING: [(String, String); 0] = [];

impl House {
    /// Delivers everything that is due, oldest first.
    pub(crate) async fn mails(&self) -> Result<Vec<OutgoingMail>, Error> {
        let mails = self.auth.claim_mails(100).await?;
        for mail in &mails {
            self.auth.mail_sent(&mail.id, self.clock.now()).await?;
        }
        Ok(mails)
    }

    /// Delivers everything that is due, each as its recipient and its subject.
    pub(crate) async fn post(&self) -> Result<Vec<(String, String)>, Error> {
        Ok(self.mails().await?.into_iter().map(|mail| (mail.to, mail.subject)).collect())
    }

    /// Delivers everything that is due, and gives the token of the last link to `path`.
    pub(crate) async fn mailed_token(&self, path: &str) -> Result<String, Error> {
        let mails = self.mails().await?;
        Ok(mails.iter().rev().find_map(|mail| token(mail, path)).expect("a link was mailed"))
    }

    /// Verifies the address of somebody who has just signed up, and gives their session as it is then. Nothing is left in
    /// the mailbox.
    pub(crate) async fn verified(&self, grant: &Grant) -> Result<Grant, Error> {
        let token = self.mailed_token("/verify-email").await?;
        let proof = LinkProof::Session(grant.session.clone());
        self.auth.verify_address(&token, proof, &from(FIREFOX)).await?;
        self.renew(grant).await
    }
}

/// The token in a mail's link to `path`.
pub(crate) fn token(mail: &OutgoingMail, path: &str) -> Option<String> {
    let start = format!("https://latchkey.example{path}?token=");
    mail.text.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
}

/// A mail as its recipient and its subject, for comparison with [`House::post`].
pub(crate) fn mail(to: &str, subject: &str) -> (String, String) {
    (to.to_owned(), format!("{subject} (Latchkey)"))
}

/// Why a link does not work, where that is what happened.
pub(crate) fn problem<T>(result: Result<T, Error>) -> Option<LinkProblem> {
    result.err().and_then(|error| match error {
        Error::Link(problem) => Some(problem),
        _ => None,
    })
}
