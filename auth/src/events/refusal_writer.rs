//! What was refused, written in common: a request that is refused must not cost a write, or whoever sends garbage
//! would decide how busy the one writer is.

use crate::{
    accounts::user,
    clock::Clock,
    error::Error,
    events::{
        event::{Event, Row},
        kind::EventKind,
    },
    storage::db::{Db, Engine},
    throttle::AddressCounters,
};
use ::metrics::{Counter, counter, describe_counter};
use sqlx::Transaction;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// Events that may wait. One more is in the log alone.
const QUEUE: usize = 1024;
/// Refusals from one client address, about no account, that are written at once; later one a minute is.
const FREE_PER_ADDRESS: u32 = 60;
/// How long the first of a batch waits for others.
const GATHERED_FOR: Duration = Duration::from_secs(1);

enum Entry {
    Event(Row),
    /// Answered when everything before it is written.
    Settled(oneshot::Sender<()>),
}

/// The way to the task that writes refusals.
pub(crate) struct RefusalWriter {
    queue: mpsc::Sender<Entry>,
    overflow: Arc<AtomicU64>,
}

impl RefusalWriter {
    /// Starts the task; it writes what is left and ends when the last handle is dropped.
    pub(crate) fn start(db: Db) -> Self {
        let (queue, mut entries) = mpsc::channel(QUEUE);
        let overflow = Arc::new(AtomicU64::new(0));
        let lost = Arc::clone(&overflow);
        let counted = events_lost();
        tokio::spawn(async move {
            let kept = AddressCounters::of_kept_refusals(FREE_PER_ADDRESS);
            while let Some(first) = entries.recv().await {
                let mut batch =
                    Batch { kept: &kept, rows: Vec::new(), settled: Vec::new(), seen: HashSet::new(), left_out: 0 };
                batch.take(first);
                batch.gather(&mut entries).await;
                counted.increment(batch.left_out);
                let rows = batch.rows.len() as u64;
                if let Err(error) = write(&db, batch.rows).await {
                    tracing::error!(target: "auth", event = "events_lost", count = rows, %error);
                    counted.increment(rows);
                }
                let lost = lost.swap(0, Ordering::Relaxed);
                if lost > 0 {
                    tracing::error!(target: "auth", event = "events_lost", count = lost, error = "the queue was full");
                    counted.increment(lost);
                }
                for settled in batch.settled {
                    let _gone = settled.send(());
                }
            }
        });
        Self { queue, overflow }
    }

    /// Takes an event for the next batch. Where the queue is full it is counted instead.
    pub(crate) fn take(&self, event: &Event<'_>, clock: &Clock) {
        if self.queue.try_send(Entry::Event(event.row(clock.now()))).is_err() {
            self.overflow.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until everything that was taken before is written, or was tried to be.
    pub(crate) async fn settle(&self) {
        let (settled, answer) = oneshot::channel();
        if self.queue.send(Entry::Settled(settled)).await.is_ok() {
            let _gone = answer.await;
        }
    }
}

struct Batch<'a> {
    /// What was written lately of each address.
    kept: &'a AddressCounters,
    /// How many were not written because of that. Each is in the log.
    left_out: u64,
    rows: Vec<Row>,
    settled: Vec<oneshot::Sender<()>>,
    seen: HashSet<(EventKind, Option<Cow<'static, str>>, Option<String>)>,
}

impl Batch<'_> {
    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Settled(settled) => self.settled.push(settled),
            Entry::Event(row) => {
                // A flood says nothing more the second time, from one address, of one person who asks for what is not
                // theirs, or of one whose old link or address a stranger presents. What else happens to an account is
                // kept one by one.
                let by = match row.kind {
                    EventKind::AccessRefused | EventKind::LinkRefused | EventKind::SignedUp
                        if row.user_id.is_some() =>
                    {
                        row.user_id.clone()
                    }
                    _ if row.user_id.is_some() => return self.rows.push(row),
                    _ => row.address.clone(),
                };
                if !self.seen.insert((row.kind, row.detail.clone(), by)) {
                    return;
                }
                let address = row.address.as_deref().filter(|_| row.user_id.is_none());
                match address.and_then(|address| address.parse().ok()) {
                    Some(address) if !self.kept.allows(address, row.at) => self.left_out += 1,
                    _ => self.rows.push(row),
                }
            }
        }
    }

    /// Waits for more, until time or room is over or somebody waits for the write.
    async fn gather(&mut self, entries: &mut mpsc::Receiver<Entry>) {
        let end = Instant::now() + GATHERED_FOR;
        while self.settled.is_empty() && self.rows.len() < QUEUE {
            match timeout_at(end, entries.recv()).await {
                Ok(Some(entry)) => self.take(entry),
                Ok(None) | Err(_) => return,
            }
        }
    }
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
async fn gone(tx: &mut Transaction<'static, Engine>, rows: &[Row]) -> Result<HashSet<String>, Error> {
    let users: BTreeSet<&String> = rows.iter().filter_map(|row| row.user_id.as_ref()).collect();
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
        let devices: Vec<Client> = (0..2 * QUEUE)
            .map(|number| Client {
                user_agent: String::new(),
                // Each in a network of its own, for which a budget is kept.
                address: Some(IpAddr::from(((number as u128) << 80).to_be_bytes())),
                token: None,
            })
            .collect();
        // Nothing is awaited, so the task of this one thread does not run meanwhile.
        for client in &devices {
            writer.take(&Event::refused(EventKind::AccessRefused).client(client), &clock);
        }
        assert_eq!(writer.overflow.load(Ordering::Relaxed), QUEUE as u64);
        writer.settle().await;
        assert_eq!(stored(&db).await?, i64::try_from(QUEUE).unwrap());
        assert_eq!(writer.overflow.load(Ordering::Relaxed), 0, "and said");
        assert_eq!(measured.take().counted(), [format!("auth_events_lost_total {QUEUE}")]);
        Ok(())
    }

    #[tokio::test]
    async fn a_flood_from_one_address_is_one_row() -> Result<(), Error> {
        let (auth, clock, db) = testing::auth().await?;
        let new = NewSession::default();
        let user = auth.sign_up("ada@example.com", "kettle orbit mango 42".into(), new).await?.session.user;
        let writer = RefusalWriter::start(db.clone());
        let (one, other) = (from(1), from(2));
        for _ in 0..100 {
            writer.take(&Event::refused(EventKind::TokenRefused).detail("refresh_forged").client(&one), &clock);
        }
        writer.take(&Event::refused(EventKind::TokenRefused).detail("refresh_forged").client(&other), &clock);
        writer.take(&Event::refused(EventKind::TokenRefused).detail("access_forged").client(&one), &clock);
        for _ in 0..10 {
            writer.take(&Event::refused(EventKind::SignInFailed).user(user.id.as_str()).client(&one), &clock);
        }
        for _ in 0..10 {
            for what in ["note", "session"] {
                writer.take(&Event::refused(EventKind::AccessRefused).user(user.id.as_str()).detail(what), &clock);
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
            writer.take(&Event::refused(EventKind::TokenRefused).detail("refresh_forged").client(client), &clock);
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
            writer.take(&Event::refused(EventKind::AccessRefused), &clock);
            writer.settle().await;
        }
        Ok(())
    }
}
