//! Mail on its way to a mail server.

mod kill;
mod sending;
pub(crate) mod tls;
mod trouble;
mod ways;
