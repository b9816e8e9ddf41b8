//! The keys that sign access tokens: algorithms, life cycle, rows, and the ring in memory.

pub(crate) mod algorithm;
pub(crate) mod life_cycle;
pub(crate) mod material;
pub(crate) mod private_key;
pub(crate) mod public_key;
pub(crate) mod ring;
pub(crate) mod schedule;
pub(crate) mod stored;
pub(crate) mod verifying_key;
