//! Measures whether the time of an answer reveals that an address has an account. Also fails if the answers differ in
//! content.
//!
//! Addresses with and without an account take turns in random order, on a server with `REQUIRE_VERIFIED_EMAIL`. Each
//! request waits until the background work of the previous one is done, because mail is written after the answer.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    client::{Answer, Client},
    load::{median, runtime},
    person::{PASSWORD, post},
    rank_test,
    server::{PasswordCost, Place, Server, database},
};
use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Sign-in with a wrong password.
pub(crate) const SIGN_IN: Benchmark =
    even("enum_sign_in", "probability that a refused sign-in takes longer if the address has an account", |place| {
        run(place, &Flow { path: "/api/auth/login", password: Some("a+wrong+one"), prepare: verify })
    });

/// Sign-in with a wrong password, for accounts whose passwords were hashed at a lower cost.
pub(crate) const RAISED: Benchmark =
    even("enum_sign_in_raised", "the same, for passwords that were hashed at a lower cost", |place| {
        let flow = Flow { path: "/api/auth/login", password: Some("a+wrong+one"), prepare: verify };
        run_after(place, LOWER_COST, &flow)
    });

/// Sign-up with an address that has a confirmed account, or with a new one.
pub(crate) const SIGN_UP: Benchmark =
    even("enum_sign_up", "the same for a sign-up (`REQUIRE_VERIFIED_EMAIL`)", |place| {
        run(place, &Flow { path: "/api/auth/signup", password: Some(PASSWORD), prepare: verify })
    });

/// Sign-up with an address that waits for confirmation, which gets its link again, or with a new one.
pub(crate) const RESEND: Benchmark = even("enum_resend", "the same for a sign-up that sends the link again", |place| {
    run(place, &Flow { path: "/api/auth/signup", password: Some(PASSWORD), prepare: age })
});

/// Request for a link to a new password.
pub(crate) const FORGOTTEN: Benchmark = even("enum_forgotten", "the same for a forgotten password", |place| {
    run(place, &Flow { path: "/api/auth/forgot-password", password: None, prepare: verify })
});

/// Returns a benchmark whose best value is one half. Without any difference, about one run in 40,000 would exceed the
/// margin.
const fn even(name: &'static str, what: &'static str, run: fn(&Place) -> Result<Outcome>) -> Benchmark {
    Benchmark { name, what, unit: "", aim: Aim::Near { middle: 0.5, margin: 0.1 }, run }
}

/// The earlier, lower cost of a password.
const LOWER_COST: PasswordCost = PasswordCost { memory_kib: 7 * 1024, passes: 1 };
/// Counted requests of each kind.
const EACH: usize = 300;
/// Uncounted requests of each kind, which warm the caches.
const WARM_UP: usize = 20;
/// Pause after a request. A mail is written and delivered into a folder in less.
const SETTLE: Duration = Duration::from_millis(30);

/// The request under test, and the preparation of the accounts.
struct Flow {
    path: &'static str,
    password: Option<&'static str>,
    prepare: fn(&Connection) -> Result<usize>,
}

/// One request.
struct Turn {
    is_known: bool,
    request: String,
}

impl Flow {
    fn turn(&self, is_known: bool, number: usize) -> Turn {
        let password = self.password.map(|password| format!("&password={password}")).unwrap_or_default();
        let request = post(self.path, "", &format!("email={}{password}", email(is_known, number)));
        Turn { is_known, request }
    }

    /// Returns requests of both kinds in random order.
    fn turns(&self, numbers: std::ops::Range<usize>) -> Vec<Turn> {
        let mut turns: Vec<Turn> =
            numbers.flat_map(|number| [self.turn(true, number), self.turn(false, number)]).collect();
        turns.sort_by_cached_key(|_| Uuid::new_v4());
        turns
    }
}

/// Returns an address; both kinds have the same length.
fn email(is_known: bool, number: usize) -> String {
    let kind = if is_known { "known" } else { "other" };
    format!("{kind}-{number:04}%40example.com")
}

fn run(place: &Place, flow: &Flow) -> Result<Outcome> {
    run_after(place, PasswordCost::DEFAULT, flow)
}

/// Runs `flow` with accounts whose passwords were hashed at the cost `before`.
fn run_after(place: &Place, before: PasswordCost, flow: &Flow) -> Result<Outcome> {
    let folder = place.folder()?;
    // Otherwise each refused sign-in writes a log line.
    let settings = [("REQUIRE_VERIFIED_EMAIL", "true"), ("RUST_LOG", "error")];
    let mut server = Server::start_with(place, folder.path(), before, &settings)?;
    runtime()?.block_on(async {
        let mut client = Client::connect(server.address).await?;
        for number in 0..WARM_UP + EACH {
            let form = format!("email={}&password={PASSWORD}", email(true, number));
            let answer = client.send(post("/api/auth/signup", "", &form).as_bytes()).await?;
            ensure!(answer.status == 200, "a sign-up: status {}", answer.status);
        }
        prepare(folder.path(), flow.prepare)?;
        tokio::time::sleep(SETTLE * 10).await;
        if before != PasswordCost::DEFAULT {
            drop(server);
            server = Server::start_with(place, folder.path(), PasswordCost::DEFAULT, &settings)?;
            client = Client::connect(server.address).await?;
        }

        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        let mut told = None;
        let warm_up = flow.turns(0..WARM_UP);
        let counted = flow.turns(WARM_UP..WARM_UP + EACH);
        for (index, turn) in warm_up.iter().chain(&counted).enumerate() {
            let begun = Instant::now();
            let answer = client.send(turn.request.as_bytes()).await?;
            let took = begun.elapsed();
            let tells = what_is_told(answer)?;
            let before = told.get_or_insert_with(|| tells.clone());
            ensure!(tells == *before, "two answers differ:\n{before}\n{tells}");
            if index >= warm_up.len() {
                if turn.is_known { &mut known } else { &mut unknown }.push(took.as_secs_f64() * 1000.0);
            }
            tokio::time::sleep(SETTLE).await;
        }
        let comparison = rank_test::compare(&known, &unknown);
        eprintln!(
            "  median {:.3} ms for known addresses, {:.3} ms for others; {:.1} standard deviations from even",
            median(known),
            median(unknown),
            comparison.deviations
        );
        Ok(Outcome::Value(comparison.superiority))
    })
}

fn prepare(folder: &Path, prepare: fn(&Connection) -> Result<usize>) -> Result<()> {
    let connection = Connection::open(database(folder))?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let prepared = prepare(&connection)?;
    ensure!(prepared == WARM_UP + EACH, "{prepared} accounts in place of {}", WARM_UP + EACH);
    Ok(())
}

/// Confirms every address.
fn verify(connection: &Connection) -> Result<usize> {
    Ok(connection.execute("UPDATE users SET verified_at = created_at", [])?)
}

/// Makes the last mail of every unconfirmed address old enough for another one.
fn age(connection: &Connection) -> Result<usize> {
    Ok(connection.execute("UPDATE email_tokens SET created_at = created_at - 120000", [])?)
}

/// Returns an answer without its date and request id.
fn what_is_told(answer: Answer<'_>) -> Result<String> {
    let head = std::str::from_utf8(answer.head)?;
    let told: Vec<&str> = head
        .lines()
        .filter(|line| {
            let name = line.split(':').next().unwrap_or_default();
            !name.eq_ignore_ascii_case("date") && !name.eq_ignore_ascii_case("x-request-id")
        })
        .collect();
    let body = std::str::from_utf8(answer.body).context("an answer that is no text")?;
    Ok(format!("{}\n{body}", told.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_compared_without_date_and_request_id() -> Result<()> {
        let told = |head: &[u8]| what_is_told(Answer { status: 200, cookies: [None; 2], head, body: b"{}" });
        let one = told(b"HTTP/1.1 200 OK\r\nDate: now\r\nX-Request-Id: 1\r\nVary: *\r\n\r\n")?;
        let other = told(b"HTTP/1.1 200 OK\r\ndate: then\r\nx-request-id: 2\r\nVary: *\r\n\r\n")?;
        assert_eq!(one, other);
        assert_ne!(one, told(b"HTTP/1.1 200 OK\r\nVary: accept\r\n\r\n")?);
        Ok(())
    }
}
