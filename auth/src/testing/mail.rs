//! A catalogue of mails without a sentence, and one mail of each kind.

use super::NEW_YEAR;
use crate::{
    clients::client::Client,
    clock::{HOUR, MINUTE, SECOND},
    mail::{
        Mail, Notice,
        catalogue::{Envelope, MailCatalogue},
        letter::Letter,
        outbox::OutgoingMail,
    },
};
use contract::LinkPurpose;
use secrecy::SecretString;
use std::net::IpAddr;

/// Mails whose subject is the name of their template. The page of a link has the word of its purpose as its path.
pub const CATALOGUE: MailCatalogue = MailCatalogue { letter, path };

fn letter(mail: &Mail, envelope: Envelope<'_>) -> Letter {
    let written = serde_json::to_value(mail).unwrap_or_default();
    Letter::new("en", written["template"].as_str().unwrap_or_default())
        .text(envelope.to)
        .text(written["params"].to_string())
        .link("link")
}

fn path(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::VerifyAddress => "/verify_address",
        LinkPurpose::ResetPassword => "/reset_password",
        LinkPurpose::AcceptInvitation => "/accept_invitation",
        LinkPurpose::ConfirmAddress => "/confirm_address",
        LinkPurpose::UndoAddress => "/undo_address",
    }
}

/// Formats `mail` to the address `to` in the words of a catalogue.
pub fn formatted(catalogue: &MailCatalogue, mail: &Mail, to: &str) -> OutgoingMail {
    OutgoingMail::new(String::new(), to.to_owned(), catalogue.format(mail, to, &super::config().public_url), 1)
}

/// Returns a mail of each kind. Their token is `t0ken`; their notices are of 2026-01-01T13:05:59Z, Firefox on Linux and
/// the address 192.0.2.7.
pub fn mails() -> Vec<Mail> {
    let token = || SecretString::from("t0ken");
    let client = Client {
        user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(),
        address: Some(IpAddr::from([192, 0, 2, 7])),
        token: None,
    };
    let notice = || Notice::new(&client, NEW_YEAR + 13 * HOUR + 5 * MINUTE + 59 * SECOND);
    vec![
        Mail::VerifyAddress { token: token() },
        Mail::AddressTaken,
        Mail::ResetPassword { token: token() },
        Mail::Invitation { token: token() },
        Mail::PasswordChanged(notice()),
        Mail::PasswordReset(notice()),
        Mail::ConfirmAddress { token: token() },
        Mail::AddressChanged { new_address: "new@example.com".into(), token: token(), notice: notice() },
        Mail::AddressDropped,
        Mail::AddressChangeUndone { at: NEW_YEAR },
        Mail::FormerPasswordChanged(notice()),
        Mail::DeletionRefused(notice()),
        Mail::NewDevice(notice()),
        Mail::TokenTheft(notice()),
        Mail::ManyFailures(notice(), 12),
        Mail::AccountDeleted(notice()),
        Mail::Test,
    ]
}
