//! All benchmarks, in the order of the table.

mod enumeration;
mod me;
mod memory;
mod rotation;
mod sign_in;
mod size;
mod start;
mod storm;

use crate::benchmark::Benchmark;

/// Every benchmark.
pub(crate) const ALL: &[Benchmark] = &[
    sign_in::BENCHMARK,
    sign_in::QUEUED,
    sign_in::ELSEWHERE,
    storm::SIGN_IN,
    storm::ME,
    rotation::BENCHMARK,
    me::BENCHMARK,
    size::BENCHMARK,
    size::SIGN_IN,
    size::ACCOUNT,
    memory::BENCHMARK,
    memory::USED,
    start::BENCHMARK,
    enumeration::SIGN_IN,
    enumeration::RAISED,
    enumeration::SIGN_UP,
    enumeration::RESEND,
    enumeration::FORGOTTEN,
];
