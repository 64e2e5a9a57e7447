//! The subcommand that follows; it says that it is not there yet.

use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(_file: &Path) -> ExitCode {
    eprintln!("sansfix: serve is not written yet");
    ExitCode::FAILURE
}
