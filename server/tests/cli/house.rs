//! A folder with a database in it, and the program's commands in it.

pub(crate) use auth::testing::{ADA, BOB, FIREFOX, PASSWORD, SECRET};

use crate::site::site;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) struct House {
    folder: TempDir,
}

/// The output of a command.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl House {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn database_url(&self) -> String {
        format!("sqlite://{}", self.file("test.db").display())
    }

    /// The program in development mode, with mail going into the folder `mail`.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        self.at_home(Command::new(env!("CARGO_BIN_EXE_server")), arguments)
    }

    /// The same, started by a shell after `before`: `ulimit -v 1000000`.
    #[cfg(unix)]
    pub(crate) fn program_after(&self, before: &str, arguments: &[&str]) -> Command {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("{before} && exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_server")]);
        self.at_home(shell, arguments)
    }

    fn at_home(&self, mut program: Command, arguments: &[&str]) -> Command {
        program
            .env_clear()
            .env("DEV_MODE", "1")
            .env("DATABASE_URL", self.database_url())
            .env("APP_SECRET", SECRET)
            .env("ARGON2_MEMORY_KIB", "64")
            .env("ARGON2_PASSES", "1")
            // Everybody here comes from one address.
            .env("THROTTLE_FREE_TRIES_PER_ADDRESS", "100000")
            .env("MAILER", "folder")
            .env("MAIL_FROM", "Latchkey <no-reply@latchkey.example>")
            .env("MAIL_FOLDER", self.file("mail"))
            .env("LEPTOS_SITE_ROOT", site())
            .args(arguments)
            .stdin(Stdio::null());
        program
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Said::of(&self.program(arguments).output().expect("it runs"))
    }

    /// A server that does not start; why.
    pub(crate) fn start_refusal(mut program: Command) -> String {
        let mut running = program.env("BIND_ADDR", "127.0.0.1:0").stderr(Stdio::piped()).spawn().expect("it runs");
        let begun = Instant::now();
        while running.try_wait().expect("its state").is_none() {
            if begun.elapsed() > Duration::from_secs(20) {
                running.kill().expect("it runs");
                panic!("it started");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let said = Said::of(&running.wait_with_output().expect("it ended"));
        assert_eq!(said.code, Some(1), "{said:?}");
        said.err
    }

    /// With something on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut program = self.program(arguments);
        let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = piped.spawn().expect("it runs");
        running.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
        Said::of(&running.wait_with_output().expect("it ends"))
    }

    /// A command that succeeds; what it answers.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{arguments:?}: {said:?}");
        said.out
    }

    /// The same in JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.text(&[arguments, &["--json"]].concat());
        serde_json::from_str(&text).expect("JSON")
    }

    /// A command that is refused; why.
    pub(crate) fn refusal(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{arguments:?}: {said:?}");
        said.err
    }

    /// Makes an account with [`PASSWORD`]; gives its id.
    pub(crate) fn create(&self, email: &str) -> String {
        let said = self.run_with(&["user", "create", email, "--password-stdin", "--json"], &format!("{PASSWORD}\n"));
        assert_eq!(said.code, Some(0), "{said:?}");
        let made: Value = serde_json::from_str(&said.out).expect("JSON");
        made["id"].as_str().expect("an id").to_owned()
    }
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}
