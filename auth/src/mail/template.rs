//! The words of every mail.

use crate::{
    accounts::email::display_address,
    clock::{DAY, HOUR, MINUTE, Millis, SECOND},
    mail::{Mail, Notice, letter::Letter},
    tokens::mailed_link::LinkPurpose,
};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

/// Values that all mails share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template<'a> {
    pub(crate) product: &'a str,
    /// The origin of links. It comes from the configuration and never from a request, whose `Host` header a client chooses.
    pub(crate) public_url: &'a str,
}

impl Template<'_> {
    /// Returns the words of `mail` to the address `to`.
    pub(crate) fn letter(&self, mail: &Mail, to: &str) -> Letter {
        let product = self.product;
        let to = &display_address(to);
        let letter = match mail {
            Mail::VerifyAddress { token } => self.verify_address(token),
            Mail::AddressTaken => self.address_taken(to),
            Mail::ResetPassword { token } => self.reset_password(token, to),
            Mail::Invitation { token } => self.invitation(token, to),
            Mail::ConfirmAddress { token } => self.confirm_address(token, to),
            Mail::AddressChanged { new_address, token, notice } => self.address_changed(new_address, token, notice),
            Mail::AddressDropped => self.address_dropped(to),
            Mail::AddressChangeUndone { at } => self.address_change_undone(to, *at),
            Mail::FormerPasswordChanged(notice) => self.former_password_changed(to, notice),
            Mail::DeletionRefused(notice) => self.deletion_refused(to, notice),
            Mail::PasswordChanged(notice) => self
                .subject("Your password was changed")
                .text(format!("The password of your {product} account was changed, and every device was signed out."))
                .facts(facts(notice))
                .text("If that was you, there is nothing to do. If not, someone else knows your password:")
                .action("Choose a new password", self.page("/forgot-password")),
            Mail::PasswordReset(notice) => self
                .subject("Your password was reset")
                .text(format!(
                    "A link that we mailed to you was used to set a new password for your {product} account. Every \
                     device was signed out."
                ))
                .facts(facts(notice))
                .text(
                    "If that was you, there is nothing to do. If not, someone else can read your mail. Change the \
                     password of your mailbox first, then the one of this account:",
                )
                .action("Choose a new password", self.page("/forgot-password")),
            Mail::NewDevice(notice) => self
                .subject("New sign-in to your account")
                .text(format!("Someone signed in to your {product} account on a device that we have not seen before."))
                .facts(facts(notice))
                .text(
                    "If that was you, there is nothing to do. If not, choose a new password now: that signs every \
                     device out.",
                )
                .action("Choose a new password", self.page("/forgot-password")),
            Mail::TokenTheft(notice) => self
                .subject("We ended one of your sessions")
                .text(format!(
                    "A key that keeps you signed in to {product} was used twice. That happens when someone has \
                     copied it, so we ended the session on that device."
                ))
                .facts(facts(notice))
                .text(
                    "Please sign in again on that device. If this happens again, or if you do not recognise the \
                     device above, check your device for unwanted software and choose a new password:",
                )
                .action("Choose a new password", self.page("/forgot-password")),
            Mail::ManyFailures(notice, failures) => self
                .subject("Many failed sign-ins to your account")
                .text(format!(
                    "There was a sign-in to your {product} account, after {failures} attempts with a wrong password."
                ))
                .facts(facts(notice))
                .text(
                    "If all of that was you, there is nothing to do. If not, choose a new password now: that signs \
                     every device out.",
                )
                .action("Choose a new password", self.page("/forgot-password")),
            Mail::AccountDeleted(notice) => self
                .subject("Your account was deleted")
                .text(format!(
                    "Your {product} account and everything in it was deleted on request. This cannot be undone."
                ))
                .facts(facts(notice))
                .text(
                    "If that was not you, someone knew your password. Change it wherever else you use it. Thank you \
                     for using {product}.",
                ),
            Mail::Test => self.subject("Mail works").text(format!("{product} can send mail to this address.")),
        };
        letter.text(format!("{product} – {}", self.public_url))
    }

    fn verify_address(&self, token: &SecretString) -> Letter {
        let purpose = LinkPurpose::VerifyAddress;
        self.subject("Confirm your address")
            .text(format!("Please confirm that this address is yours, so that {} can rely on it.", self.product))
            .action("Confirm this address", self.link(purpose, token))
            .text(format!(
                "The link works once, for {}. If you did not sign up, ignore this mail: someone entered your address, \
                 and it stays unconfirmed.",
                span(purpose.lifetime())
            ))
    }

    fn address_taken(&self, to: &str) -> Letter {
        self.subject("You already have an account")
            .text(format!(
                "Someone, probably you, asked to use {to} for an account at {}. This address already has an account, \
                 so nothing was changed.",
                self.product
            ))
            .action("Sign in", self.page("/login"))
            .text("If you have forgotten your password:")
            .action("Choose a new one", self.page("/forgot-password"))
            .text("If it was not you, there is nothing to do. The page did not reveal that you have an account.")
    }

    fn reset_password(&self, token: &SecretString, to: &str) -> Letter {
        let purpose = LinkPurpose::ResetPassword;
        self.subject("Choose a new password")
            .text(format!("We received a request for a new password for the {} account of {to}.", self.product))
            .action("Choose a new password", self.link(purpose, token))
            .text(format!(
                "The link works once, for {}. If you did not request it, there is nothing to do: your password stays \
                 as it is.",
                span(purpose.lifetime())
            ))
    }

    fn invitation(&self, token: &SecretString, to: &str) -> Letter {
        let purpose = LinkPurpose::AcceptInvitation;
        self.subject("You are invited")
            .text(format!("An account at {} was created for {to}. Choose a password to start.", self.product))
            .action("Accept the invitation", self.link(purpose, token))
            .text(format!(
                "The link works once, for {}. If you did not expect this invitation, there is nothing to do: the \
                 account stays closed.",
                span(purpose.lifetime())
            ))
    }

    fn confirm_address(&self, token: &SecretString, to: &str) -> Letter {
        let purpose = LinkPurpose::ConfirmAddress;
        self.subject("Confirm your new address")
            .text(format!("Someone, probably you, wants to use {to} for their {} account.", self.product))
            .action("Use this address", self.link(purpose, token))
            .text(format!(
                "The link works once, for {}; until you use it nothing changes. If it was not you, ignore this mail: \
                 someone probably mistyped their own address.",
                span(purpose.lifetime())
            ))
    }

    fn address_changed(&self, new_address: &str, token: &SecretString, notice: &Notice) -> Letter {
        let purpose = LinkPurpose::UndoAddress;
        self.subject("Your address was changed")
            .text(format!(
                "Your {} account has a new address, {}. Mail no longer goes to this one.",
                self.product,
                display_address(new_address)
            ))
            .facts(facts(notice))
            .text(format!(
                "If that was you, there is nothing to do. If not, this link returns the account to this address, \
                 signs every device out and asks you for a new password. It works for {}.",
                span(purpose.lifetime())
            ))
            .action("Undo the change", self.link(purpose, token))
    }

    fn address_dropped(&self, to: &str) -> Letter {
        self.subject("An account no longer uses your address")
            .text(format!(
                "A {} account was created with {to}, but the address was never confirmed. The account now has another \
                 address, and you will get no more mail about it.",
                self.product
            ))
            .text("There is nothing to do. Links that were mailed to you about that account no longer work.")
    }

    fn address_change_undone(&self, to: &str, at: Millis) -> Letter {
        self.subject("A change of address was undone")
            .text(format!(
                "A {} account no longer has the address {to}. The owner of its former address undid the change with \
                 the link that we mailed there.",
                self.product
            ))
            .facts(vec![("When", when(at))])
            .text(
                "The account has a new password, and every device was signed out. If you changed the address yourself \
                 and did not undo it, someone else can read the mail of your former address: change the password of that \
                 mailbox, then the one of this account.",
            )
            .action("Choose a new password", self.page("/forgot-password"))
    }

    fn former_password_changed(&self, to: &str, notice: &Notice) -> Letter {
        self.subject("The password of an account that you had was changed")
            .text(format!(
                "The {} account that had the address {to} before has a new password. You get this mail because you can \
                 still undo the change of its address.",
                self.product
            ))
            .facts(facts(notice))
            .text(
                "If you changed the address yourself, there is nothing to do. If not, open the link in the mail “Your \
                 address was changed”: it returns the account to you and asks you for a new password.",
            )
    }

    fn deletion_refused(&self, to: &str, notice: &Notice) -> Letter {
        self.subject("An account that you had was not deleted")
            .text(format!(
                "Someone asked to delete the {} account that had the address {to} before. We refused, because you can \
                 still undo the change of its address.",
                self.product
            ))
            .facts(facts(notice))
            .text(
                "If that was you, ask again when the link in the mail “Your address was changed” has expired. If not, \
                 open that link now: it returns the account to you and asks you for a new password.",
            )
    }

    fn subject(&self, plain: &str) -> Letter {
        Letter::new(format!("{plain} ({})", self.product))
    }

    fn page(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    fn link(&self, purpose: LinkPurpose, token: &SecretString) -> String {
        format!("{}{}?token={}", self.public_url, path(purpose), token.expose_secret())
    }
}

/// Returns the path of the page that uses a link, which has its token as the parameter `token`.
fn path(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::VerifyAddress => "/verify-email",
        LinkPurpose::ResetPassword => "/reset-password",
        LinkPurpose::AcceptInvitation => "/accept-invitation",
        LinkPurpose::ConfirmAddress => "/confirm-email",
        LinkPurpose::UndoAddress => "/undo-email",
    }
}

fn facts(notice: &Notice) -> Vec<(&'static str, String)> {
    let mut facts = vec![("When", when(notice.at)), ("Device", notice.device.clone())];
    facts.extend(notice.address.clone().map(|address| ("Network address", address)));
    facts
}

/// Formats a time in UTC, because the reader's time zone is unknown.
fn when(at: Millis) -> String {
    OffsetDateTime::from_unix_timestamp(at / SECOND).map_or_else(
        |_| "unknown".to_owned(),
        |at| format!("{} {} {}, {:02}:{:02} UTC", at.day(), at.month(), at.year(), at.hour(), at.minute()),
    )
}

/// Formats a span in days from a week on, otherwise in hours or minutes.
fn span(millis: Millis) -> String {
    if millis >= 7 * DAY && millis % DAY == 0 {
        format!("{} days", millis / DAY)
    } else if millis % HOUR == 0 {
        format!("{} hours", millis / HOUR)
    } else {
        format!("{} minutes", millis / MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clients::client::Client, testing::NEW_YEAR};
    use std::net::IpAddr;

    const TEMPLATE: Template<'_> = Template { product: "Latchkey", public_url: "https://latchkey.example" };

    fn notice() -> Notice {
        let client = Client {
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0".to_owned(),
            address: Some(IpAddr::from([192, 0, 2, 7])),
            token: None,
        };
        Notice::new(&client, NEW_YEAR + 13 * HOUR + 5 * MINUTE + 59 * SECOND)
    }

    fn every_mail() -> Vec<(Mail, &'static str, Option<&'static str>)> {
        let token = || SecretString::from("t0ken");
        let changed = Mail::AddressChanged { new_address: "new@example.com".into(), token: token(), notice: notice() };
        vec![
            (Mail::VerifyAddress { token: token() }, "Confirm your address (Latchkey)", Some("/verify-email")),
            (Mail::AddressTaken, "You already have an account (Latchkey)", None),
            (Mail::ResetPassword { token: token() }, "Choose a new password (Latchkey)", Some("/reset-password")),
            (Mail::Invitation { token: token() }, "You are invited (Latchkey)", Some("/accept-invitation")),
            (Mail::ConfirmAddress { token: token() }, "Confirm your new address (Latchkey)", Some("/confirm-email")),
            (changed, "Your address was changed (Latchkey)", Some("/undo-email")),
            (Mail::PasswordChanged(notice()), "Your password was changed (Latchkey)", None),
            (Mail::PasswordReset(notice()), "Your password was reset (Latchkey)", None),
            (Mail::AddressDropped, "An account no longer uses your address (Latchkey)", None),
            (Mail::AddressChangeUndone { at: NEW_YEAR }, "A change of address was undone (Latchkey)", None),
            (
                Mail::FormerPasswordChanged(notice()),
                "The password of an account that you had was changed (Latchkey)",
                None,
            ),
            (Mail::DeletionRefused(notice()), "An account that you had was not deleted (Latchkey)", None),
            (Mail::NewDevice(notice()), "New sign-in to your account (Latchkey)", None),
            (Mail::TokenTheft(notice()), "We ended one of your sessions (Latchkey)", None),
            (Mail::ManyFailures(notice(), 12), "Many failed sign-ins to your account (Latchkey)", None),
            (Mail::AccountDeleted(notice()), "Your account was deleted (Latchkey)", None),
            (Mail::Test, "Mail works (Latchkey)", None),
        ]
    }

    #[test]
    fn each_mail_has_its_subject_and_its_link() {
        for (mail, subject, path) in every_mail() {
            let letter = TEMPLATE.letter(&mail, "ada@example.com");
            assert_eq!(letter.subject(), subject);
            let (text, html) = (letter.to_text(), letter.to_html());
            assert!(text.contains("https://latchkey.example") && html.contains("https://latchkey.example"));
            match path {
                Some(path) => {
                    let link = format!("https://latchkey.example{path}?token=t0ken");
                    assert!(text.lines().any(|line| line == link), "{text}");
                    assert!(html.contains(&format!("<a href=\"{link}\">")), "{html}");
                }
                None => assert!(!text.contains("token="), "{text}"),
            }
        }
    }

    #[test]
    fn notices_name_time_device_and_address() {
        let told = every_mail().into_iter().filter(|(mail, ..)| format!("{mail:?}").contains("Notice"));
        let mut count = 0;
        for (mail, ..) in told {
            let letter = TEMPLATE.letter(&mail, "ada@example.com");
            for fact in ["1 January 2026, 13:05 UTC", "Firefox on Linux", "192.0.2.7"] {
                assert!(letter.to_text().contains(fact) && letter.to_html().contains(fact), "{fact}: {mail:?}");
            }
            count += 1;
        }
        assert_eq!(count, 9);
    }

    #[test]
    fn a_mail_states_the_lifetime_of_its_link() {
        let text = |mail: &Mail| TEMPLATE.letter(mail, "ada@example.com").to_text();
        let token = SecretString::from("t0ken");
        assert!(text(&Mail::VerifyAddress { token: token.clone() }).contains("for 24 hours"));
        assert!(text(&Mail::ResetPassword { token: token.clone() }).contains("for 10 minutes"));
        assert!(text(&Mail::Invitation { token: token.clone() }).contains("for 7 days"));
        assert!(text(&Mail::ConfirmAddress { token: token.clone() }).contains("for 24 hours"));
        let undo = Mail::AddressChanged { new_address: "new@example.com".into(), token, notice: notice() };
        assert!(text(&undo).contains("for 72 hours") && text(&undo).contains("new@example.com"));
        assert!(text(&Mail::ManyFailures(notice(), 12)).contains("after 12 attempts"));
    }

    #[test]
    fn an_international_address_is_written_as_people_read_it() {
        let (to, token) = ("ada@xn--bcher-kva.example", SecretString::from("t0ken"));
        let changed = Mail::AddressChanged { new_address: to.into(), token: token.clone(), notice: notice() };
        for mail in
            [Mail::AddressTaken, Mail::ResetPassword { token: token.clone() }, Mail::ConfirmAddress { token }, changed]
        {
            let letter = TEMPLATE.letter(&mail, to);
            for form in [letter.to_text(), letter.to_html()] {
                assert!(form.contains("ada@bücher.example") && !form.contains("xn--"), "{form}");
            }
        }
    }

    #[test]
    fn a_stored_mail_holds_no_secret() {
        for (mail, ..) in every_mail() {
            let written = serde_json::to_string(&mail).unwrap_or_default();
            assert!(!written.is_empty() && !written.contains("t0ken"), "{written}");
            assert!(!format!("{mail:?}").contains("t0ken"));
        }
    }
}
