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

/// Where mail goes.
#[derive(Debug)]
pub enum Mailer {
    /// To a server.
    Smtp(Letterhead, Smtp),
    /// Into a folder, a file for each.
    Folder(Letterhead, Folder),
    /// Onto the page `/dev/mailbox`.
    Mailbox(Arc<Mailbox>),
}

/// Why a mail was not taken. It goes into the log, so it names no address.
#[derive(Debug, thiserror::Error)]
pub enum SendProblem {
    /// The server said no (RFC 5321, section 4.2.1), or could not be spoken to.
    #[error("{0}")]
    Smtp(String),
    /// The server took too long.
    #[error("the server did not answer in time")]
    Stalled,
    /// The folder cannot be written to.
    #[error("the folder: {0}")]
    Folder(#[from] std::io::Error),
    /// It cannot be put into the form of a mail.
    #[error("not a mail: {0}")]
    Malformed(String),
}

impl Mailer {
    /// Makes ready what `config` says. `host` is what the server is told that we are called.
    ///
    /// # Errors
    /// Where the folder cannot be made, or there can be no TLS with a server of that name.
    pub fn new(config: &MailConfig, host: &str) -> anyhow::Result<Self> {
        let letterhead = Letterhead::new(config.from.clone());
        Ok(match &config.way {
            MailWay::Mailbox => Self::Mailbox(Arc::default()),
            MailWay::Smtp(server) => Self::Smtp(
                letterhead,
                Smtp::new(server.clone(), host).context("SMTP_URL: there can be no TLS with that server")?,
            ),
            MailWay::Folder(path) => {
                let folder = Folder::make(path).with_context(|| format!("MAIL_FOLDER: {}", path.display()))?;
                Self::Folder(letterhead, folder)
            }
        })
    }

    /// Sends `mail`, which is dated by `clock`; returns when it was accepted. Sent twice it has the same `Message-ID`, so
    /// that a reader's program can tell.
    ///
    /// # Errors
    /// [`SendProblem`]. It may have been sent all the same: a server's yes can get lost on its way back.
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

    /// Whether mail could be sent: a server is spoken to, and a folder written into, but no mail goes out.
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

    /// Gives back what is kept for the next mail, when none is waiting.
    pub async fn rest(&self) {
        if let Self::Smtp(_, smtp) = self {
            smtp.hang_up().await;
        }
    }
}
