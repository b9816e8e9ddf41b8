//! A change of address that waits for its confirmation: shown, mailed once more, cancelled.

use crate::{
    accounts::{
        email::EmailAddress,
        user::{self, User},
    },
    change::Change,
    clients::client::Client,
    clock::Millis,
    error::{Error, Refusal},
    events::event::Event,
    handle::{Auth, facets::OwnAccount},
    ids::UserId,
    mail::Mail,
    storage::db::Engine,
    tokens::mailed_link::{self, LinkPurpose},
};
use contract::EventKind;
use sqlx::{Executor, FromRow};

/// The address that an account is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAddress {
    /// In canonical form.
    pub address: String,
    /// Until when its link works at least, in milliseconds UTC.
    pub until: Millis,
}

#[derive(FromRow)]
struct Row {
    address: String,
    created_at: Millis,
}

impl OwnAccount<'_> {
    /// The address that the account is to have, for as long as its link may work. The answer is the same where another account
    /// has that address, and its owner was mailed instead.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn pending_address(self) -> Result<Option<PendingAddress>, Error> {
        let Self { auth, session } = self;
        load(auth.0.db.readers(), &session.user.id, auth.0.clock.now()).await
    }

    /// Mails the link to the pending address once more, unless one was mailed within the last minute. The earlier link is
    /// void then.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no change is pending, [`Error::Throttled`], [`Error::Unauthenticated`] where the account
    /// is gone, [`Error::Database`].
    pub async fn send_confirmation_again(self, client: &Client) -> Result<(), Error> {
        let Self { auth, session } = self;
        let pending = auth.account(session).pending_address().await?.ok_or(Error::NotFound)?;
        let address = EmailAddress::parse_existing(&pending.address).map_err(|_| Error::NotFound)?;
        auth.try_mail(address.as_str(), Some(&session.user.id), client).await?;
        let now = auth.0.clock.now();
        let mut change = auth.change(now).await?;
        let user = user::hold_enabled(&mut change, &session.user.id).await?;
        let user = user.ok_or(Error::Unauthenticated(Refusal::NoSession))?;
        // Cancelled, confirmed or replaced meanwhile.
        if load(&mut **change, &user.id, now).await?.is_none_or(|pending| pending.address != address.as_str()) {
            return Err(Error::NotFound);
        }
        if mailed_link::is_on_its_way(&mut change, LinkPurpose::ConfirmAddress, &user.id, now).await? {
            return Ok(());
        }
        auth.put_confirmation(&mut change, &user, &address).await?;
        let event = Event::done(EventKind::AddressChangeRequested).of(session).client(client);
        change.event(&event).await?;
        change.commit().await?;
        Ok(())
    }

    /// Cancels the pending change: its link is void, however late its mail was accepted. Where none is pending, it does nothing.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the account is gone, [`Error::Database`].
    pub async fn cancel_address_change(self, client: &Client) -> Result<(), Error> {
        let Self { auth, session } = self;
        let now = auth.0.clock.now();
        let mut change = auth.change(now).await?;
        let user = user::hold_enabled(&mut change, &session.user.id).await?;
        let user = user.ok_or(Error::Unauthenticated(Refusal::NoSession))?;
        if load(&mut **change, &user.id, now).await?.is_none() {
            return Ok(());
        }
        mailed_link::void(&mut change, LinkPurpose::ConfirmAddress, &user.id, now).await?;
        let event = Event::done(EventKind::AddressChangeCancelled).of(session).client(client);
        change.event(&event).await?;
        change.commit().await?;
        Ok(())
    }
}

impl Auth {
    /// Makes the token that confirms a new address, and writes its mail.
    ///
    /// The token is made for a taken address, too, where the owner is told instead: what it voids, and what is pending
    /// afterwards, must not tell the two apart.
    pub(crate) async fn put_confirmation(
        &self,
        change: &mut Change<'_>,
        user: &User,
        address: &EmailAddress,
    ) -> Result<(), Error> {
        let now = change.now();
        let token = mailed_link::issue(change, LinkPurpose::ConfirmAddress, &user.id, address.as_str(), now).await?;
        let holder = mailed_link::holder_beside(change, Some(&user.id), address, now).await?;
        let (about, mail) = match &holder {
            None => (&user.id, Mail::ConfirmAddress { token }),
            Some(holder) => (holder, Mail::AddressTaken),
        };
        change.mail(address.as_str(), Some(about), &mail).await
    }
}

/// The pending change of an account. Its end is reckoned from when it was asked for, so that it does not tell whether a
/// mail was sent, and when. It is pending for as long as any such link may work, which is a day more than one whose mail is
/// accepted at once does.
async fn load<'e>(
    from: impl Executor<'e, Database = Engine>,
    user_id: &UserId,
    now: Millis,
) -> Result<Option<PendingAddress>, Error> {
    let purpose = LinkPurpose::ConfirmAddress;
    let row: Option<Row> = sqlx::query_as(
        "SELECT address, created_at FROM email_tokens
         WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND created_at > $3
         ORDER BY created_at DESC LIMIT 1",
    )
    .bind(user_id.to_owned())
    .bind(purpose.as_str())
    .bind(now - mailed_link::lifetime_unsent(purpose))
    .fetch_optional(from)
    .await?;
    Ok(row.map(|row| PendingAddress { until: row.created_at + purpose.lifetime(), address: row.address }))
}
