//! Admits sign-ins to the queue before the password hash, before anything is read.

use crate::{
    clients::client::Client,
    error::Error,
    events::event::Event,
    handle::Auth,
    ids::UserId,
    passwords::pool::queue::{Place, Requester},
    throttle::SIGN_INS,
};
use contract::EventKind;

/// A sign-in that may go on.
pub(crate) struct Admitted {
    pub(crate) place: Place,
    /// The name under which the voucher of its device is counted.
    known: Option<String>,
}

impl Auth {
    /// Admits a sign-in of `device` to the account of `email`, before anything is read, and takes its place in the queue
    /// before the password hash. A device whose cookie vouches for an earlier sign-in to the account waits in the lane of
    /// known devices, while its network has a budget there.
    ///
    /// # Errors
    /// [`Error::Throttled`] where too many were counted, [`Error::Busy`] where the queue is full. Neither costs a query.
    pub(crate) fn admit_sign_in(&self, email: Option<&str>, client: &Client) -> Result<Admitted, Error> {
        let token = client.token.as_ref();
        let vouched = email.zip(token).filter(|(email, token)| self.0.device_vouchers.holds(token, email));
        self.admit(vouched.map(|(email, token)| format!("{} {email}", token.hash())), client)
    }

    /// Admits the owner of an account who proves the password again. Costs no query.
    ///
    /// # Errors
    /// As [`Auth::admit_sign_in`].
    pub(crate) fn admit_owner(&self, user_id: &UserId, client: &Client) -> Result<Admitted, Error> {
        self.admit(Some(user_id.to_string()), client)
    }

    fn admit(&self, known: Option<String>, client: &Client) -> Result<Admitted, Error> {
        let now = self.0.clock.now();
        let wait = self.0.sign_ins.wait(known.as_ref(), client, now);
        if wait > 0 {
            return Err(self.throttled(SIGN_INS, wait));
        }
        let lane = self.0.sign_ins.lane(known.as_ref(), client, now);
        Ok(Admitted { place: self.0.hasher.place(Requester { address: client.address, lane })?, known })
    }

    /// Moves the sign-in to the strangers where the account does not know the device after all, and counts the voucher as
    /// used, so that a voucher that the account no longer backs runs out.
    ///
    /// # Errors
    /// [`Error::Throttled`] where the client may not sign in as a stranger now, [`Error::Busy`] where no place is left
    /// among them.
    pub(crate) fn judge_voucher(&self, admitted: Admitted, is_known: bool, client: &Client) -> Result<Admitted, Error> {
        let Admitted { place, known: Some(voucher) } = admitted else { return Ok(admitted) };
        if is_known {
            return Ok(Admitted { place, known: Some(voucher) });
        }
        let now = self.0.clock.now();
        self.0.sign_ins.count(Some(&voucher), client, now);
        match self.0.sign_ins.wait(None, client, now) {
            0 => Ok(Admitted { place: place.among_strangers()?, known: None }),
            wait => Err(self.throttled(SIGN_INS, wait)),
        }
    }

    /// Counts a sign-in whose password is about to be hashed.
    pub(crate) fn count_admitted(&self, admitted: &Admitted, client: &Client) {
        if self.0.sign_ins.count(admitted.known.as_ref(), client, self.0.clock.now()) {
            self.0.effects.metrics.throttle_waits.count(SIGN_INS);
            self.record(&Event::refused(EventKind::Throttled).client(client).detail(SIGN_INS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADA, BOB, PASSWORD};
    use crate::{
        clock::Clock,
        handle::Config,
        passwords::pool::queue::Lane,
        sessions::new_session::NewSession,
        testing,
        throttle::{
            Throttle,
            sign_ins::{KNOWN_FOR_A_STRANGER, SIGN_INS_FOR_A_TRY},
        },
    };
    use std::net::IpAddr;

    fn at(address: [u8; 4]) -> NewSession {
        let client = Client { address: Some(IpAddr::from(address)), ..Client::default() };
        NewSession { client, ..NewSession::default() }
    }

    /// Every place that strangers may take.
    fn fill(auth: &Auth) -> Vec<Place> {
        std::iter::from_fn(|| auth.0.hasher.place(None).ok()).collect()
    }

    #[tokio::test]
    async fn a_sign_in_that_finds_the_queue_full_costs_no_query() -> Result<(), Error> {
        let (auth, _, db) = testing::auth().await?;
        auth.sign_up(ADA, PASSWORD.into(), at([192, 0, 2, 1])).await?.expect_grant();
        let places = fill(&auth);
        db.close().await;
        let refused = auth.sign_in(ADA, PASSWORD.into(), at([192, 0, 2, 1])).await;
        assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
        let refused = auth.sign_up(BOB, PASSWORD.into(), at([192, 0, 2, 1])).await;
        assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
        drop(places);
        let asked = auth.sign_in(ADA, PASSWORD.into(), at([192, 0, 2, 1])).await;
        assert!(matches!(asked, Err(Error::Database(_))), "{asked:?}");
        Ok(())
    }

    #[tokio::test]
    async fn a_known_device_gets_in_while_strangers_fill_the_queue() -> Result<(), Error> {
        let (auth, _, _db) = testing::auth().await?;
        let token = auth.sign_up(ADA, PASSWORD.into(), at([192, 0, 2, 1])).await?.expect_grant().device_token;
        let known = || {
            let new = at([192, 0, 2, 2]);
            NewSession { client: Client { token: token.clone(), ..new.client }, ..new }
        };
        let _places = fill(&auth);
        auth.sign_in(ADA, PASSWORD.into(), known()).await?.expect_grant();
        let other = auth.sign_in(BOB, PASSWORD.into(), known()).await;
        assert!(matches!(other, Err(Error::Busy)), "it is known to its own account alone: {other:?}");
        let mut change = auth.change(auth.0.clock.now()).await?;
        sqlx::query("DELETE FROM known_devices").execute(&mut **change).await?;
        change.commit().await?;
        let forgotten = auth.sign_in(ADA, PASSWORD.into(), known()).await;
        assert!(matches!(forgotten, Err(Error::Busy)), "the voucher alone is not enough: {forgotten:?}");
        Ok(())
    }

    #[tokio::test]
    async fn sign_ins_that_succeed_are_counted_too() -> Result<(), Error> {
        let (_, _, db) = testing::auth().await?;
        let throttle = Throttle { free_per_account: 2, free_per_address: 4 };
        let clock = Clock::hand_set(testing::NEW_YEAR);
        let auth = Auth::new(db.clone(), clock.clone(), Config { throttle, ..testing::config() })?;
        let token = auth.sign_up(ADA, PASSWORD.into(), at([192, 0, 2, 9])).await?.expect_grant().device_token;
        for number in 0..=40 {
            assert!(auth.sign_in(ADA, PASSWORD.into(), at([192, 0, 2, 1])).await.is_ok(), "{number}");
        }
        let waits = auth.sign_in(ADA, PASSWORD.into(), at([192, 0, 2, 1])).await;
        assert!(matches!(waits, Err(Error::Throttled { retry_after: 1_000 })), "{waits:?}");
        auth.sign_in(ADA, PASSWORD.into(), at([192, 0, 2, 2])).await?.expect_grant();
        let known = || {
            let new = at([192, 0, 2, 1]);
            NewSession { client: Client { token: token.clone(), ..new.client }, ..new }
        };
        for number in 0..=20 {
            assert!(auth.sign_in(ADA, PASSWORD.into(), known()).await.is_ok(), "{number}");
        }
        assert!(matches!(auth.sign_in(ADA, PASSWORD.into(), known()).await, Err(Error::Throttled { .. })));
        clock.advance(crate::clock::SECOND);
        auth.sign_in(ADA, PASSWORD.into(), known()).await?.expect_grant();
        auth.sign_in(ADA, PASSWORD.into(), at([192, 0, 2, 1])).await?.expect_grant();
        Ok(())
    }

    #[tokio::test]
    async fn sign_ins_from_known_devices_leave_the_lane_past_the_budget_of_their_network() -> Result<(), Error> {
        let (_, _, db) = testing::auth().await?;
        let throttle = Throttle { free_per_account: 100, free_per_address: 2 };
        let clock = Clock::hand_set(testing::NEW_YEAR);
        let auth = Auth::new(db.clone(), clock, Config { throttle, ..testing::config() })?;
        let token = auth.sign_up(ADA, PASSWORD.into(), at([192, 0, 2, 9])).await?.expect_grant().device_token;
        let known =
            |address| Client { address: Some(IpAddr::from(address)), token: token.clone(), ..Client::default() };
        let lane_of = |client: &Client| auth.admit_sign_in(Some(ADA), client).map(|admitted| admitted.place.lane);
        let budget = 2 * SIGN_INS_FOR_A_TRY * KNOWN_FOR_A_STRANGER;
        let here = known([192, 0, 2, 1]);
        for number in 0..=budget {
            let admitted = auth.admit_sign_in(Some(ADA), &here)?;
            assert_eq!(admitted.place.lane, Lane::Known, "{number}");
            auth.count_admitted(&admitted, &here);
        }
        assert_eq!(lane_of(&here)?, Lane::Stranger, "it is not refused");
        assert_eq!(auth.admit_owner(&"some account".into(), &here)?.place.lane, Lane::Stranger);
        assert_eq!(lane_of(&known([203, 0, 113, 1]))?, Lane::Known, "another network has a budget of its own");
        Ok(())
    }
}
