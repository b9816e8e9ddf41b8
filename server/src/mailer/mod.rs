//! Sends mails. `tasks/outbox.rs` decides which mail is sent and when.

mod folder;
mod letterhead;
mod mailbox;
mod smtp;

pub(crate) use mailbox::{KeptMail, Mailbox};

use crate::config::{MailConfig, MailWay};
use anyhow::Context;
use auth::{Clock, Millis, OutgoingMail};
use folder::Folder;
use letterhead::Letterhead;
use smtp::Smtp;
use std::sync::Arc;

/// Delivers mails to one place.
#[derive(Debug)]
pub enum Mailer {
    /// To an SMTP server.
    Smtp(Letterhead, Smtp),
    /// Into a folder, one file a mail.
    Folder(Letterhead, Folder),
    /// To the page `/dev/mailbox`.
    Mailbox(Arc<Mailbox>),
}

/// Why a mail was not accepted. The text goes into the log, so it names no address.
#[derive(Debug, thiserror::Error)]
pub enum SendProblem {
    /// The server refused (RFC 5321, section 4.2.1), or the connection failed.
    #[error("{0}")]
    Smtp(String),
    /// The server exceeded its time limit.
    #[error("the server did not answer in time")]
    Stalled,
    /// The folder cannot be written to.
    #[error("the folder: {0}")]
    Folder(#[from] std::io::Error),
    /// The mail cannot be formatted as a message.
    #[error("malformed mail: {0}")]
    Malformed(String),
}

impl Mailer {
    /// Prepares the delivery that `config` selects. `host` is our own name in the SMTP greeting.
    ///
    /// # Errors
    /// Fails if the folder cannot be created, or the server's name cannot be used for TLS.
    pub fn new(config: &MailConfig, host: &str) -> anyhow::Result<Self> {
        let letterhead = Letterhead::new(config.from.clone());
        Ok(match &config.way {
            MailWay::Mailbox => Self::Mailbox(Arc::default()),
            MailWay::Smtp(server) => Self::Smtp(
                letterhead,
                Smtp::new(server.clone(), host).context("SMTP_URL: TLS cannot be set up for that server")?,
            ),
            MailWay::Folder(path) => {
                let folder = Folder::make(path).with_context(|| format!("MAIL_FOLDER: {}", path.display()))?;
                Self::Folder(letterhead, folder)
            }
        })
    }

    /// Sends `mail` with the date of `clock` and returns when it was accepted. A mail that is sent twice has the same
    /// `Message-ID`, so that mail programs can drop the copy.
    ///
    /// # Errors
    /// [`SendProblem`]. The mail may have been sent nevertheless, if the server's reply was lost.
    pub async fn send(&self, mail: &OutgoingMail, clock: &Clock) -> Result<Millis, SendProblem> {
        let now = clock.now();
        match self {
            Self::Smtp(letterhead, smtp) => {
                let message = letterhead.message(mail, now)?;
                smtp.send(message.envelope(), &message.formatted()).await?;
                Ok(clock.now())
            }
            Self::Folder(letterhead, folder) => {
                folder.put(&mail.id, letterhead.message(mail, now)?.formatted()).await?;
                Ok(now)
            }
            Self::Mailbox(mailbox) => {
                mailbox.put(mail, now);
                Ok(now)
            }
        }
    }

    /// Checks whether mail could be sent: logs in to the server or writes into the folder, but sends nothing.
    ///
    /// # Errors
    /// [`SendProblem`].
    pub async fn check(&self) -> Result<(), SendProblem> {
        match self {
            Self::Smtp(_, smtp) => smtp.check().await,
            Self::Folder(_, folder) => folder.check().await,
            Self::Mailbox(_) => Ok(()),
        }
    }

    /// Closes idle connections. The worker calls it when no mail is waiting.
    pub async fn rest(&self) {
        if let Self::Smtp(_, smtp) = self {
            smtp.hang_up().await;
        }
    }
}
