//! What `sansfix serve --config` and `sansfix connect --config` share: an application that prints a readable line for
//! each message and accepts it, and the commands that an operator types.

mod application;
mod command;
mod describe;
mod logs;
mod operator;
mod outbox;
mod setup;

use std::io::Write as _;
use std::path::Path;

use sansfix::config::Role;
use sansfix_runtime::settings::{SessionSettings, read};

pub(crate) use describe::snapshot_in_words;
pub(crate) use operator::{End, Operator};
pub(crate) use setup::{Dictionaries, prepare};

/// Prints a line. What cannot be printed, because nobody reads any more, must not end a session.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The sessions of one role in a file, or `None` when there are none or the file is wrong, which has been said.
pub(crate) fn sessions_of(role: Role, file: &Path) -> Option<Vec<SessionSettings>> {
    let settings = match read(file) {
        Ok(settings) => settings,
        Err(errors) => {
            errors.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
            errors.errors.iter().for_each(|error| eprintln!("error: {error}"));
            return None;
        }
    };
    settings.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let (ours, others): (Vec<_>, Vec<_>) =
        settings.sessions.into_iter().partition(|session| session.config.role == role);
    let (ours_are, other_command) = match role {
        Role::Acceptor => ("acceptor", "sansfix connect"),
        Role::Initiator => ("initiator", "sansfix serve"),
    };
    for session in others {
        eprintln!("not started here but by `{other_command}`: {}", session.config.identity);
    }
    if ours.is_empty() {
        eprintln!("error: {} has no {ours_are} session", file.display());
        return None;
    }
    Some(ours)
}
