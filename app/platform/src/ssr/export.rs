//! The rows of a feature in the file with which a person takes their data along.

use super::Owner;
use crate::error::AppError;
use futures::future::BoxFuture;
use serde_json::Value;

/// The rows of a person, as JSON.
pub type Rows<'a> = BoxFuture<'a, Result<Value, AppError>>;

/// The rows of one feature.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    /// Their name in the file.
    pub name: &'static str,
    /// Reads the rows of a person.
    pub rows: for<'a> fn(&'a Owner) -> Rows<'a>,
}
