//! Flags and environment variables, one name each, with the texts of `--help` and of the configuration reference.

use super::environment_only;
use clap::Parser;
use clap::builder::FalseyValueParser;
use secrecy::SecretString;
use std::path::PathBuf;

/// Flags and environment variables as unparsed text.
///
/// Every value is text, so that one message can report all problems.
#[derive(Clone, Debug, Parser)]
#[command(name = "server", version, about = "Serves the app.", after_help = environment_only::help(), max_term_width = 100)]
pub struct Args {
    /// Development mode. Permits plain http on loopback addresses only, and creates an `APP_SECRET` that is kept beside
    /// the database.
    #[arg(long, env = "DEV_MODE", default_value_t = false, value_parser = FalseyValueParser::new())]
    pub dev: bool,

    /// Address and port to listen on.
    #[arg(long, env = "BIND_ADDR", default_value = "127.0.0.1:3000")]
    pub bind_addr: String,

    /// The origin that people see: scheme, host and port. Decides cookies, links, token issuer, allowed origin and
    /// host. Must be https outside development mode.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://127.0.0.1:3000")]
    pub public_url: String,

    /// The database: `sqlite://path` (relative; `sqlite:///path` is absolute; a space is `%20`) or
    /// `postgres://user:password@host/name`. It may hold a password, so prefer the environment. A PostgreSQL address on
    /// another host must say `sslmode=verify-full`, or explicitly `sslmode=disable`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://data/latchkey.db", hide_env_values = true)]
    pub database_url: SecretString,

    /// Lifetime of an access token (duration).
    #[arg(long, env = "ACCESS_TOKEN_TTL", default_value = "10m")]
    pub access_token_ttl: String,

    /// Algorithm that signs access tokens: `EdDSA`, `ES256`, `RS256` (3072 bits) or `HS256`. The keys of `HS256` are not
    /// published, so no other service can verify its tokens.
    #[arg(long, env = "TOKEN_ALGORITHM", default_value = "EdDSA")]
    pub token_algorithm: String,

    /// How long a generated key signs access tokens before the next one does (duration). The next one is published ten
    /// minutes before.
    #[arg(long, env = "KEY_ROTATION", default_value = "90d")]
    pub key_rotation: String,

    /// How long after a rotation the previous refresh token may be presented again, by a client that lost the answer
    /// (duration).
    #[arg(long, env = "REFRESH_GRACE", default_value = "30s")]
    pub refresh_grace: String,

    /// How long a remembered session may stay unused (duration).
    #[arg(long, env = "SESSION_IDLE", default_value = "14d")]
    pub session_idle: String,

    /// How long a remembered session lives in all (duration).
    #[arg(long, env = "SESSION_MAX", default_value = "90d")]
    pub session_max: String,

    /// How long a session may stay unused if `Keep me signed in` was not ticked (duration).
    #[arg(long, env = "SESSION_IDLE_SHORT", default_value = "12h")]
    pub session_idle_short: String,

    /// How long such a session lives in all (duration).
    #[arg(long, env = "SESSION_MAX_SHORT", default_value = "12h")]
    pub session_max_short: String,

    /// Minimum length of a new password, in characters (8 to 128). The bundled list of common passwords starts at 8
    /// characters.
    #[arg(long, env = "PASSWORD_MIN_LENGTH", default_value = "12")]
    pub password_min_length: String,

    /// Looks up a new password in the Pwned Passwords range API, which receives five hex digits of its SHA-1. If there
    /// is no answer within a second the password passes, and the event `breach_lookup_failed` records it.
    #[arg(long, env = "PWNED_PASSWORDS", default_value_t = false, value_parser = FalseyValueParser::new())]
    pub pwned_passwords: bool,

    /// Address of that API or of a mirror: https with a certificate of a public authority, or http on this machine.
    #[arg(long, env = "PWNED_PASSWORDS_URL", default_value = "https://api.pwnedpasswords.com")]
    pub pwned_passwords_url: String,

    /// Memory of a password hash in KiB (64 to 4194304, at least 8 for each lane). Each core hashes one password at a
    /// time.
    #[arg(long, env = "ARGON2_MEMORY_KIB", default_value = "19456")]
    pub argon2_memory_kib: String,

    /// Passes of a password hash over its memory (1 to 100).
    #[arg(long, env = "ARGON2_PASSES", default_value = "2")]
    pub argon2_passes: String,

    /// Lanes of a password hash (1 to 64).
    #[arg(long, env = "ARGON2_LANES", default_value = "1")]
    pub argon2_lanes: String,

    /// Proxies that may state the address of a client: addresses or networks, comma-separated (`10.0.0.0/8,192.0.2.1`),
    /// or `none` if clients connect directly. Must be set if `PUBLIC_URL` is https.
    #[arg(long, env = "TRUSTED_PROXIES")]
    pub trusted_proxies: Option<String>,

    /// Header in which proxies state the client's address: `x-forwarded-for`, or `forwarded` (RFC 7239). The other one
    /// is ignored.
    #[arg(long, env = "FORWARDED_HEADER", default_value = "x-forwarded-for")]
    pub forwarded_header: String,

    /// Header in which proxies that cannot pass `Host` state the requested host: `x-forwarded-host`, or `forwarded`
    /// (RFC 7239, `host=`). Of several values the rightmost counts. With `none` only `Host` counts.
    #[arg(long, env = "FORWARDED_HOST_HEADER", default_value = "none")]
    pub forwarded_host_header: String,

    /// Other origins whose pages may use the API under `/api/v1`, comma-separated (`https://app.example`). If unset, browsers
    /// let no page of another origin read its answers.
    #[arg(long, env = "API_ALLOWED_ORIGINS")]
    pub api_allowed_origins: Option<String>,

    /// Contact for vulnerability reports: `mailto:`, `https://` or `tel:` addresses, comma-separated. Enables
    /// `/.well-known/security.txt` (RFC 9116).
    #[arg(long, env = "SECURITY_CONTACT")]
    pub security_contact: Option<String>,

    /// End of validity of that file, such as 2027-01-31T00:00:00Z. If unset, it is always 180 days from now.
    #[arg(long, env = "SECURITY_EXPIRES")]
    pub security_expires: Option<String>,

    /// Languages of vulnerability reports, such as `en, de`.
    #[arg(long, env = "SECURITY_LANGUAGES")]
    pub security_languages: Option<String>,

    /// Page that describes how reports are handled: an `https://` address.
    #[arg(long, env = "SECURITY_POLICY")]
    pub security_policy: Option<String>,

    /// Free attempts of a sign-in, a mail or a password for one account, and for each of its known devices (3 to 100).
    /// After them a client waits one second, then twice as long each time, at most 15 minutes. One attempt is returned
    /// each hour.
    #[arg(long, env = "THROTTLE_FREE_TRIES_PER_ACCOUNT", default_value = "5")]
    pub throttle_free_tries_per_account: String,

    /// The same for one client address, which many people may share, and for sign-ups (10 to 100000). One attempt is
    /// returned each minute.
    #[arg(long, env = "THROTTLE_FREE_TRIES_PER_ADDRESS", default_value = "50")]
    pub throttle_free_tries_per_address: String,

    /// How mail is delivered: `smtp` sends it to a server (`SMTP_URL`), `folder` writes it into a folder, `mailbox`
    /// shows all mail on `/dev/mailbox`. Required outside development mode. `mailbox` is the default in that mode and
    /// allowed only there.
    #[arg(long, env = "MAILER")]
    pub mailer: Option<String>,

    /// File with the certificate authorities (PEM) that must have issued the mail server's certificate, in place of the
    /// public ones.
    #[arg(long, env = "SMTP_CA_FILE")]
    pub smtp_ca_file: Option<PathBuf>,

    /// Sender of mail, such as `Latchkey <no-reply@latchkey.example>`. Required if `MAILER` is `smtp` or `folder`;
    /// `no-reply@localhost` with `mailbox`.
    #[arg(long, env = "MAIL_FROM")]
    pub mail_from: Option<String>,

    /// Folder into which `MAILER=folder` writes one file for each mail. The files hold links that give access to
    /// accounts.
    #[arg(long, env = "MAIL_FOLDER", default_value = "data/mail")]
    pub mail_folder: PathBuf,

    /// Signs people in only after they confirm their address, and hides at sign-up which addresses have an account.
    #[arg(long, env = "REQUIRE_VERIFIED_EMAIL", default_value_t = false, value_parser = FalseyValueParser::new())]
    pub require_verified_email: bool,

    /// Age after which a proof of identity is too old for sensitive actions, such as signing out other devices,
    /// changing the address or deleting the account (duration).
    #[arg(long, env = "REAUTHENTICATE_AFTER", default_value = "10m")]
    pub reauthenticate_after: String,

    /// How long security events are kept (duration).
    #[arg(long, env = "EVENTS_KEPT_FOR", default_value = "90d")]
    pub events_kept_for: String,

    /// Format of the log: `pretty` for people, `json` for machines. `RUST_LOG` filters it.
    #[arg(long, env = "LOG_FORMAT", default_value = "pretty")]
    pub log_format: String,

    /// Address and port of `/metrics` in Prometheus's text format; must differ from `BIND_ADDR`. If unset, nothing is
    /// measured. Every client that reaches it can read it, so restrict it to the collector.
    #[arg(long, env = "METRICS_ADDR")]
    pub metrics_addr: Option<String>,

    /// Folder with the built site: WebAssembly, CSS, pictures. The server does not start without the files that pages
    /// name.
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,
}
