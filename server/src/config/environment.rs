//! Reads environment variables. An empty variable counts as unset.
//!
//! Container tools pass `NAME=` for a setting that was left blank. An empty flag stays an error.

use clap::builder::{OsStr, Resettable};
use clap::{Arg, Command};
use std::ffi::OsString;

/// Returns the variable `name`; `None` where it is unset or empty.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).and_then(non_empty)
}

/// Returns `value` unless it is the empty string.
pub(crate) fn non_empty(value: OsString) -> Option<OsString> {
    (!value.is_empty()).then_some(value)
}

/// Makes `command` and its sub-commands ignore empty variables.
pub(crate) fn without_empty_variables(command: Command) -> Command {
    command.mut_args(unless_empty).mut_subcommands(without_empty_variables)
}

/// Detaches an empty variable from its argument. The help still names the variable.
fn unless_empty(arg: Arg) -> Arg {
    let Some(name) = arg.get_env().filter(|name| std::env::var_os(name).is_some_and(|value| value.is_empty())) else {
        return arg;
    };
    let note = format!("[env: {}=]", name.display());
    let help = arg.get_long_help().or(arg.get_help()).map(|help| format!("{help}\n\n{note}"));
    let arg = arg.env(Resettable::<OsStr>::Reset);
    match help {
        Some(help) => arg.long_help(help),
        None => arg,
    }
}
