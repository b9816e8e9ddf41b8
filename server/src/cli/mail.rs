//! `server mail …`: sends a test mail.

use super::Engine;
use super::output::Format;
use crate::config::Args;
use crate::mailer::Mailer;
use anyhow::{Context, anyhow};
use auth::EmailAddress;
use clap::Subcommand;
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Sends a test mail and reports the result.
    SendTest {
        /// Address of the recipient.
        to: String,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Serialize)]
struct Sent {
    to: String,
    way: &'static str,
}

impl MailCommand {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let Self::SendTest { to, format } = self;
        let to = EmailAddress::parse(&to).map_err(|_| anyhow!("{to} is not an address"))?;
        let engine = Engine::open(settings).await?;
        let sent = send_test(&engine, &to).await;
        engine.close().await;
        format.answer(&sent?, |Sent { to, way }| match *way {
            "mailbox" => format!("a mail to {to} waits for a running server to show it on /dev/mailbox"),
            way => format!("a mail to {to} was accepted ({way})"),
        })
    }
}

async fn send_test(engine: &Engine, to: &EmailAddress) -> anyhow::Result<Sent> {
    let administration = engine.auth.administration(super::actor());
    let mailer = Mailer::new(&engine.config.mail, engine.config.public_url.host())?;
    let way = match mailer {
        // The mailbox is in the memory of the running server, so the mail goes through the database's queue.
        Mailer::Mailbox(_) => {
            administration.put_test_mail(to).await?;
            "mailbox"
        }
        Mailer::Smtp(..) | Mailer::Folder(..) => {
            let mail = administration.test_mail(to).await?;
            mailer.send(&mail, engine.auth.clock()).await.context("the mail was not accepted")?;
            mailer.rest().await;
            if matches!(mailer, Mailer::Smtp(..)) { "smtp" } else { "folder" }
        }
    };
    Ok(Sent { to: to.to_string(), way })
}
