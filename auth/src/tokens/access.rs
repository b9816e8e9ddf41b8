//! Access tokens: JWTs of a few minutes (RFC 7519, RFC 9068), signed with EdDSA (RFC 8037).

use crate::{
    accounts::roles::Roles,
    clock::{Clock, Millis, SECOND},
    error::{Error, Refusal},
    ids::{SessionId, UserId},
    keys::{app_secret::random, signing::SigningKeys},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

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
    validation: Validation,
    verified: Cache<[u8; 32], Arc<Claims>>,
}

impl AccessTokens {
    pub(crate) fn new(issuer: &str, lifetime: Millis) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub"]);
        // `exp` is a claim that cannot be left out (see `Claims`), judged by our own clock and without leeway.
        validation.validate_exp = false;
        Self { issuer: issuer.to_owned(), lifetime, validation, verified: Cache::new(REMEMBERED) }
    }

    /// Mints a token for a session, which it never outlives.
    pub(crate) fn mint(&self, keys: &SigningKeys, clock: &Clock, subject: &Subject<'_>) -> Result<AccessToken, Error> {
        let now = clock.now();
        let expires_in = self.lifetime.min(subject.ends_at - now).max(0);
        let key = &keys.current.access;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: subject.user_id.to_owned(),
            sid: subject.session_id.to_owned(),
            iat: now / SECOND,
            exp: (now + expires_in) / SECOND,
            auth_time: subject.authenticated_at / SECOND,
            client_id: WEB_CLIENT_ID.to_owned(),
            jti: format!("{}.{}", subject.generation, BASE64_URL_SAFE_NO_PAD.encode(random::<ID_BYTES>()?)),
            roles: subject.roles.names().map(str::to_owned).collect(),
        };
        let token =
            encode(&header, &claims, &key.encoding).map_err(|_| Error::Crypto("a token could not be signed"))?;
        Ok(AccessToken { token, expires_in })
    }

    /// Verifies a token and gives its claims. Whether its session still stands is the caller's next question.
    pub(crate) fn verify(&self, keys: &SigningKeys, clock: &Clock, token: &str) -> Result<Arc<Claims>, Refusal> {
        if token.len() > TOKEN_MAX_BYTES {
            return Err(Refusal::Forged);
        }
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let claims = if let Some(claims) = self.verified.get(&hash) {
            claims
        } else {
            let claims = Arc::new(self.verify_signature(keys, token).ok_or(Refusal::Forged)?);
            self.verified.insert(hash, Arc::clone(&claims));
            claims
        };
        if clock.now() >= claims.exp * SECOND {
            self.verified.remove(&hash);
            return Err(Refusal::Expired);
        }
        Ok(claims)
    }

    /// The key comes from our own set by `kid`, the algorithm from that key; `jwk`, `jku` and `x5u` in a header are
    /// never looked at (RFC 8725, sections 3.1 and 3.10), an extension marked critical is refused (RFC 7515, 4.1.11).
    fn verify_signature(&self, keys: &SigningKeys, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        if !header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE)) || header.crit.is_some() {
            return None;
        }
        let key = keys.access(header.kid.as_deref()?)?;
        Some(decode::<Claims>(token, &key.decoding, &self.validation).ok()?.claims)
    }
}
