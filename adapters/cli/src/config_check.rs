//! The subcommand that follows; it says that it is not there yet.

use std::process::ExitCode;

use crate::cli::CheckArguments;

pub(crate) fn run(_arguments: &CheckArguments) -> ExitCode {
    eprintln!("sansfix: config_check is not written yet");
    ExitCode::FAILURE
}
