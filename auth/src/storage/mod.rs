//! The database: its engine, schema, lock, files and clean-up.

pub(crate) mod db;
pub(crate) mod lock;
pub(crate) mod private_file;
pub(crate) mod schema;
pub(crate) mod sweep;
