//! Throttling: a client that guesses or floods waits longer and longer, before it causes costly work (OWASP ASVS
//! 5.0, V6.3.1).
//!
//! A try is counted before it is known how it ends, so that tries at once cannot be more than tries one by one; one
//! that succeeds is given back. Unknown addresses are counted like any other. Who has to wait is looked up before
//! anything is hashed; a sign-in is counted beside its hash, and nothing is answered before both are done.

mod address_counters;
pub(crate) mod counters;
mod memory_counters;
pub(crate) mod rule;
pub(crate) mod sign_ins;

pub(crate) use address_counters::AddressCounters;
pub(crate) use sign_ins::SignIns;

use crate::{
    clients::{client::Client, network::Network},
    clock::{HOUR, MINUTE, Millis},
    error::Error,
    keys::app_secret::{AppSecret, Key, Purpose},
    storage::db::Engine,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::Words;
use hmac::{Hmac, KeyInit, Mac};
use rule::{Counter, Rule};
use secrecy::ExposeSecret;
use sha2::Sha256;
use sqlx::Transaction;

/// The longest that anybody waits, in milliseconds.
const LONGEST_WAIT: Millis = 15 * MINUTE;
/// How long until an account, or a device of it, gets a try back.
const ACCOUNT_REGAINS: Millis = HOUR;
/// How long until a client address does: many people may share one.
const ADDRESS_REGAINS: Millis = MINUTE;
/// How many times more tries at the current password all sessions of an account have together than one of them.
const SESSIONS_FREE: u32 = 10;
/// How long until all sessions together get a try back. One that always waits longest makes fewer tries than that, so it
/// does not use up what the others need.
const SESSIONS_REGAIN: Millis = 5 * MINUTE;
/// So many failed sign-ins before one that succeeds are told to the owner.
pub(crate) const MANY_FAILURES: u32 = 10;
/// What forged refresh tokens are called beside the [`Kind`]s.
pub(crate) const REFRESH_TOKEN: &str = "refresh_token";
/// What flows are called that a client address begins.
pub(crate) const FLOW: &str = "flow";
/// What refused mailed links are called beside them.
pub(crate) const MAILED_LINK: &str = "mailed_link";
/// What sign-ins are called that are let to the hash, whether they succeed or not.
pub(crate) const SIGN_INS: &str = "sign_ins";

/// How often something may be tried before waiting begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// For an account, and for each device that it knows.
    pub free_per_account: u32,
    /// For a client address, which many people may share.
    pub free_per_address: u32,
}

impl Throttle {
    /// What an account has without a wait where nothing else is set.
    pub const FREE_PER_ACCOUNT: u32 = 5;
    /// What a client address has.
    pub const FREE_PER_ADDRESS: u32 = 50;
}

impl Default for Throttle {
    fn default() -> Self {
        Self { free_per_account: Self::FREE_PER_ACCOUNT, free_per_address: Self::FREE_PER_ADDRESS }
    }
}

contract::words! {
    /// What is counted, and by what. In the order in which counters are taken.
    #[derive(PartialOrd, Ord)]
    pub(crate) enum Kind {
        /// Sign-ins of an account from devices that it does not know.
        SignInAccount = "sign_in_account",
        /// Sign-ins of an account from a device that it knows.
        SignInDevice = "sign_in_device",
        /// Sign-ins from a client address.
        SignInAddress = "sign_in_address",
        /// Sign-ups from a client address.
        SignUpAddress = "sign_up_address",
        /// Mail to an address, requested from a device that its account does not know.
        MailAccount = "mail_account",
        /// Mail to an address, requested from a device that its account knows.
        MailDevice = "mail_device",
        /// Mail that a client address requests.
        MailAddress = "mail_address",
        /// Attempts to give the current password, within one session or by the holder of one mailed link.
        PasswordSession = "password_session",
        /// Attempts to give the current password, within all sessions and by all links of an account.
        Password = "password",
        /// Downloads of an account's data within one session.
        DataDownload = "data_download",
    }
}

/// Everything that can be tried too often, as events and metrics call it.
pub(crate) fn tried() -> impl Iterator<Item = &'static str> {
    Kind::ALL.iter().map(|kind| kind.as_str()).chain([REFRESH_TOKEN, FLOW, MAILED_LINK, SIGN_INS])
}

impl Kind {
    pub(crate) fn is_by_address(self) -> bool {
        matches!(self, Self::SignInAddress | Self::SignUpAddress | Self::MailAddress)
    }

    /// Whether several who do not know of each other are counted together.
    fn is_of_strangers(self) -> bool {
        self.is_by_address() || matches!(self, Self::SignInAccount | Self::MailAccount | Self::Password)
    }

    pub(crate) fn rule(self, throttle: Throttle) -> Rule {
        if self.is_by_address() {
            Rule { free: throttle.free_per_address, regained_every: ADDRESS_REGAINS, longest: LONGEST_WAIT }
        } else if self == Self::Password {
            let free = throttle.free_per_account.saturating_mul(SESSIONS_FREE);
            Rule { free, regained_every: SESSIONS_REGAIN, longest: LONGEST_WAIT }
        } else {
            Rule { free: throttle.free_per_account, regained_every: ACCOUNT_REGAINS, longest: LONGEST_WAIT }
        }
    }
}

/// Whose tries are counted.
pub(crate) struct Subject {
    pub(crate) kind: Kind,
    who: String,
    /// How many times the budget of one.
    pub(crate) weight: u32,
}

/// A counter that a try is counted by, as it was read.
pub(crate) struct Seen {
    pub(crate) kind: Kind,
    pub(crate) hash: String,
    pub(crate) rule: Rule,
    pub(crate) counter: Counter,
}

/// A counter that a try was counted by: until when it makes others wait, and until when it did before.
pub(crate) struct Counted {
    pub(crate) kind: Kind,
    pub(crate) hash: String,
    pub(crate) free_at: (Millis, Millis),
}

/// A try that did not have to wait when it was looked at.
#[must_use = "a try that is not counted is free"]
pub(crate) struct LetThrough(pub(crate) Vec<Seen>);

/// A try that was let through.
#[must_use = "a try that succeeds is to be forgiven"]
pub(crate) struct Try {
    pub(crate) counted: Vec<Counted>,
    /// How many of the same account or device came before it and were neither forgiven nor given back.
    pub(crate) before: u32,
}

/// The key under which counters are kept.
pub(crate) struct ThrottleKey(Key);

impl ThrottleKey {
    pub(crate) fn derive(secret: &AppSecret) -> Result<Self, Error> {
        secret.derive(Purpose::Throttle).map(Self)
    }

    pub(crate) fn hash(&self, subject: &Subject) -> Result<String, Error> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret())
            .map_err(|_| Error::Crypto("HMAC refused the key"))?;
        mac.update(subject.kind.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(subject.who.as_bytes());
        Ok(BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}

impl Subject {
    /// An account, by its id or by an address that it has or could have.
    pub(crate) fn account(kind: Kind, account: &str) -> Self {
        Self { kind, who: account.to_owned(), weight: 1 }
    }

    /// The client's address and the networks that it is in, where it is known. A wider network has the tries of
    /// several clients, so that a neighbour alone cannot use them up.
    pub(crate) fn address(kind: Kind, client: &Client) -> Vec<Self> {
        let networks = client.address.map(Network::all_of).unwrap_or_default();
        networks.into_iter().map(|network| Self { kind, who: network.to_string(), weight: network.weight }).collect()
    }

    /// Whose tries at signing in, or at having mail sent, `device` makes for the account of `email`: its own where the
    /// account knows it; else everybody's, and its address's.
    pub(crate) fn all(kinds: [Kind; 3], email: Option<&str>, client: &Client, is_known: bool) -> Vec<Self> {
        let [of_account, of_device, of_address] = kinds;
        if let (true, Some(email), Some(token)) = (is_known, email, &client.token) {
            return vec![Self::account(of_device, &format!("{} {email}", token.hash()))];
        }
        let account = email.map(|email| Self::account(of_account, email));
        account.into_iter().chain(Self::address(of_address, client)).collect()
    }
}

impl Try {
    /// Forgives it. A device that the account knows starts anew, and so does the holder of a session. Strangers get
    /// this one try back: the waits of others must not tell that the owner signed in, and an account of one's own must
    /// not buy tries at another.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn succeeded(&self, tx: &mut Transaction<'static, Engine>) -> Result<(), Error> {
        for Counted { kind, hash, free_at } in &self.counted {
            if kind.is_of_strangers() {
                counters::give_back(tx, kind.as_str(), hash, *free_at).await?;
            } else {
                counters::reset(tx, kind.as_str(), hash).await?;
            }
        }
        Ok(())
    }
}
