//! Change of the password by who knows it. For who does not, see `recovery/reset.rs`.

use crate::{
    accounts::{email::EmailAddress, user},
    error::{Error, Refusal, Violation},
    events::event::Event,
    handle::{Grant, facets::OwnAccount},
    mail::Mail,
    passwords::{hash::Verified, pool::queue::Requester},
    sessions::new_session::NewSession,
    sign_in::password::Beginning,
    tokens::mailed_link,
};
use contract::{EndReason, EventKind};
use secrecy::SecretString;

impl OwnAccount<'_> {
    /// Changes the password. Every session of the account ends, a new one begins that is as remembered as the one that
    /// asks, links that were mailed are void (but for the owner's way to undo a change of address), and the owner is
    /// told by mail.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong with both passwords at once; [`Error::Unauthenticated`] where
    /// the session ended or the password was changed meanwhile; [`Error::Throttled`] where the current one was guessed at
    /// too often; [`Error::Busy`], [`Error::Database`].
    pub async fn change_password(
        self,
        current: SecretString,
        new_password: SecretString,
        new: NewSession,
    ) -> Result<Grant, Error> {
        let Self { auth, session } = self;
        let new = NewSession { remember: session.remembered, ..new };
        let owner = auth.owner(session).await?;
        let address = EmailAddress::parse_existing(&owner.email).ok();
        // Every place is taken before the try is counted, so that a full queue costs the owner no try.
        let admitted = auth.admit_owner(&owner.id, &new.client)?;
        let place_of_new = auth.0.hasher.place(Requester::owner(&new.client))?;
        let let_through = auth.let_password_through(&owner.id, Some(session)).await?;
        let mut violations =
            auth.password_violation(&new_password, address.as_ref(), Requester::owner(&new.client)).await?;
        let tried = auth.count_let_through(let_through, Some(&owner.id), &new.client).await?;
        let is_wrong = auth.verify_current(admitted, &owner, current, &new.client).await? == Verified::Wrong;
        if is_wrong {
            auth.record(&Event::refused(EventKind::PasswordChanged).of(session).client(&new.client));
            violations.insert(0, Violation::CurrentPassword);
        }
        if !violations.is_empty() {
            if !is_wrong {
                auth.forgive(&tried).await?;
            }
            return Err(Error::Invalid(violations));
        }
        let hash = auth.0.hasher.hash_at(place_of_new, new_password).await?;
        let superseded = auth.session_of(new.presented.as_deref()).await?;
        let now = auth.0.clock.now();
        let mut change = auth.change(now).await?;
        if !user::hold(&mut change, &owner.id, owner.password_version).await? {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        let ended = change.end_sessions(&owner.id, None, EndReason::PasswordChanged, &new.client).await?;
        if !ended.contains(&session.id) {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        user::set_password(&mut change, &owner.id, &hash).await?;
        mailed_link::void_all_but_undo(&mut change, &owner.id, now).await?;
        let whose = (&owner.id, owner.email.as_str());
        auth.put_password_mails(&mut change, whose, Mail::PasswordChanged, &new.client).await?;
        tried.succeeded(&mut change).await?;
        let beginning = Beginning { kind: EventKind::PasswordChanged, new: &new, superseded, device_seen_at: None };
        auth.begin(change, owner.into(), beginning).await
    }
}
