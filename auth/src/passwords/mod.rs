//! Passwords: which are accepted, and how they are hashed.

pub(crate) mod breached;
pub(crate) mod common;
pub(crate) mod hash;
pub(crate) mod normalization;
pub(crate) mod policy;
pub(crate) mod pool;
