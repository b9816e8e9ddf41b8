//! Builds the message of a mail: headers that every mail has, and its two bodies.

use super::SendProblem;
use auth::{EmailAddress, Millis, OutgoingMail};
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use std::time::{Duration, UNIX_EPOCH};

/// The sender that every mail has.
#[derive(Clone, Debug)]
pub struct Letterhead {
    from: Mailbox,
}

impl Letterhead {
    pub(super) fn new(from: Mailbox) -> Self {
        Self { from }
    }

    /// Returns `mail` as a message (RFC 5322) with a text body and the same as HTML (RFC 2046, section 5.1.4).
    ///
    /// # Errors
    /// [`SendProblem::Malformed`] if the recipient is not an address.
    pub(super) fn message(&self, mail: &OutgoingMail, now: Millis) -> Result<Message, SendProblem> {
        let malformed = |what: &dyn std::fmt::Display| SendProblem::Malformed(what.to_string());
        let to = EmailAddress::parse(&mail.to).map_err(|_| malformed(&"it is to no address"))?;
        let (user, domain) = to.as_str().split_once('@').unwrap_or_default();
        // `EmailAddress` accepts addresses that lettre's own check refuses, such as `a..b@example.com`.
        let to = Address::new_dangerous(user, domain);
        let envelope =
            Envelope::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(|error| malformed(&error))?;
        let date = UNIX_EPOCH + Duration::from_millis(now.try_into().unwrap_or_default());
        Message::builder()
            .from(self.from.clone())
            .to(to.into())
            .envelope(envelope)
            .subject(&*mail.subject)
            .date(date)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            // Keeps vacation responders from answering (RFC 3834, section 5).
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|error| malformed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::testing::ADA;

    fn mail(to: &str, subject: &str) -> OutgoingMail {
        OutgoingMail {
            id: "019a0000-0000-7000-8000-000000000001".to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            attempt: 1,
        }
    }

    fn head(mail: &OutgoingMail) -> Result<String, SendProblem> {
        let letterhead = Letterhead::new("Latchkey <no-reply@latchkey.example>".parse().expect("an address"));
        let message = letterhead.message(mail, auth::testing::NEW_YEAR)?.formatted();
        let text = String::from_utf8(message).expect("ASCII");
        Ok(text.split_once("\r\n\r\n").expect("a head").0.to_owned())
    }

    #[test]
    fn a_mail_has_sender_date_and_the_mark_of_an_automatic_mail() {
        let head = head(&mail(ADA, "Confirm your address")).expect("a mail");
        let lines: Vec<&str> = head.split("\r\n").collect();
        for line in [
            "From: Latchkey <no-reply@latchkey.example>",
            "To: ada@example.com",
            "Subject: Confirm your address",
            "Date: Thu, 01 Jan 2026 00:00:00 +0000",
            "Message-ID: <019a0000-0000-7000-8000-000000000001@latchkey.example>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(lines.contains(&line), "{line}: {head}");
        }
        assert!(head.contains("Content-Type: multipart/alternative;"), "{head}");
    }

    #[test]
    fn every_address_that_can_sign_up_can_receive_mail() {
        for to in ["a..b@example.com", ".ada.@example.com", "a+b!#$%&'*/=?^_`{|}~-@example.com"] {
            assert!(head(&mail(to, "x")).expect("a mail").contains(&format!("\r\nTo: {to}")), "{to}");
        }
        for to in ["", "ada", "ada@example.com\r\nBcc: eve@example.com", "ada@example.com, eve@example.com"] {
            assert!(matches!(head(&mail(to, "x")), Err(SendProblem::Malformed(_))), "{to}");
        }
    }

    #[test]
    fn a_subject_cannot_inject_a_header() {
        let head = head(&mail(ADA, "x\r\nBcc: eve@example.com\r\n\r\nbody")).expect("a mail");
        assert!(!head.to_ascii_lowercase().contains("\r\nbcc:"), "{head}");
    }
}
