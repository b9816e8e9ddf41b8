//! Validates the settings of signing keys.

use super::{Args, parse, secrets};
use auth::{KeyAlgorithm, KeyMaterial, Millis};
use std::ffi::OsString;

/// The settings of signing keys.
pub(super) struct Signing {
    pub(super) algorithm: KeyAlgorithm,
    pub(super) rotation: Millis,
    /// The configured key; `None` if keys are generated.
    pub(super) key: Option<KeyMaterial>,
}

/// Returns the settings, or `None` if one has a problem, which is added to `problems`.
pub(super) fn validate(
    problems: &mut Vec<String>,
    args: &Args,
    env: &impl Fn(&str) -> Option<OsString>,
) -> Option<Signing> {
    let algorithm = parse::report(problems, algorithm(&args.token_algorithm));
    let rotation = parse::report(problems, parse::duration("KEY_ROTATION", &args.key_rotation));
    let key = parse::report(problems, key(algorithm, env));
    Some(Signing { algorithm: algorithm?, rotation: rotation?, key: key? })
}

fn algorithm(text: &str) -> Result<KeyAlgorithm, String> {
    text.parse().map_err(|problem| format!("TOKEN_ALGORITHM: `{text}`: {problem}"))
}

fn key(
    algorithm: Option<KeyAlgorithm>,
    env: &impl Fn(&str) -> Option<OsString>,
) -> Result<Option<KeyMaterial>, String> {
    let Some(given) = secrets::given("SIGNING_KEY", env)? else { return Ok(None) };
    let name = given.name;
    let key = KeyMaterial::from_pem(&given.text).map_err(|problem| format!("{name}: {problem}"))?;
    match algorithm {
        Some(algorithm) if algorithm != key.algorithm() => {
            Err(format!("{name}: it signs with {}, and TOKEN_ALGORITHM is {algorithm}", key.algorithm()))
        }
        _ => Ok(Some(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    /// RFC 8410, section 10.3.
    const ED25519: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    /// RFC 8410, section 10.1.
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    fn validated(arguments: &[&str], pem: Option<&str>) -> Result<Signing, String> {
        let args = Args::try_parse_from(["server"].iter().chain(arguments)).expect("clap accepts it");
        let mut problems = Vec::new();
        let env = |name: &str| pem.filter(|_| name == "SIGNING_KEY").map(OsString::from);
        validate(&mut problems, &args, &env).filter(|_| problems.is_empty()).ok_or_else(|| problems.join("\n"))
    }

    #[test]
    fn keys_are_generated_for_ed25519_and_live_90_days_by_default() {
        let signing = validated(&[], None).expect("good");
        assert_eq!((signing.algorithm, signing.rotation), (KeyAlgorithm::EdDsa, 90 * auth::DAY));
        assert!(signing.key.is_none());
        for algorithm in [KeyAlgorithm::EdDsa, KeyAlgorithm::Es256, KeyAlgorithm::Rs256, KeyAlgorithm::Hs256] {
            let signing = validated(&[&format!("--token-algorithm={algorithm}")], None).expect("good");
            assert_eq!(signing.algorithm, algorithm);
        }
        for unknown in ["none", "HS512", "eddsa", ""] {
            let problem = validated(&[&format!("--token-algorithm={unknown}")], None).err().unwrap_or_default();
            assert!(problem.starts_with("TOKEN_ALGORITHM: "), "{unknown}: {problem}");
        }
        assert!(validated(&["--key-rotation=never"], None).is_err_and(|problem| problem.starts_with("KEY_ROTATION: ")));
    }

    #[test]
    fn a_configured_key_must_be_a_private_one_of_the_algorithm() {
        let signing = validated(&[], Some(ED25519)).expect("good");
        assert_eq!(signing.key.map(|key| key.algorithm()), Some(KeyAlgorithm::EdDsa));
        for (arguments, pem, expected) in [
            (&[][..], PUBLIC, "SIGNING_KEY: it is a public key"),
            (&[], "garbage", "SIGNING_KEY: it is no private key in PEM"),
            (&["--token-algorithm=ES256"], ED25519, "SIGNING_KEY: it signs with EdDSA, and TOKEN_ALGORITHM is ES256"),
        ] {
            let problem = validated(arguments, Some(pem)).err().unwrap_or_default();
            assert!(problem.starts_with(expected), "{problem}");
            let shown = pem.lines().filter(|line| !line.is_empty()).any(|line| problem.contains(line));
            assert!(!shown, "it shows no key: {problem}");
        }
    }
}
