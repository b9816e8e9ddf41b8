//! `server mail …`: whether mail goes out.

use super::Office;
use super::output::Form;
use crate::config::Args;
use crate::mailer::Mailer;
use anyhow::{Context, anyhow};
use auth::EmailAddress;
use clap::Subcommand;
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Sends a mail and says what became of it.
    SendTest {
        /// Whom to.
        to: String,
        #[command(flatten)]
        form: Form,
    },
}

#[derive(Serialize)]
struct Sent {
    to: String,
    way: &'static str,
}

impl MailCommand {
    pub(super) async fn run(self, settings: &Args) -> anyhow::Result<()> {
        let Self::SendTest { to, form } = self;
        let to = EmailAddress::parse(&to).map_err(|_| anyhow!("{to} is not an address"))?;
        let office = Office::open(settings).await?;
        let sent = send_test(&office, &to).await;
        office.close().await;
        form.answer(&sent?, |Sent { to, way }| match *way {
            "mailbox" => format!("a mail to {to} waits for a running server to show it on /dev/mailbox"),
            way => format!("a mail to {to} was taken ({way})"),
        })
    }
}

async fn send_test(office: &Office, to: &EmailAddress) -> anyhow::Result<Sent> {
    let administration = office.auth.administration();
    let mailer = Mailer::new(&office.config.mail, office.config.public_url.host())?;
    let way = match mailer {
        // The mailbox is in the memory of the server that shows it.
        Mailer::Mailbox(_) => {
            administration.put_test_mail(to).await?;
            "mailbox"
        }
        Mailer::Smtp(..) | Mailer::Folder(..) => {
            let mail = administration.test_mail(to).await?;
            mailer.send(&mail, office.auth.clock()).await.context("the mail was not taken")?;
            mailer.rest().await;
            if matches!(mailer, Mailer::Smtp(..)) { "smtp" } else { "folder" }
        }
    };
    Ok(Sent { to: to.to_string(), way })
}
