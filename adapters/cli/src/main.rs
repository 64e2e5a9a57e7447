//! The `sansfix` command: reads its arguments and hands over to the module of the subcommand.

use std::process::ExitCode;

use clap::Parser;
use sansfix_cli::cli::Arguments;

fn main() -> ExitCode {
    sansfix_cli::run(Arguments::parse())
}
