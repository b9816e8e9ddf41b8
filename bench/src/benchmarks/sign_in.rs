//! Measures sign-ins against the cost of their password hash.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    load::{Turns, rate_of_clients, rate_of_threads, runtime},
    person::Person,
    server::{PasswordCost, Place, Server},
};
use anyhow::{Context, Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use std::hint::black_box;
use std::thread::available_parallelism;
use std::time::Duration;

/// One client for each core.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "sign_in",
    what: "sign-ins over HTTP, one a core at once, against a bare Argon2 loop",
    unit: "/s",
    aim: Aim::ShareOfLimit(0.95),
    run: |place| run(place, 1, &Person::sign_in),
};

/// Two clients for each core, so that each core always has a hash to compute.
pub(crate) const QUEUED: Benchmark = Benchmark {
    name: "sign_in_queued",
    what: "sign-ins over HTTP, two a core at once, against a bare Argon2 loop",
    unit: "/s",
    aim: Aim::ShareOfLimit(0.95),
    run: |place| run(place, 2, &Person::sign_in),
};

/// One client for each core, each in a browser that the account does not know, so that a mail is sent.
pub(crate) const ELSEWHERE: Benchmark = Benchmark {
    name: "sign_in_elsewhere",
    what: "sign-ins over HTTP, one a core at once, each on a new device and reported by mail, against a bare Argon2 loop",
    unit: "/s",
    aim: Aim::ShareOfLimit(0.95),
    run: |place| run(place, 1, &Person::sign_in_elsewhere),
};

const TURNS: Turns = Turns { rounds: 5, slice: Duration::from_secs(1) };
/// Number of accounts that take turns, so that none exceeds a realistic number of sessions.
const ACCOUNTS: usize = 25;

/// People who sign in one after the other.
struct Crowd {
    people: Vec<Person>,
    next: usize,
}

impl Crowd {
    fn next(&mut self) -> Option<&mut Person> {
        self.next = (self.next + 1) % ACCOUNTS;
        self.people.get_mut(self.next)
    }
}

fn run(place: &Place, per_core: usize, sign_in: &impl AsyncFn(&mut Person) -> Result<()>) -> Result<Outcome> {
    let cost = PasswordCost::DEFAULT;
    let at_once = per_core * available_parallelism()?.get();
    let folder = place.folder()?;
    let server = Server::start(place, folder.path(), cost)?;
    let runtime = runtime()?;
    let mut people = runtime.block_on(Person::sign_up(server.address, at_once * ACCOUNTS))?;
    let crowd = |_| Crowd { people: people.drain(..ACCOUNTS).collect(), next: 0 };
    let mut crowds: Vec<_> = (0..at_once).map(crowd).collect();
    let sign_in = async |crowd: &mut Crowd| sign_in(crowd.next().context("nobody signs in")?).await;
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|error| anyhow!("{error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = || {
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        argon2
            .hash_password_into(b"kettle orbit mango lantern quay", &[7; 16], &mut output)
            .map_err(|error| anyhow!("{error}"))?;
        black_box(output);
        Ok(())
    };
    let (value, limit) = TURNS.take(
        |slice| rate_of_clients(&runtime, &mut crowds, slice, &sign_in),
        |slice| rate_of_threads(at_once, slice, hash),
    )?;
    Ok(Outcome::OfLimit { value, limit })
}
