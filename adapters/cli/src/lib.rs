//! The `sansfix` command as a library: each subcommand is a module whose `run` prints what it does on standard
//! output and says by its exit code whether it went well (0), went wrong (1) or was called wrongly (2); `simulate` has one
//! more, for what could not be told (3).

use std::process::ExitCode;

pub mod acceptance;
pub mod cli;
pub mod conform;

mod config_check;
mod connect;
mod demo;
mod plain;
mod serve;
mod simulate;
mod store;
mod trace;

/// Runs the subcommand that `arguments` names, to its end.
#[must_use]
pub fn run(arguments: cli::Arguments) -> ExitCode {
    use cli::{ConfigCommand, ConformCommand, Subcommand};
    if let Err(error) = trace::begin() {
        eprintln!("error: {error}");
        return ExitCode::from(2);
    }
    match arguments.command {
        Subcommand::Serve(arguments) => match arguments.target() {
            cli::ServeTarget::Config(file) => serve::run(&file),
            cli::ServeTarget::Acceptance(arguments) => acceptance::run(&arguments),
        },
        Subcommand::Connect(arguments) => connect::run(&arguments),
        Subcommand::Conform(ConformCommand::Scripts(arguments)) => conform::run(&arguments),
        Subcommand::Demo(arguments) => demo::run(&arguments),
        Subcommand::Store(arguments) => store::run(&arguments.directory),
        Subcommand::Simulate(arguments) => simulate::run(&arguments),
        Subcommand::Config(ConfigCommand::Check(arguments)) => config_check::run(&arguments),
        Subcommand::Config(ConfigCommand::Keys) => {
            print!("{}", sansfix_runtime::settings::configuration_page());
            ExitCode::SUCCESS
        }
    }
}
