//! A mail server for one test (RFC 5321): it takes mail, or refuses, stalls and hangs up as it is told.

use server::config::{Encryption, SmtpServer};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// How mail to an address is treated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Treatment {
    Take,
    /// Says this to the address.
    RefuseAddress(&'static str),
    /// Says this once it has read the mail.
    RefuseMail(&'static str),
    /// Says nothing more once it has heard the address.
    Stall,
    /// Closes the connection in the middle of the mail.
    HangUp,
    /// Says that it took the mail when it is told to: [`MailServer::release`].
    Hold,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) to: String,
    pub(crate) message: String,
}

/// It ends when this is dropped.
pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
    running: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    /// When TLS begins, and with which certificate.
    tls: Option<(Encryption, TlsAcceptor)>,
    treatments: Mutex<HashMap<String, Treatment>>,
    taken: Mutex<Vec<Taken>>,
    /// Every line that a client said outside a mail, by connection.
    said: Mutex<Vec<Vec<String>>>,
    release: Notify,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    pub(crate) async fn start_at(address: SocketAddr) -> Self {
        Self::start_as(address, State::default()).await
    }

    /// Speaks TLS from the first byte, or offers STARTTLS.
    pub(crate) async fn start_with_tls(encryption: Encryption, tls: TlsAcceptor) -> Self {
        let state = State { tls: Some((encryption, tls)), ..State::default() };
        Self::start_as(SocketAddr::from(([127, 0, 0, 1], 0)), state).await
    }

    async fn start_as(address: SocketAddr, state: State) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(state);
        let running = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, running }
    }

    /// How it is spoken to where it speaks no TLS.
    pub(crate) fn way(&self) -> SmtpServer {
        SmtpServer {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            encryption: Encryption::None,
            login: None,
            authorities: None,
            patience: Duration::from_mins(1),
        }
    }

    /// From here on mail to `address` is treated like this.
    pub(crate) fn treat(&self, address: &str, treatment: Treatment) {
        locked(&self.state.treatments).insert(address.to_owned(), treatment);
    }

    /// Lets go what is on [`Treatment::Hold`].
    pub(crate) fn release(&self) {
        self.state.release.notify_one();
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        locked(&self.state.taken).clone()
    }

    /// Returns the mails that were accepted for one address.
    pub(crate) fn taken_for(&self, address: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// Returns the lines of the clients, by connection.
    pub(crate) fn said(&self) -> Vec<Vec<String>> {
        locked(&self.state.said).clone()
    }

    /// Returns the number of attempts to send to an address.
    pub(crate) fn tried(&self, address: &str) -> usize {
        let line = format!("RCPT TO:<{address}>");
        self.said().iter().flatten().filter(|said| **said == line).count()
    }
}

impl State {
    fn treatment(&self, address: &str) -> Treatment {
        locked(&self.treatments).get(address).copied().unwrap_or(Treatment::Take)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        let number = {
            let mut said = locked(&state.said);
            said.push(Vec::new());
            said.len() - 1
        };
        // A client that hangs up is what is tested.
        conversations.spawn(async move { drop(serve(stream, number, &state).await) });
    }
}

async fn serve(stream: TcpStream, number: usize, state: &State) -> io::Result<()> {
    match &state.tls {
        Some((Encryption::Implicit, tls)) => {
            let mut stream = BufReader::new(tls.accept(stream).await?);
            say(&mut stream, "220 stand-in ESMTP").await?;
            converse(&mut stream, number, state, "").await.map(drop)
        }
        tls => {
            let mut stream = BufReader::new(stream);
            say(&mut stream, "220 stand-in ESMTP").await?;
            let offer = if tls.is_some() { "250-STARTTLS\r\n" } else { "" };
            let wants_tls = converse(&mut stream, number, state, offer).await?;
            match tls {
                Some((_, tls)) if wants_tls => {
                    let mut stream = BufReader::new(tls.accept(stream.into_inner()).await?);
                    converse(&mut stream, number, state, "").await.map(drop)
                }
                _ => Ok(()),
            }
        }
    }
}

/// Gives whether the client goes over to TLS, where that is on `offer`.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    number: usize,
    state: &State,
    offer: &str,
) -> io::Result<bool> {
    let mut to = String::new();
    while let Some(line) = hear(stream).await? {
        locked(&state.said)[number].push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        match verb {
            "EHLO" => say(stream, &format!("250-stand-in\r\n{offer}250-8BITMIME\r\n250 AUTH PLAIN")).await?,
            "STARTTLS" if !offer.is_empty() => {
                say(stream, "220 go on").await?;
                return Ok(true);
            }
            "AUTH" => say(stream, "235 welcome").await?,
            "MAIL" | "NOOP" | "RSET" => say(stream, "250 fine").await?,
            "RCPT" => {
                line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                match state.treatment(&to) {
                    Treatment::RefuseAddress(words) => say(stream, words).await?,
                    Treatment::Stall => return stream.read_to_end(&mut Vec::new()).await.map(|_| false),
                    _ => say(stream, "250 fine").await?,
                }
            }
            "DATA" => {
                say(stream, "354 go on").await?;
                if matches!(state.treatment(&to), Treatment::HangUp) {
                    hear(stream).await?;
                    return Ok(false);
                }
                let message = mail(stream).await?;
                if let Treatment::RefuseMail(words) = state.treatment(&to) {
                    say(stream, words).await?;
                    continue;
                }
                locked(&state.taken).push(Taken { to: to.clone(), message });
                if matches!(state.treatment(&to), Treatment::Hold) {
                    state.release.notified().await;
                }
                say(stream, "250 taken").await?;
            }
            "QUIT" => return say(stream, "221 goodbye").await.map(|()| false),
            _ => say(stream, "502 not here").await?,
        }
    }
    Ok(false)
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, words: &str) -> io::Result<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// A line without its end; nothing at the end of the connection.
async fn hear<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line).await?;
    Ok(line.strip_suffix(b"\r\n").map(|line| String::from_utf8_lossy(line).into_owned()))
}

/// A mail, up to the line that is a dot (RFC 5321, section 4.5.2).
async fn mail<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    let mut message = String::new();
    loop {
        match hear(stream).await? {
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
            Some(line) if line == "." => return Ok(message),
            Some(line) => {
                message.push_str(line.strip_prefix('.').unwrap_or(&line));
                message.push_str("\r\n");
            }
        }
    }
}
