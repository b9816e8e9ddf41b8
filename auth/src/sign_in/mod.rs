//! Sign-up, sign-in and sign-out, refresh and authentication, and the proofs of a current password.

mod access_token;
pub(crate) mod asker;
mod breached;
mod flash;
mod page;
pub(crate) mod password;
mod password_change;
mod reauthentication;
pub(crate) mod refresh;
mod refusals;
