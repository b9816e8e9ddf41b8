//! Accounts over SQLx: passwords, sessions, tokens and mailed links. Knows neither HTTP nor pages.
//!
//! [`Auth`] is the handle. `handle/mod.rs` holds its state and `handle/facets.rs` groups its operations (`auth.sessions()`,
//! `auth.links()`, …). The operations are in the folders below it in the list of `xtask/src/rooms.rs`. A sign-in is in `sign_in/password.rs`. The meaning of a presented token is in `sign_in/refresh.rs`
//! and, as a pure rule, in `sessions/rotation/rule.rs`.
//!
//! Mail is in `mail/`, mailed links are in `tokens/mailed_link.rs`, the proof that a link needs beside its token in
//! `links/proof.rs`, and the effects of links in `recovery/`.

mod accounts;
mod administration;
mod batcher;
mod change;
mod clients;
mod clock;
mod delivery;
mod error;
mod events;
mod handle;
mod ids;
mod keys;
mod links;
mod mail;
mod metrics;
mod own_account;
mod passwords;
mod recovery;
mod sessions;
mod sign_in;
mod start;
mod storage;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod throttle;
mod tokens;
mod tries;
mod upkeep;

pub use accounts::email::{EmailAddress, display_address};
pub use accounts::roles::{RoleName, Roles};
pub use accounts::user::User;
pub use administration::accounts::{ADMINISTRATION_PAGE_MAX, Account, LiveSession};
pub use administration::backup::{BackupProblem, Restored, back_up, check_backup, restore};
pub use administration::facet::{Actor, Administration};
pub use administration::roles::Role;
pub use administration::signing_keys::SigningKey;
pub use clients::client::Client;
pub use clients::known_device::{DEVICE_KNOWN_FOR, DeviceToken};
pub use clients::user_agent::UserAgent;
pub use clock::{Clock, DAY, HOUR, MINUTE, Millis, SECOND};
pub use contract::{
    DISPLAY_NAME_MAX_LENGTH, DisplayNameProblem, EMAIL_MAX_BYTES, EmailProblem, EndReason, EventKind, LinkProblem,
    LinkPurpose, Outcome, PASSWORD_MAX_LENGTH, PasswordProblem, Permission, ROLE_ADMIN, ROLE_USER, ROLES_PER_USER,
    RoleProblem, Words,
};
pub use error::{CredentialFailure, Error, KeyProblem, Refusal, SchemaProblem, Violation};
pub use handle::facets::{Links, Outbox, OwnAccount, Sessions, Upkeep};
pub use handle::{Auth, Config, Grant, SignIn};
pub use ids::{SessionId, UserId};
pub use keys::app_secret::{AppSecret, SECRET_MIN_BYTES, WeakSecret};
pub use keys::signing::algorithm::{KeyAlgorithm, UnknownAlgorithm};
pub use keys::signing::life_cycle::{JWKS_LIFETIME, LifeCycle};
pub use keys::signing::material::{KeyMaterial, RSA_MIN_BITS};
pub use keys::signing::public_key::PublicKey;
pub use keys::signing::ring::Jwks;
pub use links::holder::{LinkHolder, Redeemed};
pub use links::proof::LinkProof;
pub use mail::catalogue::{Envelope, MailCatalogue};
pub use mail::letter::Letter;
pub use mail::outbox::OutgoingMail;
pub use mail::{Mail, Notice};
pub use own_account::activity::{ACTIVITY_PAGE_MAX, Activity, newest_event_at};
pub use own_account::devices::DeviceSession;
pub use passwords::breached::{BreachedPasswords, RangeProblem};
pub use passwords::hash::Argon2Cost;
pub use passwords::policy::PasswordPolicy;
pub use passwords::pool::hash_threads;
pub use recovery::pending_address::PendingAddress;
pub use sessions::kind::SessionKind;
pub use sessions::new_session::NewSession;
pub use sessions::session::{Lifetime, SESSIONS_PER_USER, Session};
pub use sign_in::asker::Asker;
pub use sign_in::refresh::session_id_of;
pub use storage::db::{Db, Engine, database_file, files_open_to_others};
pub use storage::lock::{DatabaseLock, LockProblem};
pub use storage::private_file::{create_private_folder, private_file, restrict};
pub use storage::schema::Schema;
pub use storage::sweep::Over;
pub use throttle::Throttle;
pub use tokens::access::{AccessToken, Claims, WEB_CLIENT_ID};
pub use tokens::link_request::LinkRequest;
pub use tokens::mailed_link::SeenLink;
pub use tokens::refresh::RefreshToken;
