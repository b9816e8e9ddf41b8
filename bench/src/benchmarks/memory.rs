//! Measures the memory of an idle server.

use crate::{
    benchmark::{Aim, Benchmark, Outcome},
    load::runtime,
    person::Person,
    server::{PasswordCost, Place, Server, get},
};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::thread;
use std::time::Duration;

/// Memory after the start.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "memory",
    what: "idle memory (resident), 8 s after the start",
    unit: "MiB",
    aim: Aim::AtMost(25.0),
    run: |place| run(place, |_| Ok(())),
};

/// Memory after use: sign-ups and sign-ins with 19 MiB each, refreshes and pages.
pub(crate) const USED: Benchmark = Benchmark {
    name: "memory_used",
    what: "idle memory (resident), 8 s after 8 sign-ups and sign-ins, 200 refreshes, 200 pages",
    unit: "MiB",
    aim: Aim::AtMost(25.0),
    run: |place| run(place, use_it),
};

const PEOPLE: usize = 8;
const EACH: usize = 25;
/// Longer than the server keeps the memory of a hash.
const SETTLE: Duration = Duration::from_secs(8);

fn run(place: &Place, work: fn(&Server) -> Result<()>) -> Result<Outcome> {
    let folder = place.folder()?;
    let server = Server::start(place, folder.path(), PasswordCost::DEFAULT)?;
    work(&server)?;
    thread::sleep(SETTLE);
    let Ok(status) = fs::read_to_string(format!("/proc/{}/status", server.pid())) else {
        return Ok(Outcome::NotMeasurable);
    };
    Ok(Outcome::Value(resident_kib(&status)? / 1024.0))
}

fn use_it(server: &Server) -> Result<()> {
    let runtime = runtime()?;
    runtime.block_on(async {
        for person in &mut Person::sign_up(server.address, PEOPLE).await? {
            person.sign_in().await?;
            for _ in 0..EACH {
                person.refresh().await?;
                person.me().await?;
            }
        }
        anyhow::Ok(())
    })?;
    for _ in 0..PEOPLE * EACH {
        let status = get(server.address, "/login")?;
        ensure!(status == Some(200), "/login: status {status:?}");
    }
    Ok(())
}

/// Returns the resident memory in KiB from `/proc/<pid>/status` (`proc_pid_status(5)`).
fn resident_kib(status: &str) -> Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_memory_is_parsed() -> Result<()> {
        let kib = resident_kib("Name:\tserver\nVmRSS:\t   20480 kB\nThreads:\t3\n")?;
        assert!((kib - 20480.0).abs() < f64::EPSILON);
        assert!(resident_kib("Name:\tserver\n").is_err());
        Ok(())
    }
}
