//! Mail over TLS, to a server whose certificate is of an authority of one's own.

use crate::app::{ADA, SECRET};
use crate::mail_office::Office;
use crate::mail_server::MailServer;
use base64::{Engine, prelude::BASE64_STANDARD};
use clap::Parser;
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use server::config::{Args, Config, Encryption};
use server::{Mailer, OutboxWorker};
use std::sync::Arc;
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// The address of the stand-in, which is also its name.
const HERE: &str = "127.0.0.1";

/// A certificate authority.
pub(crate) struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self { certificate: params.self_signed(&key).expect("a certificate"), issuer: Issuer::new(params, key) }
    }

    /// Returns the TLS configuration of a server called `name`.
    pub(crate) fn certify(&self, name: &str) -> TlsAcceptor {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], key.into()).expect("a configuration");
        TlsAcceptor::from(Arc::new(config))
    }

    /// Its certificate (RFC 7468).
    fn pem(&self) -> String {
        let base64 = BASE64_STANDARD.encode(self.certificate.der());
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
    }
}

/// Begins to send to the server of `office`, as the settings have it: with a password, if those in `pem` vouch for it.
fn work(office: &Office, encryption: Encryption, pem: &str) -> (OutboxWorker, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, pem).expect("a file");
    let (scheme, query) = if encryption == Encryption::Implicit { ("smtps", "") } else { ("smtp", "?tls=required") };
    let url = format!("{scheme}://latchkey:hunter2@{HERE}:{}{query}", office.server.address.port());
    let authorities = format!("--smtp-ca-file={}", path.display());
    let arguments = ["server", "--dev", "--mailer=smtp", "--mail-from=no-reply@latchkey.example", &authorities];
    let args = Args::try_parse_from(arguments).expect("good arguments");
    let config = Config::new(&args, |name| match name {
        "SMTP_URL" => Some(url.clone()),
        "APP_SECRET" => Some(SECRET.to_owned()),
        _ => None,
    });
    let config = config.expect("a good configuration");
    let mailer = Mailer::new(&config.mail, "latchkey.example").expect("a mailer");
    (OutboxWorker::start(office.auth.clone(), Arc::new(mailer)), folder)
}

#[tokio::test]
async fn a_server_of_ones_own_authority_gets_its_mail() {
    for (encryption, before) in
        [(Encryption::Implicit, &[][..]), (Encryption::StartTls, &["EHLO latchkey.example", "STARTTLS"][..])]
    {
        let (authority, other) = (Authority::new(), Authority::new());
        let mut office = Office::open().await;
        office.server = MailServer::start_with_tls(encryption, authority.certify(HERE)).await;
        // Several may vouch, and what else is in the file does not matter.
        let pem = format!("# ours\n{}{}", other.pem(), authority.pem());
        let _working = work(&office, encryption, &pem);
        office.post(ADA).await;
        office.sent(ADA).await;
        assert_eq!(office.server.taken_for(ADA).len(), 1, "{encryption:?}");
        let said = office.server.said().concat();
        assert_eq!(said[..before.len()], *before, "{encryption:?}");
        let after = &said[before.len()..];
        assert_eq!(after[..2], ["EHLO latchkey.example", "AUTH PLAIN AGxhdGNoa2V5AGh1bnRlcjI="], "{encryption:?}");
    }
}

#[tokio::test]
async fn another_name_or_another_authority_is_told_nothing() {
    for (encryption, before) in
        [(Encryption::Implicit, &[][..]), (Encryption::StartTls, &["EHLO latchkey.example", "STARTTLS"][..])]
    {
        let (authority, other) = (Authority::new(), Authority::new());
        for tls in [authority.certify("mail.example"), authority.certify("127.0.0.2"), other.certify(HERE)] {
            let mut office = Office::open().await;
            office.server = MailServer::start_with_tls(encryption, tls).await;
            let _working = work(&office, encryption, &authority.pem());
            office.post(ADA).await;
            let row = office.failed(ADA, 1).await;
            assert!(row.last_problem.as_ref().is_some_and(|problem| problem.contains("certificate")), "{row:?}");
            assert_eq!(office.server.said().concat(), *before, "{encryption:?}");
        }
    }
}
