//! The state of a page that is being prepared while the person still sees the one before.

#[cfg_attr(feature = "ssr", path = "server.rs")]
#[cfg_attr(not(feature = "ssr"), path = "browser.rs")]
mod half;

pub use half::*;
