//! What an account *is*: passwords, sessions and tokens, over SQLx. Knows nothing of HTTP or pages.
//!
//! [`Auth`] is the handle to all of it. A sign-in is in `sign_in.rs`, what a presented token means in `renewal.rs`
//! and, as a pure rule, in `rotation.rs`.
//!
//! What is mailed is in `mail/`, what a mailed link is in `email_token.rs`, what it takes beside one in `link_proof.rs`,
//! and what the links do in `verification.rs`, `recovery.rs` and `address_change.rs`.

mod access_token;
mod account_contacts;
mod account_data;
mod address_change;
mod administration;
mod asker;
mod audit;
mod backup;
mod breached_passwords;
mod clock;
mod common_passwords;
mod database_lock;
mod db;
mod delivered_tokens;
mod device;
mod device_voucher;
mod device_words;
mod devices;
mod email;
mod email_token;
mod ending;
mod error;
mod event;
mod flash;
mod former_address;
mod hash_pool;
mod hash_queue;
mod international_domain;
mod invitation;
mod known_device;
mod link_destination;
mod link_holder;
mod link_proof;
mod link_refusals;
mod mail;
mod mailed_token;
mod metrics;
mod network;
mod page_session;
mod password;
mod password_change;
mod password_hash;
mod password_normalization;
mod pending_address;
mod private_file;
mod profile;
mod reauthentication;
mod recovery;
mod refresh_token;
mod refusals;
mod renewal;
mod reset_requests;
mod rotation;
mod rotation_history;
mod rotation_writer;
mod schema;
mod secret;
mod session;
mod session_use;
mod sign_in;
mod sign_up_refusals;
mod signing_keys;
mod standing;
mod sweep;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod throttle;
mod user;
mod verification;
mod verification_time;

pub use access_token::{AccessToken, Claims, WEB_CLIENT_ID};
pub use administration::{ADMINISTRATION_PAGE_MAX, Account, Administration, LiveSession};
pub use asker::Asker;
pub use audit::{ACTIVITY_PAGE_MAX, Activity, newest_event_at};
pub use backup::{BackupProblem, Restored, back_up, check_backup, restore};
pub use breached_passwords::{BreachedPasswords, RangeProblem};
pub use clock::{Clock, DAY, HOUR, MINUTE, Millis, SECOND};
pub use database_lock::{DatabaseLock, LockProblem};
pub use db::{Db, Engine, database_file, files_open_to_others};
pub use device::Device;
pub use device_words::{COOKIELESS, device_words};
pub use devices::DeviceSession;
pub use email::{EMAIL_MAX_BYTES, EmailAddress, EmailProblem, display_address};
pub use email_token::{Link, LinkPurpose};
pub use ending::EndReason;
pub use error::{CredentialFailure, Error, LinkProblem, Refusal, Violation};
pub use event::{EventKind, Outcome};
pub use hash_pool::hash_threads;
pub use known_device::{DEVICE_KNOWN_FOR, DeviceToken};
pub use link_destination::LinkRequest;
pub use link_holder::{LinkHolder, Redeemed};
pub use link_proof::LinkProof;
pub use mail::outbox::OutgoingMail;
pub use password::{PASSWORD_MAX_LENGTH, PasswordPolicy, PasswordProblem};
pub use password_hash::Argon2Cost;
pub use pending_address::PendingAddress;
pub use private_file::{create_private_folder, private_file, restrict};
pub use profile::{DISPLAY_NAME_MAX_LENGTH, DisplayNameProblem};
pub use refresh_token::RefreshToken;
pub use renewal::session_id_of;
pub use schema::{Schema, SchemaProblem};
pub use secret::{AppSecret, SECRET_MIN_BYTES, WeakSecret};
pub use session::{Lifetime, SESSIONS_PER_USER, Session};
pub use sign_in::NewSession;
pub use sweep::Over;
pub use throttle::Throttle;
pub use user::User;

use access_token::AccessTokens;
use delivered_tokens::DeliveredTokens;
use device_voucher::DeviceVouchers;
use mail::Sealer;
use metrics::Metrics;
use password_hash::PasswordHasher;
use refusals::RefusalWriter;
use reset_requests::{Desk, ResetRequests};
use rotation_writer::RotationWriter;
use secret::Purpose;
use signing_keys::SigningKeys;
use standing::Standings;
use std::fmt;
use std::sync::Arc;
use throttle::{AddressCounters, SignIns, ThrottleKey};
use tokio::sync::Notify;

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
    /// How old the last proof of who asks may be where something sensitive is asked for, in milliseconds.
    pub recent: Millis,
    /// What a new password has to satisfy.
    pub password: PasswordPolicy,
    /// The breached passwords that a new one must not be among; `None` where nobody is asked.
    pub breached_passwords: Option<BreachedPasswords>,
    /// What a password hash costs.
    pub argon2: Argon2Cost,
    /// How long security events are kept, in milliseconds.
    pub events_kept_for: Millis,
    /// Whether an address has to be verified before its owner can sign in. Then nobody learns by signing up whether an
    /// address is known.
    pub require_verified_email: bool,
    /// How often something may be tried before waiting begins.
    pub throttle: Throttle,
}

/// What a client is given when a session begins or is renewed: whose it is, and the cookie to set.
#[derive(Debug)]
pub struct Grant {
    /// The session.
    pub session: Session,
    /// For the cookie.
    pub refresh_token: RefreshToken,
    /// For the cookie by which the account knows the device; `None` where the session was only renewed, or has no cookie.
    pub device_token: Option<DeviceToken>,
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
    delivered: DeliveredTokens,
    rotations: RotationWriter,
    refusals: RefusalWriter,
    sealer: Arc<Sealer>,
    flash_sealer: Sealer,
    mail_waiting: Arc<Notify>,
    reset_requests: ResetRequests,
    metrics: Arc<Metrics>,
    throttle_key: ThrottleKey,
    forged_tokens: AddressCounters,
    begun_flows: AddressCounters,
    refused_links: AddressCounters,
    sign_ins: SignIns,
    device_vouchers: DeviceVouchers,
}

impl Auth {
    /// Makes the handle. Must be called within a Tokio runtime: rotations, refusals and requests for a new password are
    /// the work of tasks of their own. What is measured goes to the recorder of the `metrics` facade that the thread has
    /// at this moment; where it has none, nothing is measured.
    ///
    /// # Errors
    /// [`Error::Crypto`] where no keys can be derived or Argon2 does not accept its cost, [`Error::Io`] where no thread
    /// can be had for it.
    pub fn new(db: Db, clock: Clock, config: Config) -> Result<Self, Error> {
        let sealer_for = |purpose| Sealer::derive(&config.secret, config.old_secret.as_ref(), purpose);
        let (sealer, flash_sealer) = (Arc::new(sealer_for(Purpose::Outbox)?), sealer_for(Purpose::Flash)?);
        let mail_waiting = Arc::new(Notify::new());
        let metrics = Arc::new(Metrics::new());
        let db = db.measured();
        let desk = Desk {
            db: db.clone(),
            clock: clock.clone(),
            sealer: Arc::clone(&sealer),
            mail_waiting: Arc::clone(&mail_waiting),
            metrics: Arc::clone(&metrics),
        };
        Ok(Self(Arc::new(Inner {
            keys: SigningKeys::derive(&config.secret, config.old_secret.as_ref())?,
            hasher: PasswordHasher::new(config.argon2)?,
            access_tokens: AccessTokens::new(&config.public_url, config.access_token_ttl),
            standings: Standings::new(),
            delivered: DeliveredTokens::new(),
            rotations: RotationWriter::start(db.clone()),
            refusals: RefusalWriter::start(db.clone()),
            reset_requests: ResetRequests::start(desk),
            throttle_key: ThrottleKey::derive(&config.secret)?,
            forged_tokens: AddressCounters::of_forged_tokens(config.throttle.free_per_address),
            sign_ins: SignIns::new(config.throttle),
            device_vouchers: DeviceVouchers::derive(&config.secret)?,
            begun_flows: AddressCounters::of_begun_flows(config.throttle.free_per_address),
            refused_links: AddressCounters::of_refused_links(config.throttle.free_per_address),
            sealer,
            flash_sealer,
            mail_waiting,
            metrics,
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

    /// Mints an access token for a session that was just granted. Whoever uses it shows that the grant has arrived.
    ///
    /// # Errors
    /// [`Error::Crypto`] where it cannot be signed.
    pub fn access_token(&self, session: &Session) -> Result<AccessToken, Error> {
        self.0.access_tokens.mint(&self.0.keys, &self.0.clock, session)
    }

    /// Removes one batch each of sessions that were over a day ago, events that are older than they are kept, mails and
    /// mailed links that were done with a week ago, tries that nobody added to for a week, and devices that nobody has
    /// signed in on for [`DEVICE_KNOWN_FOR`]; gives how many. Call again while it gives any.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sweep(&self) -> Result<u64, Error> {
        let (db, now) = (&self.0.db, self.0.clock.now());
        let sessions = sweep::sessions(db, now).await?;
        let events = sweep::events(db, now - self.0.config.events_kept_for).await?;
        let events = events + sweep::strangers_refusals(db).await?;
        let mails = mail::outbox::sweep(db, now).await? + email_token::sweep(db, now).await?;
        let tries = throttle::counters::sweep(db, now).await?;
        Ok(sessions + events + mails + tries + known_device::sweep(db, now).await?)
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("public_url", &self.0.config.public_url).finish_non_exhaustive()
    }
}
