//! The handle to administration.

use crate::handle::Auth;

/// Everything that may be done to everybody's accounts. Each act is an event.
#[derive(Debug)]
pub struct Administration<'a>(pub(crate) &'a Auth);

impl Auth {
    /// For the command line, whose user holds the database anyway: whoever has this is asked for no proof.
    pub fn administration(&self) -> Administration<'_> {
        Administration(self)
    }
}
