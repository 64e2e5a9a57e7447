//! The acceptor that the acceptance scripts expect: its sessions, and the application behind them.
//!
//! `sansfix conform` plays scripts against it in process; `sansfix serve --acceptance` puts it on a socket.

pub mod dictionaries;
pub mod echo;
pub mod orders;
pub mod respond;
pub mod sessions;

use std::net::TcpListener;
use std::process::ExitCode;

use sansfix::config::Profile;
use sansfix_registry::Registry;
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, SessionSetup};

use crate::cli::AcceptanceArguments;
use dictionaries::Dictionaries;
use sessions::sessions;

/// Listens until the process is ended.
pub(crate) fn run(arguments: &AcceptanceArguments) -> ExitCode {
    match start(arguments, &Registry::new()) {
        Ok(acceptor) => {
            // Whoever waits for the port reads this line; with port 0 it is the only way to learn it.
            println!("listening on {}", acceptor.local_addr());
            loop {
                std::thread::park();
            }
        }
        Err(problem) => {
            eprintln!("sansfix: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// The acceptor on its socket, with sessions for every caller of the table.
///
/// # Errors
/// What is wrong with a dictionary, or the address.
pub fn start(arguments: &AcceptanceArguments, registry: &Registry) -> Result<Acceptor, String> {
    let mut dictionaries = Dictionaries::new(&arguments.dictionaries);
    let setups =
        sessions(arguments.set, Profile::Compatible, arguments.appl_ver).into_iter().map(|session| {
            let ready = dictionaries.ready(session).map_err(|error| error.to_string())?;
            Ok(SessionSetup::new(ready.config().clone(), ready.responder()).with_validator(ready.validator()))
        });
    let setups = setups.collect::<Result<Vec<_>, String>>()?;
    let listener =
        TcpListener::bind(arguments.listen).map_err(|error| format!("{}: {error}", arguments.listen))?;
    Acceptor::start(listener, setups, AcceptorOptions::default(), registry).map_err(|error| error.to_string())
}
