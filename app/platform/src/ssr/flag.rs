//! Yes or no in the database.

/// A column that holds 1 for yes and 0 for no: `sqlx::Any` has no `BOOLEAN` (`#[sqlx(try_from = "Flag")]`).
#[derive(Clone, Copy, Debug, sqlx::Type)]
#[sqlx(transparent)]
pub struct Flag(i64);

impl From<Flag> for bool {
    fn from(flag: Flag) -> Self {
        flag.0 != 0
    }
}
