//! `sansfix connect --config`: the initiator sessions of a file, and commands from standard input.

use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use sansfix::config::Role;
use sansfix_registry::Registry;
use sansfix_runtime::blocking::{Initiator, InitiatorOptions};
use sansfix_runtime::settings::{ConnectionSettings, Endpoint, SessionSettings};
use sansfix_runtime::tls::TlsFiles;

use crate::cli::ConnectArguments;
use crate::plain::{Dictionaries, Operator, prepare, sessions_of};

pub(crate) fn run(arguments: &ConnectArguments) -> ExitCode {
    let Some(sessions) = sessions_of(Role::Initiator, &arguments.config) else { return ExitCode::FAILURE };
    let registry = Registry::new();
    let operator = Arc::new(Operator::new(registry.clone()));
    let initiators = match start(sessions, &registry, &operator) {
        Ok(initiators) => initiators,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = operator.log_out_on_signal() {
        eprintln!("warning: a signal will end this without a Logout: {error}");
    }
    // Whether it was asked for or nobody types any more: the sessions are logged out.
    let _ = operator.run(std::io::stdin().lock());
    operator.log_out();
    drop(initiators);
    ExitCode::SUCCESS
}

fn start(
    sessions: Vec<SessionSettings>,
    registry: &Registry,
    operator: &Operator,
) -> Result<Vec<Initiator>, Box<dyn std::error::Error>> {
    let mut dictionaries = Dictionaries::default();
    let mut prepared = Vec::new();
    for session in sessions {
        let Some(mut options) = options(&session)? else { continue };
        let (identity, limits) = (session.config.identity.clone(), session.config.limits.clone());
        let tls = session.tls.as_ref().map(TlsFiles::client).transpose();
        options.tls = tls.map_err(|error| format!("{identity}: {error}"))?;
        let session = prepare(session, &mut dictionaries, &mut operator.logs())?;
        operator.add(identity, limits, session.outbox);
        prepared.push((session.setup, options));
    }
    // Every file is readable before the first session connects.
    let start = |(setup, options)| Initiator::start(setup, options, registry);
    Ok(prepared.into_iter().map(start).collect::<Result<_, _>>()?)
}

fn options(session: &SessionSettings) -> Result<Option<InitiatorOptions>, Box<dyn std::error::Error>> {
    let ConnectionSettings::Initiator { endpoints, reconnect_interval, connect_timeout, order, local } =
        &session.connection
    else {
        return Ok(None);
    };
    let interval = Duration::from_secs(u64::from(*reconnect_interval));
    Ok(Some(InitiatorOptions {
        addresses: endpoints.iter().map(ToString::to_string).collect(),
        reconnect_interval: interval,
        reconnect_limit: interval,
        connect_timeout: Duration::from_secs(u64::from(*connect_timeout)),
        order: *order,
        local: local.as_ref().map(address).transpose()?,
        socket: session.socket.clone(),
        ..InitiatorOptions::to("")
    }))
}

/// The address of this machine that is meant.
fn address(local: &Endpoint) -> Result<SocketAddr, String> {
    let found = (&*local.host, local.port).to_socket_addrs().map_err(|error| format!("{local}: {error}"))?;
    found.into_iter().next().ok_or_else(|| format!("{local}: the name has no address"))
}
