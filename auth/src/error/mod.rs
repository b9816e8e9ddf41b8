//! Everything that can go wrong, in full, for the log. `answer.rs` says what of it a client is told.

mod answer;
mod schema;
mod signing_key;

pub use schema::SchemaProblem;
pub use signing_key::KeyProblem;

use crate::clock::Millis;
pub(crate) use contract::LinkProblem;
use contract::{DisplayNameProblem, EmailProblem, PasswordProblem, Permission, RoleProblem};
use sqlx::migrate::MigrateError;
use std::sync::Arc;

/// Everything that [`crate::Auth`] fails with.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Address and password do not belong together.
    #[error("sign-in refused: {0}")]
    InvalidCredentials(CredentialFailure),
    /// No session stands behind what was presented.
    #[error("not signed in: {0}")]
    Unauthenticated(Refusal),
    /// The page that sent the request was not made for the person whose session asks, or nobody knows for whom.
    #[error("the page belongs to another person's session")]
    SessionChanged,
    /// What was asked for wants a younger proof of who asks: see [`crate::Config::recent`].
    #[error("the last proof of who asks is too old")]
    ReauthenticationRequired,
    /// A mailed link does not work.
    #[error("link refused: {}", .0.as_str())]
    Link(LinkProblem),
    /// The object does not exist, or belongs to another user. The answer does not tell which.
    #[error("no such thing of theirs")]
    NotFound,
    /// The person who asks lacks the permission.
    #[error("the permission {} is missing", .0.as_str())]
    Forbidden(Permission),
    /// The account is the last enabled administrator, so it keeps the role and stays enabled.
    #[error("it is the last administrator")]
    LastAdministrator,
    /// What was entered cannot be accepted.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<Violation>),
    /// More passwords wait to be hashed than is sensible; try again later.
    #[error("the queue before the password hash is full")]
    Busy,
    /// There is no memory for a password hash at this moment.
    #[error("no memory for a password hash of {kib} KiB")]
    OutOfMemory {
        /// How much it takes.
        kib: usize,
    },
    /// Too many tries came before; nothing was done.
    #[error("throttled for {retry_after} ms")]
    Throttled {
        /// How long to wait, in milliseconds.
        retry_after: Millis,
    },
    /// The account cannot be deleted yet: a former address can still take it back.
    #[error("a former address can take the account back for {retry_after} ms")]
    DeletionTooEarly {
        /// How long it can, in milliseconds.
        retry_after: Millis,
    },
    /// The database did not answer as it should.
    #[error("database: {0}")]
    Database(Arc<sqlx::Error>),
    /// The database is not one that this program may use.
    #[error(transparent)]
    Schema(#[from] SchemaProblem),
    /// A signing key cannot be used.
    #[error(transparent)]
    SigningKey(#[from] KeyProblem),
    /// The schema could not be brought up to date.
    #[error("{}", migration_words(.0))]
    Migrate(Arc<MigrateError>),
    /// The file system refused something.
    #[error("{0}")]
    Io(Arc<std::io::Error>),
    /// A stored value cannot be read: the row was changed by another program, or sealed under a secret that is no longer
    /// configured.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(&'static str),
    /// A cryptographic operation failed, which correct code and hardware never see.
    #[error("cryptography: {0}")]
    Crypto(&'static str),
    /// A task of ours died.
    #[error("a task ended before its work was done")]
    Interrupted,
}

/// One thing wrong with what was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The address.
    Email(EmailProblem),
    /// The password.
    Password(PasswordProblem),
    /// The password that the account has now, which was asked for as a proof, is another.
    CurrentPassword,
    /// The display name.
    DisplayName(DisplayNameProblem),
    /// The address that was typed as a confirmation is not the account's.
    Confirmation,
    /// The role.
    Role(RoleProblem),
}

contract::words! {
    /// Why a sign-in failed. For the log only, because an answer that told them apart would reveal who has an account.
    #[derive(thiserror::Error)]
    pub enum CredentialFailure {
        /// No account has the address.
        #[error("unknown address")]
        UnknownAddress = "unknown_address",
        /// The account has another password.
        #[error("wrong password")]
        WrongPassword = "wrong_password",
        /// The account is disabled.
        #[error("disabled account")]
        Disabled = "disabled",
        /// The account was disabled, deleted or given another password while the password was hashed.
        #[error("account changed meanwhile")]
        Changed = "changed",
    }
}

contract::words! {
    /// Why a token was refused. For the log only.
    #[derive(thiserror::Error)]
    pub enum Refusal {
        /// No token was presented.
        #[error("no token")]
        Missing = "missing",
        /// The token has another form, signature, issuer, audience or type than ours.
        #[error("malformed or forged token")]
        Forged = "forged",
        /// The token has expired.
        #[error("expired token")]
        Expired = "expired",
        /// Its session has ended, has expired, or does not exist.
        #[error("no live session")]
        NoSession = "no_session",
        /// The token is of another kind of session: a token of a browser came to the API, or one of the API to the site.
        #[error("token of another kind of session")]
        WrongTransport = "wrong_transport",
        /// Its account is disabled.
        #[error("disabled account")]
        Disabled = "disabled",
        /// The access token names other roles than the user holds by now.
        #[error("token of former roles")]
        FormerRoles = "former_roles",
        /// The token was used before, so its session has been ended.
        #[error("replayed refresh token")]
        Replayed = "replayed",
    }
}

impl Error {
    /// Whether trying again in a moment may help: the database is locked, full, read-only or away, the queue before the
    /// password hash is full, or there is no memory for one.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Busy | Self::OutOfMemory { .. } => true,
            Self::Database(error) => is_temporary(error),
            _ => false,
        }
    }
}

/// PostgreSQL's word for a text that it cannot hold, with U+0000 in it. What we keep is checked before, so somebody has
/// asked for an id that nothing has.
const NOT_IN_REPERTOIRE: &str = "22021";

fn is_temporary(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_temporary_code(&code)),
        _ => false,
    }
}

/// SQLite's result codes are numbers, extended ones with the primary code in the low byte
/// (<https://www.sqlite.org/rescode.html>); PostgreSQL's are five characters, a class and a detail
/// (PostgreSQL documentation, appendix A).
fn is_temporary_code(code: &str) -> bool {
    if code.len() == 5 {
        // Connection exception, insufficient resources, operator intervention; serialization failure, deadlock,
        // read-only transaction, lock not available.
        return ["08", "53", "57"].contains(&&code[..2]) || ["40001", "40P01", "25006", "55P03"].contains(&code);
    }
    // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN
    code.parse::<u32>().is_ok_and(|code| [5, 6, 8, 10, 13, 14].contains(&(code & 0xff)))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if error.as_database_error().is_some_and(|error| error.code().as_deref() == Some(NOT_IN_REPERTOIRE)) {
            return Self::NotFound;
        }
        Self::Database(Arc::new(error))
    }
}

/// A migration runs in a transaction together with its row, on either engine.
fn migration_words(error: &MigrateError) -> String {
    match error {
        MigrateError::ExecuteMigration(error, version) => {
            format!("migration {version} failed and was rolled back, so the database is as it was before it: {error}")
        }
        error => format!("migrations: {error}"),
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        Self::Migrate(Arc::new(error))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::is_temporary_code;

    #[test]
    fn locked_read_only_and_full_databases_are_temporary() {
        for code in [
            "5", "6", "8", "13", "14", "261", "517", "264", "1032", "3850", "53300", "57P01", "08006", "40P01", "25006",
        ] {
            assert!(is_temporary_code(code), "{code}");
        }
        for code in ["1", "19", "2067", "787", "23505", "42P01", ""] {
            assert!(!is_temporary_code(code), "{code}");
        }
    }
}
