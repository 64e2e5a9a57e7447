//! `sansfix serve --config`: the acceptor sessions of a file, behind one listener for each address.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use sansfix::config::Role;
use sansfix_registry::Registry;
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, SessionSetup};
use sansfix_runtime::settings::{ConnectionSettings, Endpoint, SessionSettings};

use crate::plain::{Dictionaries, End, Operator, prepare, say, sessions_of};

pub(crate) fn run(file: &Path) -> ExitCode {
    let Some(sessions) = sessions_of(Role::Acceptor, file) else { return ExitCode::FAILURE };
    let registry = Registry::new();
    let mut operator = Operator::new(registry.clone());
    let acceptors = match start(sessions, &registry, &mut operator) {
        Ok(acceptors) => acceptors,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let operator = Arc::new(operator);
    if let Err(error) = operator.log_out_on_signal() {
        eprintln!("warning: a signal will end this without a Logout: {error}");
    }
    // Without anybody at the keyboard it serves until it is ended from outside.
    while operator.run(std::io::stdin().lock()) == End::EndOfInput {
        std::thread::park();
    }
    operator.log_out();
    drop(acceptors);
    ExitCode::SUCCESS
}

/// What stands behind one listener.
#[derive(Default)]
struct Behind {
    setups: Vec<SessionSetup>,
    options: AcceptorOptions,
}

fn start(
    sessions: Vec<SessionSettings>,
    registry: &Registry,
    operator: &mut Operator,
) -> Result<Vec<Acceptor>, Box<dyn std::error::Error>> {
    let mut dictionaries = Dictionaries::default();
    let mut listeners: BTreeMap<Endpoint, Behind> = BTreeMap::new();
    for session in sessions {
        let ConnectionSettings::Acceptor { listen } = session.connection.clone() else { continue };
        let (identity, limits) = (session.config.identity.clone(), session.config.limits.clone());
        let behind = listeners.entry(listen).or_default();
        // Before the Logon names its session, the most patient of them decides.
        let patience = Duration::from_millis(u64::from(limits.logon_timeout_ms));
        behind.options.logon_timeout = behind.options.logon_timeout.max(patience);
        // Sessions that share an address have the same TLS.
        if let (None, Some(files)) = (&behind.options.tls, &session.tls) {
            behind.options.tls = Some(files.server().map_err(|error| format!("{identity}: {error}"))?);
        }
        let prepared = prepare(session, &mut dictionaries, operator.logs())?;
        behind.setups.push(prepared.setup);
        operator.add(identity, limits, prepared.outbox);
    }
    let mut acceptors = Vec::new();
    for (listen, mut behind) in listeners {
        behind.options.refused = Some(Arc::new(|refused| say(&refused.to_string())));
        let listener =
            TcpListener::bind((&*listen.host, listen.port)).map_err(|error| format!("{listen}: {error}"))?;
        let acceptor = Acceptor::start(listener, behind.setups, behind.options, registry)?;
        say(&format!("listening on {}", acceptor.local_addr()));
        acceptors.push(acceptor);
    }
    Ok(acceptors)
}
