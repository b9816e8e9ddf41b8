//! Validates the settings of mail: `MAILER`, `MAIL_FROM`, `SMTP_URL`, `SMTP_CA_FILE`.

use super::{Args, parse, secrets};
use auth::EmailAddress;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use percent_encoding::percent_decode_str;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::{Host, Url};

/// Time limit of one mail. It is shorter than the two minutes for which a mail is claimed; otherwise another node would
/// send the mail again.
const PATIENCE: Duration = Duration::from_mins(1);
/// Sender of mail in development mode.
const FROM_IN_DEVELOPMENT: &str = "no-reply@localhost";

/// The settings of mail.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The `From` address.
    pub from: Mailbox,
    /// Where mail is delivered.
    pub way: MailWay,
}

/// Where mail is delivered.
#[derive(Clone, Debug)]
pub enum MailWay {
    /// To the page `/dev/mailbox`. Sends nothing.
    Mailbox,
    /// To an SMTP server.
    Smtp(SmtpServer),
    /// Into a folder, one file a mail.
    Folder(PathBuf),
}

/// An SMTP server that accepts mail (RFC 6409).
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Host name or address; an IPv6 address without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// When TLS begins.
    pub encryption: Encryption,
    /// User and password. Both are secret, because some providers use the user name as the key.
    pub login: Option<(SecretString, SecretString)>,
    /// Authorities that may have issued the server's certificate; `None` trusts the public ones.
    pub authorities: Option<Vec<Certificate>>,
    /// Time limit of one mail, from the connection to the server's last reply.
    pub patience: Duration,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte (RFC 8314).
    Implicit,
    /// By STARTTLS (RFC 3207), before any mail is sent. A server without STARTTLS gets no mail.
    StartTls,
    /// Never.
    None,
}

/// Validates the settings and adds each problem to `problems`.
pub(super) fn validate(
    problems: &mut Vec<String>,
    args: &Args,
    env: &impl Fn(&str) -> Option<OsString>,
) -> Option<MailConfig> {
    let way = parse::report(problems, way(args, env));
    let from = parse::report(problems, from(args));
    Some(MailConfig { from: from?, way: way? })
}

fn way(args: &Args, env: &impl Fn(&str) -> Option<OsString>) -> Result<MailWay, String> {
    match args.mailer.as_deref() {
        None | Some("mailbox") if args.dev => Ok(MailWay::Mailbox),
        None => Err("MAILER: must be set outside development mode: `smtp`, or `folder`".to_owned()),
        Some("mailbox") => {
            Err("MAILER: `mailbox` shows all mail to everyone, so it is for development mode only".to_owned())
        }
        Some("smtp") => smtp(args, env).map(MailWay::Smtp),
        Some("folder") => Ok(MailWay::Folder(args.mail_folder.clone())),
        Some(other) => Err(format!("MAILER: `{other}` is none of `smtp`, `folder` and `mailbox`")),
    }
}

fn from(args: &Args) -> Result<Mailbox, String> {
    let text = match (args.mail_from.as_deref(), args.mailer.as_deref()) {
        (Some(text), _) => text,
        (None, Some("smtp" | "folder")) => {
            return Err("MAIL_FROM: must be set where MAILER is `smtp` or `folder`".to_owned());
        }
        (None, _) => FROM_IN_DEVELOPMENT,
    };
    text.parse()
        .ok()
        .filter(|_| !text.contains(char::is_control))
        .and_then(in_ascii)
        .ok_or_else(|| format!("MAIL_FROM: `{text}` is not an address, as `Latchkey <no-reply@latchkey.example>` is"))
}

/// Converts an international domain to A-labels, which every mail server understands.
fn in_ascii(from: Mailbox) -> Option<Mailbox> {
    let address: &str = from.email.as_ref();
    if address.is_ascii() {
        return Some(from);
    }
    let email = EmailAddress::parse(address).ok()?.as_str().parse().ok()?;
    Some(Mailbox { email, ..from })
}

fn smtp(args: &Args, env: &impl Fn(&str) -> Option<OsString>) -> Result<SmtpServer, String> {
    let Some(given) = secrets::given("SMTP_URL", env)? else {
        return Err("SMTP_URL: must be set where MAILER is `smtp`, or SMTP_URL_FILE".to_owned());
    };
    let server = server(given.text.expose_secret()).map_err(|problem| format!("{}: {problem}", given.name))?;
    let Some(path) = &args.smtp_ca_file else { return Ok(server) };
    if server.encryption == Encryption::None {
        return Err(format!("SMTP_CA_FILE: there is no TLS with {}: add `?tls=required`, or use smtps://", given.name));
    }
    let authorities = authorities(path).map_err(|problem| format!("SMTP_CA_FILE: {} {problem}", path.display()))?;
    Ok(SmtpServer { authorities: Some(authorities), ..server })
}

/// Reads all certificates of a PEM file (RFC 7468) and ignores its other contents.
fn authorities(path: &Path) -> Result<Vec<Certificate>, String> {
    let pem = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|_| "is not PEM")?;
    if found.is_empty() {
        return Err("holds no certificate".to_owned());
    }
    let read = |der: CertificateDer<'_>| Certificate::from_der(der.to_vec()).ok().filter(is_usable);
    found
        .into_iter()
        .map(read)
        .collect::<Option<_>>()
        .ok_or_else(|| "holds a certificate that cannot be used".to_owned())
}

fn is_usable(authority: &Certificate) -> bool {
    let tls = TlsParameters::builder(String::new()).certificate_store(CertificateStore::None);
    tls.add_root_certificate(authority.clone()).build().is_ok()
}

/// Parses `SMTP_URL`. A problem never quotes the address, which may hold a password.
fn server(text: &str) -> Result<SmtpServer, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not a URL, as smtps://user:password@host is")?;
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err("must be scheme, user, password, host and port, and nothing after them but `?tls=…`");
    }
    let host = url.host_str().and_then(|host| Host::parse(host).ok()).ok_or("names no host")?;
    let is_here = parse::is_loopback(&host.to_string());
    let encryption = match (url.scheme(), url.query()) {
        ("smtps", None) => Encryption::Implicit,
        ("smtp", None) if is_here => Encryption::None,
        ("smtp", None | Some("tls=required")) => Encryption::StartTls,
        ("smtp", Some("tls=none")) => Encryption::None,
        ("smtp" | "smtps", Some(_)) => {
            return Err("may end in `?tls=required` or `?tls=none` after smtp://, no otherwise");
        }
        _ => return Err("must begin with smtps:// or smtp://"),
    };
    let login = login(&url)?;
    if login.is_some() && encryption == Encryption::None && !is_here {
        return Err("would send the password in the clear: leave `?tls=none` out");
    }
    let port = url.port().unwrap_or(match encryption {
        Encryption::Implicit => 465,
        Encryption::StartTls => 587,
        Encryption::None => 25,
    });
    let host = match host {
        Host::Domain(name) => name,
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    Ok(SmtpServer { host, port, encryption, login, authorities: None, patience: PATIENCE })
}

fn login(url: &Url) -> Result<Option<(SecretString, SecretString)>, &'static str> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().map(|text| SecretString::from(text.into_owned()));
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None | Some("")) => Err("names a user without a password, or a password without a user"),
        (user, Some(password)) => match (decode(user), decode(password)) {
            (Ok(user), Ok(password)) => Ok(Some((user, password))),
            _ => Err("has a user or a password that is not UTF-8"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, prelude::BASE64_STANDARD};
    use clap::Parser;
    use std::path::Path;

    fn args(arguments: &[&str]) -> Args {
        Args::try_parse_from(std::iter::once(&"server").chain(arguments)).expect("clap accepts it")
    }

    fn validated(arguments: &[&str], smtp_url: Option<&str>) -> Result<MailConfig, Vec<String>> {
        let args = args(arguments);
        let mut problems = Vec::new();
        let env = |name: &str| (name == "SMTP_URL").then_some(smtp_url).flatten().map(OsString::from);
        super::validate(&mut problems, &args, &env).filter(|_| problems.is_empty()).ok_or(problems)
    }

    #[track_caller]
    fn problem(arguments: &[&str], smtp_url: Option<&str>) -> String {
        let problems = validated(arguments, smtp_url).expect_err("must be refused");
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.concat()
    }

    fn described(text: &str) -> Result<(String, u16, Encryption), &'static str> {
        server(text).map(|server| (server.host, server.port, server.encryption))
    }

    #[test]
    fn an_unset_mailer_is_the_mailbox_in_development_mode_only() {
        let config = validated(&["--dev"], None).expect("good");
        assert!(matches!(config.way, MailWay::Mailbox));
        assert_eq!(config.from.to_string(), "no-reply@localhost");
        assert!(problem(&[], None).starts_with("MAILER: must be set"));
        let mailbox = problem(&["--mailer=mailbox"], None);
        assert!(mailbox.starts_with("MAILER: ") && mailbox.contains("development mode only"), "{mailbox}");
        assert!(problem(&["--mailer=pigeon"], None).starts_with("MAILER: `pigeon`"));
        assert!(problem(&["--mailer="], None).starts_with("MAILER: ``"));
    }

    #[test]
    fn a_sender_is_required_to_send_mail() {
        let from = "--mail-from=Latchkey <no-reply@latchkey.example>";
        let folder = validated(&["--mailer=folder", "--mail-folder=/var/mail", from], None).expect("good");
        assert!(matches!(folder.way, MailWay::Folder(path) if path == Path::new("/var/mail")));
        assert_eq!(folder.from.name.as_deref(), Some("Latchkey"));
        let international = "--mail-from=Latchkey <no-reply@bücher.example>";
        let config = validated(&["--mailer=folder", international], None).expect("good");
        assert_eq!(config.from.to_string(), "Latchkey <no-reply@xn--bcher-kva.example>");
        assert!(problem(&["--mailer=folder"], None).starts_with("MAIL_FROM: must be set"));
        assert!(problem(&["--mailer=smtp"], Some("smtps://mail.example")).starts_with("MAIL_FROM: must be set"));
        let both = validated(&["--mailer=smtp"], None).expect_err("must be refused");
        assert!(both[0].starts_with("SMTP_URL: ") && both[1].starts_with("MAIL_FROM: "), "{both:?}");
        for wrong in ["nobody", "", "a@b.example, c@d.example", "x\r\nBcc: y <a@b.example>", "a\u{7}<a@b.example>"] {
            let message = problem(&["--mailer=folder", &format!("--mail-from={wrong}")], None);
            assert!(message.starts_with("MAIL_FROM: "), "{message}");
        }
    }

    #[test]
    fn smtp_is_encrypted_unless_the_url_says_otherwise() {
        let (implicit, starttls, none) = (Encryption::Implicit, Encryption::StartTls, Encryption::None);
        for (text, host, port, encryption) in [
            ("smtps://mail.example", "mail.example", 465, implicit),
            ("smtps://MAIL.example:4650/", "mail.example", 4650, implicit),
            ("smtp://mail.example", "mail.example", 587, starttls),
            ("smtp://mail.example?tls=required", "mail.example", 587, starttls),
            ("smtp://localhost?tls=required", "localhost", 587, starttls),
            ("smtp://localhost", "localhost", 25, none),
            ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, none),
            ("smtp://[::1]", "::1", 25, none),
            ("smtp://relay:2525?tls=none", "relay", 2525, none),
        ] {
            assert_eq!(described(text), Ok((host.to_owned(), port, encryption)), "{text}");
        }
        for wrong in [
            "",
            "mail.example",
            "https://mail.example",
            "smtps://",
            "smtps:///path",
            "smtps://mail.example/path",
            "smtps://mail.example#x",
            "smtps://mail.example?tls=none",
            "smtp://mail.example?tls=opportunistic",
            "smtps://user@mail.example",
            "smtps://:password@mail.example",
            "smtps://user:%ff@mail.example",
            "smtp://user:password@mail.example?tls=none",
            "smtps://mail.example:99999",
        ] {
            assert!(described(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_smtp_password_is_decoded_and_never_shown() {
        let from = "--mail-from=no-reply@latchkey.example";
        let url = "smtps://k3y%40user:p%2Fhunter2%20@mail.example";
        let config = validated(&["--mailer=smtp", from], Some(url)).expect("good");
        let MailWay::Smtp(server) = &config.way else { panic!("{config:?}") };
        let (user, password) = server.login.as_ref().expect("a login");
        assert_eq!((user.expose_secret(), password.expose_secret()), ("k3y@user", "p/hunter2 "));
        assert!(!format!("{config:?}").contains("hunter2") && !format!("{config:?}").contains("k3y"));

        for wrong in ["smtps://k3y:hunter2@mail.example/path", "smtps//k3y:hunter2", "ftp://k3y:hunter2@mail.example"] {
            let message = problem(&["--mailer=smtp", from], Some(wrong));
            assert!(
                message.starts_with("SMTP_URL: ") && !message.contains("hunter2") && !message.contains("k3y"),
                "{message}"
            );
        }
        assert!(problem(&["--mailer=smtp", from], None).starts_with("SMTP_URL: must be set"));
    }

    #[test]
    fn the_smtp_url_may_come_from_a_file() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("smtp-url");
        std::fs::write(&path, "smtps://user:hunter2@mail.example\n")?;
        let file = |name: &str| (name == "SMTP_URL_FILE").then(|| path.clone().into());
        assert_eq!(smtp(&args(&[]), &file)?.host, "mail.example");
        std::fs::write(&path, "user:hunter2@mail.example\n")?;
        assert!(
            smtp(&args(&[]), &file)
                .is_err_and(|message| message.starts_with("SMTP_URL_FILE: ") && !message.contains("hunter2"))
        );
        let both = |_: &str| Some("smtps://mail.example".into());
        assert!(smtp(&args(&[]), &both).is_err_and(|message| message.contains("not both")));
        Ok(())
    }

    #[test]
    fn own_certificate_authorities_are_read_at_start() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("ca.pem");
        let file = format!("--smtp-ca-file={}", path.display());
        let arguments = ["--mailer=smtp", "--mail-from=no-reply@latchkey.example", &file];
        let message = problem(&arguments, Some("smtps://mail.example"));
        assert!(message.starts_with("SMTP_CA_FILE: ") && message.contains("ca.pem cannot be read"), "{message}");

        let certificate = rcgen::generate_simple_self_signed(["mail.example".to_owned()])?;
        let key = BASE64_STANDARD.encode(certificate.signing_key.serialize_der());
        let certificate = BASE64_STANDARD.encode(certificate.cert.der());
        let pem = |what: &str, base64: &str| format!("-----BEGIN {what}-----\n{base64}\n-----END {what}-----\n");
        let (key, certificate) = (pem("PRIVATE KEY", &key), pem("CERTIFICATE", &certificate));
        for (text, what) in [
            (String::new(), "holds no certificate"),
            ("not PEM at all".to_owned(), "holds no certificate"),
            (key.clone(), "holds no certificate"),
            ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".to_owned(), "is not PEM"),
            (format!("{certificate}-----BEGIN CERTIFICATE-----\nAAAA\n"), "is not PEM"),
            (format!("{certificate}{}", pem("CERTIFICATE", "AAAA")), "holds a certificate that cannot be used"),
        ] {
            std::fs::write(&path, &text)?;
            let message = problem(&arguments, Some("smtps://mail.example"));
            assert!(message.starts_with("SMTP_CA_FILE: ") && message.ends_with(what), "{message}: {text}");
        }

        std::fs::write(&path, format!("{key}{certificate}{certificate}"))?;
        for url in ["smtps://mail.example", "smtp://localhost?tls=required"] {
            let config = validated(&arguments, Some(url)).expect("good");
            let MailWay::Smtp(server) = &config.way else { panic!("{config:?}") };
            assert_eq!(server.authorities.as_ref().map(Vec::len), Some(2), "{url}");
        }
        for url in ["smtp://localhost", "smtp://relay?tls=none"] {
            let message = problem(&arguments, Some(url));
            assert!(message.starts_with("SMTP_CA_FILE: there is no TLS"), "{message}");
        }
        Ok(())
    }
}
