//! Rotation of refresh tokens: the rule, and how rotations are written.

pub(crate) mod delivered;
pub(crate) mod history;
pub(crate) mod rule;
pub(crate) mod writer;
