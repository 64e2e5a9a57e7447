//! The subcommand that follows; it says that it is not there yet.

use std::process::ExitCode;

use crate::cli::ConnectArguments;

pub(crate) fn run(_arguments: &ConnectArguments) -> ExitCode {
    eprintln!("sansfix: connect is not written yet");
    ExitCode::FAILURE
}
