//! One hash by Argon2id (RFC 9106), its cost and its memory.

use crate::error::Error;
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// Blocks (of 1 KiB) that are reserved for a hash. Beyond 32 MiB an allocation is a mapping of its own in every case
/// (mallopt(3), `M_MMAP_THRESHOLD`), which goes back to the system when it is freed; what is reserved and never
/// touched takes no memory.
const OWN_MAPPING: usize = 32 * 1024 + 1;

/// The cost of a hash (RFC 9106, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Argon2Cost {
    /// What OWASP's Password Storage Cheat Sheet asks for: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// Hashes a password. What `memory` has of an earlier hash is used again: getting fresh pages from the system takes up
/// to a quarter of a hash.
pub(crate) fn fill(
    params: &Params,
    password: &str,
    salt: &[u8],
    output: &mut [u8],
    memory: &mut Vec<Block>,
) -> Result<(), Error> {
    grow(memory, params)?;
    #[cfg(test)]
    tests::FILLED.set(tests::FILLED.get() + 1);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password.as_bytes(), salt, output, memory)
        .map_err(|_| Error::Crypto("Argon2 failed"))
}

/// Makes room for a hash. It never shrinks: the next hash may be of a higher cost.
pub(crate) fn grow(memory: &mut Vec<Block>, params: &Params) -> Result<(), Error> {
    let blocks = params.block_count();
    reserve(memory, blocks)?;
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    Ok(())
}

/// Reserves memory for so many blocks. Where there is none, this is an error: an allocation that fails elsewhere ends
/// the process.
fn reserve(memory: &mut Vec<Block>, blocks: usize) -> Result<(), Error> {
    let held = memory.len();
    memory
        .try_reserve_exact(OWN_MAPPING.max(blocks).saturating_sub(held))
        .or_else(|_| memory.try_reserve_exact(blocks.saturating_sub(held)))
        .map_err(|_| Error::OutOfMemory { kib: blocks })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// How many hashes this thread has made.
        pub(crate) static FILLED: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn a_hash_without_memory_is_an_error_that_passes() {
        let mut memory = Vec::new();
        let blocks = isize::MAX.unsigned_abs();
        let refused = reserve(&mut memory, blocks);
        assert!(matches!(refused, Err(Error::OutOfMemory { kib }) if kib == blocks), "{refused:?}");
        assert!(refused.is_err_and(|error| error.is_temporary()));
        assert!(reserve(&mut memory, 64).is_ok() && memory.capacity() >= 64);
    }
}
