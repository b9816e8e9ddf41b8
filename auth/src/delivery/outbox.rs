//! Notifies the worker of new mail, and makes mails that test the delivery.

use crate::{
    accounts::email::EmailAddress,
    error::Error,
    handle::Auth,
    mail::{Mail, outbox::OutgoingMail, template::Template},
};
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

impl Auth {
    /// Returns the notification of new mail from this process. Mail from other processes, and mail that is due again,
    /// is found by polling.
    pub fn mail_waiting(&self) -> Arc<Notify> {
        Arc::clone(&self.0.effects.mail_waiting)
    }

    /// Stores a test mail.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn send_test_mail(&self, to: &EmailAddress) -> Result<(), Error> {
        let mut change = self.change(self.0.clock.now()).await?;
        change.mail(to.as_str(), None, &Mail::Test).await?;
        change.commit().await?;
        Ok(())
    }

    /// Returns a test mail without storing it.
    pub(crate) fn mail_to_try(&self, to: &EmailAddress) -> OutgoingMail {
        let template = Template { product: &self.0.config.password.product, public_url: &self.0.config.public_url };
        let letter = template.letter(&Mail::Test, to.as_str());
        OutgoingMail {
            id: Uuid::now_v7().to_string(),
            to: to.to_string(),
            subject: letter.subject().to_owned(),
            text: letter.to_text(),
            html: letter.to_html(),
            attempt: 1,
        }
    }
}
