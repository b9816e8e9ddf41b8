//! Configuration: environment variables and flags, one name each, validated at start with all problems in one message.

mod args;
mod database;
mod environment;
mod environment_only;
mod log;
mod mail;
mod metrics;
mod parse;
mod proxies;
mod reference;
mod secrets;
mod security_txt;
mod signing;
mod throttle;

pub use args::Args;
pub(crate) use database::is_unencrypted;
pub use environment::variable;
pub(crate) use environment::without_empty_variables;
pub use log::LogFormat;
pub(crate) use log::log_filter;
pub use mail::{Encryption, MailConfig, MailWay, SmtpServer};
pub use parse::{ForwardedHeader, ForwardedHostHeader, TrustedProxies};
pub(crate) use reference::page as reference_page;
pub use security_txt::SecurityTxt;

use crate::pwned_passwords::{RANGE_PATIENCE, pwned_passwords};
use auth::{AppSecret, Argon2Cost, PasswordPolicy};
use platform::ssr::Cookies;
use secrecy::SecretString;
use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// A valid configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on.
    pub bind_addr: SocketAddr,
    /// The origin that people open in a browser.
    pub public_url: PublicUrl,
    /// Whether development mode is on.
    pub dev: bool,
    /// Address of the database; it may hold a password.
    pub database_url: SecretString,
    /// Folder with the built site.
    pub site_root: PathBuf,
    /// Proxies that may state a client's address.
    pub trusted_proxies: TrustedProxies,
    /// Header in which they state it.
    pub forwarded_header: ForwardedHeader,
    /// Header in which they state the requested host; `None` accepts only `Host`.
    pub forwarded_host_header: Option<ForwardedHostHeader>,
    /// Other origins whose pages may use the API.
    pub api_allowed_origins: Vec<String>,
    /// Contents of `/.well-known/security.txt`; `None` serves no such file.
    pub security_txt: Option<SecurityTxt>,
    /// Format of the log.
    pub log_format: LogFormat,
    /// Address of `/metrics`; `None` measures nothing.
    pub metrics_addr: Option<SocketAddr>,
    /// Settings of mail.
    pub mail: MailConfig,
    /// Settings of accounts.
    pub auth: auth::Config,
}

/// All problems of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration cannot be used:")?;
        for problem in &self.0 {
            write!(f, "\n  - {problem}")?;
        }
        write!(f, "\n`server --help` describes every setting.")
    }
}

impl std::error::Error for Problems {}

/// The origin that people open in a browser (RFC 6454): scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// Returns the origin as browsers write it into `Origin`, without a trailing slash.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Returns the host, and the port unless it is the scheme's default, as in the `Host` header.
    pub fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Returns whether the scheme is https.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns the host; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the port, also if it is the scheme's default.
    pub fn port(&self) -> Option<u16> {
        self.0.port_or_known_default()
    }

    fn is_loopback(&self) -> bool {
        parse::is_loopback(self.host())
    }
}

impl Config {
    /// Returns the names and attributes of cookies.
    pub fn cookies(&self) -> Cookies {
        Cookies { secure: self.public_url.is_https(), port: self.public_url.port().filter(|_| self.dev) }
    }

    /// Validates `args` and the secrets in the environment.
    ///
    /// # Errors
    /// Returns [`Problems`] with every problem.
    pub fn from_environment(args: &Args) -> Result<Self, Problems> {
        Self::new(args, environment::variable)
    }

    /// Returns the address of the database, for commands that need no other setting.
    ///
    /// # Errors
    /// Returns the problem of the address.
    pub fn database_url_of(args: &Args) -> Result<SecretString, String> {
        database::validate("DATABASE_URL", &args.database_url, args.dev)
    }

    /// Validates `args` and the secrets that `env` reads. An empty variable counts as unset. Tests pass their own
    /// `env`.
    ///
    /// # Errors
    /// Returns [`Problems`] with every problem.
    pub fn new<V: Into<OsString>>(args: &Args, env: impl Fn(&str) -> Option<V>) -> Result<Self, Problems> {
        let env = |name: &str| env(name).map(Into::into).and_then(environment::non_empty);
        let mut problems = Vec::new();
        let bind_addr = parse::report(&mut problems, parse::address("BIND_ADDR", &args.bind_addr));
        let metrics_addr = metrics::validate(&mut problems, args, bind_addr);
        let public_url = parse::report(&mut problems, parse::origin("PUBLIC_URL", &args.public_url)).map(PublicUrl);
        let database_url = parse::report(&mut problems, Self::database_url_of(args));
        let access_token_ttl =
            parse::report(&mut problems, parse::duration("ACCESS_TOKEN_TTL", &args.access_token_ttl));
        let refresh_grace = parse::report(&mut problems, parse::duration("REFRESH_GRACE", &args.refresh_grace));
        let remembered =
            parse::lifetime(&mut problems, ["SESSION_IDLE", "SESSION_MAX"], [&args.session_idle, &args.session_max]);
        let unremembered = parse::lifetime(
            &mut problems,
            ["SESSION_IDLE_SHORT", "SESSION_MAX_SHORT"],
            [&args.session_idle_short, &args.session_max_short],
        );
        let min_length = parse::number("PASSWORD_MIN_LENGTH", &args.password_min_length, 8..=128);
        let min_length = parse::report(&mut problems, min_length);
        let range_api = parse::report(&mut problems, parse::api("PWNED_PASSWORDS_URL", &args.pwned_passwords_url));
        let memory_kib = parse::number("ARGON2_MEMORY_KIB", &args.argon2_memory_kib, 64..=4 * 1024 * 1024);
        let memory_kib = parse::report(&mut problems, memory_kib);
        let passes = parse::report(&mut problems, parse::number("ARGON2_PASSES", &args.argon2_passes, 1..=100));
        let lanes = parse::report(&mut problems, parse::number("ARGON2_LANES", &args.argon2_lanes, 1..=64));
        if let (Some(memory), Some(lanes)) = (memory_kib, lanes)
            && memory < 8 * lanes
        {
            problems.push(format!("ARGON2_MEMORY_KIB: {memory} is less than 8 for each of ARGON2_LANES ({lanes})"));
        }
        let proxies = proxies::validate(&mut problems, args);
        let security_txt = security_txt::validate(&mut problems, args);
        let throttle = throttle::validate(&mut problems, args);
        let api_allowed_origins = parse::origins("API_ALLOWED_ORIGINS", args.api_allowed_origins.as_deref());
        let api_allowed_origins = parse::report(&mut problems, api_allowed_origins);
        let log_format = parse::report(&mut problems, parse::log_format("LOG_FORMAT", &args.log_format));
        parse::report(&mut problems, log_filter(env("RUST_LOG")));
        if let (Some(bind_addr), Some(public_url)) = (bind_addr, &public_url) {
            problems.extend(placement_problems(args, bind_addr, public_url));
        }
        let events_kept_for = parse::report(&mut problems, parse::duration("EVENTS_KEPT_FOR", &args.events_kept_for));
        let recent = parse::duration("REAUTHENTICATE_AFTER", &args.reauthenticate_after);
        let recent = parse::report(&mut problems, recent);
        let mail = mail::validate(&mut problems, args, &env);
        let signing = signing::validate(&mut problems, args, &env);
        let secret = parse::report(&mut problems, secrets::current(args, &env));
        let old_secret = parse::report(&mut problems, secrets::old(&env));

        let validated = (|| {
            let (public_url, proxies, signing) = (public_url?, proxies?, signing?);
            Some(Self {
                bind_addr: bind_addr?,
                dev: args.dev,
                database_url: database_url?,
                site_root: args.site_root.clone(),
                trusted_proxies: proxies.trusted,
                forwarded_header: proxies.address_header,
                forwarded_host_header: proxies.host_header,
                api_allowed_origins: api_allowed_origins?,
                security_txt,
                log_format: log_format?,
                metrics_addr,
                mail: mail?,
                auth: auth::Config {
                    public_url: public_url.origin(),
                    secret: AppSecret::clone(secret.as_ref()?),
                    old_secret: old_secret?,
                    access_token_ttl: access_token_ttl?,
                    token_algorithm: signing.algorithm,
                    signing_key: signing.key,
                    key_rotation: signing.rotation,
                    refresh_grace: refresh_grace?,
                    remembered: remembered?,
                    unremembered: unremembered?,
                    password: PasswordPolicy { min_length: min_length? as usize, product: app::PRODUCT.to_owned() },
                    breached_passwords: range_api
                        .filter(|_| args.pwned_passwords)
                        .map(|url| pwned_passwords(&url, RANGE_PATIENCE)),
                    argon2: Argon2Cost { memory_kib: memory_kib?, passes: passes?, lanes: lanes? },
                    require_verified_email: args.require_verified_email,
                    events_kept_for: events_kept_for?,
                    recent: recent?,
                    throttle: throttle?,
                    mail: app::mail::CATALOGUE,
                },
                public_url,
            })
        })();
        match validated {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(Problems(problems)),
        }
    }
}

/// Returns the problems of http outside development mode, and of https without a decision about proxies.
fn placement_problems(args: &Args, bind_addr: SocketAddr, public_url: &PublicUrl) -> Vec<String> {
    let mut problems = Vec::new();
    if args.dev {
        if !bind_addr.ip().is_loopback() {
            problems
                .push(format!("BIND_ADDR: development mode listens on loopback addresses only, not on {bind_addr}"));
        }
        if !public_url.is_loopback() {
            problems.push("PUBLIC_URL: development mode is for loopback hosts only (127.0.0.1, localhost)".to_owned());
        }
    } else if !public_url.is_https() {
        problems.push("PUBLIC_URL: must be https, or development mode must be on (--dev)".to_owned());
    }
    if public_url.is_https() && args.trusted_proxies.is_none() {
        problems.push(
            "TRUSTED_PROXIES: must be set where PUBLIC_URL is https: the proxies' networks, or `none`".to_owned(),
        );
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::testing::SECRET;
    use clap::Parser;

    const FOLDER: [&str; 2] = ["--mailer=folder", "--mail-from=no-reply@latchkey.example"];

    fn validate(arguments: &[&str], secret: Option<&str>) -> Result<Config, Problems> {
        let args = Args::try_parse_from(std::iter::once(&"server").chain(arguments)).expect("clap accepts it");
        Config::new(&args, |name| (name == "APP_SECRET").then_some(secret).flatten().map(str::to_owned))
    }

    fn problems(arguments: &[&str], secret: Option<&str>) -> String {
        validate(arguments, secret).expect_err("must be refused").to_string()
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let message = problems(
            &[
                "--bind-addr=here",
                "--public-url=ftp://x/y",
                "--access-token-ttl=soon",
                "--token-algorithm=none",
                "--key-rotation=never",
                "--session-idle=100d",
                "--argon2-memory-kib=1",
                "--password-min-length=4",
                "--trusted-proxies=everyone",
                "--forwarded-header=via",
                "--forwarded-host-header=via",
                "--security-contact=somebody",
                "--api-allowed-origins=*",
                "--throttle-free-tries-per-account=101",
                "--throttle-free-tries-per-address=1000000",
                "--log-format=loud",
                "--metrics-addr=everywhere",
                "--database-url=mysql://x",
                "--events-kept-for=ever",
                "--reauthenticate-after=soon",
                "--pwned-passwords-url=http://api.pwnedpasswords.com",
                "--mailer=pigeon",
                "--mail-from=nobody",
            ],
            Some("short"),
        );
        for name in [
            "BIND_ADDR",
            "PUBLIC_URL",
            "ACCESS_TOKEN_TTL",
            "TOKEN_ALGORITHM",
            "KEY_ROTATION",
            "SESSION_IDLE",
            "ARGON2_MEMORY_KIB",
            "PASSWORD_MIN_LENGTH",
            "TRUSTED_PROXIES",
            "FORWARDED_HEADER",
            "FORWARDED_HOST_HEADER",
            "SECURITY_CONTACT",
            "API_ALLOWED_ORIGINS",
            "THROTTLE_FREE_TRIES_PER_ACCOUNT",
            "THROTTLE_FREE_TRIES_PER_ADDRESS",
            "LOG_FORMAT",
            "METRICS_ADDR",
            "DATABASE_URL",
            "APP_SECRET",
            "EVENTS_KEPT_FOR",
            "REAUTHENTICATE_AFTER",
            "PWNED_PASSWORDS_URL",
            "MAILER",
            "MAIL_FROM",
        ] {
            assert!(message.contains(&format!("\n  - {name}: ")), "{name} in {message}");
        }
    }

    #[test]
    fn outside_development_mode_http_and_missing_decisions_are_refused() {
        assert!(problems(&[], Some(SECRET)).contains("PUBLIC_URL: must be https"));
        let https = "--public-url=https://latchkey.example";
        assert!(problems(&[https], Some(SECRET)).contains("TRUSTED_PROXIES: must be set"));
        assert!(problems(&[https, "--trusted-proxies=none"], None).contains("APP_SECRET: must be set"));
        assert!(problems(&[https, "--trusted-proxies=none"], Some(&"a".repeat(40))).contains("APP_SECRET: "));
        let good = [https, "--trusted-proxies=none", FOLDER[0], FOLDER[1]];
        let config = validate(&good, Some(SECRET)).expect("good");
        assert_eq!(config.public_url.origin(), "https://latchkey.example");
        assert!(config.cookies().secure);
        assert!(!format!("{config:?}").contains(SECRET));
        let mut arguments = good.to_vec();
        arguments.push("--database-url=postgres://ada:hunter2@localhost/latchkey");
        assert!(!format!("{:?}", validate(&arguments, Some(SECRET)).expect("good")).contains("hunter2"));
        let args = Args::try_parse_from(std::iter::once("server").chain(arguments)).expect("clap accepts it");
        assert!(!format!("{args:?}").contains("hunter2"));
    }

    #[test]
    fn development_mode_stays_on_this_machine() {
        assert!(problems(&["--dev", "--bind-addr=0.0.0.0:3000"], Some(SECRET)).contains("BIND_ADDR: development mode"));
        assert!(
            problems(&["--dev", "--public-url=http://example.com"], Some(SECRET)).contains("PUBLIC_URL: development")
        );
        assert!(!validate(&["--dev"], Some(SECRET)).expect("good").cookies().secure);
    }

    #[test]
    fn defaults_are_as_documented() {
        let config = validate(&["--dev"], Some(SECRET)).expect("good");
        assert_eq!(config.auth.remembered, auth::Lifetime { idle: 14 * auth::DAY, max: 90 * auth::DAY });
        assert_eq!(config.auth.unremembered, auth::Lifetime { idle: 12 * auth::HOUR, max: 12 * auth::HOUR });
        assert_eq!(config.auth.access_token_ttl, 10 * auth::MINUTE);
        assert_eq!((config.auth.require_verified_email, config.auth.events_kept_for), (false, 90 * auth::DAY));
        assert_eq!((config.auth.recent, config.auth.throttle), (auth::testing::RECENT, auth::Throttle::default()));
    }

    #[test]
    fn breached_passwords_are_looked_up_only_if_enabled() {
        assert!(validate(&["--dev"], Some(SECRET)).expect("good").auth.breached_passwords.is_none());
        let here = "--pwned-passwords-url=http://127.0.0.1:8080/mirror/";
        for arguments in [&["--dev", "--pwned-passwords"][..], &["--dev", "--pwned-passwords", here]] {
            assert!(validate(arguments, Some(SECRET)).expect("good").auth.breached_passwords.is_some());
        }
        for wrong in ["http://mirror.example", "ftp://127.0.0.1", "https://ada@mirror.example", "https://x?y", "x", ""]
        {
            let message = problems(&["--dev", &format!("--pwned-passwords-url={wrong}")], Some(SECRET));
            assert!(message.contains("- PWNED_PASSWORDS_URL: "), "{message}");
        }
    }

    #[test]
    fn no_secret_is_a_flag() {
        for flag in ["--app-secret=x", "--app-secret-old=x", "--smtp-url=smtps://x"] {
            assert!(Args::try_parse_from(["server", flag]).is_err(), "{flag}");
        }
    }
}
