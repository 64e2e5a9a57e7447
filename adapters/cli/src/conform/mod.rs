//! `sansfix conform scripts`: plays acceptance scripts against the session, in process and in virtual time, and says
//! which ones fail where.
//!
//! What a failing line shows are the expected and the received message one below the other, SOH as `|`.

pub mod compare;
pub mod expected;
pub mod player;
pub mod prepare;
pub mod reader;
pub mod script;

use std::process::ExitCode;

use crate::cli::ScriptsArguments;

pub(crate) fn run(_arguments: &ScriptsArguments) -> ExitCode {
    eprintln!("sansfix: conform is not written yet");
    ExitCode::FAILURE
}
