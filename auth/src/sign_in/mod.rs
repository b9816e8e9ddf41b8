//! Sign-up, sign-in, sign-out and the proofs of a current password.

pub(crate) mod password;
pub(crate) mod password_change;
pub(crate) mod reauthentication;
pub(crate) mod refusals;
