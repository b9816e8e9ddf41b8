//! What an account *is*: passwords, sessions and tokens, over SQLx. Knows nothing of HTTP or pages.
//!
//! [`Auth`] is the handle to all of it. A sign-in is in `sign_in.rs`, what a presented token means in `renewal.rs`
//! and, as a pure rule, in `rotation.rs`.

mod access_token;
mod asker;
mod clock;
mod db;
mod email;
mod error;
mod event;
mod password;
mod password_hash;
mod refresh_token;
mod renewal;
mod rotation;
mod rotation_writer;
mod secret;
mod session;
mod sign_in;
mod signing_keys;
mod standing;
mod sweep;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod user;

pub use access_token::{AccessToken, Claims};
pub use asker::Asker;
pub use clock::{Clock, DAY, HOUR, MINUTE, Millis, SECOND};
pub use db::{Db, Engine};
pub use email::{EMAIL_MAX_BYTES, EmailAddress, EmailProblem};
pub use error::{CredentialFailure, Error, Refusal, Violation};
pub use password::{PASSWORD_MAX_LENGTH, PasswordPolicy, PasswordProblem};
pub use password_hash::Argon2Cost;
pub use refresh_token::RefreshToken;
pub use renewal::session_id_of;
pub use secret::{AppSecret, SECRET_MIN_BYTES, WeakSecret};
pub use session::{EndReason, Lifetime, SESSIONS_PER_USER, Session};
pub use sign_in::NewSession;
pub use user::User;

use access_token::AccessTokens;
use password_hash::PasswordHasher;
use rotation_writer::RotationWriter;
use signing_keys::SigningKeys;
use standing::Standings;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Everything that can be set about accounts.
#[derive(Clone, Debug)]
pub struct Config {
    /// The origin that people see, without a slash at its end: `iss` and `aud` of access tokens.
    pub public_url: String,
    /// From which every key is derived.
    pub secret: AppSecret,
    /// The secret before that one: what it signed still verifies.
    pub old_secret: Option<AppSecret>,
    /// The life of an access token, in milliseconds.
    pub access_token_ttl: Millis,
    /// How long after a rotation the token before may be repeated, in milliseconds.
    pub refresh_grace: Millis,
    /// How long a session lives where `Keep me signed in` was ticked.
    pub remembered: Lifetime,
    /// How long it lives where it was not.
    pub unremembered: Lifetime,
    /// What a new password has to satisfy.
    pub password: PasswordPolicy,
    /// What a password hash costs.
    pub argon2: Argon2Cost,
}

/// The client that a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Its `User-Agent` header; empty where it sent none.
    pub user_agent: String,
    /// Its address, where known: the queue before the password hash is shared out by it.
    pub address: Option<IpAddr>,
}

/// What a client is given when a session begins or is renewed: whose it is, and the cookie to set.
#[derive(Debug)]
pub struct Grant {
    /// The session.
    pub session: Session,
    /// For the cookie.
    pub refresh_token: RefreshToken,
}

/// The handle to accounts. Cheap to clone.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    config: Config,
    keys: SigningKeys,
    hasher: PasswordHasher,
    access_tokens: AccessTokens,
    standings: Standings,
    rotations: RotationWriter,
}

impl Auth {
    /// Makes the handle. Must be called within a Tokio runtime: rotations are written by a task of their own.
    ///
    /// # Errors
    /// [`Error::Crypto`] where no keys can be derived or Argon2 does not accept its cost.
    pub fn new(db: Db, clock: Clock, config: Config) -> Result<Self, Error> {
        Ok(Self(Arc::new(Inner {
            keys: SigningKeys::derive(&config.secret, config.old_secret.as_ref())?,
            hasher: PasswordHasher::new(config.argon2)?,
            access_tokens: AccessTokens::new(&config.public_url, config.access_token_ttl),
            standings: Standings::new(),
            rotations: RotationWriter::start(db.clone()),
            db,
            clock,
            config,
        })))
    }

    /// The database, for features that keep rows of their own beside the accounts.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The least number of characters of a new password.
    pub fn password_min_length(&self) -> usize {
        self.0.config.password.min_length
    }

    /// Mints an access token for a session that was just granted or authenticated.
    ///
    /// # Errors
    /// [`Error::Crypto`] where it cannot be signed.
    pub fn access_token(&self, session: &Session) -> Result<AccessToken, Error> {
        self.0.access_tokens.mint(&self.0.keys, &self.0.clock, session)
    }

    /// Removes one batch of sessions that were over a day ago; gives how many. Call again while it gives any.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep(&self) -> Result<u64, Error> {
        sweep::sessions(&self.0.db, self.0.clock.now()).await
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("public_url", &self.0.config.public_url).finish_non_exhaustive()
    }
}
