//! The words of every mail. The text and the HTML of a mail are made from the same words.

use super::format::{facts, span, when};
use crate::PRODUCT;
use auth::{Envelope, Letter, Mail, Millis, Notice, display_address};
use contract::LinkPurpose;

const FORGOT_PASSWORD: &str = "/forgot-password";

/// Writes `mail`.
pub(super) fn letter(mail: &Mail, envelope: Envelope<'_>) -> Letter {
    let Envelope { to, origin } = envelope;
    let letter = match mail {
        Mail::VerifyAddress { .. } => verify_address(),
        Mail::AddressTaken => address_taken(to),
        Mail::ResetPassword { .. } => reset_password(to),
        Mail::Invitation { .. } => invitation(to),
        Mail::ConfirmAddress { .. } => confirm_address(to),
        Mail::AddressChanged { new_address, notice, .. } => address_changed(new_address, notice),
        Mail::AddressDropped => address_dropped(to),
        Mail::AddressChangeUndone { at } => address_change_undone(to, *at),
        Mail::FormerPasswordChanged(notice) => former_password_changed(to, notice),
        Mail::DeletionRefused(notice) => deletion_refused(to, notice),
        Mail::PasswordChanged(notice) => subject("Your password was changed")
            .text(format!("The password of your {PRODUCT} account was changed, and every device was signed out."))
            .facts(facts(notice))
            .text("If that was you, there is nothing to do. If not, someone else knows your password:")
            .page("Choose a new password", FORGOT_PASSWORD),
        Mail::PasswordReset(notice) => subject("Your password was reset")
            .text(format!(
                "A link that we mailed to you was used to set a new password for your {PRODUCT} account. Every \
                 device was signed out."
            ))
            .facts(facts(notice))
            .text(
                "If that was you, there is nothing to do. If not, someone else can read your mail. Change the \
                 password of your mailbox first, then the one of this account:",
            )
            .page("Choose a new password", FORGOT_PASSWORD),
        Mail::NewDevice(notice) => subject("New sign-in to your account")
            .text(format!("Someone signed in to your {PRODUCT} account on a device that we have not seen before."))
            .facts(facts(notice))
            .text(
                "If that was you, there is nothing to do. If not, choose a new password now: that signs every \
                 device out.",
            )
            .page("Choose a new password", FORGOT_PASSWORD),
        Mail::TokenTheft(notice) => subject("We ended one of your sessions")
            .text(format!(
                "A key that keeps you signed in to {PRODUCT} was used twice. That happens when someone has \
                 copied it, so we ended the session on that device."
            ))
            .facts(facts(notice))
            .text(
                "Please sign in again on that device. If this happens again, or if you do not recognise the \
                 device above, check your device for unwanted software and choose a new password:",
            )
            .page("Choose a new password", FORGOT_PASSWORD),
        Mail::ManyFailures(notice, failures) => subject("Many failed sign-ins to your account")
            .text(format!(
                "There was a sign-in to your {PRODUCT} account, after {failures} attempts with a wrong password."
            ))
            .facts(facts(notice))
            .text(
                "If all of that was you, there is nothing to do. If not, choose a new password now: that signs \
                 every device out.",
            )
            .page("Choose a new password", FORGOT_PASSWORD),
        Mail::AccountDeleted(notice) => subject("Your account was deleted")
            .text(format!("Your {PRODUCT} account and everything in it was deleted on request. This cannot be undone."))
            .facts(facts(notice))
            .text(format!(
                "If that was not you, someone knew your password. Change it wherever else you use it. Thank you \
                 for using {PRODUCT}."
            )),
        Mail::Test => subject("Mail works").text(format!("{PRODUCT} can send mail to this address.")),
    };
    letter.text(format!("{PRODUCT} – {origin}"))
}

fn verify_address() -> Letter {
    let purpose = LinkPurpose::VerifyAddress;
    subject("Confirm your address")
        .text(format!("Please confirm that this address is yours, so that {PRODUCT} can rely on it."))
        .link("Confirm this address")
        .text(format!(
            "The link works once, for {}. If you did not sign up, ignore this mail: someone entered your address, \
             and it stays unconfirmed.",
            span(purpose.lifetime())
        ))
}

fn address_taken(to: &str) -> Letter {
    subject("You already have an account")
        .text(format!(
            "Someone, probably you, asked to use {to} for an account at {PRODUCT}. This address already has an account, \
             so nothing was changed."
        ))
        .page("Sign in", "/login")
        .text("If you have forgotten your password:")
        .page("Choose a new one", FORGOT_PASSWORD)
        .text("If it was not you, there is nothing to do. The page did not reveal that you have an account.")
}

fn reset_password(to: &str) -> Letter {
    let purpose = LinkPurpose::ResetPassword;
    subject("Choose a new password")
        .text(format!("We received a request for a new password for the {PRODUCT} account of {to}."))
        .link("Choose a new password")
        .text(format!(
            "The link works once, for {}. If you did not request it, there is nothing to do: your password stays \
             as it is.",
            span(purpose.lifetime())
        ))
}

fn invitation(to: &str) -> Letter {
    let purpose = LinkPurpose::AcceptInvitation;
    subject("You are invited")
        .text(format!("An account at {PRODUCT} was created for {to}. Choose a password to start."))
        .link("Accept the invitation")
        .text(format!(
            "The link works once, for {}. If you did not expect this invitation, there is nothing to do: the \
             account stays closed.",
            span(purpose.lifetime())
        ))
}

fn confirm_address(to: &str) -> Letter {
    let purpose = LinkPurpose::ConfirmAddress;
    subject("Confirm your new address")
        .text(format!("Someone, probably you, wants to use {to} for their {PRODUCT} account."))
        .link("Use this address")
        .text(format!(
            "The link works once, for {}; until you use it nothing changes. If it was not you, ignore this mail: \
             someone probably mistyped their own address.",
            span(purpose.lifetime())
        ))
}

fn address_changed(new_address: &str, notice: &Notice) -> Letter {
    let purpose = LinkPurpose::UndoAddress;
    subject("Your address was changed")
        .text(format!(
            "Your {PRODUCT} account has a new address, {}. Mail no longer goes to this one.",
            display_address(new_address)
        ))
        .facts(facts(notice))
        .text(format!(
            "If that was you, there is nothing to do. If not, this link returns the account to this address, \
             signs every device out and asks you for a new password. It works for {}.",
            span(purpose.lifetime())
        ))
        .link("Undo the change")
}

fn address_dropped(to: &str) -> Letter {
    subject("An account no longer uses your address")
        .text(format!(
            "A {PRODUCT} account was created with {to}, but the address was never confirmed. The account now has another \
             address, and you will get no more mail about it."
        ))
        .text("There is nothing to do. Links that were mailed to you about that account no longer work.")
}

fn address_change_undone(to: &str, at: Millis) -> Letter {
    subject("A change of address was undone")
        .text(format!(
            "A {PRODUCT} account no longer has the address {to}. The owner of its former address undid the change with \
             the link that we mailed there."
        ))
        .facts(vec![("When", when(at))])
        .text(
            "The account has a new password, and every device was signed out. If you changed the address yourself \
             and did not undo it, someone else can read the mail of your former address: change the password of that \
             mailbox, then the one of this account.",
        )
        .page("Choose a new password", FORGOT_PASSWORD)
}

fn former_password_changed(to: &str, notice: &Notice) -> Letter {
    subject("The password of an account that you had was changed")
        .text(format!(
            "The {PRODUCT} account that had the address {to} before has a new password. You get this mail because you can \
             still undo the change of its address."
        ))
        .facts(facts(notice))
        .text(
            "If you changed the address yourself, there is nothing to do. If not, open the link in the mail “Your \
             address was changed”: it returns the account to you and asks you for a new password.",
        )
}

fn deletion_refused(to: &str, notice: &Notice) -> Letter {
    subject("An account that you had was not deleted")
        .text(format!(
            "Someone asked to delete the {PRODUCT} account that had the address {to} before. We refused, because you can \
             still undo the change of its address."
        ))
        .facts(facts(notice))
        .text(
            "If that was you, ask again when the link in the mail “Your address was changed” has expired. If not, \
             open that link now: it returns the account to you and asks you for a new password.",
        )
}

/// Begins a mail whose subject names the product, too.
fn subject(plain: &str) -> Letter {
    Letter::new("en", format!("{plain} ({PRODUCT})"))
}
