//! What an account *is*: passwords, sessions and tokens, over SQLx. Knows nothing of HTTP or pages.
//!
//! [`Auth`] is the handle to all of it. A sign-in is in `sign_in/password.rs`, what a presented token means in
//! `sessions/refresh.rs` and, as a pure rule, in `sessions/rotation/rule.rs`.
//!
//! What is mailed is in `mail/`, what a mailed link is in `tokens/mailed_link.rs`, what it takes beside one in
//! `links/proof.rs`, and what the links do in `recovery/`.

mod accounts;
mod administration;
mod clients;
mod clock;
mod error;
mod events;
mod keys;
mod links;
mod mail;
mod passwords;
mod recovery;
mod sessions;
mod sign_in;
mod storage;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod throttle;
mod tokens;

pub use accounts::email::{EMAIL_MAX_BYTES, EmailAddress, EmailProblem, display_address};
pub use accounts::profile::{DISPLAY_NAME_MAX_LENGTH, DisplayNameProblem};
pub use accounts::user::User;
pub use administration::accounts::{ADMINISTRATION_PAGE_MAX, Account, Administration, LiveSession};
pub use clients::client::Device;
pub use clients::known_device::{DEVICE_KNOWN_FOR, DeviceToken};
pub use clients::user_agent::{COOKIELESS, device_words};
pub use clock::{Clock, DAY, HOUR, MINUTE, Millis, SECOND};
pub use error::{CredentialFailure, Error, LinkProblem, Refusal, Violation};
pub use events::activity::{ACTIVITY_PAGE_MAX, Activity, newest_event_at};
pub use events::event::{EventKind, Outcome};
pub use keys::app_secret::{AppSecret, SECRET_MIN_BYTES, WeakSecret};
pub use links::destination::LinkRequest;
pub use links::holder::{LinkHolder, Redeemed};
pub use links::proof::LinkProof;
pub use mail::outbox::OutgoingMail;
pub use passwords::breached::{BreachedPasswords, RangeProblem};
pub use passwords::hash::Argon2Cost;
pub use passwords::policy::{PASSWORD_MAX_LENGTH, PasswordPolicy, PasswordProblem};
pub use passwords::pool::hash_threads;
pub use recovery::pending_address::PendingAddress;
pub use sessions::asker::Asker;
pub use sessions::end::EndReason;
pub use sessions::list::DeviceSession;
pub use sessions::refresh::session_id_of;
pub use sessions::session::{Lifetime, SESSIONS_PER_USER, Session};
pub use sign_in::password::NewSession;
pub use storage::backup::{BackupProblem, Restored, back_up, check_backup, restore};
pub use storage::db::{Db, Engine, database_file, files_open_to_others};
pub use storage::lock::{DatabaseLock, LockProblem};
pub use storage::private_file::{create_private_folder, private_file, restrict};
pub use storage::schema::{Schema, SchemaProblem};
pub use storage::sweep::Over;
pub use throttle::Throttle;
pub use tokens::access::{AccessToken, Claims, WEB_CLIENT_ID};
pub use tokens::mailed_link::{Link, LinkPurpose};
pub use tokens::refresh::RefreshToken;

use clients::voucher::DeviceVouchers;
use events::metrics::Metrics;
use events::refusal_writer::RefusalWriter;
use keys::app_secret::Purpose;
use keys::seal::Sealer;
use keys::signing::SigningKeys;
use passwords::hash::PasswordHasher;
use recovery::reset_requests::{Desk, ResetRequests};
use sessions::cache::Standings;
use sessions::rotation::delivered::DeliveredTokens;
use sessions::rotation::writer::RotationWriter;
use std::fmt;
use std::sync::Arc;
use throttle::{AddressCounters, SignIns, ThrottleKey};
use tokens::access::AccessTokens;
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
        let sessions = storage::sweep::sessions(db, now).await?;
        let events = storage::sweep::events(db, now - self.0.config.events_kept_for).await?;
        let events = events + storage::sweep::strangers_refusals(db).await?;
        let mails = mail::outbox::sweep(db, now).await? + tokens::mailed_link::sweep(db, now).await?;
        let tries = throttle::counters::sweep(db, now).await?;
        Ok(sessions + events + mails + tries + clients::known_device::sweep(db, now).await?)
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("public_url", &self.0.config.public_url).finish_non_exhaustive()
    }
}
