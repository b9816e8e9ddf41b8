//! Addresses that an account had and that can still take it back: each has an undo link that works.
//!
//! Their owners are told what happens to the account meanwhile, and nothing takes their way back from them.

use crate::{
    change::Change,
    clients::client::Client,
    clock::{DAY, Millis},
    error::Error,
    events::event::Event,
    handle::Auth,
    ids::UserId,
    mail::{Mail, Notice},
    sessions::session::Session,
    storage::db::Engine,
    tokens::mailed_link::LinkPurpose,
};
use contract::EventKind;
use sqlx::{FromRow, Transaction};

/// Between two mails to one former address that a deletion was refused.
const DELETION_TOLD_EVERY: Millis = DAY;

#[derive(FromRow)]
pub(crate) struct FormerAddress {
    pub(crate) address: String,
    /// When its last undo link expires.
    until: Millis,
}

/// The former addresses of an account whose undo links work, without the address that it has now.
pub(crate) async fn all(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    now: Millis,
) -> Result<Vec<FormerAddress>, Error> {
    Ok(sqlx::query_as(
        "SELECT address, MAX(expires_at) AS until FROM email_tokens
         WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3
           AND address NOT IN (SELECT email FROM users WHERE id = $1)
         GROUP BY address ORDER BY address",
    )
    .bind(user_id)
    .bind(LinkPurpose::UndoAddress.as_str())
    .bind(now)
    .fetch_all(&mut **tx)
    .await?)
}

/// When the last of them can no longer take the account back; `None` where there is none.
pub(crate) fn last_until(former: &[FormerAddress]) -> Option<Millis> {
    former.iter().map(|former| former.until).max()
}

impl Auth {
    /// Writes the mails that tell of a new password: `mail` to the address of the account, and another to each former
    /// address that can still take it back.
    pub(crate) async fn put_password_mails(
        &self,
        change: &mut Change<'_>,
        (user_id, email): (&UserId, &str),
        mail: fn(Notice) -> Mail,
        client: &Client,
    ) -> Result<(), Error> {
        let notice = Notice::new(client, change.now());
        change.mail(email, Some(user_id), &mail(notice.clone())).await?;
        let now = change.now();
        for former in all(change, user_id, now).await? {
            let mail = Mail::FormerPasswordChanged(notice.clone());
            change.mail(&former.address, Some(user_id), &mail).await?;
        }
        Ok(())
    }

    /// Records that a deletion was refused because `former` addresses can still take the account back, tells each of them
    /// at most once a day, and commits. Gives the error to answer with.
    pub(crate) async fn refuse_deletion(
        &self,
        mut change: Change<'_>,
        session: &Session,
        (former, until): (&[FormerAddress], Millis),
        client: &Client,
    ) -> Result<Error, Error> {
        let now = change.now();
        for FormerAddress { address, .. } in former {
            if !was_told(&mut change, &session.user.id, address, now).await? {
                let mail = Mail::DeletionRefused(Notice::new(client, now));
                change.mail(address, Some(&session.user.id), &mail).await?;
            }
        }
        let event = Event::refused(EventKind::AccountDeleted).of(session).client(client).detail("can_be_undone");
        change.event(&event).await?;
        change.commit().await?;
        Ok(Error::DeletionTooEarly { retry_after: until - now })
    }
}

async fn was_told(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    address: &str,
    now: Millis,
) -> Result<bool, Error> {
    let (told,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM outbox
         WHERE user_id = $1 AND to_address = $2 AND template = 'deletion_refused' AND created_at > $3",
    )
    .bind(user_id)
    .bind(address)
    .bind(now - DELETION_TOLD_EVERY)
    .fetch_one(&mut **tx)
    .await?;
    Ok(told > 0)
}
