//! Measures the effect on people while clients flood the sign-in and ignore every `Retry-After`.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    client::Client,
    load::{Turns, rate_of_clients, runtime},
    person::{Person, post},
    server::{PasswordCost, Place, Server},
};
use anyhow::{Context, Result, anyhow};
use futures::future::try_join_all;
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Sign-ins of people on devices that their accounts know, against the same without the storm.
pub(crate) const SIGN_IN: Benchmark = Benchmark {
    name: "storm_sign_in",
    what: "sign-ins on known devices, two a core at once, while 64 clients flood the sign-in, against the same without",
    unit: "/s",
    aim: Aim::ShareOfLimit(0.85),
    run: sign_in,
};

/// Requests of people who are signed in.
pub(crate) const ME: Benchmark = Benchmark {
    name: "storm_me",
    what: "99th percentile of `/api/auth/me` while 64 clients flood the sign-in",
    unit: "ms",
    aim: Aim::AtMost(2.0),
    run: me,
};

const CLIENTS: usize = 64;
const TURNS: Turns = Turns { rounds: 5, slice: Duration::from_secs(2) };
/// Number of accounts that take turns.
const ACCOUNTS: usize = 25;
/// Time for which answers of `/api/auth/me` are measured, and the pause between two.
const TIMED_FOR: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(2);

/// Runs `work` while the clients of the storm repeat their requests without a pause.
fn in_storm<T>(address: SocketAddr, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let (stop, stopped) = oneshot::channel::<()>();
    thread::scope(|scope| {
        let storm = scope.spawn(|| {
            let number = Cell::new(0_u64);
            let ask = async |_| -> Result<Infallible> {
                let mut client = Client::connect(address).await?;
                loop {
                    number.set(number.get() + 1);
                    let form = format!("email=storm-{}%40example.com&password=a+wrong+one", number.get());
                    client.send(post("/api/auth/login", "", &form).as_bytes()).await?;
                }
            };
            runtime()?.block_on(async {
                tokio::select! {
                    ended = try_join_all((0..CLIENTS).map(ask)) => ended.map(drop),
                    _ = stopped => Ok(()),
                }
            })
        });
        let done = work();
        drop(stop);
        storm.join().map_err(|_| anyhow!("the storm panicked"))??;
        done
    })
}

fn sign_in(place: &Place) -> Result<Outcome> {
    let at_once = 2 * available_parallelism()?.get();
    let folder = place.folder()?;
    let server = Server::start(place, folder.path(), PasswordCost::DEFAULT)?;
    let runtime = runtime()?;
    let mut people = runtime.block_on(Person::sign_up(server.address, at_once * ACCOUNTS))?;
    let crowds: Vec<_> = (0..at_once).map(|_| (people.drain(..ACCOUNTS).collect::<Vec<_>>(), 0)).collect();
    let crowds = RefCell::new(crowds);
    let sign_in = async |(people, next): &mut (Vec<Person>, usize)| {
        *next = (*next + 1) % ACCOUNTS;
        people.get_mut(*next).context("nobody signs in")?.sign_in().await
    };
    let rate = |slice| rate_of_clients(&runtime, &mut crowds.borrow_mut(), slice, &sign_in);
    let (value, limit) = TURNS.take(|slice| in_storm(server.address, || rate(slice)), rate)?;
    Ok(Outcome::OfLimit { value, limit })
}

fn me(place: &Place) -> Result<Outcome> {
    let folder = place.folder()?;
    let server = Server::start(place, folder.path(), PasswordCost::DEFAULT)?;
    let runtime = runtime()?;
    let mut person = runtime.block_on(Person::sign_up(server.address, 1))?.pop().context("nobody signed up")?;
    let mut percentile = || {
        runtime.block_on(async {
            let (begun, mut times) = (Instant::now(), Vec::new());
            while begun.elapsed() < TIMED_FOR {
                let asked = Instant::now();
                person.me().await?;
                times.push(asked.elapsed().as_secs_f64() * 1000.0);
                tokio::time::sleep(PAUSE).await;
            }
            times.sort_by(f64::total_cmp);
            times.get(times.len() * 99 / 100).copied().context("nothing was timed")
        })
    };
    let calm = percentile()?;
    eprintln!("  {calm:.2} ms without the storm");
    Ok(Outcome::Value(in_storm(server.address, percentile)?))
}
