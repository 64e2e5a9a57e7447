//! The subcommand that follows; it says that it is not there yet.

use std::process::ExitCode;

use crate::cli::DemoArguments;

pub(crate) fn run(_arguments: &DemoArguments) -> ExitCode {
    eprintln!("sansfix: demo is not written yet");
    ExitCode::FAILURE
}
