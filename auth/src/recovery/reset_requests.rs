//! Requests for a new password, looked into after they were answered: so the answer takes the same time whether anybody
//! has the address or not.

use crate::{
    accounts::user,
    administration::invitation,
    batcher::{Batcher, Limits},
    change::{Change, Effects},
    clock::Clock,
    error::Error,
    events::event::Event,
    links::destination::{self},
    mail::Mail,
    storage::db::Db,
    tokens::{
        link_request::{LinkRequest, ResetRequest},
        mailed_link::{self, LinkPurpose},
    },
};
use contract::EventKind;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// Requests are answered one by one. A request that finds no place within two seconds is refused, for a known address
/// as for an unknown one.
const LIMITS: Limits =
    Limits { places: 1024, patience: Duration::from_secs(2), batch: 1, gathered_for: Duration::ZERO };

/// What it takes to answer a request by mail.
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) effects: Arc<Effects>,
}

/// Starts the task that answers requests, each in the span of the request that asked.
pub(crate) fn start(desk: Desk) -> Batcher<ResetRequest> {
    let desk = Arc::new(desk);
    Batcher::start(LIMITS, move |batch: Vec<ResetRequest>| {
        let desk = Arc::clone(&desk);
        async move {
            for request in batch {
                desk.look_into(&request).instrument(request.span.clone()).await;
            }
        }
    })
}

impl Desk {
    async fn look_into(&self, request: &ResetRequest) {
        if let Err(error) = self.mail_link(request).await {
            tracing::error!(target: "auth", event = "reset_request_lost", %error);
        }
    }

    /// Mails the link, where the address is that of an enabled account which was not sent one within the last minute and
    /// does not wait for an invitation that was revoked or expired.
    async fn mail_link(&self, ResetRequest { address, request, .. }: &ResetRequest) -> Result<(), Error> {
        let LinkRequest { client, next } = request;
        let Some(known) = user::by_email(&self.db, address).await? else { return Ok(()) };
        let now = self.clock.now();
        let purpose = LinkPurpose::ResetPassword;
        let mut change = Change::begin(&self.db, &self.effects, now).await?;
        // The account may have another address by now, or none at all.
        let held = user::hold_enabled(&mut change, &known.id).await?;
        let Some(user) = held.filter(|user| user.email == address.as_str()) else { return Ok(()) };
        if mailed_link::is_on_its_way(&mut change, purpose, &user.id, now).await?
            || invitation::is_withheld(&mut change, &user.id, now).await?
        {
            return Ok(());
        }
        let token = mailed_link::issue(&mut change, purpose, &user.id, &user.email, now).await?;
        destination::keep(&mut change, &token, next.as_deref()).await?;
        let mail = Mail::ResetPassword { token };
        change.mail(&user.email, Some(&user.id), &mail).await?;
        let event = Event::done(EventKind::PasswordResetRequested).user(&user.id).client(client);
        change.event(&event).await?;
        change.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{accounts::email::EmailAddress, testing};

    fn request() -> ResetRequest {
        let address = EmailAddress::parse(testing::ADA).expect("an address");
        ResetRequest { address, request: LinkRequest::default(), span: tracing::Span::none() }
    }

    #[tokio::test]
    async fn whoever_asks_hears_nothing_of_a_database_that_is_away() -> Result<(), Error> {
        let (auth, _, db) = testing::auth().await?;
        db.close().await;
        for _ in 0..3 {
            auth.0.reset_requests.put(request()).await?;
        }
        auth.0.reset_requests.settle().await;
        Ok(())
    }
}
