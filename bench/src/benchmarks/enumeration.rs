//! Whether anybody can tell who has an account: by an answer, or by how long it takes.
//!
//! Addresses that have an account and others take turns in random order, on a server that confirms addresses before
//! anybody is signed in. Each request waits until what the one before has left behind is done, because mail is written
//! and sent after its answer.

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

/// A wrong password.
pub(crate) const SIGN_IN: Benchmark =
    even("enum_sign_in", "how probably a refused sign-in takes longer where the address has an account", |place| {
        run(place, &Flow { path: "/api/auth/login", password: Some("a+wrong+one"), prepare: verify })
    });

/// The same where the passwords were hashed at a lower cost.
pub(crate) const RAISED: Benchmark =
    even("enum_sign_in_raised", "the same where the account's password was hashed at a lower cost", |place| {
        let flow = Flow { path: "/api/auth/login", password: Some("a+wrong+one"), prepare: verify };
        run_after(place, LOWER_COST, &flow)
    });

/// An address that its owner has confirmed, or a new one.
pub(crate) const SIGN_UP: Benchmark =
    even("enum_sign_up", "the same of a sign-up (`REQUIRE_VERIFIED_EMAIL`)", |place| {
        run(place, &Flow { path: "/api/auth/signup", password: Some(PASSWORD), prepare: verify })
    });

/// An address that waits to be confirmed, which is mailed its link once more, or a new one.
pub(crate) const RESEND: Benchmark =
    even("enum_resend", "the same of a sign-up that has the link sent again", |place| {
        run(place, &Flow { path: "/api/auth/signup", password: Some(PASSWORD), prepare: age })
    });

/// A forgotten password.
pub(crate) const FORGOTTEN: Benchmark = even("enum_forgotten", "the same of a forgotten password", |place| {
    run(place, &Flow { path: "/api/auth/forgot-password", password: None, prepare: verify })
});

/// One half is best. Were there no difference at all, one run in some forty thousand would be farther from it.
const fn even(name: &'static str, what: &'static str, run: fn(&Place) -> Result<Outcome>) -> Benchmark {
    Benchmark { name, what, unit: "", aim: Aim::Near { middle: 0.5, margin: 0.1 }, run }
}

/// What a password cost before: a memory and a number of passes of its own.
const LOWER_COST: PasswordCost = PasswordCost { memory_kib: 7 * 1024, passes: 1 };
/// Requests of each kind.
const EACH: usize = 300;
/// Of each kind before those that count: caches are cold.
const WARM_UP: usize = 20;
/// Longer than a mail takes to be written and sent into a folder.
const SETTLE: Duration = Duration::from_millis(30);

/// What is asked, and what the accounts are that it is asked of.
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

    /// Turns of both kinds, in random order.
    fn turns(&self, numbers: std::ops::Range<usize>) -> Vec<Turn> {
        let mut turns: Vec<Turn> =
            numbers.flat_map(|number| [self.turn(true, number), self.turn(false, number)]).collect();
        turns.sort_by_cached_key(|_| Uuid::new_v4());
        turns
    }
}

/// Both kinds are of one length.
fn email(is_known: bool, number: usize) -> String {
    let kind = if is_known { "known" } else { "other" };
    format!("{kind}-{number:04}%40example.com")
}

fn run(place: &Place, flow: &Flow) -> Result<Outcome> {
    run_after(place, PasswordCost::DEFAULT, flow)
}

/// Runs `flow` on accounts whose passwords were hashed at `before`.
fn run_after(place: &Place, before: PasswordCost, flow: &Flow) -> Result<Outcome> {
    let folder = place.folder()?;
    // Each refused sign-in would be a line.
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

/// Every owner has confirmed their address.
fn verify(connection: &Connection) -> Result<usize> {
    Ok(connection.execute("UPDATE users SET verified_at = created_at", [])?)
}

/// No owner has; each was mailed the link long enough ago to be mailed another.
fn age(connection: &Connection) -> Result<usize> {
    Ok(connection.execute("UPDATE email_tokens SET created_at = created_at - 120000", [])?)
}

/// An answer but for the time and its own name.
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
    fn an_answer_tells_everything_but_when_and_under_which_name() -> Result<()> {
        let told = |head: &[u8]| what_is_told(Answer { status: 200, cookies: [None; 2], head, body: b"{}" });
        let one = told(b"HTTP/1.1 200 OK\r\nDate: now\r\nX-Request-Id: 1\r\nVary: *\r\n\r\n")?;
        let other = told(b"HTTP/1.1 200 OK\r\ndate: then\r\nx-request-id: 2\r\nVary: *\r\n\r\n")?;
        assert_eq!(one, other);
        assert_ne!(one, told(b"HTTP/1.1 200 OK\r\nVary: accept\r\n\r\n")?);
        Ok(())
    }
}
