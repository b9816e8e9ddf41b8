//! Notifies the worker of new mail, and makes mails that test the delivery.

use crate::{
    accounts::email::EmailAddress,
    error::Error,
    handle::Auth,
    mail::{
        Mail,
        outbox::{self, OutgoingMail},
        template::Template,
    },
};
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

impl Auth {
    /// Returns the notification of new mail from this process. Mail from other processes, and mail that is due again,
    /// is found by polling.
    pub fn mail_waiting(&self) -> Arc<Notify> {
        Arc::clone(&self.0.mail_waiting)
    }

    /// Stores a test mail.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn send_test_mail(&self, to: &EmailAddress) -> Result<(), Error> {
        let mut tx = self.0.db.write().await?;
        outbox::put(&mut tx, to.as_str(), None, &Mail::Test, &self.0.sealer, self.0.clock.now()).await?;
        tx.commit().await?;
        self.wake_mailer();
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

    /// Notifies the worker. Call it after a commit that stored a mail.
    pub(crate) fn wake_mailer(&self) {
        self.0.mail_waiting.notify_one();
    }
}
