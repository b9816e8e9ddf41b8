//! `cargo xtask dev`: builds for debugging and starts the app in development mode.

use crate::paths::{self, PKG_DIR, Site};
use crate::process::{become_program, program, say};
use crate::site;
use anyhow::Result;
use std::env;

/// The server's default address.
const DEFAULT_URL: &str = "http://127.0.0.1:3000";

/// Builds the app and replaces this process by the server, so that Ctrl-C and signals of a supervisor reach it
/// directly. Settings come from the environment.
pub(crate) fn run(args: &[String]) -> Result<()> {
    site::build(Site::Dev)?;
    // An empty variable counts as unset, as for the server.
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let url = set("PUBLIC_URL").unwrap_or_else(|| DEFAULT_URL.to_owned());
    let data = if set("DATABASE_URL").is_some() { "in DATABASE_URL" } else { "in data/latchkey.db" };
    say(&format!("Starting Latchkey on {url}, its database {data} (Ctrl-C ends it)"));
    let mut server = program(paths::server("debug"), ["--dev"]);
    server.args(args).env("LEPTOS_SITE_ROOT", Site::Dev.path()).env("LEPTOS_SITE_PKG_DIR", PKG_DIR);
    become_program(&mut server)
}
