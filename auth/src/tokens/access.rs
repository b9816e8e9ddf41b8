//! Access tokens: JWTs of a few minutes (RFC 7519, RFC 9068).

use crate::{
    accounts::roles::Roles,
    clock::{Clock, Millis, SECOND},
    error::{Error, Refusal},
    ids::{SessionId, UserId},
    keys::{
        app_secret::random,
        signing::{
            private_key::PrivateKey,
            ring::{KeyRing, Keys},
            verifying_key::SignedToken,
        },
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// The media type of an access token (RFC 9068, section 2.1), so that no other JWT of ours passes for one.
const TYPE: &str = "at+jwt";

/// The client that our access tokens are issued to (RFC 9068, section 2.2): our own pages. No other client is
/// registered, so clients without a cookie have tokens of the same.
pub const WEB_CLIENT_ID: &str = "web";

/// Random bytes in a token's id.
const ID_BYTES: usize = 8;

/// The longest token that is looked at, in bytes; ours are under 500.
const TOKEN_MAX_BYTES: usize = 2048;

/// How many verified tokens are remembered, so that a signature is checked once for each.
const REMEMBERED: usize = 4096;

/// A fresh access token for a client to keep in memory.
pub struct AccessToken {
    token: String,
    expires_in: Millis,
}

impl AccessToken {
    /// The JWT: for the answer's body, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.token
    }

    /// Its remaining life in whole seconds.
    pub fn expires_in(&self) -> u64 {
        u64::try_from(self.expires_in / SECOND).unwrap_or(0)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// What an access token says. Times are seconds since 1970, UTC (RFC 7519, section 2, "NumericDate").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it: `PUBLIC_URL`.
    pub iss: String,
    /// Whom it is for: `PUBLIC_URL`.
    pub aud: String,
    /// The user's id.
    pub sub: UserId,
    /// The session's id. It decides; the token only points to it.
    pub sid: SessionId,
    /// When it was issued.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// When the person last proved who they are.
    pub auth_time: i64,
    /// The client that it was issued to: [`WEB_CLIENT_ID`].
    pub client_id: String,
    /// The token's id: the generation of the refresh token that it was issued with, a dot, and randomness.
    pub jti: String,
    /// The roles of the user without `user`, for other services (RFC 9068, section 2.2.3.1). Here the roles that were read
    /// with the session decide. Left out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

impl Claims {
    /// The generation of the refresh token that it was issued with; older than any where the id does not say so.
    pub(crate) fn generation(&self) -> i64 {
        self.jti.split_once('.').and_then(|(generation, _)| generation.parse().ok()).unwrap_or(i64::MIN)
    }
}

/// The session that an access token is minted for.
pub(crate) struct Subject<'a> {
    pub(crate) user_id: &'a UserId,
    pub(crate) session_id: &'a SessionId,
    pub(crate) roles: &'a Roles,
    /// When the person last proved who they are.
    pub(crate) authenticated_at: Millis,
    /// The generation of the session's refresh token.
    pub(crate) generation: i64,
    /// When the session ends if it is not used again.
    pub(crate) ends_at: Millis,
}

/// Mints and verifies access tokens.
pub(crate) struct AccessTokens {
    issuer: String,
    lifetime: Millis,
    ring: KeyRing,
    verified: Cache<[u8; 32], Arc<Verified>>,
}

/// A verified token.
struct Verified {
    /// The name of the key that it was verified with.
    kid: String,
    claims: Arc<Claims>,
}

/// Why a token does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// It is refused.
    Refused(Refusal),
    /// It names a key that is not in memory. Another process may have made it.
    UnknownKey,
}

impl AccessTokens {
    pub(crate) fn new(issuer: &str, lifetime: Millis, ring: KeyRing) -> Self {
        Self { issuer: issuer.to_owned(), lifetime, ring, verified: Cache::new(REMEMBERED) }
    }

    /// Returns the keys.
    pub(crate) fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// Returns the longest life of a token, in milliseconds.
    pub(crate) fn lifetime(&self) -> Millis {
        self.lifetime
    }

    /// Mints a token for a session, which it never outlives. An algorithm that takes long signs on a thread that may
    /// block.
    pub(crate) async fn mint(&self, clock: &Clock, subject: &Subject<'_>) -> Result<AccessToken, Error> {
        let now = clock.now();
        let expires_in = self.lifetime.min(subject.ends_at - now).max(0);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: subject.user_id.clone(),
            sid: subject.session_id.clone(),
            iat: now / SECOND,
            exp: (now + expires_in) / SECOND,
            auth_time: subject.authenticated_at / SECOND,
            client_id: WEB_CLIENT_ID.to_owned(),
            jti: format!("{}.{}", subject.generation, BASE64_URL_SAFE_NO_PAD.encode(random::<ID_BYTES>()?)),
            roles: subject.roles.names().map(str::to_owned).collect(),
        };
        let keys = self.ring.keys();
        let key = keys.signing().ok_or(Error::Crypto("no key signs"))?;
        let token = if key.algorithm.is_slow() {
            let key: Arc<PrivateKey> = Arc::clone(key);
            spawn_blocking(move || key.sign_jwt(TYPE, &claims)).await.map_err(|_| Error::Interrupted)??
        } else {
            key.sign_jwt(TYPE, &claims)?
        };
        Ok(AccessToken { token, expires_in })
    }

    /// Verifies a token and returns its claims. The caller decides whether its session is live.
    pub(crate) fn verify(&self, clock: &Clock, token: &str) -> Result<Arc<Claims>, Unverified> {
        let refused = Unverified::Refused;
        if token.len() > TOKEN_MAX_BYTES {
            return Err(refused(Refusal::Forged));
        }
        let (keys, now) = (self.ring.keys(), clock.now());
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        // A key may have been retired since.
        let remembered = self.verified.get(&hash).filter(|verified| keys.verifying(&verified.kid, now).is_some());
        let verified = if let Some(verified) = remembered {
            verified
        } else {
            let verified = Arc::new(self.verify_signature(&keys, token, now)?);
            self.verified.insert(hash, Arc::clone(&verified));
            verified
        };
        if now >= verified.claims.exp * SECOND {
            self.verified.remove(&hash);
            return Err(refused(Refusal::Expired));
        }
        Ok(Arc::clone(&verified.claims))
    }

    /// The key comes from our own set by `kid`, and the algorithm from that key (RFC 8725, section 3.1).
    fn verify_signature(&self, keys: &Keys, token: &str, now: Millis) -> Result<Verified, Unverified> {
        let forged = || Unverified::Refused(Refusal::Forged);
        let token = SignedToken::parse(token).ok_or_else(forged)?;
        if !token.header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE)) {
            return Err(forged());
        }
        let kid = token.header.kid.clone().ok_or_else(forged)?;
        let key = keys.verifying(&kid, now).ok_or(Unverified::UnknownKey)?;
        let payload = key.payload(&token).ok_or_else(forged)?;
        // Claims that are missing, doubled or of another type are refused here.
        let claims: Claims = serde_json::from_slice(&payload).map_err(|_| forged())?;
        if claims.iss != self.issuer || claims.aud != self.issuer {
            return Err(forged());
        }
        Ok(Verified { kid, claims: Arc::new(claims) })
    }
}
