//! The private part of a signing key, parsed once: `jsonwebtoken` would parse it at every signature.

use crate::{
    error::Error,
    keys::signing::{algorithm::KeyAlgorithm, material::KeyMaterial},
};
use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::ExposeSecret;
use serde::Serialize;
use std::fmt;

/// Signs tokens.
pub(crate) struct PrivateKey {
    pub(crate) kid: String,
    pub(crate) algorithm: KeyAlgorithm,
    pair: Pair,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Secret(Box<hmac::Key>),
}

impl PrivateKey {
    /// Parses the private part of `material`. Takes about a millisecond for RSA.
    pub(crate) fn parse(material: &KeyMaterial) -> Result<Self, Error> {
        let failed = || Error::Corrupt("the private part of a signing key");
        let document = material.document()?;
        let document = document.expose_secret();
        let pair = match material.algorithm {
            KeyAlgorithm::EdDsa => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(document).map_err(|_| failed())?),
            KeyAlgorithm::Es256 => {
                Pair::P256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document).map_err(|_| failed())?)
            }
            KeyAlgorithm::Rs256 => Pair::Rsa(RsaKeyPair::from_pkcs8(document).map_err(|_| failed())?),
            KeyAlgorithm::Hs256 => Pair::Secret(Box::new(hmac::Key::new(hmac::HMAC_SHA256, document))),
        };
        Ok(Self { kid: material.kid.clone(), algorithm: material.algorithm, pair })
    }

    /// Returns a JWT with `claims`, whose header says `typ` (RFC 7519). RSA takes most of a millisecond.
    pub(crate) fn sign_jwt(&self, typ: &str, claims: &impl Serialize) -> Result<String, Error> {
        let header = format!(r#"{{"typ":"{typ}","alg":"{}","kid":"{}"}}"#, self.algorithm, self.kid);
        let claims = serde_json::to_vec(claims).map_err(|_| Error::Crypto("claims could not be written"))?;
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.sign(token.as_bytes())?;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// Signs `message` as RFC 7518 and RFC 8037 say.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let failed = |_| Error::Crypto("a token could not be signed");
        match &self.pair {
            Pair::Ed25519(pair) => Ok(pair.try_sign(message).map_err(failed)?.as_ref().to_vec()),
            Pair::P256(pair) => Ok(pair.sign(&SystemRandom::new(), message).map_err(failed)?.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Pair::Secret(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::app_secret::Key;
    use jsonwebtoken::{Algorithm, crypto};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_key_signs_and_verifies_as_the_rfc_says() -> Outcome {
        // RFC 8037, appendix A.1 and A.4.
        let seed = BASE64_URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")?;
        let material = KeyMaterial::from_seed(&Key::new(Box::new(seed.as_slice().try_into()?)))?;
        let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let signed = PrivateKey::parse(&material)?.sign(message.as_bytes())?;
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(signed), signature);
        let public = material.public.ok_or("it has a public part")?;
        assert!(crypto::verify(signature, message.as_bytes(), &public.decoding_key()?, Algorithm::EdDSA)?);
        Ok(())
    }
}
