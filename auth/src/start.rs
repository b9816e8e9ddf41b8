//! Starts the account engine: derives its keys and starts its tasks.

use crate::{
    change::Effects,
    clients::voucher::DeviceVouchers,
    clock::Clock,
    error::Error,
    events::refusal_writer::RefusalWriter,
    handle::{Auth, Config, Inner},
    keys::{
        app_secret::Purpose,
        refresh_key::RefreshKeys,
        seal::Sealer,
        signing::{ring::KeyRing, stored::KeySeal},
    },
    metrics::Metrics,
    passwords::hash::PasswordHasher,
    recovery::reset_requests::{self, Desk},
    sessions::{
        cache::Standings,
        rotation::{delivered::DeliveredTokens, writer::RotationWriter},
    },
    storage::db::Db,
    throttle::{AddressCounters, SignIns, ThrottleKey},
    tokens::access::AccessTokens,
};
use std::sync::Arc;
use tokio::sync::Notify;

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
        let db = db.measured();
        let effects = Arc::new(Effects {
            metrics: Metrics::new(),
            standings: Standings::new(),
            mail_waiting: Arc::new(Notify::new()),
            sealer: sealer_for(Purpose::Outbox)?,
        });
        let desk = Desk { db: db.clone(), clock: clock.clone(), effects: Arc::clone(&effects) };
        Ok(Self(Arc::new(Inner {
            keys: RefreshKeys::derive(&config.secret, config.old_secret.as_ref())?,
            key_seal: Arc::new(KeySeal::derive(&config.secret, config.old_secret.as_ref())?),
            hasher: PasswordHasher::new(config.argon2)?,
            access_tokens: AccessTokens::new(
                &config.public_url,
                config.access_token_ttl,
                KeyRing::derive(&config.secret, config.old_secret.as_ref())?,
            ),
            delivered: DeliveredTokens::new(),
            rotations: RotationWriter::start(db.clone()),
            refusals: RefusalWriter::start(db.clone()),
            reset_requests: reset_requests::start(desk),
            throttle_key: ThrottleKey::derive(&config.secret)?,
            forged_tokens: AddressCounters::of_forged_tokens(config.throttle.free_per_address),
            sign_ins: SignIns::new(config.throttle),
            device_vouchers: DeviceVouchers::derive(&config.secret)?,
            begun_flows: AddressCounters::of_begun_flows(config.throttle.free_per_address),
            refused_links: AddressCounters::of_refused_links(config.throttle.free_per_address),
            flash_sealer: sealer_for(Purpose::Flash)?,
            effects,
            db,
            clock,
            config,
        })))
    }
}
