//! The algorithms that sign tokens (RFC 7518, section 3.1; RFC 8037).

use contract::Words;
use jsonwebtoken::Algorithm;
use std::str::FromStr;

contract::words! {
    /// An algorithm that signs tokens, by its name in a token's header.
    pub enum KeyAlgorithm {
        /// Ed25519: the default.
        EdDsa = "EdDSA",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// RSA of 3072 bits, PKCS #1 v1.5 with SHA-256.
        Rs256 = "RS256",
        /// HMAC with SHA-256: for a single service, because whoever verifies can also sign. Never published.
        Hs256 = "HS256",
    }
}

impl KeyAlgorithm {
    /// Returns the name that `jsonwebtoken` has for it.
    pub(crate) fn of_jwt(self) -> Algorithm {
        match self {
            Self::EdDsa => Algorithm::EdDSA,
            Self::Es256 => Algorithm::ES256,
            Self::Rs256 => Algorithm::RS256,
            Self::Hs256 => Algorithm::HS256,
        }
    }

    /// Whether a signature or a key takes so long to compute that it would delay other requests on the same thread.
    pub(crate) fn is_slow(self) -> bool {
        self == Self::Rs256
    }
}

/// A name that no algorithm of ours has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is none of EdDSA, ES256, RS256 and HS256")]
pub struct UnknownAlgorithm;

impl FromStr for KeyAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::named(name).ok_or(UnknownAlgorithm)
    }
}

impl std::fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
