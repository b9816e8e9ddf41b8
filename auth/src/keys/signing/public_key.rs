//! The public part of a signing key: a JSON Web Key (RFC 7517), its thumbprint (RFC 7638), and PEM (RFC 5280).

use crate::error::Error;
use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa::PublicKeyComponents,
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes of a public key's thumbprint that name it in a token. They only tell one of our own keys from another, and the
/// whole thumbprint would take a tenth of a token.
const KID_BYTES: usize = 9;

/// Characters in a line of PEM (RFC 7468, section 2).
const PEM_LINE: usize = 64;

/// The start of a `SubjectPublicKeyInfo` with an Ed25519 key (RFC 8410, section 4).
const ED25519_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// The start of a `SubjectPublicKeyInfo` with an uncompressed point of P-256 (RFC 5480, section 2).
const P256_INFO: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// The public part of a signing key. Its serialization is a JSON Web Key; the members are base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum PublicKey {
    /// Ed25519 (RFC 8037).
    #[serde(rename = "OKP")]
    Ed25519 {
        /// The curve: `Ed25519`.
        crv: String,
        /// The public key.
        x: String,
    },
    /// A point of P-256 (RFC 7518, section 6.2).
    #[serde(rename = "EC")]
    P256 {
        /// The curve: `P-256`.
        crv: String,
        /// The x coordinate.
        x: String,
        /// The y coordinate.
        y: String,
    },
    /// RSA (RFC 7518, section 6.3).
    #[serde(rename = "RSA")]
    Rsa {
        /// The modulus.
        n: String,
        /// The exponent.
        e: String,
    },
}

impl PublicKey {
    /// Returns the key of 32 bytes.
    pub(crate) fn ed25519(x: &[u8]) -> Self {
        Self::Ed25519 { crv: "Ed25519".to_owned(), x: BASE64_URL_SAFE_NO_PAD.encode(x) }
    }

    /// Returns the key of an uncompressed point: `04 ‖ x ‖ y`.
    pub(crate) fn p256(point: &[u8]) -> Result<Self, Error> {
        match point.split_first() {
            Some((4, coordinates)) if coordinates.len() == 64 => {
                let [x, y] = [&coordinates[..32], &coordinates[32..]].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
                Ok(Self::P256 { crv: "P-256".to_owned(), x, y })
            }
            _ => Err(Error::Crypto("a point of P-256 has another form")),
        }
    }

    /// Returns the key of a modulus and an exponent, both without leading zeros.
    pub(crate) fn rsa(n: &[u8], e: &[u8]) -> Self {
        Self::Rsa { n: BASE64_URL_SAFE_NO_PAD.encode(n), e: BASE64_URL_SAFE_NO_PAD.encode(e) }
    }

    /// Returns the name of the key in tokens: the beginning of its thumbprint.
    pub(crate) fn kid(&self) -> String {
        // RFC 7638, section 3: the required members in lexicographic order, without white space.
        let members = match self {
            Self::Ed25519 { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
            Self::P256 { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(members.as_bytes())[..KID_BYTES])
    }

    /// Returns the key as `jsonwebtoken` verifies with it.
    pub(crate) fn decoding_key(&self) -> Result<DecodingKey, Error> {
        match self {
            Self::Ed25519 { x, .. } => DecodingKey::from_ed_components(x),
            Self::P256 { x, y, .. } => DecodingKey::from_ec_components(x, y),
            Self::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
        }
        .map_err(|_| Error::Corrupt("the public part of a signing key"))
    }

    /// Returns the key in PEM (`-----BEGIN PUBLIC KEY-----`), for programs that read no JSON Web Key.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if a member is not base64url.
    pub fn pem(&self) -> Result<String, Error> {
        let corrupt = || Error::Corrupt("the public part of a signing key");
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| corrupt());
        let der = match self {
            Self::Ed25519 { x, .. } => [&ED25519_INFO[..], &bytes(x)?].concat(),
            Self::P256 { x, y, .. } => [&P256_INFO[..], &bytes(x)?, &bytes(y)?].concat(),
            Self::Rsa { n, e } => {
                let components = PublicKeyComponents { n: bytes(n)?, e: bytes(e)? };
                let der: PublicKeyX509Der<'_> = components.as_der().map_err(|_| corrupt())?;
                der.as_ref().to_vec()
            }
        };
        let text = BASE64_STANDARD.encode(der);
        let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
        for start in (0..text.len()).step_by(PEM_LINE) {
            pem.push_str(&text[start..text.len().min(start + PEM_LINE)]);
            pem.push('\n');
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        Ok(pem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// RFC 8037, appendix A.2.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    #[test]
    fn a_key_is_named_by_the_beginning_of_its_thumbprint() -> Outcome {
        // RFC 8037, appendix A.3.
        let thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
        let kid = PublicKey::ed25519(&BASE64_URL_SAFE_NO_PAD.decode(X)?).kid();
        assert!(thumbprint.starts_with(&kid) && kid.len() == 12, "{kid}");
        // RFC 7638, section 3.1.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let rsa = PublicKey::Rsa { n: n.to_owned(), e: "AQAB".to_owned() };
        assert!("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs".starts_with(&rsa.kid()));
        Ok(())
    }

    #[test]
    fn a_key_is_stored_and_published_as_a_json_web_key() -> Outcome {
        let key = PublicKey::ed25519(&BASE64_URL_SAFE_NO_PAD.decode(X)?);
        let text = serde_json::to_string(&key)?;
        assert_eq!(text, format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}"}}"#));
        assert_eq!(serde_json::from_str::<PublicKey>(&text)?, key);
        Ok(())
    }

    #[test]
    fn a_key_is_exported_as_openssl_writes_it() -> Outcome {
        // RFC 8410, section 10.1.
        let bytes = BASE64_STANDARD.decode("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")?;
        let pem = PublicKey::ed25519(&bytes[12..]).pem()?;
        assert_eq!(
            pem,
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
             -----END PUBLIC KEY-----\n"
        );
        Ok(())
    }

    #[test]
    fn another_form_of_point_is_refused() {
        assert!(PublicKey::p256(&[4; 65]).is_ok());
        for point in [&[][..], &[2; 33], &[3; 65], &[4; 64]] {
            assert!(PublicKey::p256(point).is_err(), "{point:?}");
        }
    }
}
