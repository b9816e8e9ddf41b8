//! The site's part in a mail: its words, and the page that its link leads to.

use crate::{
    accounts::email::display_address,
    mail::{
        Mail,
        letter::{Letter, Targets},
    },
};
use contract::LinkPurpose;
use secrecy::ExposeSecret;

/// The words of a site's mails, and the pages that their links lead to.
#[derive(Clone, Copy, Debug)]
pub struct MailCatalogue {
    /// Writes a mail.
    pub letter: fn(&Mail, Envelope<'_>) -> Letter,
    /// Returns the path of the page that takes the links of a purpose. The token follows as the parameter `token`.
    pub path: fn(LinkPurpose) -> &'static str,
}

/// Everything that a catalogue knows beside the mail.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The recipient's address as people read it: an international domain as U-labels.
    pub to: &'a str,
    /// The site's origin, without a slash at its end.
    pub origin: &'a str,
}

/// A formatted mail.
pub(crate) struct Formatted {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl MailCatalogue {
    /// Formats `mail` to the address `to`. The origin of links comes from the configuration and never from a request,
    /// whose `Host` header a client chooses.
    pub(crate) fn format(&self, mail: &Mail, to: &str, origin: &str) -> Formatted {
        let letter = (self.letter)(mail, Envelope { to: &display_address(to), origin });
        let link = mail.link().map_or_else(
            || origin.to_owned(),
            |(purpose, token)| format!("{origin}{}?token={}", (self.path)(purpose), token.expose_secret()),
        );
        let targets = Targets { origin, link: &link };
        Formatted { text: letter.to_text(targets), html: letter.to_html(targets), subject: letter.into_subject() }
    }
}
