//! The subcommand that follows; it says that it is not there yet.

use std::process::ExitCode;

use crate::cli::AcceptanceArguments;

pub(crate) fn run(_arguments: &AcceptanceArguments) -> ExitCode {
    eprintln!("sansfix: acceptance is not written yet");
    ExitCode::FAILURE
}
