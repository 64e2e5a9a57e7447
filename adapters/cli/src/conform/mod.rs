//! The subcommand that follows; it says that it is not there yet.

use std::process::ExitCode;

use crate::cli::ScriptsArguments;

pub(crate) fn run(_arguments: &ScriptsArguments) -> ExitCode {
    eprintln!("sansfix: conform is not written yet");
    ExitCode::FAILURE
}
