//! What is typed at the prompt or stands in the environment: one name each, and the texts of `--help`.

use clap::Parser;
use clap::builder::FalseyValueParser;
use secrecy::SecretString;
use std::path::PathBuf;

/// What is typed at the prompt or stands in the environment, not yet judged.
///
/// Everything is text here, so that one message can tell all that is wrong.
#[derive(Clone, Debug, Parser)]
#[command(name = "server", version, about = "Serves the app.", after_help = BY_ENVIRONMENT_ONLY, max_term_width = 100)]
pub struct Args {
    /// Development mode: permits plain http on loopback addresses, and makes an `APP_SECRET` for itself, kept beside
    /// the database.
    #[arg(long, env = "DEV_MODE", default_value_t = false, value_parser = FalseyValueParser::new())]
    pub dev: bool,

    /// Address and port to listen on.
    #[arg(long, env = "BIND_ADDR", default_value = "127.0.0.1:3000")]
    pub bind_addr: String,

    /// The origin that people see: scheme, host and port. Decides cookies, links, token issuer and allowed origin.
    #[arg(long, env = "PUBLIC_URL", default_value = "http://127.0.0.1:3000")]
    pub public_url: String,

    /// The database: `sqlite://path` or `postgres://user:password@host/name`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://data/latchkey.db", hide_env_values = true)]
    pub database_url: SecretString,

    /// Life of an access token (a duration: `30s`, `10m`, `14d`; any here is from a second to ten years).
    #[arg(long, env = "ACCESS_TOKEN_TTL", default_value = "10m")]
    pub access_token_ttl: String,

    /// How long after a rotation the refresh token before may be presented again by a client that lost the answer (a
    /// duration).
    #[arg(long, env = "REFRESH_GRACE", default_value = "30s")]
    pub refresh_grace: String,

    /// How long a remembered session may stay unused (a duration).
    #[arg(long, env = "SESSION_IDLE", default_value = "14d")]
    pub session_idle: String,

    /// How long a remembered session lives in all (a duration).
    #[arg(long, env = "SESSION_MAX", default_value = "90d")]
    pub session_max: String,

    /// How long a session may stay unused where `Keep me signed in` was not ticked (a duration).
    #[arg(long, env = "SESSION_IDLE_SHORT", default_value = "12h")]
    pub session_idle_short: String,

    /// How long such a session lives in all (a duration).
    #[arg(long, env = "SESSION_MAX_SHORT", default_value = "12h")]
    pub session_max_short: String,

    /// The least length of a new password, in characters (8 to 128).
    #[arg(long, env = "PASSWORD_MIN_LENGTH", default_value = "12")]
    pub password_min_length: String,

    /// A new password is looked up among breached ones in the Pwned Passwords range API, which is told five hex digits of
    /// its SHA-1; where there is no answer within a second, the password passes.
    #[arg(long, env = "PWNED_PASSWORDS", default_value_t = false, value_parser = FalseyValueParser::new())]
    pub pwned_passwords: bool,

    /// Where that API is, or a mirror of it.
    #[arg(long, env = "PWNED_PASSWORDS_URL", default_value = "https://api.pwnedpasswords.com")]
    pub pwned_passwords_url: String,

    /// Memory of a password hash, in KiB (64 to 4194304, and at least 8 for each lane).
    #[arg(long, env = "ARGON2_MEMORY_KIB", default_value = "19456")]
    pub argon2_memory_kib: String,

    /// Passes of a password hash over its memory (1 to 100).
    #[arg(long, env = "ARGON2_PASSES", default_value = "2")]
    pub argon2_passes: String,

    /// Lanes of a password hash (1 to 64).
    #[arg(long, env = "ARGON2_LANES", default_value = "1")]
    pub argon2_lanes: String,

    /// The proxies that are believed who their client is, as addresses or networks (`10.0.0.0/8,192.0.2.1`); `none` where
    /// clients connect directly. Must be decided where `PUBLIC_URL` is https.
    #[arg(long, env = "TRUSTED_PROXIES")]
    pub trusted_proxies: Option<String>,

    /// The header in which they say so: `x-forwarded-for`, or `forwarded` (RFC 7239). The other is ignored.
    #[arg(long, env = "FORWARDED_HEADER", default_value = "x-forwarded-for")]
    pub forwarded_header: String,

    /// The header in which they say which host was asked for, where they cannot pass `Host` on: `x-forwarded-host`, or
    /// `forwarded` (RFC 7239, `host=`). With `none` only `Host` counts.
    #[arg(long, env = "FORWARDED_HOST_HEADER", default_value = "none")]
    pub forwarded_host_header: String,

    /// Where people turn to who have found a weakness: `mailto:`, `https://` or `tel:` addresses, comma-separated. Makes
    /// `/.well-known/security.txt` (RFC 9116), which is not there without.
    #[arg(long, env = "SECURITY_CONTACT")]
    pub security_contact: Option<String>,

    /// When what that file says ends, as 2027-01-31T00:00:00Z; where it is not set, always 180 days from now.
    #[arg(long, env = "SECURITY_EXPIRES")]
    pub security_expires: Option<String>,

    /// The languages of reports, as `en, de`.
    #[arg(long, env = "SECURITY_LANGUAGES")]
    pub security_languages: Option<String>,

    /// The page that says how reports are handled, an `https://` address.
    #[arg(long, env = "SECURITY_POLICY")]
    pub security_policy: Option<String>,

    /// How often a sign-in, a mail or a password may be tried for one account, and from each device that it knows,
    /// before waiting begins: a second, then twice as long each time, at most 15 minutes (3 to 100). One try an hour is
    /// given back.
    #[arg(long, env = "THROTTLE_FREE_TRIES_PER_ACCOUNT", default_value = "5")]
    pub throttle_free_tries_per_account: String,

    /// The same for one client address, which many people may share, and for sign-ups (10 to 100000). One try a minute
    /// is given back.
    #[arg(long, env = "THROTTLE_FREE_TRIES_PER_ADDRESS", default_value = "50")]
    pub throttle_free_tries_per_address: String,

    /// Which way mail goes: `smtp` hands it to a server (`SMTP_URL`), `folder` writes it into a folder, `mailbox` shows
    /// it on `/dev/mailbox` (development mode only, where it is the default). Must be decided outside that mode.
    #[arg(long, env = "MAILER")]
    pub mailer: Option<String>,

    /// The authorities that the mail server's certificate must be of, in PEM, in place of the public ones.
    #[arg(long, env = "SMTP_CA_FILE")]
    pub smtp_ca_file: Option<PathBuf>,

    /// Whom mail is from, as `Latchkey <no-reply@latchkey.example>`. Must be set where `MAILER` is `smtp` or `folder`.
    #[arg(long, env = "MAIL_FROM")]
    pub mail_from: Option<String>,

    /// The folder that mail is written into where `MAILER` is `folder`: a file for each, which holds its links.
    #[arg(long, env = "MAIL_FOLDER", default_value = "data/mail")]
    pub mail_folder: PathBuf,

    /// Nobody is signed in before the address was verified, and a sign-up does not tell who has an account.
    #[arg(long, env = "REQUIRE_VERIFIED_EMAIL", default_value_t = false, value_parser = FalseyValueParser::new())]
    pub require_verified_email: bool,

    /// How old a proof of who somebody is may be before the password is asked for again, for what an unattended browser
    /// must not do (a duration).
    #[arg(long, env = "REAUTHENTICATE_AFTER", default_value = "10m")]
    pub reauthenticate_after: String,

    /// How long security events are kept (a duration).
    #[arg(long, env = "EVENTS_KEPT_FOR", default_value = "90d")]
    pub events_kept_for: String,

    /// How the log is written: `pretty` for people, `json` for machines. `RUST_LOG` says what is in it.
    #[arg(long, env = "LOG_FORMAT", default_value = "pretty")]
    pub log_format: String,

    /// Address and port where metrics are read, at `/metrics`, in Prometheus's text format; where it is not set, nothing
    /// is measured. They are for whoever reaches it: keep it among machines that may know. Never `BIND_ADDR`'s.
    #[arg(long, env = "METRICS_ADDR")]
    pub metrics_addr: Option<String>,

    /// The folder with the built site: WebAssembly, style, pictures.
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,
}

const BY_ENVIRONMENT_ONLY: &str = "\
Secrets come by the environment only, where `ps` does not show them:
  APP_SECRET, or APP_SECRET_FILE with the path of a file that holds it
          At least 32 random bytes as text, from which every key is derived (`openssl rand -base64 48`).
          Required outside development mode.
  APP_SECRET_OLD, or APP_SECRET_OLD_FILE
          The secret before that one: what it signed still verifies.
  SMTP_URL, or SMTP_URL_FILE
          The server that takes mail: `smtps://user:password@host` (port 465), or `smtp://…` (port 587), which goes
          over to TLS before anything is said. To this machine itself `smtp://` is plain (port 25), to another with
          `?tls=none` and without a password only. Characters that mean something in a URL are written as %40.
          Required where MAILER is smtp.

What is logged comes by the environment, too:
  RUST_LOG
          A filter of tracing-subscriber: `warn,auth=info`.
          [default: info,sqlx=warn,tower_sessions=error,tower_sessions_core=error]";
