//! Everything that is kept about a person: to take along, and to take away (GDPR, articles 15, 17 and 20).

use crate::{
    accounts::{email::EmailAddress, user},
    clients::client::Device,
    error::{Error, Refusal, Violation},
    events::{event::Event, kind::EventKind},
    handle::Auth,
    mail::{Mail, Notice, contacts::Contacts, outbox},
    own_account::activity::{self, Activity},
    recovery::former_address,
    sessions::session::{self, Session},
};
use serde_json::{Value, json};

impl Auth {
    /// What is kept about the account, its addresses that wait, the devices that it knows, its mail, its live sessions and
    /// what happened to it, as JSON with times in milliseconds since 1970, UTC. No secret is among it. What features keep is theirs to add.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the account was deleted meanwhile, [`Error::Database`].
    pub async fn account_data(&self, session: &Session) -> Result<Value, Error> {
        let owner = self.owner(session).await?;
        let device = self.device_of(session).await?;
        let event = Event::done(EventKind::DataDownloaded).of(session).device(&device);
        let mut tx = self.0.db.write().await?;
        event.record_in(&mut tx, self.0.clock.now()).await?;
        tx.commit().await?;
        event.tell(&self.0.metrics.events);

        let sessions = self.devices(session).await?;
        let sessions = sessions.into_iter().map(|device| {
            json!({
                "id": device.id,
                "user_agent": device.user_agent,
                "begun_at": device.begun_at,
                "last_seen_at": device.last_seen_at,
                "address": device.address,
                "cookieless": device.cookieless,
                "is_this": device.is_this,
            })
        });
        let events = activity::all_of(&self.0.db, session).await?;
        let contacts = Contacts::load(&self.0.db, &owner.id, self.0.clock.now()).await?;
        Ok(json!({
            "account": {
                "id": owner.id,
                "email": owner.email,
                "display_name": owner.display_name,
                "verified_at": owner.verified_at,
                "created_at": owner.created_at,
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
    /// another; [`Error::DeletionTooEarly`] while a former address can take the account back, which that address is told:
    /// a thief who changed the address must not take the owner's way back; [`Error::Unauthenticated`] where the session
    /// ended meanwhile; [`Error::Database`].
    pub async fn delete_account(&self, session: &Session, confirmation: &str, device: &Device) -> Result<(), Error> {
        self.require_recent(session)?;
        let owner = self.owner(session).await?;
        if !EmailAddress::parse_existing(confirmation).is_ok_and(|address| address.as_str() == owner.email) {
            return Err(Error::Invalid(vec![Violation::Confirmation]));
        }
        let now = self.0.clock.now();
        let mut tx = self.0.db.write().await?;
        user::hold_any(&mut tx, &owner.id).await?;
        if !session::is_live(&mut tx, &session.id, now).await? {
            return Err(Error::Unauthenticated(Refusal::NoSession));
        }
        let former = former_address::all(&mut tx, &owner.id, now).await?;
        if let Some(until) = former_address::last_until(&former) {
            return Err(self.refuse_deletion(tx, session, (&former, until), device, now).await?);
        }
        user::delete(&mut tx, &owner.id).await?;
        // After the deletion, which waits for whoever is just recording an event of this user or a session of theirs.
        activity::anonymise(&mut tx, &owner.id).await?;
        Event::done(EventKind::AccountDeleted).record_in(&mut tx, now).await?;
        let mail = Mail::AccountDeleted(Notice::new(device, now));
        outbox::put(&mut tx, &owner.email, None, &mail, &self.0.sealer, now).await?;
        tx.commit().await?;
        self.0.standings.forget_user(&owner.id);
        Event::done(EventKind::AccountDeleted).of(session).tell(&self.0.metrics.events);
        self.wake_mailer();
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
