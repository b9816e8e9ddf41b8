//! The reasons for which a signing key cannot be used.

/// Why a signing key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// The text is no private key in PEM.
    #[error("it is no private key in PEM (PKCS #8, `-----BEGIN PRIVATE KEY-----`)")]
    NotPem,
    /// It is a public key or a certificate.
    #[error("it is a public key or a certificate, and a private key is needed")]
    Public,
    /// It is encrypted with a password.
    #[error("it is encrypted; decrypt it with `openssl pkcs8 -in KEY`")]
    Encrypted,
    /// It is in a format before PKCS #8.
    #[error("it is not in PKCS #8; convert it with `openssl pkcs8 -topk8 -nocrypt -in KEY`")]
    OldFormat,
    /// It is damaged, or of a type that signs no token of ours.
    #[error("it is damaged, or neither Ed25519, nor ECDSA on P-256, nor RSA")]
    WrongType,
    /// An RSA key is too short.
    #[error("it is an RSA key of {bits} bits, and at least {min} are needed")]
    TooShort {
        /// The length of its modulus, in bits.
        bits: usize,
        /// The least length.
        min: usize,
    },
    /// It signs with another algorithm than the configuration asks for.
    #[error("it signs with {key}, and TOKEN_ALGORITHM asks for {configured}")]
    OtherAlgorithm {
        /// The algorithm of the key.
        key: &'static str,
        /// The algorithm of the configuration.
        configured: &'static str,
    },
    /// It is stored already.
    #[error("the key {0} is stored already")]
    Known(String),
    /// It was retired before, and its tokens are refused for good.
    #[error("the key {0} was retired or replaced before; use another one")]
    Over(String),
    /// Its private part cannot be opened with the configured secrets.
    #[error(
        "the private part of signing key {0} cannot be opened with APP_SECRET. Set APP_SECRET_OLD to the secret before \
         it, or replace the key with `server keys retire {0}`"
    )]
    Sealed(String),
}
