//! Invitations: an administrator makes an account, and its owner chooses the first password by a mailed link.
//!
//! Until then the account waits: a forgotten password is only replaced while an invitation works, so that a revoked or
//! expired invitation leaves no other way in.

use crate::{
    accounts::user::{self, User},
    administration::facet::Administration,
    change::Change,
    clock::Millis,
    error::Error,
    events::event::Event,
    handle::facets::Links,
    ids::UserId,
    links::holder::{LinkHolder, Redeemed},
    mail::Mail,
    storage::db::Engine,
    tokens::mailed_link::{self, Invitation, LinkPurpose},
};
use contract::EventKind;
use secrecy::SecretString;
use sqlx::Transaction;

const PURPOSE: LinkPurpose = LinkPurpose::AcceptInvitation;

impl Links<'_> {
    /// Uses an invitation: sets the account's first password and verifies the address. Starts no session.
    ///
    /// # Errors
    /// As [`Links::reset_password`].
    pub async fn accept_invitation(
        self,
        token: &str,
        password: SecretString,
        holder: impl Into<LinkHolder<'_>>,
    ) -> Result<Redeemed, Error> {
        self.auth.set_password_by_link::<Invitation>(token, password, holder.into()).await
    }
}

impl Administration<'_> {
    /// Mails the owner of an account that waits for them an invitation. Earlier ones are void.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such account, it is disabled, or its owner chose a password already;
    /// [`Error::Database`].
    pub async fn send_invitation(&self, user_id: &UserId) -> Result<(), Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        let user = user::hold_enabled(&mut change, user_id).await?.ok_or(Error::NotFound)?;
        if !is_waiting(&mut change, &user.id).await? {
            return Err(Error::NotFound);
        }
        self.invite(&mut change, &user).await?;
        change.commit().await?;
        Ok(())
    }

    /// Takes the invitations of an account back; returns whether one of them still worked. The account waits on, and
    /// another invitation can be sent.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn revoke_invitation(&self, user_id: &UserId) -> Result<bool, Error> {
        let auth = &self.auth.0;
        let now = auth.clock.now();
        let mut change = self.change(now).await?;
        if !user::hold_any(&mut change, user_id).await? {
            return Err(Error::NotFound);
        }
        let is_revoked = mailed_link::void(&mut change, PURPOSE, user_id, now).await?;
        // A reset link would be another way in.
        if is_waiting(&mut change, user_id).await? {
            mailed_link::void(&mut change, LinkPurpose::ResetPassword, user_id, now).await?;
        }
        let event = Event::done(EventKind::InvitationRevoked).user(user_id);
        if is_revoked {
            change.event(&event).await?;
        }
        change.commit().await?;
        Ok(is_revoked)
    }

    /// Stores an invitation and its event.
    pub(crate) async fn invite(&self, change: &mut Change<'_>, user: &User) -> Result<(), Error> {
        let now = change.now();
        let token = mailed_link::issue(change, PURPOSE, &user.id, &user.email, now).await?;
        change.mail(&user.email, Some(&user.id), &Mail::Invitation { token }).await?;
        change.event(&Event::done(EventKind::InvitationSent).user(&user.id)).await
    }
}

/// Marks an account whose owner has chosen no password yet.
pub(crate) async fn wait_for_owner(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    now: Millis,
) -> Result<(), Error> {
    sqlx::query("UPDATE users SET invited_at = $2 WHERE id = $1").bind(user_id).bind(now).execute(&mut **tx).await?;
    Ok(())
}

/// Whether an account's owner has chosen no password yet.
pub(crate) async fn is_waiting(tx: &mut Transaction<'static, Engine>, user_id: &UserId) -> Result<bool, Error> {
    let (waiting,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM users WHERE id = $1 AND invited_at IS NOT NULL")
        .bind(user_id)
        .fetch_one(&mut **tx)
        .await?;
    Ok(waiting > 0)
}

/// Whether an account waits for its owner without an invitation that works: it was revoked, or it expired.
pub(crate) async fn is_withheld(
    tx: &mut Transaction<'static, Engine>,
    user_id: &UserId,
    now: Millis,
) -> Result<bool, Error> {
    Ok(is_waiting(tx, user_id).await? && !mailed_link::is_outstanding(tx, PURPOSE, user_id, now).await?)
}
