//! The acceptor that the acceptance scripts expect: its sessions, and the application behind them.
//!
//! `sansfix conform` plays scripts against it in process; `sansfix serve --acceptance` puts it on a socket.

pub mod application;
pub mod echo;
pub mod respond;
pub mod sessions;

use std::process::ExitCode;

use crate::cli::AcceptanceArguments;

pub(crate) fn run(_arguments: &AcceptanceArguments) -> ExitCode {
    eprintln!("sansfix: serve --acceptance is not written yet");
    ExitCode::FAILURE
}
