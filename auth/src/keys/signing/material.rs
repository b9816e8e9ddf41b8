//! The material of a signing key: generated, derived from a seed, or read from PEM.

use crate::{
    error::{Error, KeyProblem},
    keys::{
        app_secret::{Key, random},
        signing::{algorithm::KeyAlgorithm, public_key::PublicKey},
    },
};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair, RsaPublicKeyComponents,
    },
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

/// The least length of an RSA modulus, in bits. It has the 128 bits of security that the other algorithms have.
pub const RSA_MIN_BITS: usize = 3072;

/// Random bytes in the name of a key without a public part, whose thumbprint must not be shown (RFC 7638, section 7).
const KID_BYTES: usize = 9;
/// Bytes of an HMAC key (RFC 7518, section 3.2).
const HMAC_BYTES: usize = 32;

/// A signing key with its private part.
#[derive(Clone, Debug)]
pub struct KeyMaterial {
    pub(crate) kid: String,
    pub(crate) algorithm: KeyAlgorithm,
    /// The public part; `None` for HMAC.
    pub(crate) public: Option<PublicKey>,
    /// The private part: PKCS #8, or the key of an HMAC, in base64url.
    pub(crate) private: SecretString,
}

impl KeyMaterial {
    /// Generates a key. Takes most of a second for RSA.
    pub(crate) fn generate(algorithm: KeyAlgorithm) -> Result<Self, Error> {
        let failed = |_| Error::Crypto("a signing key could not be generated");
        match algorithm {
            KeyAlgorithm::EdDsa => Self::ed25519(&Ed25519KeyPair::generate().map_err(failed)?),
            KeyAlgorithm::Es256 => {
                Self::p256(&EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?)
            }
            KeyAlgorithm::Rs256 => Self::rsa(&RsaKeyPair::generate(KeySize::Rsa3072).map_err(failed)?),
            KeyAlgorithm::Hs256 => Ok(Self {
                kid: BASE64_URL_SAFE_NO_PAD.encode(random::<KID_BYTES>()?),
                algorithm,
                public: None,
                private: BASE64_URL_SAFE_NO_PAD.encode(random::<HMAC_BYTES>()?).into(),
            }),
        }
    }

    /// Returns the Ed25519 key of a seed.
    pub(crate) fn from_seed(seed: &Key) -> Result<Self, Error> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose_secret());
        Self::ed25519(&pair.map_err(|_| Error::Crypto("no Ed25519 key could be made of the seed"))?)
    }

    /// Reads a private key in PEM (PKCS #8; RFC 5208, RFC 7468): Ed25519, ECDSA on P-256, or RSA.
    ///
    /// # Errors
    /// [`Error::SigningKey`] says what is wrong with it.
    pub fn from_pem(pem: &SecretString) -> Result<Self, Error> {
        let document = decode_pem(pem.expose_secret())?;
        let document = document.expose_secret();
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8(document) {
            return Self::ed25519(&pair);
        }
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document) {
            return Self::p256(&pair);
        }
        if let Some(bits) = rsa_bits(document).filter(|bits| *bits < RSA_MIN_BITS) {
            return Err(KeyProblem::TooShort { bits, min: RSA_MIN_BITS }.into());
        }
        match RsaKeyPair::from_pkcs8(document) {
            Ok(pair) => Self::rsa(&pair),
            Err(_) => Err(KeyProblem::WrongType.into()),
        }
    }

    /// Returns the name of the key in tokens.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Returns the algorithm that the key signs with.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// Returns the private part: PKCS #8, or the key of an HMAC.
    pub(crate) fn document(&self) -> Result<SecretSlice<u8>, Error> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(self.private.expose_secret());
        bytes.map(Into::into).map_err(|_| Error::Corrupt("the private part of a signing key"))
    }

    fn ed25519(pair: &Ed25519KeyPair) -> Result<Self, Error> {
        let document = pair.to_pkcs8v1().map_err(not_encoded)?;
        Ok(Self::new(KeyAlgorithm::EdDsa, PublicKey::ed25519(pair.public_key().as_ref()), document.as_ref()))
    }

    fn p256(pair: &EcdsaKeyPair) -> Result<Self, Error> {
        let document = pair.to_pkcs8v1().map_err(not_encoded)?;
        Ok(Self::new(KeyAlgorithm::Es256, PublicKey::p256(pair.public_key().as_ref())?, document.as_ref()))
    }

    fn rsa(pair: &RsaKeyPair) -> Result<Self, Error> {
        let document: Pkcs8V1Der<'_> = pair.as_der().map_err(not_encoded)?;
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        Ok(Self::new(KeyAlgorithm::Rs256, PublicKey::rsa(&public.n, &public.e), document.as_ref()))
    }

    fn new(algorithm: KeyAlgorithm, public: PublicKey, document: &[u8]) -> Self {
        let private = BASE64_URL_SAFE_NO_PAD.encode(document).into();
        Self { kid: public.kid(), algorithm, public: Some(public), private }
    }
}

fn not_encoded(_: aws_lc_rs::error::Unspecified) -> Error {
    Error::Crypto("a signing key could not be encoded")
}

/// Returns the document of the first block in `pem`.
fn decode_pem(pem: &str) -> Result<SecretSlice<u8>, KeyProblem> {
    let (_, rest) = pem.split_once("-----BEGIN ").ok_or(KeyProblem::NotPem)?;
    let (label, rest) = rest.split_once("-----").ok_or(KeyProblem::NotPem)?;
    match label {
        "PRIVATE KEY" => {}
        "ENCRYPTED PRIVATE KEY" => return Err(KeyProblem::Encrypted),
        "RSA PRIVATE KEY" | "EC PRIVATE KEY" => return Err(KeyProblem::OldFormat),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => return Err(KeyProblem::Public),
        _ => return Err(KeyProblem::NotPem),
    }
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----").ok_or(KeyProblem::NotPem)?;
    let text: SecretString = body.split_whitespace().collect::<String>().into();
    BASE64_STANDARD.decode(text.expose_secret()).map(Into::into).map_err(|_| KeyProblem::NotPem)
}

/// Returns the length of the modulus of an RSA key in PKCS #8, in bits; `None` if it is no RSA key. aws-lc-rs reads no
/// key of less than 2048 bits, and then does not say why.
fn rsa_bits(document: &[u8]) -> Option<usize> {
    let (0x30, key, _) = element(document)? else { return None };
    let (0x02, _, key) = element(key)? else { return None };
    let (0x30, algorithm, key) = element(key)? else { return None };
    let (0x06, identifier, _) = element(algorithm)? else { return None };
    // rsaEncryption (RFC 8017, appendix A.1).
    (identifier == [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]).then_some(())?;
    let (0x04, private, _) = element(key)? else { return None };
    let (0x30, numbers, _) = element(private)? else { return None };
    let (0x02, _version, numbers) = element(numbers)? else { return None };
    let (0x02, modulus, _) = element(numbers)? else { return None };
    let zeros: u32 = modulus.iter().position(|byte| *byte != 0).map(|at| modulus[at].leading_zeros())?;
    let significant = modulus.iter().skip_while(|byte| **byte == 0).count();
    (significant * 8).checked_sub(usize::try_from(zeros).ok()?)
}

/// Splits off the first DER element: its tag, its content, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if length.len() > 4 {
            return None;
        }
        (length.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::{
        agreement::{PrivateKey as AgreementKey, X25519},
        encoding::Curve25519SeedBin,
        signature::ECDSA_P384_SHA384_FIXED_SIGNING,
    };

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn pem(label: &str, document: &[u8]) -> SecretString {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(document)).into()
    }

    fn problem(pem: &SecretString) -> Option<KeyProblem> {
        match KeyMaterial::from_pem(pem) {
            Err(Error::SigningKey(problem)) => Some(problem),
            _ => None,
        }
    }

    #[test]
    fn a_generated_key_is_read_from_pem_again() -> Outcome {
        for algorithm in [KeyAlgorithm::EdDsa, KeyAlgorithm::Es256, KeyAlgorithm::Rs256] {
            let key = KeyMaterial::generate(algorithm)?;
            let read = KeyMaterial::from_pem(&pem("PRIVATE KEY", key.document()?.expose_secret()))?;
            assert_eq!((read.kid(), read.algorithm(), &read.public), (key.kid(), algorithm, &key.public));
            assert!(!format!("{read:?}").contains(key.private.expose_secret()));
        }
        Ok(())
    }

    #[test]
    fn an_hmac_key_has_a_random_name_and_no_public_part() -> Outcome {
        let [one, other] = [KeyMaterial::generate(KeyAlgorithm::Hs256)?, KeyMaterial::generate(KeyAlgorithm::Hs256)?];
        assert_ne!(one.kid, other.kid);
        assert_eq!((one.public.as_ref(), one.document()?.expose_secret().len()), (None, HMAC_BYTES));
        Ok(())
    }

    #[test]
    fn a_key_that_is_too_short_or_of_another_type_is_refused() -> Outcome {
        let short: Pkcs8V1Der<'_> = RsaKeyPair::generate(KeySize::Rsa2048)?.as_der()?;
        assert_eq!(
            problem(&pem("PRIVATE KEY", short.as_ref())),
            Some(KeyProblem::TooShort { bits: 2048, min: RSA_MIN_BITS })
        );
        let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING)?.to_pkcs8v1()?;
        assert_eq!(problem(&pem("PRIVATE KEY", p384.as_ref())), Some(KeyProblem::WrongType));
        let seed: Curve25519SeedBin<'_> =
            aws_lc_rs::encoding::AsBigEndian::as_be_bytes(&AgreementKey::generate(&X25519)?)?;
        assert_eq!(problem(&pem("PRIVATE KEY", seed.as_ref())), Some(KeyProblem::WrongType));
        Ok(())
    }

    #[test]
    fn what_is_no_private_key_is_refused_by_its_name() -> Outcome {
        let key = KeyMaterial::generate(KeyAlgorithm::EdDsa)?;
        let document = key.document()?;
        let document = document.expose_secret();
        for (label, expected) in [
            ("PUBLIC KEY", KeyProblem::Public),
            ("CERTIFICATE", KeyProblem::Public),
            ("ENCRYPTED PRIVATE KEY", KeyProblem::Encrypted),
            ("RSA PRIVATE KEY", KeyProblem::OldFormat),
            ("EC PRIVATE KEY", KeyProblem::OldFormat),
            ("OPENSSH PRIVATE KEY", KeyProblem::NotPem),
        ] {
            assert_eq!(problem(&pem(label, document)), Some(expected), "{label}");
        }
        let public: SecretString = key.public.ok_or("it has a public part")?.pem()?.into();
        assert_eq!(problem(&public), Some(KeyProblem::Public));
        for text in
            ["", "garbage", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----"]
        {
            assert_eq!(problem(&text.into()), Some(KeyProblem::NotPem), "{text}");
        }
        for length in 0..document.len() {
            assert_eq!(problem(&pem("PRIVATE KEY", &document[..length])), Some(KeyProblem::WrongType), "{length}");
        }
        Ok(())
    }
}
