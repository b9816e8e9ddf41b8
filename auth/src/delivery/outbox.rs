//! Notifies the worker of new mail, and makes mails that test the delivery.

use crate::{
    accounts::email::EmailAddress,
    error::Error,
    handle::{Auth, facets::Outbox},
    mail::{Mail, catalogue::Formatted, outbox::OutgoingMail},
};
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

impl Outbox<'_> {
    /// Returns the notification of new mail from this process. Mail from other processes, and mail that is due again,
    /// is found by polling.
    pub fn waiting(self) -> Arc<Notify> {
        Arc::clone(&self.auth.0.effects.mail_waiting)
    }

    /// Stores a test mail.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn send_test_mail(self, to: &EmailAddress) -> Result<(), Error> {
        let mut change = self.auth.change(self.auth.0.clock.now()).await?;
        change.mail(to.as_str(), None, &Mail::Test).await?;
        change.commit().await?;
        Ok(())
    }
}

impl Auth {
    /// Returns a test mail without storing it.
    pub(crate) fn mail_to_try(&self, to: &EmailAddress) -> OutgoingMail {
        OutgoingMail::new(Uuid::now_v7().to_string(), to.to_string(), self.formatted(&Mail::Test, to.as_str()), 1)
    }

    /// Formats a mail to the address `to`, in the words of the site.
    pub(crate) fn formatted(&self, mail: &Mail, to: &str) -> Formatted {
        let config = &self.0.config;
        config.mail.format(mail, to, &config.public_url)
    }
}
