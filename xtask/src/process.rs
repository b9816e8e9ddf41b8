//! Runs other programs: shows their command line, gives them no input, and ends them when this program ends.

use crate::count::Count;
use anyhow::{Context, Result, anyhow, bail};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// Interval between two checks of a running program.
const POLL: Duration = Duration::from_millis(30);
/// Time that a program gets to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(5);

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Lets Ctrl-C and SIGTERM end the running program instead of this one, so that this one can clean up.
pub(crate) fn catch_interrupts() -> Result<()> {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}

/// Returns whether Ctrl-C or SIGTERM was received.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// Returns the command `cargo` in the workspace's folder.
pub(crate) fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    program("cargo", args)
}

/// Returns the command of a program in the workspace's folder.
pub(crate) fn program<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(crate::paths::root());
    command
}

/// Prints the current step.
pub(crate) fn say(what: &str) {
    eprintln!("\n==> {what}");
}

/// Runs a program to its end and passes its output on. Fails if the program does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let mut child = start(command)?;
    judge(command, wait(&mut child)?)
}

/// Runs a program to its end, passes its output on and adds up the tests that it reports.
pub(crate) fn run_counting(command: &mut Command, count: &mut Count) -> Result<()> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let stdout = child.stdout.take().context("no standard output")?;
    let reader = thread::spawn(move || {
        let mut count = Count::default();
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            count.read(&String::from_utf8_lossy(&line));
            let mut out = std::io::stdout().lock();
            // Ignores a closed output; the tests go on.
            let _ = out.write_all(&line).and_then(|()| out.write_all(b"\n"));
        }
        count
    });
    let status = wait(&mut child)?;
    if let Ok(counted) = reader.join() {
        count.add(&counted);
    }
    judge(command, status)
}

/// Runs a program to its end and returns its standard output. Fails if the program does.
pub(crate) fn run_reading(command: &mut Command) -> Result<String> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let stdout = child.stdout.take().context("no standard output")?;
    let reader = thread::spawn(move || std::io::read_to_string(stdout));
    let status = wait(&mut child)?;
    judge(command, status)?;
    reader.join().map_err(|_| anyhow!("its output cannot be read"))?.context("its output is not text")
}

/// Returns the trimmed output of a program; `None` if the program is missing or fails.
pub(crate) fn output<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: impl IntoIterator<Item = S>) -> Option<String> {
    let output = self::program(program, args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Runs a program with `input` as its standard input and returns its standard output. Fails if the program does.
pub(crate) fn output_of(command: &mut Command, input: &str) -> Result<String> {
    let message = format!("cannot run {}", shown(command));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| message.clone())?;
    child.stdin.take().context("no standard input")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output().with_context(|| message.clone())?;
    if !output.status.success() {
        bail!("{message} ({})", output.status);
    }
    String::from_utf8(output.stdout).context(message)
}

/// Replaces this process by the program, so that signals reach it directly.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.stdin(Stdio::null()).exec();
    Err(error).with_context(|| format!("cannot run {}", shown(command)))
}

/// Runs the program and waits, on systems that cannot replace a process. Ctrl-C reaches both.
#[cfg(not(unix))]
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    catch_interrupts()?;
    run(command)
}

/// Starts a program without standard input.
pub(crate) fn start(command: &mut Command) -> Result<Child> {
    eprintln!("    $ {}", shown(command));
    command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot run {}", shown(command)))
}

fn wait(child: &mut Child) -> Result<ExitStatus> {
    let mut since = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if interrupted() && since.get_or_insert_with(Instant::now).elapsed() > GRACE {
            child.kill()?;
        }
        thread::sleep(POLL);
    }
}

fn judge(command: &Command, status: ExitStatus) -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    if !status.success() {
        let line = shown(command);
        let named: Vec<_> = line.split(' ').filter(|word| !word.starts_with('-')).take(2).collect();
        bail!("`{}` failed ({status})", named.join(" "));
    }
    Ok(())
}

fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
