//! Mails, as `/dev/mailbox` shows them.

use crate::app::{TestApp, until};
use form_urlencoded::byte_serialize;
use std::cell::RefCell;

impl TestApp {
    /// The subjects of the mails to `to`, the newest first.
    pub(crate) async fn subjects_to(&self, to: &str) -> Vec<String> {
        self.mails_to(to).await.into_iter().map(|(_, subject)| subject).collect()
    }

    /// The page of the newest mail to `to` whose subject begins so, as soon as there is one.
    pub(crate) async fn mail_page(&self, to: &str, subject: &str) -> String {
        let found = RefCell::new(None);
        let look = || async {
            let mails = self.mails_to(to).await;
            found.replace(mails.into_iter().find(|(_, of_this)| of_this.starts_with(subject)));
            found.borrow().is_some()
        };
        until(&format!("a mail to {to} about: {subject}"), look).await;
        let (path, _) = found.into_inner().expect("it was found");
        self.open_page(&path).await.html().to_owned()
    }

    /// Path and query of the newest link to `page` that was mailed to `to`, as soon as there is one.
    pub(crate) async fn mailed_link(&self, to: &str, page: &str) -> String {
        self.mailed_links(to, page, 1).await.remove(0)
    }

    /// The links to `page` that were mailed to `to`, the newest first, as soon as there are `count`.
    pub(crate) async fn mailed_links(&self, to: &str, page: &str, count: usize) -> Vec<String> {
        let found = RefCell::new(Vec::new());
        let look = || async {
            let mut links = Vec::new();
            for (path, _) in self.mails_to(to).await {
                let mail = self.open_page(&path).await;
                let is_asked_for =
                    |href: &&str| href.strip_prefix(page).is_some_and(|rest| rest.starts_with("?token="));
                links.extend(hrefs(mail.html()).filter(is_asked_for).map(str::to_owned));
            }
            found.replace(links);
            found.borrow().len() >= count
        };
        until(&format!("{count} links to {page} for {to}"), look).await;
        found.into_inner()
    }

    /// Path and subject of each mail to `to`, the newest first.
    async fn mails_to(&self, to: &str) -> Vec<(String, String)> {
        let to: String = byte_serialize(to.as_bytes()).collect();
        let list = self.open_page(&format!("/dev/mailbox?to={to}")).await;
        let html = list.html();
        hrefs(html)
            .filter(|href| href.starts_with("/dev/mailbox/"))
            .map(|href| {
                let after = html.split_once(&format!("\"{href}\">")).expect("a link").1;
                (href.to_owned(), after.split('<').next().unwrap_or_default().to_owned())
            })
            .collect()
    }
}

/// Returns the targets of the links of a page.
fn hrefs(html: &str) -> impl Iterator<Item = &str> {
    html.split("<a href=\"").skip(1).filter_map(|rest| rest.split('"').next())
}
