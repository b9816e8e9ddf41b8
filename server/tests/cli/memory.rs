//! A limit on the memory that the process may take.

use crate::house::{ADA, House, PASSWORD};
use crate::running::Running;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::fs;

/// One GiB a hash, in KiB.
const LARGE: &str = "1048576";

fn cores() -> u64 {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64
}

#[test]
fn a_limit_that_the_hashes_do_not_fit_in_is_refused_with_the_arithmetic() {
    let house = House::new();
    let mut program = house.program_after("ulimit -v 1000000", &[]);
    program.env("ARGON2_MEMORY_KIB", LARGE);
    let why = House::start_refusal(program);
    for told in
        ["password hashes at once", "× 1048576 KiB (ARGON2_MEMORY_KIB) + ", "the limit is 1000000 KiB (ulimit -v"]
    {
        assert!(why.contains(told), "{told}: {why}");
    }
    assert!(!house.file("test.db").exists());
    house.create(ADA);
    let mut program = house.program_after("ulimit -v 1000000", &["doctor"]);
    let said = program.env("ARGON2_MEMORY_KIB", LARGE).output().expect("it runs");
    let out = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.code() == Some(1) && out.contains("WRONG  memory         the memory is not enough: "), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_just_enough_lets_everybody_in() {
    let house = House::new();
    // Enough to look at the limit with, and less than an allocator's arenas alone.
    let too_little = format!("ulimit -v {}", 450_000 + 8192 * cores());
    let why = House::start_refusal(house.program_after(&too_little, &[]));
    let (_, needed) = why.split_once("for the rest = ").expect("the arithmetic");
    let needed: u64 = needed.split(' ').next().and_then(|kib| kib.parse().ok()).expect("a number");
    let limit = format!("ulimit -v {needed}");
    let server = Running::of(|arguments| house.program_after(&limit, arguments)).await;
    let names: Vec<String> = (0..12).map(|person| format!("person-{person}@example.com")).collect();
    let all = futures::future::join_all(names.iter().map(|email| server.sign_up(email))).await;
    assert!(all.iter().all(Option::is_some), "all are let in under {needed} KiB");
}

#[tokio::test]
async fn memory_that_goes_away_later_refuses_the_hash_and_not_the_server() {
    let house = House::new();
    // All hashes together a GiB; one alone more than anything else that comes and goes.
    let kib_each = (1024 * 1024 / cores()).max(256 * 1024);
    let server = Running::of(|arguments| {
        let mut program = house.program(arguments);
        program.env("ARGON2_MEMORY_KIB", kib_each.to_string());
        program
    })
    .await;
    let ada = server.sign_up(ADA).await.expect("an account");
    // The thread gives its memory back after five seconds without a hash; until then it needs no more.
    let mapped = || {
        let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmSize:")).expect("its size");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number")
    };
    let with_hash = mapped();
    while mapped() + kib_each * 3 / 4 > with_hash {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let pid = Pid::from_raw(server.pid().try_into().expect("a small number")).expect("a process");
    let limit = Rlimit { current: Some((mapped() + kib_each / 2) * 1024), maximum: None };
    prlimit(Some(pid), Resource::As, limit).expect("a limit");
    let fields = [("email", ADA), ("password", PASSWORD)];
    let refused = server.post("/api/auth/login", &fields, None).await.expect("an answer");
    assert_eq!(refused.status(), 503);
    assert!(server.lets_in(&ada).await, "whoever was in stays in");
    let limit = Rlimit { current: None, maximum: None };
    prlimit(Some(pid), Resource::As, limit).expect("no limit");
    assert!(server.sign_in(ADA).await.is_some());
}
