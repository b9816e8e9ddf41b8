//! Writes refusals in batches, so that a refused request costs no write of its own. Otherwise a client that sends
//! garbage would decide how busy the one writer is.

use crate::{
    accounts::user,
    batcher::{Batcher, Limits},
    clock::Clock,
    error::Error,
    events::event::{Event, Row},
    ids::UserId,
    storage::db::{Db, Engine},
    throttle::AddressCounters,
};
use ::metrics::{Counter, counter, describe_counter};
use contract::EventKind;
use sqlx::Transaction;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A refusal that finds no place is in the log alone. One batch holds a second of a flood, because the same refusal is
/// stored once a batch.
const LIMITS: Limits =
    Limits { places: 1024, patience: Duration::ZERO, batch: 16 * 1024, gathered_for: Duration::from_secs(1) };
/// Refusals from one client address, about no account, that are written at once; later one a minute is.
const FREE_PER_ADDRESS: u32 = 60;

/// The handle to the task that writes refusals.
pub(crate) struct RefusalWriter {
    batcher: Batcher<Row>,
    overflow: Arc<AtomicU64>,
}

impl RefusalWriter {
    /// Starts the task; it writes what is left and ends when the last handle is dropped.
    pub(crate) fn start(db: Db) -> Self {
        let overflow = Arc::new(AtomicU64::new(0));
        let kept = Arc::new(AddressCounters::of_kept_refusals(FREE_PER_ADDRESS));
        let (counted, lost) = (events_lost(), Arc::clone(&overflow));
        let batcher = Batcher::start(LIMITS, move |batch: Vec<Row>| {
            let (db, counted, kept) = (db.clone(), counted.clone(), Arc::clone(&kept));
            let overflow = lost.swap(0, Ordering::Relaxed);
            async move {
                let (rows, left_out) = select(batch, &kept);
                counted.increment(left_out);
                let count = rows.len() as u64;
                if let Err(error) = write(&db, rows).await {
                    tracing::error!(target: "auth", event = "events_lost", count, %error);
                    counted.increment(count);
                }
                if overflow > 0 {
                    tracing::error!(target: "auth", event = "events_lost", count = overflow, error = "the queue was full");
                    counted.increment(overflow);
                }
            }
        });
        Self { batcher, overflow }
    }

    /// Puts an event into the next batch. An event that finds no place is counted instead.
    pub(crate) fn put(&self, event: &Event<'_>, clock: &Clock) {
        if !self.batcher.try_put(event.row(clock.now())) {
            self.overflow.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until every event that was put before is written, or failed to be.
    pub(crate) async fn settle(&self) {
        self.batcher.settle().await;
    }
}

/// Selects the rows of a batch to store, and counts those left out because `kept` holds enough of their address. Each of
/// those is in the log.
fn select(batch: Vec<Row>, kept: &AddressCounters) -> (Vec<Row>, u64) {
    let (mut rows, mut left_out, mut seen) = (Vec::new(), 0, HashSet::new());
    for row in batch {
        if repetition(&row).is_some_and(|key| !seen.insert(key)) {
            continue;
        }
        let address = row.address.as_deref().filter(|_| row.user_id.is_none());
        match address.and_then(|address| address.parse().ok()) {
            Some(address) if !kept.allows(address, row.at) => left_out += 1,
            _ => rows.push(row),
        }
    }
    (rows, left_out)
}

/// Kind, detail, and the account or the address that a refusal is about.
type Repetition = (EventKind, Option<Cow<'static, str>>, Option<String>);

/// Returns the key by which a refusal counts as repeated within a batch; `None` if each is stored.
///
/// A flood says nothing more the second time: from one address, of one user who asks for other users' objects, or of one
/// account whose old link or address strangers present. Every other refusal about an account is stored.
fn repetition(row: &Row) -> Option<Repetition> {
    let about = match (row.kind, &row.user_id) {
        (_, None) => row.address.clone(),
        (EventKind::AccessRefused | EventKind::LinkRefused | EventKind::SignedUp, user_id) => {
            user_id.clone().map(String::from)
        }
        _ => return None,
    };
    Some((row.kind, row.detail.clone(), about))
}

async fn write(db: &Db, mut rows: Vec<Row>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    let gone = gone(&mut tx, &rows).await?;
    for row in &mut rows {
        if row.user_id.as_ref().is_some_and(|user_id| gone.contains(user_id)) {
            row.anonymise();
        }
        row.insert(&mut tx).await?;
    }
    Ok(tx.commit().await?)
}

/// Which of the users were deleted while the rows waited. The others are held until the commit, so that whoever
/// deletes one finds its rows; in one order everywhere, so that two nodes' batches cannot wait for each other.
async fn gone(tx: &mut Transaction<'static, Engine>, rows: &[Row]) -> Result<HashSet<UserId>, Error> {
    let users: BTreeSet<&UserId> = rows.iter().filter_map(|row| row.user_id.as_ref()).collect();
    let mut gone = HashSet::new();
    for user_id in users {
        if !user::hold_any(tx, user_id).await? {
            gone.insert(user_id.clone());
        }
    }
    Ok(gone)
}

/// Refusals that are in the log and will not be in the table.
fn events_lost() -> Counter {
    describe_counter!("auth_events_lost_total", "Security events that are in the log and not in the database.");
    counter!("auth_events_lost_total")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADA, PASSWORD};
    use crate::{clients::client::Client, sessions::new_session::NewSession, testing};
    use std::net::IpAddr;

    async fn stored(db: &Db) -> Result<i64, Error> {
        let (count,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM events WHERE outcome = 'refused'").fetch_one(db.readers()).await?;
        Ok(count)
    }

    fn from(last: u8) -> Client {
        Client { user_agent: "curl/8".to_owned(), address: Some(IpAddr::from([192, 0, 2, last])), token: None }
    }

    #[tokio::test]
    async fn what_waits_is_written_together_and_the_rest_is_counted() -> Result<(), Error> {
        let (_, clock, db) = testing::auth().await?;
        let measured = testing::Measured::default();
        let writer = measured.collect(|| RefusalWriter::start(db.clone()));
        let devices: Vec<Client> = (0..2 * LIMITS.places)
            .map(|number| Client {
                user_agent: String::new(),
                // Each in a network of its own, for which a budget is kept.
                address: Some(IpAddr::from(((number as u128) << 80).to_be_bytes())),
                token: None,
            })
            .collect();
        // Nothing is awaited, so the task of this one thread does not run meanwhile.
        for client in &devices {
            writer.put(&Event::refused(EventKind::AccessRefused).client(client), &clock);
        }
        assert_eq!(writer.overflow.load(Ordering::Relaxed), LIMITS.places as u64);
        writer.settle().await;
        assert_eq!(stored(&db).await?, i64::try_from(LIMITS.places).unwrap());
        assert_eq!(writer.overflow.load(Ordering::Relaxed), 0, "and said");
        assert_eq!(measured.take().counted(), [format!("auth_events_lost_total {}", LIMITS.places)]);
        Ok(())
    }

    #[tokio::test]
    async fn a_flood_from_one_address_is_one_row() -> Result<(), Error> {
        let (auth, clock, db) = testing::auth().await?;
        let new = NewSession::default();
        let user = auth.sign_up(ADA, PASSWORD.into(), new).await?.expect_grant().session.user;
        let writer = RefusalWriter::start(db.clone());
        let (one, other) = (from(1), from(2));
        for _ in 0..100 {
            writer.put(&Event::refused(EventKind::TokenRefused).detail("refresh_forged").client(&one), &clock);
        }
        writer.put(&Event::refused(EventKind::TokenRefused).detail("refresh_forged").client(&other), &clock);
        writer.put(&Event::refused(EventKind::TokenRefused).detail("access_forged").client(&one), &clock);
        for _ in 0..10 {
            writer.put(&Event::refused(EventKind::SignInFailed).user(&user.id).client(&one), &clock);
        }
        for _ in 0..10 {
            for what in ["note", "session"] {
                writer.put(&Event::refused(EventKind::AccessRefused).user(&user.id).detail(what), &clock);
            }
        }
        writer.settle().await;
        assert_eq!(stored(&db).await?, 3 + 10 + 2, "what happens to an account is kept one by one");
        Ok(())
    }

    #[tokio::test]
    async fn a_flood_that_goes_on_is_a_row_a_minute() -> Result<(), Error> {
        let (_, clock, db) = testing::auth().await?;
        let measured = testing::Measured::default();
        let writer = measured.collect(|| RefusalWriter::start(db.clone()));
        let (one, other) = (from(1), from(2));
        let refuse = async |client: &Client| {
            writer.put(&Event::refused(EventKind::TokenRefused).detail("refresh_forged").client(client), &clock);
            writer.settle().await;
        };
        for _ in 0..200 {
            refuse(&one).await;
        }
        let kept = i64::from(FREE_PER_ADDRESS) + 1;
        assert_eq!(stored(&db).await?, kept, "the one that begins the wait is the last");
        refuse(&other).await;
        assert_eq!(stored(&db).await?, kept + 1);
        clock.advance(crate::clock::MINUTE);
        refuse(&one).await;
        refuse(&one).await;
        assert_eq!(stored(&db).await?, kept + 2);
        assert_eq!(measured.take().counted(), [format!("auth_events_lost_total {}", 200 - kept + 1)]);
        Ok(())
    }

    #[tokio::test]
    async fn what_cannot_be_written_stops_nobody() -> Result<(), Error> {
        let (_, clock, db) = testing::auth().await?;
        let writer = RefusalWriter::start(db.clone());
        db.close().await;
        for _ in 0..3 {
            writer.put(&Event::refused(EventKind::AccessRefused), &clock);
            writer.settle().await;
        }
        Ok(())
    }
}
