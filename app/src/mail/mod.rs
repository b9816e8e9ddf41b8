//! The site's part in mails: their words, and the pages that their links lead to. `auth/src/mail` does the rest.

mod format;
mod words;

use auth::MailCatalogue;
use contract::LinkPurpose;

/// The mails of the site.
pub const CATALOGUE: MailCatalogue = MailCatalogue { letter: words::letter, path };

/// Returns the path of the page that takes the links of a purpose.
fn path(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::VerifyAddress => "/verify-email",
        LinkPurpose::ResetPassword => "/reset-password",
        LinkPurpose::AcceptInvitation => "/accept-invitation",
        LinkPurpose::ConfirmAddress => "/confirm-email",
        LinkPurpose::UndoAddress => "/undo-email",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SITE;
    use auth::testing::{formatted, mails};
    use auth::{Mail, OutgoingMail};
    use contract::Words;

    /// The mails in the order of [`mails`]: the subject, and the path of the page that the link leads to.
    const EXPECTED: [(&str, Option<&str>); 17] = [
        ("Confirm your address (Latchkey)", Some("/verify-email")),
        ("You already have an account (Latchkey)", None),
        ("Choose a new password (Latchkey)", Some("/reset-password")),
        ("You are invited (Latchkey)", Some("/accept-invitation")),
        ("Your password was changed (Latchkey)", None),
        ("Your password was reset (Latchkey)", None),
        ("Confirm your new address (Latchkey)", Some("/confirm-email")),
        ("Your address was changed (Latchkey)", Some("/undo-email")),
        ("An account no longer uses your address (Latchkey)", None),
        ("A change of address was undone (Latchkey)", None),
        ("The password of an account that you had was changed (Latchkey)", None),
        ("An account that you had was not deleted (Latchkey)", None),
        ("New sign-in to your account (Latchkey)", None),
        ("We ended one of your sessions (Latchkey)", None),
        ("Many failed sign-ins to your account (Latchkey)", None),
        ("Your account was deleted (Latchkey)", None),
        ("Mail works (Latchkey)", None),
    ];

    fn sent(mail: &Mail) -> OutgoingMail {
        formatted(&CATALOGUE, mail, auth::testing::ADA)
    }

    #[test]
    fn each_mail_has_its_subject_and_its_link() {
        let mails = mails();
        assert_eq!(mails.len(), EXPECTED.len());
        for (mail, (subject, path)) in mails.iter().zip(EXPECTED) {
            let OutgoingMail { subject: written, text, html, .. } = sent(mail);
            assert_eq!(written, subject);
            assert!(text.contains("https://latchkey.example") && html.contains("https://latchkey.example"));
            assert!(!text.contains(['{', '}']), "every name is filled in: {text}");
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
    fn the_links_in_mails_lead_to_pages() {
        let is_page = |path: &str| SITE.pages().any(|page| page.path == path);
        assert!(LinkPurpose::ALL.iter().all(|purpose| is_page(path(*purpose))));
        for text in mails().iter().map(|mail| sent(mail).text) {
            let links = text.lines().filter_map(|line| line.strip_prefix("https://latchkey.example"));
            for link in links {
                assert!(is_page(link.split('?').next().unwrap_or_default()), "{link}");
            }
        }
    }

    #[test]
    fn notices_name_time_device_and_address() {
        let mails = mails();
        let notices = mails.iter().filter(|mail| format!("{mail:?}").contains("Notice"));
        let mut count = 0;
        for mail in notices {
            let OutgoingMail { text, html, .. } = sent(mail);
            for fact in ["1 January 2026, 13:05 UTC", "Firefox on Linux", "192.0.2.7"] {
                assert!(text.contains(fact) && html.contains(fact), "{fact}: {mail:?}");
            }
            count += 1;
        }
        assert_eq!(count, 9);
    }

    #[test]
    fn a_mail_states_the_lifetime_of_its_link() {
        let text =
            |is_it: fn(&Mail) -> bool| mails().iter().filter(|mail| is_it(mail)).map(|mail| sent(mail).text).next();
        let text = |is_it| text(is_it).expect("such a mail");
        assert!(text(|mail| matches!(mail, Mail::VerifyAddress { .. })).contains("for 24 hours"));
        assert!(text(|mail| matches!(mail, Mail::ResetPassword { .. })).contains("for 10 minutes"));
        assert!(text(|mail| matches!(mail, Mail::Invitation { .. })).contains("for 7 days"));
        assert!(text(|mail| matches!(mail, Mail::ConfirmAddress { .. })).contains("for 24 hours"));
        let undo = text(|mail| matches!(mail, Mail::AddressChanged { .. }));
        assert!(undo.contains("for 72 hours") && undo.contains("new@example.com"));
        assert!(text(|mail| matches!(mail, Mail::ManyFailures(..))).contains("after 12 attempts"));
    }

    #[test]
    fn an_international_address_is_written_as_people_read_it() {
        let to = "ada@xn--bcher-kva.example";
        let mut count = 0;
        for mut mail in mails() {
            match &mut mail {
                Mail::AddressChanged { new_address, .. } => to.clone_into(new_address),
                Mail::AddressTaken | Mail::ResetPassword { .. } | Mail::ConfirmAddress { .. } => {}
                _ => continue,
            }
            let OutgoingMail { text, html, .. } = formatted(&CATALOGUE, &mail, to);
            for form in [text, html] {
                assert!(form.contains("ada@bücher.example") && !form.contains("xn--"), "{form}");
            }
            count += 1;
        }
        assert_eq!(count, 4);
    }
}
