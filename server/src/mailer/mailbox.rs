//! The development mailbox: keeps mail in memory and shows it instead of sending it.

use auth::{Millis, OutgoingMail};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Largest number of mails in the mailbox.
pub(crate) const KEPT: usize = 500;

/// A mail in the mailbox.
#[derive(Debug)]
pub(crate) struct KeptMail {
    pub(crate) at: Millis,
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// The newest mails.
#[derive(Debug, Default)]
pub struct Mailbox(Mutex<VecDeque<Arc<KeptMail>>>);

impl Mailbox {
    pub(crate) fn put(&self, mail: &OutgoingMail, at: Millis) {
        let OutgoingMail { id, to, subject, text, html, .. } = mail;
        let [id, to, subject, text, html] = [id, to, subject, text, html].map(Clone::clone);
        let mut mails = self.mails();
        mails.truncate(KEPT - 1);
        mails.push_front(Arc::new(KeptMail { at, id, to, subject, text, html }));
    }

    /// Returns the mails, newest first, or only those to the address `to`.
    pub(crate) fn list(&self, to: Option<&str>) -> Vec<Arc<KeptMail>> {
        let is_asked_for = |mail: &&Arc<KeptMail>| to.is_none_or(|to| mail.to.eq_ignore_ascii_case(to));
        let mut mails: Vec<_> = self.mails().iter().filter(is_asked_for).cloned().collect();
        // Several are sent at once, so the order of arrival differs. The ids begin with the time (RFC 9562, section
        // 5.7).
        mails.sort_unstable_by(|one, other| other.id.cmp(&one.id));
        mails
    }

    /// Returns the mail `id`.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<KeptMail>> {
        self.mails().iter().find(|mail| mail.id == id).cloned()
    }

    fn mails(&self) -> MutexGuard<'_, VecDeque<Arc<KeptMail>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::testing::{ADA, BOB};

    fn mail(n: usize) -> OutgoingMail {
        let to = if n.is_multiple_of(2) { ADA } else { BOB };
        let [text, html] = ["Hello", "<p>Hello</p>"].map(str::to_owned);
        OutgoingMail { id: format!("{n:03}"), to: to.to_owned(), subject: format!("No. {n}"), text, html, attempt: 1 }
    }

    #[test]
    fn the_mailbox_keeps_the_newest_mails() {
        let mailbox = Mailbox::default();
        for n in (0..KEPT + 2).step_by(2) {
            mailbox.put(&mail(n + 1), 0);
            mailbox.put(&mail(n), 0);
        }
        let all = mailbox.list(None);
        assert_eq!((all.len(), all[0].id.as_str(), all[KEPT - 1].id.as_str()), (KEPT, "501", "002"));
        assert!(mailbox.get("001").is_none());
        assert_eq!(mailbox.get("002").expect("it is there").subject, "No. 2");
        let bobs = mailbox.list(Some("Bob@example.com"));
        assert!(bobs.len() == KEPT / 2 && bobs.iter().all(|mail| mail.to == BOB));
    }
}
