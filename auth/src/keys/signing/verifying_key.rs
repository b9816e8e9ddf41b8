//! Verifies signed tokens (RFC 7515).

use crate::{
    error::Error,
    keys::signing::{algorithm::KeyAlgorithm, public_key::PublicKey},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, Header, crypto, decode_header};

/// Verifies what one key signed, with that key's algorithm and no other (RFC 8725, section 3.1).
pub(crate) struct VerifyingKey {
    algorithm: KeyAlgorithm,
    decoding: DecodingKey,
}

impl VerifyingKey {
    /// Returns the key that verifies with a public part.
    pub(crate) fn of_public(algorithm: KeyAlgorithm, public: &PublicKey) -> Result<Self, Error> {
        Ok(Self { algorithm, decoding: public.decoding_key()? })
    }

    /// Returns the key that verifies with the secret of an HMAC.
    pub(crate) fn of_secret(secret: &[u8]) -> Self {
        Self { algorithm: KeyAlgorithm::Hs256, decoding: DecodingKey::from_secret(secret) }
    }

    /// Verifies the signature of a token and returns its payload. A header with a critical extension is refused (RFC 7515,
    /// section 4.1.11); keys that it names or holds (`jwk`, `jku`, `x5u`) are ignored (RFC 8725, section 3.10).
    pub(crate) fn payload(&self, token: &SignedToken<'_>) -> Option<Vec<u8>> {
        let algorithm = self.algorithm.of_jwt();
        if token.header.alg != algorithm || token.header.crit.is_some() {
            return None;
        }
        let is_genuine = crypto::verify(token.signature, token.signed.as_bytes(), &self.decoding, algorithm).ok()?;
        is_genuine.then(|| BASE64_URL_SAFE_NO_PAD.decode(token.payload).ok())?
    }
}

/// A token that was presented, taken apart and not verified yet.
pub(crate) struct SignedToken<'a> {
    pub(crate) header: Header,
    /// Header and payload as they were sent.
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> SignedToken<'a> {
    /// Takes a token apart; `None` if it has another form than `header.payload.signature`, with a header of JSON.
    pub(crate) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (_, payload) = signed.split_once('.').filter(|(_, payload)| !payload.contains('.'))?;
        Some(Self { header: decode_header(token).ok()?, signed, payload, signature })
    }
}

#[cfg(test)]
mod wycheproof {
    //! The vectors of Project Wycheproof for JSON Web Signatures.

    use super::*;
    use contract::Words;
    use serde_json::Value;

    const VECTORS: &str = include_str!("../../../tests/data/wycheproof/json_web_signature_test.json");

    /// Valid signatures that are refused here, by the reason.
    fn is_refused_on_purpose(id: u64) -> Option<&'static str> {
        match id {
            264..=271 => Some("RS384 and RS512 are not among our algorithms"),
            272..=275 | 287 | 288 | 320..=323 | 325..=328 | 346 | 350 => Some("nor is PSS"),
            347 | 351 => Some("nor is ECDSA on P-521"),
            372 | 373 => Some("a character outside of base64url (RFC 7515, section 2)"),
            _ => None,
        }
    }

    /// Whether a vector has the text of a valid one, 357, and can only be judged as that one. The file calls these two
    /// invalid because of a padding, which they do not have.
    fn is_a_copy_of_a_valid_one(id: u64) -> bool {
        matches!(id, 367 | 370)
    }

    /// Returns the key of a group, if it is one that could be ours: it signs, and with an algorithm of ours.
    fn key(group: &Value) -> Option<VerifyingKey> {
        let jwk = group.get("public").unwrap_or(&group["private"]);
        let text = |member: &str| jwk[member].as_str();
        let is_to_sign = text("use").is_none_or(|usage| usage == "sig")
            && jwk["key_ops"].as_array().is_none_or(|uses| uses.iter().any(|usage| usage == "verify"));
        let algorithm = KeyAlgorithm::named(text("alg")?).filter(|_| is_to_sign)?;
        if algorithm == KeyAlgorithm::Hs256 {
            return Some(VerifyingKey::of_secret(&BASE64_URL_SAFE_NO_PAD.decode(text("k")?).ok()?));
        }
        let public = serde_json::from_value(jwk.clone()).ok()?;
        VerifyingKey::of_public(algorithm, &public).ok()
    }

    #[test]
    fn every_signature_is_judged_as_wycheproof_says() -> Result<(), serde_json::Error> {
        let vectors: Value = serde_json::from_str(VECTORS)?;
        let (mut judged, mut accepted) = (0, 0);
        for group in vectors["testGroups"].as_array().into_iter().flatten() {
            let key = key(group);
            for test in group["tests"].as_array().into_iter().flatten() {
                let (id, jws) = (test["tcId"].as_u64().unwrap_or_default(), test["jws"].as_str());
                // The others are JSON objects instead of compact text.
                let token = jws.and_then(SignedToken::parse);
                let is_accepted = key.as_ref().zip(token).and_then(|(key, token)| key.payload(&token)).is_some();
                let is_valid = test["result"] == "valid" || is_a_copy_of_a_valid_one(id);
                let is_expected = is_valid && is_refused_on_purpose(id).is_none();
                assert_eq!(is_accepted, is_expected, "{id} {}: {}", test["comment"], test["jws"]);
                judged += 1;
                accepted += u32::from(is_accepted);
            }
        }
        assert_eq!(vectors["numberOfTests"], judged, "none was left out");
        assert_eq!((judged, accepted), (401, 20));
        Ok(())
    }
}
