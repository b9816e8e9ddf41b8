//! The handle to accounts: its configuration, and the state that all operations share.

pub(crate) mod facets;

use crate::{
    batcher::Batcher,
    change::{Change, Effects},
    clients::{known_device::DeviceToken, voucher::DeviceVouchers},
    clock::{Clock, Millis},
    error::Error,
    events::refusal_writer::RefusalWriter,
    keys::{
        app_secret::AppSecret,
        refresh_key::RefreshKeys,
        seal::Sealer,
        signing::{algorithm::KeyAlgorithm, material::KeyMaterial, stored::KeySeal},
    },
    mail::catalogue::MailCatalogue,
    passwords::{
        breached::BreachedPasswords,
        hash::{Argon2Cost, PasswordHasher},
        policy::PasswordPolicy,
    },
    sessions::{
        rotation::{delivered::DeliveredTokens, writer::RotationWriter},
        session::{Lifetime, Session},
    },
    storage::db::Db,
    throttle::{AddressCounters, SignIns, Throttle, ThrottleKey},
    tokens::{access::AccessTokens, link_request::ResetRequest, refresh::RefreshToken},
};
use std::fmt;
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
    /// The algorithm that signs access tokens.
    pub token_algorithm: KeyAlgorithm,
    /// The key that signs access tokens, where its operator keeps it; `None` if keys are generated and rotated.
    pub signing_key: Option<KeyMaterial>,
    /// How long a generated key signs before the next one does, in milliseconds.
    pub key_rotation: Millis,
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
    /// The breached passwords that a new one must not be among; `None` if no list is asked.
    pub breached_passwords: Option<BreachedPasswords>,
    /// What a password hash costs.
    pub argon2: Argon2Cost,
    /// How long security events are kept, in milliseconds.
    pub events_kept_for: Millis,
    /// Whether an address has to be verified before its owner can sign in. Then a sign-up does not reveal whether an
    /// address is known.
    pub require_verified_email: bool,
    /// How often something may be tried before waiting begins.
    pub throttle: Throttle,
    /// The words of mails, and the pages that their links lead to.
    pub mail: MailCatalogue,
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

/// The outcome of a sign-in or sign-up whose credentials are right.
#[derive(Debug)]
#[must_use]
#[expect(clippy::large_enum_variant, reason = "one is made for a sign-in, which costs a password hash")]
pub enum SignIn {
    /// A session has begun.
    Granted(Grant),
    /// The address has to be verified first ([`Config::require_verified_email`]); a link that does so is mailed.
    Unverified,
}

/// The handle to accounts. Cheap to clone.
#[derive(Clone)]
pub struct Auth(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) config: Config,
    pub(crate) keys: RefreshKeys,
    /// Seals stored signing keys. Shared with threads that may block.
    pub(crate) key_seal: Arc<KeySeal>,
    pub(crate) hasher: PasswordHasher,
    pub(crate) access_tokens: AccessTokens,
    pub(crate) delivered: DeliveredTokens,
    pub(crate) rotations: RotationWriter,
    pub(crate) refusals: RefusalWriter,
    pub(crate) effects: Arc<Effects>,
    pub(crate) flash_sealer: Sealer,
    pub(crate) reset_requests: Batcher<ResetRequest>,
    pub(crate) throttle_key: ThrottleKey,
    pub(crate) forged_tokens: AddressCounters,
    pub(crate) begun_flows: AddressCounters,
    pub(crate) refused_links: AddressCounters,
    pub(crate) sign_ins: SignIns,
    pub(crate) device_vouchers: DeviceVouchers,
}

impl Auth {
    /// The database, for features that keep rows of their own beside the accounts.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Begins a change at `now`.
    pub(crate) async fn change(&self, now: Millis) -> Result<Change<'_>, Error> {
        Change::begin(&self.0.db, &self.0.effects, now).await
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The least number of characters of a new password.
    pub fn password_min_length(&self) -> usize {
        self.0.config.password.min_length
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("public_url", &self.0.config.public_url).finish_non_exhaustive()
    }
}
