//! Measures refreshes of many sessions at once. Each is a write that must survive a power cut.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    load::{Turns, rate, rate_of_clients, runtime},
    person::Person,
    server::{PasswordCost, Place, Server, database},
};
use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;
use std::time::Duration;

/// The limit is SQLite alone, which commits the same updates one by one.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "rotation",
    what: "refreshes over HTTP by 64 clients, against their `UPDATE`s one by one in bare SQLite",
    unit: "/s",
    aim: Aim::ShareOfLimit(0.6),
    run,
};

const CLIENTS: usize = 64;
const TURNS: Turns = Turns { rounds: 7, slice: Duration::from_millis(500) };

/// The statement of `auth/src/sessions/rotation/writer.rs` with numbered parameters, because SQLite itself reads `$2`
/// as a name.
const UPDATE: &str = "UPDATE sessions SET generation = ?2 + 1, rotated_at = ?3, user_agent = ?4, last_seen_at = ?3,
         ends_at = CASE WHEN ?3 + idle_ms < expires_at THEN ?3 + idle_ms ELSE expires_at END
     WHERE id = ?1 AND generation = ?2 AND ended_at IS NULL AND ends_at > ?3
       AND EXISTS (SELECT 1 FROM users WHERE users.id = sessions.user_id AND users.disabled_at IS NULL)";

fn run(place: &Place) -> Result<Outcome> {
    let folder = place.folder()?;
    let server = Server::start(place, folder.path(), PasswordCost::CHEAP)?;
    let runtime = runtime()?;
    let mut people = runtime.block_on(Person::sign_up(server.address, CLIENTS))?;
    let bare = folder.path().join("bare.db");
    copy(&database(folder.path()), &bare)?;
    let connection = open(&bare)?;
    let mut sessions = sessions(&connection)?;
    ensure!(sessions.len() == CLIENTS, "{} sessions in place of {CLIENTS}", sessions.len());
    let mut update = connection.prepare(UPDATE)?;
    let mut next = (0..CLIENTS).cycle();
    let (value, limit) = TURNS.take(
        |slice| rate_of_clients(&runtime, &mut people, slice, &Person::refresh),
        |slice| {
            rate(slice, || {
                let session = next.next().and_then(|index| sessions.get_mut(index)).context("no session")?;
                let changed = update.execute(params![session.id, session.generation, session.now, "bench"])?;
                ensure!(changed == 1, "a session did not rotate");
                session.generation += 1;
                session.now += 1;
                Ok(())
            })
        },
    )?;
    Ok(Outcome::OfLimit { value, limit })
}

struct Session {
    id: String,
    generation: i64,
    now: i64,
}

/// Copies the rows into another file in the same folder.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let connection = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.execute("VACUUM INTO ?1", [to.to_str().context("a path that is no text")?])?;
    Ok(())
}

/// Opens a connection with the pragmas of `auth/src/storage/db.rs`.
fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    ensure!(mode == "wal", "the journal is in mode {mode}");
    Ok(connection)
}

fn sessions(connection: &Connection) -> Result<Vec<Session>> {
    let mut rows = connection.prepare("SELECT id, generation, rotated_at FROM sessions")?;
    let sessions =
        rows.query_map([], |row| Ok(Session { id: row.get(0)?, generation: row.get(1)?, now: row.get(2)? }))?;
    Ok(sessions.collect::<Result<_, _>>()?)
}
