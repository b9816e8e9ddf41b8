//! Sends mail by SMTP (RFC 5321).
//!
//! Uses lettre's connections with a pool of our own. lettre's pool takes back a connection whose send was cancelled
//! halfway, and the next mail would continue that message. This pool takes a connection back only after the server
//! accepted the mail.

use super::SendProblem;
use crate::config::{Encryption, SmtpServer};
use futures::future::join_all;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, CertificateStore, TlsParameters, TlsParametersBuilder};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// Time limit for connecting to one address of the server, so that the next address gets its turn.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// Time limit for closing connections politely.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(1);
/// Longest part of a server's reply that is logged, in characters.
const WORDS_MAX: usize = 300;

/// An SMTP server with its idle connections.
pub struct Smtp {
    server: SmtpServer,
    tls: Option<TlsParameters>,
    hello: ClientId,
    free: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Smtp {
    /// Prepares TLS and the greeting without connecting. `host` is our own name.
    ///
    /// # Errors
    /// Fails if the server's name cannot be used for TLS.
    pub(super) fn new(server: SmtpServer, host: &str) -> Result<Self, Error> {
        let tls = match server.encryption {
            Encryption::Implicit | Encryption::StartTls => Some(tls(&server)?),
            Encryption::None => None,
        };
        let hello = match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(host.to_owned()),
        };
        Ok(Self { server, tls, hello, free: Mutex::default() })
    }

    /// Sends `message`.
    ///
    /// # Errors
    /// [`SendProblem::Smtp`] if the server refuses temporarily (4xx) or permanently (5xx), is unreachable or hangs up;
    /// [`SendProblem::Stalled`] past the time limit.
    pub(super) async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<(), SendProblem> {
        match timeout(self.server.patience, self.hand_over(envelope, message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SendProblem::Smtp(words(&error, envelope))),
            Err(_) => Err(SendProblem::Stalled),
        }
    }

    /// Connects, logs in and disconnects.
    ///
    /// # Errors
    /// The same as [`Smtp::send`].
    pub(super) async fn check(&self) -> Result<(), SendProblem> {
        match timeout(CONNECT_PATIENCE, self.connection()).await {
            Ok(Ok(mut connection)) => {
                let _late = timeout(GOODBYE_PATIENCE, connection.quit()).await;
                Ok(())
            }
            Ok(Err(error)) => Err(SendProblem::Smtp(in_one_line(&error.to_string()))),
            Err(_) => Err(SendProblem::Stalled),
        }
    }

    /// Closes the idle connections.
    pub(super) async fn hang_up(&self) {
        let free = std::mem::take(&mut *self.free());
        let goodbyes = free.into_iter().map(|mut connection| async move { connection.abort().await });
        // Ignores a server that does not answer in time.
        let _late = timeout(GOODBYE_PATIENCE, join_all(goodbyes)).await;
    }

    async fn hand_over(&self, envelope: &Envelope, message: &[u8]) -> Result<(), Error> {
        let mut connection = self.connection().await?;
        connection.send(envelope, message).await?;
        self.free().push(connection);
        Ok(())
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        while let Some(mut connection) = self.take_free() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        let SmtpServer { host, port, encryption, login, .. } = &self.server;
        let at_once = self.tls.clone().filter(|_| *encryption == Encryption::Implicit);
        let address = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT_PATIENCE), &self.hello, at_once, None).await?;
        if let (Encryption::StartTls, Some(tls)) = (encryption, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some((user, password)) = login {
            let [user, password] = [user, password].map(|text| text.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &Credentials::new(user, password)).await?;
        }
        Ok(connection)
    }

    fn take_free(&self) -> Option<AsyncSmtpConnection> {
        self.free().pop()
    }

    fn free(&self) -> MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Returns the TLS settings for `server`, with its own certificate authorities or the public ones.
fn tls(server: &SmtpServer) -> Result<TlsParameters, Error> {
    let tls = TlsParameters::builder(server.host.clone());
    let Some(authorities) = &server.authorities else {
        return tls.certificate_store(CertificateStore::WebpkiRoots).build();
    };
    let tls = tls.certificate_store(CertificateStore::None);
    authorities.iter().cloned().fold(tls, TlsParametersBuilder::add_root_certificate).build()
}

/// Returns the server's reply on one line, shortened, without the mail addresses that servers often repeat.
fn words(error: &Error, envelope: &Envelope) -> String {
    let mut words = error.to_string();
    for address in envelope.to().iter().chain(envelope.from()) {
        let address: &str = address.as_ref();
        words = words.replace(address, "…");
    }
    in_one_line(&words)
}

fn in_one_line(words: &str) -> String {
    words.chars().map(|char| if char.is_control() { ' ' } else { char }).take(WORDS_MAX).collect()
}
