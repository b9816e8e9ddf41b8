//! Everything that is kept about a person: to take along, and to take away (GDPR, articles 15, 17 and 20).

use crate::{
    accounts::{email::EmailAddress, roles, user},
    clients::client::Client,
    error::{Error, Refusal, Violation},
    events::event::Event,
    handle::facets::OwnAccount,
    mail::{Mail, Notice, contacts::Contacts},
    own_account::activity::{self, Activity},
    recovery::former_address,
    sessions::session::{self},
    throttle::{Kind, Subject},
};
use contract::EventKind;
use serde_json::{Value, json};

impl OwnAccount<'_> {
    /// What is kept about the account, its addresses that wait, the devices that it knows, its mail, its live sessions and
    /// what happened to it, as JSON with times in milliseconds since 1970, UTC. No secret is among it. What features keep is theirs to add.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the account was deleted meanwhile, [`Error::Throttled`] where it was downloaded too
    /// often, [`Error::Database`].
    pub async fn data(self) -> Result<Value, Error> {
        let Self { auth, session } = self;
        let owner = auth.owner(session).await?;
        let client = auth.client_of(session).await?;
        // A download reads every row of the account, so none is given back because it succeeded. Each session is counted on
        // its own: a stolen one does not keep the owner waiting.
        let subjects = [Subject::account(Kind::DataDownload, session.id.as_str())];
        let _counts = auth.count_try(&subjects, Some(&owner.id), &client).await?;
        let event = Event::done(EventKind::DataDownloaded).of(session).client(&client);
        let mut change = auth.change(auth.0.clock.now()).await?;
        change.event(&event).await?;
        change.commit().await?;

        let sessions = auth.sessions().list(session).await?;
        let sessions = sessions.into_iter().map(|row| {
            json!({
                "id": row.id,
                "user_agent": row.user_agent,
                "begun_at": row.begun_at,
                "last_seen_at": row.last_seen_at,
                "address": row.address,
                "kind": row.kind.as_str(),
                "cookieless": !row.kind.is_browser(),
                "is_this": row.is_this,
            })
        });
        let events = activity::all_of(&auth.0.db, session).await?;
        let contacts = Contacts::load(&auth.0.db, &owner.id, auth.0.clock.now()).await?;
        Ok(json!({
            "account": {
                "id": owner.id,
                "email": owner.email,
                "display_name": owner.display_name,
                "verified_at": owner.verified_at,
                "created_at": owner.created_at,
                "roles": session.roles.names().collect::<Vec<_>>(),
            },
            "pending_addresses": contacts.pending_addresses,
            "known_devices": contacts.known_devices,
            "mailed_links": contacts.mailed_links,
            "mails": contacts.mails,
            "sessions": sessions.collect::<Vec<Value>>(),
            "events": events.iter().map(describe).collect::<Vec<Value>>(),
        }))
    }

    /// Deletes the account at once: its rows and its sessions are gone, its events no longer say whose they were, and
    /// a last mail says farewell. `confirmation` is the account's address, typed by the person.
    ///
    /// # Errors
    /// [`Error::ReauthenticationRequired`]; [`Error::Invalid`] with [`Violation::Confirmation`] where the address is
    /// another; [`Error::LastAdministrator`]; [`Error::DeletionTooEarly`] while a former address can take the account back, which that address is told:
    /// a thief who changed the address must not take the owner's way back; [`Error::Unauthenticated`] where the session
    /// ended meanwhile; [`Error::Database`].
    pub async fn delete(self, confirmation: &str, client: &Client) -> Result<(), Error> {
        let Self { auth, session } = self;
        auth.require_recent(session)?;
        let owner = auth.owner(session).await?;
        if !EmailAddress::parse_existing(confirmation).is_ok_and(|address| address.as_str() == owner.email) {
            return Err(Error::Invalid(vec![Violation::Confirmation]));
        }
        let now = auth.0.clock.now();
        let mut change = auth.change(now).await?;
        roles::require_another_administrator(&mut change, &owner.id).await?;
        user::hold_any(&mut change, &owner.id).await?;
        if !session::is_live(&mut change, &session.id, now).await? {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        let former = former_address::all(&mut change, &owner.id, now).await?;
        if let Some(until) = former_address::last_until(&former) {
            return Err(auth.refuse_deletion(change, session, (&former, until), client).await?);
        }
        user::delete(&mut change, &owner.id).await?;
        // After the deletion, which waits for every request that records an event or a session of this user.
        activity::anonymise(&mut change, &owner.id).await?;
        // The row names no account; the log does.
        Event::done(EventKind::AccountDeleted).row(now).insert(&mut change).await?;
        change.tell(&Event::done(EventKind::AccountDeleted).of(session));
        let mail = Mail::AccountDeleted(Notice::new(client, now));
        change.mail(&owner.email, None, &mail).await?;
        change.forget_user(&owner.id);
        change.commit().await?;
        Ok(())
    }
}

fn describe(event: &Activity) -> Value {
    json!({
        "at": event.at,
        "kind": event.kind.as_str(),
        "outcome": event.outcome.as_str(),
        "device": event.device,
        "address": event.address,
        "detail": event.detail,
    })
}
