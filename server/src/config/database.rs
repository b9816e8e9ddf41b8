//! Validates `DATABASE_URL`: a SQLite file or a PostgreSQL server.
//!
//! A connection to another host must be encrypted and verify the server's certificate, unless the address says
//! `sslmode=disable`.

use super::parse;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::IpAddr;
use std::str::FromStr;

/// Returns the address if it can be used. A problem never quotes the address, which may hold a password.
pub(super) fn validate(name: &str, url: &SecretString, dev: bool) -> Result<SecretString, String> {
    let text = url.expose_secret();
    let problem = |what: &str| Err(format!("{name}: {what}"));
    if let Some(place) = text.strip_prefix("sqlite:") {
        let place = place.strip_prefix("//").unwrap_or(place);
        let (path, parameters) = place.split_once('?').unwrap_or((place, ""));
        if path.is_empty() {
            return problem("must name a file after sqlite://");
        }
        let is_in_memory = path == ":memory:" || parameters.split('&').any(|parameter| parameter == "mode=memory");
        if is_in_memory && !dev {
            return problem("a database in memory ends with the process, so only development mode permits it");
        }
    } else if is_postgres(text) {
        let options = PgConnectOptions::from_str(text)
            .map_err(|error| format!("{name}: is not an address of PostgreSQL: {error}"))?;
        if let Some(wrong) = encryption_problem(&options) {
            return problem(&wrong);
        }
    } else {
        return problem("must begin with sqlite:// or postgres://");
    }
    Ok(url.clone())
}

/// Returns whether the address explicitly sends data unencrypted (`sslmode=disable`) to another host.
pub(crate) fn is_unencrypted(url: &SecretString) -> bool {
    let text = url.expose_secret();
    is_postgres(text)
        && PgConnectOptions::from_str(text)
            .is_ok_and(|options| !is_here(&options) && matches!(options.get_ssl_mode(), PgSslMode::Disable))
}

fn is_postgres(text: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}

/// Returns the problem of an address whose connection could be intercepted. `prefer`, the default, accepts a server
/// that refuses encryption, and `require` verifies no certificate. `verify-ca` checks no host name, and SQLx adds the
/// authorities of `sslrootcert` to the public ones, so any server with a public certificate passes.
fn encryption_problem(options: &PgConnectOptions) -> Option<String> {
    let found = match options.get_ssl_mode() {
        _ if is_here(options) => return None,
        PgSslMode::VerifyFull | PgSslMode::Disable => return None,
        PgSslMode::VerifyCa => "`sslmode=verify-ca` accepts any server with a public certificate",
        PgSslMode::Require => "`sslmode=require` verifies no certificate",
        PgSslMode::Allow | PgSslMode::Prefer => "the connection may be unencrypted",
    };
    Some(format!(
        "{found}, and the server is on another host: add `sslmode=verify-full` (and `sslrootcert=FILE` where its \
         certificate is not of a public authority), or `sslmode=disable` to go unencrypted over a network that you trust"
    ))
}

/// Returns whether the server is on this machine: behind a socket, or at a loopback address.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        || parse::is_loopback(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validated(text: &str, dev: bool) -> Result<SecretString, String> {
        validate("DATABASE_URL", &text.into(), dev)
    }

    #[test]
    fn a_database_is_a_file_or_a_postgresql_server() {
        for dev in [true, false] {
            for good in
                ["sqlite://data/latchkey.db", "sqlite:///l.db?mode=rwc", "sqlite:l.db", "postgres://localhost/l"]
            {
                assert!(validated(good, dev).is_ok(), "{good}");
            }
            for wrong in ["", "mysql://localhost/l", "sqlite:", "sqlite://", "sqlite://?mode=rwc", "l.db"] {
                assert!(validated(wrong, dev).is_err_and(|message| message.starts_with("DATABASE_URL: ")), "{wrong}");
            }
            for in_memory in ["sqlite::memory:", "sqlite://:memory:", "sqlite://l.db?cache=shared&mode=memory"] {
                assert_eq!(validated(in_memory, dev).is_ok(), dev, "{in_memory}");
            }
        }
    }

    #[test]
    fn a_connection_to_another_host_is_encrypted_and_verified_or_explicitly_not() {
        for good in [
            "postgres://localhost/l",
            "postgres://LOCALHOST/l?sslmode=prefer",
            "postgres://127.0.0.1:5433/l",
            "postgres://[::1]/l",
            "postgres:///l?host=/run/postgresql",
            "postgres:///l?hostaddr=::1",
            "postgres://%2Frun%2Fpostgresql/l",
            "postgres://db.example/l?sslmode=verify-full",
            "postgresql://db.example/l?ssl-mode=verify-full&sslrootcert=/etc/ca.pem",
            "postgres://db.example/l?sslmode=disable",
        ] {
            assert_eq!(validated(good, false).err(), None, "{good}");
        }
        for wrong in [
            "postgres://db.example/l",
            "postgres://db.example/l?sslmode=allow",
            "postgres://db.example/l?sslmode=prefer",
            "postgres://db.example/l?sslmode=require",
            "postgres://db.example/l?sslmode=verify-ca",
            "postgres://10.0.0.7/l?sslmode=verify-ca&sslrootcert=/etc/ca.pem",
            "postgres://10.0.0.7/l",
            "postgres://localhost.example/l",
            "postgres://localhost/l?host=db.example",
            "postgres://localhost/l?hostaddr=192.0.2.1",
            "postgresql://[2001:db8::1]/l",
        ] {
            let message = validated(wrong, true).expect_err(wrong);
            assert!(
                message.starts_with("DATABASE_URL: ") && message.contains("sslmode=verify-full"),
                "{wrong}: {message}"
            );
        }
    }

    #[test]
    fn no_problem_quotes_the_database_password() {
        for wrong in [
            "postgres://ada:hunter2@db.example/l",
            "postgres://ada:hunter2@db.example:port/l",
            "postgres://ada:hunter2@db.example/l?sslmode=never",
            "mysql://ada:hunter2@db.example/l",
        ] {
            let message = validated(wrong, false).expect_err(wrong);
            assert!(message.starts_with("DATABASE_URL: ") && !message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn an_unencrypted_connection_is_recognised() {
        assert!(is_unencrypted(&"postgres://db.example/l?sslmode=disable".into()));
        for other in
            ["postgres://localhost/l?sslmode=disable", "postgres://db.example/l?sslmode=verify-full", "sqlite:l"]
        {
            assert!(!is_unencrypted(&other.into()), "{other}");
        }
    }
}
