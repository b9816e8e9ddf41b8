//! Settings that come from the environment and never from a flag.
//!
//! Most are secrets, which `ps` would show as a flag. They are no `clap` arguments, so their texts are kept here.

/// A setting without a flag.
pub(super) struct EnvironmentOnly {
    /// Its variable, and optionally a second variable with the path of a file that holds the value.
    pub(super) names: &'static [&'static str],
    /// The value if it is unset.
    pub(super) default: Option<&'static str>,
    /// Its meaning, in lines that fit a terminal.
    pub(super) meaning: &'static str,
}

/// All settings without a flag.
pub(super) const ENVIRONMENT_ONLY: &[EnvironmentOnly] = &[
    EnvironmentOnly {
        names: &["APP_SECRET", "APP_SECRET_FILE"],
        default: None,
        meaning: "\
At least 32 random bytes as text (`openssl rand -base64 48`), or the path of a file that
holds them. Every key is derived from it. Required outside development mode.",
    },
    EnvironmentOnly {
        names: &["APP_SECRET_OLD", "APP_SECRET_OLD_FILE"],
        default: None,
        meaning: "\
The previous secret. Refresh tokens that it signed still verify, and what it sealed still
opens. At start, signing keys are sealed under the present secret.",
    },
    EnvironmentOnly {
        names: &["SIGNING_KEY", "SIGNING_KEY_FILE"],
        default: None,
        meaning: "\
The private key that signs access tokens, in PEM (PKCS #8): Ed25519, ECDSA on P-256, or RSA of
at least 3072 bits, as TOKEN_ALGORITHM says. If unset, keys are generated and rotated.",
    },
    EnvironmentOnly {
        names: &["SMTP_URL", "SMTP_URL_FILE"],
        default: None,
        meaning: "\
The mail server: `smtps://user:password@host` (port 465), or `smtp://…` (port 587), which
switches to TLS before it sends anything. `smtp://` to this machine is plain (port 25); to
another one it is plain only with `?tls=none` and without a password. Percent-encode
reserved characters (`@` as %40). Required if MAILER is smtp.",
    },
    EnvironmentOnly {
        names: &["RUST_LOG"],
        default: Some("info,sqlx=warn,tower_sessions=error,tower_sessions_core=error"),
        meaning: "Filter of the log, in the syntax of tracing-subscriber: `warn,auth=info`.",
    },
];

/// Returns the end of `--help`.
pub(super) fn help() -> String {
    let mut text = "Settings that come from the environment only, because `ps` shows flags:".to_owned();
    for setting in ENVIRONMENT_ONLY {
        text.push_str("\n  ");
        text.push_str(&setting.names.join(", or in a file "));
        for line in setting.meaning.lines() {
            text.push_str("\n          ");
            text.push_str(line);
        }
        if let Some(default) = setting.default {
            text.push_str("\n          [default: ");
            text.push_str(default);
            text.push(']');
        }
    }
    text
}
