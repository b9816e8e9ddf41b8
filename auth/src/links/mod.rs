//! Mailed links: destination, holder, proof and refusals.

pub(crate) mod destination;
pub(crate) mod holder;
pub(crate) mod proof;
pub(crate) mod refusals;
