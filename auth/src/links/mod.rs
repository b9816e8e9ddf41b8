//! Mailed links: destination, holder, proof, use and refusals.

pub(crate) mod destination;
pub(crate) mod holder;
pub(crate) mod proof;
pub(crate) mod redeem;
pub(crate) mod refusals;
