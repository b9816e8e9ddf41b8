//! A temporary PostgreSQL server for the tests.

use crate::process::{output, say};
use crate::tools;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

/// Time limit of a start.
const START: Duration = Duration::from_mins(1);
/// Line of `postmaster.pid` that states whether the server accepts connections.
const STATUS_LINE: usize = 7;

/// A running server. Dropping it stops it and deletes its data.
pub(crate) struct Cluster {
    bin: PathBuf,
    dir: PathBuf,
    user: Option<User>,
    server: Option<Child>,
    port: u16,
}

/// The user that runs the server if we are root, whom PostgreSQL refuses.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

/// Returns the folder of PostgreSQL's programs: on the `PATH`, or where Debian installs them.
pub(crate) fn programs() -> Option<PathBuf> {
    let complete = |dir: &Path| ["initdb", "pg_ctl", "postgres"].iter().all(|name| dir.join(name).is_file());
    let on_path = env::split_paths(&env::var_os("PATH")?).find(|dir| complete(dir));
    on_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let bins = versions.flatten().map(|version| version.path().join("bin"));
        // The newest version: a longer path wins, so that 16 follows 9.
        bins.filter(|dir| complete(dir)).max_by_key(|dir| (dir.as_os_str().len(), dir.clone()))
    })
}

impl Cluster {
    /// Creates a cluster and starts it on a free port of the loopback interface.
    pub(crate) fn start(bin: PathBuf) -> Result<Self> {
        say("Starting a PostgreSQL for the tests");
        let dir = env::temp_dir().join(format!("latchkey-postgres-{}", std::process::id()));
        fs::create_dir(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut cluster = Self { bin, dir, user: None, server: None, port };
        cluster.make()?;
        cluster.serve()?;
        Ok(cluster)
    }

    /// Returns the address under which a test creates its own database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn make(&mut self) -> Result<()> {
        if tools::is_root() {
            let user = unprivileged().context("no unprivileged user (postgres, nobody) to run PostgreSQL as")?;
            chown(&self.dir, user)?;
            self.user = Some(user);
        }
        let mut initdb = self.program("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        initdb.arg("--pgdata").arg(self.data());
        let made = initdb.stdin(Stdio::null()).output().context("cannot run initdb")?;
        ensure!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        Ok(())
    }

    fn serve(&mut self) -> Result<()> {
        let log = self.dir.join("log");
        let mut server = self.program("postgres");
        server.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        // Durability and background work cost time and are useless in a temporary cluster.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=8GB",
            "autovacuum=off",
            "jit=off",
        ] {
            server.args(["-c", setting]);
        }
        server.stdin(Stdio::null()).stdout(File::create(&log)?).stderr(File::options().append(true).open(&log)?);
        let server = self.server.insert(server.spawn().context("cannot run postgres")?);

        let begun = Instant::now();
        let pid_file = self.dir.join("data/postmaster.pid");
        loop {
            let status = fs::read_to_string(&pid_file).unwrap_or_default();
            if status.lines().nth(STATUS_LINE).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            if server.try_wait()?.is_some() || begun.elapsed() > START {
                bail!("PostgreSQL did not start: {}", fs::read_to_string(&log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.current_dir(&self.dir);
        if let Some(user) = self.user {
            become_user(&mut command, user);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let mut stop = self.program("pg_ctl");
            stop.args(["stop", "--silent", "--mode=immediate", "--pgdata"]).arg(self.data());
            if !stop.stdin(Stdio::null()).status().is_ok_and(|status| status.success()) {
                // The server may already have ended by the same Ctrl-C. Otherwise this ends it.
                let _ = server.kill();
            }
            let _ = server.wait();
        }
        if let Err(error) = fs::remove_dir_all(&self.dir) {
            eprintln!("cannot remove {}: {error}", self.dir.display());
        }
    }
}

fn unprivileged() -> Option<User> {
    ["postgres", "nobody"].into_iter().find_map(|name| {
        let number = |flag| output("id", [flag, name])?.parse().ok();
        Some(User { id: number("-u")?, group: number("-g")? })
    })
}

#[cfg(unix)]
fn chown(dir: &Path, user: User) -> Result<()> {
    Ok(std::os::unix::fs::chown(dir, Some(user.id), Some(user.group))?)
}

#[cfg(unix)]
fn become_user(command: &mut Command, user: User) {
    use std::os::unix::process::CommandExt;
    command.uid(user.id).gid(user.group);
}

/// A system without `id` has no root user either.
#[cfg(not(unix))]
fn chown(_dir: &Path, _user: User) -> Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn become_user(_command: &mut Command, _user: User) {}
