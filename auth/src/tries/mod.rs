//! Throttling of tries: whether the next one may go on, and how it is counted.

mod counted;
mod mailed_links;
pub(crate) mod sign_ins;
