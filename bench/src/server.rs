//! Runs the release server as a process.

use anyhow::{Context, Result, bail};
use std::env;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use uuid::Uuid;

/// Public host name: the server runs as in production, behind https.
pub(crate) const HOST: &str = "latchkey.example";
/// Time limit of a start.
const PATIENCE: Duration = Duration::from_secs(20);
/// Interval between two attempts to connect. A refused connection costs the server nothing.
const POLL: Duration = Duration::from_micros(200);

/// The server under test and its folders.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    server: PathBuf,
    site: PathBuf,
}

/// The cost of a password hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PasswordCost {
    /// Memory in KiB.
    pub(crate) memory_kib: u32,
    /// Passes over the memory.
    pub(crate) passes: u32,
}

impl PasswordCost {
    /// The server's default.
    pub(crate) const DEFAULT: Self =
        Self { memory_kib: argon2::Params::DEFAULT_M_COST, passes: argon2::Params::DEFAULT_T_COST };
    /// A low cost, for benchmarks that need accounts but do not measure passwords.
    pub(crate) const CHEAP: Self = Self { memory_kib: 64, passes: 1 };
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Time from the start of the process to its first answer.
    pub(crate) ready_after: Duration,
    process: Running,
}

impl Place {
    /// Finds the server of `LATCHKEY_SERVER`, or the one beside this program, and the site of `LEPTOS_SITE_ROOT`.
    pub(crate) fn find() -> Result<Self> {
        let own = env::current_exe()?;
        let beside = own.with_file_name(format!("server{}", env::consts::EXE_SUFFIX));
        let named = |name| env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        let server = named("LATCHKEY_SERVER").unwrap_or(beside);
        let site = named("LEPTOS_SITE_ROOT").unwrap_or_else(|| PathBuf::from("target/site"));
        let server = server.canonicalize().with_context(|| {
            format!("{} is not there: `cargo xtask bench` builds what is measured", server.display())
        })?;
        let site = site.canonicalize().unwrap_or(site);
        Ok(Self { server, site })
    }

    /// Returns the folder of the built site.
    pub(crate) fn site(&self) -> &Path {
        &self.site
    }

    /// Creates a folder for a database beside the server. Other folders may be in memory, where an `fsync` costs
    /// nothing.
    pub(crate) fn folder(&self) -> Result<TempDir> {
        let beside = self.server.parent().unwrap_or(Path::new("."));
        Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(beside)?)
    }
}

impl Server {
    /// Starts a server on the database in `folder`, which is created if necessary, and waits until it answers.
    pub(crate) fn start(place: &Place, folder: &Path, cost: PasswordCost) -> Result<Self> {
        Self::start_with(place, folder, cost, &[])
    }

    /// Starts a server with additional settings.
    pub(crate) fn start_with(
        place: &Place,
        folder: &Path,
        cost: PasswordCost,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(&place.server);
        command
            .env_clear()
            .env("BIND_ADDR", address.to_string())
            .env("PUBLIC_URL", format!("https://{HOST}"))
            .env("TRUSTED_PROXIES", "none")
            // All clients share one address.
            .env("THROTTLE_FREE_TRIES_PER_ADDRESS", "100000")
            .env("THROTTLE_FREE_TRIES_PER_ACCOUNT", "100")
            .env("DATABASE_URL", format!("sqlite://{}", database(folder).display()))
            .env("APP_SECRET", format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
            .env("MAILER", "folder")
            .env("MAIL_FROM", format!("no-reply@{HOST}"))
            .env("MAIL_FOLDER", folder.join("mail"))
            .env("ARGON2_MEMORY_KIB", cost.memory_kib.to_string())
            .env("ARGON2_PASSES", cost.passes.to_string())
            .env("ARGON2_LANES", "1")
            .env("LEPTOS_SITE_ROOT", &place.site)
            .env("RUST_LOG", "warn,tower_sessions_core=error")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            // Standard output is for the table.
            .stdout(std::io::stderr());
        let begun = Instant::now();
        let mut process = Running::spawn(&mut command)?;
        while !is_ready(address)? {
            if let Some(status) = process.0.try_wait()? {
                bail!("the server ended at its start: {status}");
            }
            if begun.elapsed() > PATIENCE {
                bail!("the server is not ready after {} seconds", PATIENCE.as_secs());
            }
            thread::sleep(POLL);
        }
        Ok(Self { address, ready_after: begun.elapsed(), process })
    }

    /// Returns the process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.0.id()
    }
}

/// Returns the path of the database in `folder`.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("latchkey.db")
}

/// A process that ends with its owner.
#[derive(Debug)]
pub(crate) struct Running(pub(crate) Child);

impl Running {
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_owned();
        command.spawn().map(Self).with_context(|| format!("cannot start {}", Path::new(&program).display()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process may have ended by itself.
        let _gone = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Returns the status of `GET path`, on a connection of its own.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<Option<u16>> {
    let mut stream = match TcpStream::connect(address) {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {HOST}\r\nuser-agent: bench\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let status = answer.split(|&byte| byte == b' ').nth(1).and_then(|status| std::str::from_utf8(status).ok());
    Ok(status.and_then(|status| status.parse().ok()))
}

fn is_ready(address: SocketAddr) -> Result<bool> {
    Ok(get(address, "/readyz")? == Some(200))
}

/// Returns a free address. If another process takes it first, the server fails with a message.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
