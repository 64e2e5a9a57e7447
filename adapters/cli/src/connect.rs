//! `sansfix connect --config`: the initiator sessions of a file, and commands from standard input.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use sansfix::config::Role;
use sansfix_registry::Registry;
use sansfix_runtime::blocking::{Initiator, InitiatorOptions};
use sansfix_runtime::settings::{ConnectionSettings, SessionSettings};
use sansfix_runtime::tls::TlsFiles;

use crate::cli::ConnectArguments;
use crate::plain::{Dictionaries, Operator, prepare, sessions_of};

pub(crate) fn run(arguments: &ConnectArguments) -> ExitCode {
    let Some(sessions) = sessions_of(Role::Initiator, &arguments.config) else { return ExitCode::FAILURE };
    let registry = Registry::new();
    let mut operator = Operator::new(registry.clone());
    let initiators = match start(sessions, &registry, &mut operator) {
        Ok(initiators) => initiators,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let operator = Arc::new(operator);
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
    operator: &mut Operator,
) -> Result<Vec<Initiator>, Box<dyn std::error::Error>> {
    let mut dictionaries = Dictionaries::default();
    let mut prepared = Vec::new();
    for session in sessions {
        let Some(mut options) = options(&session.connection) else { continue };
        let (identity, limits) = (session.config.identity.clone(), session.config.limits.clone());
        let tls = session.tls.as_ref().map(TlsFiles::client).transpose();
        options.tls = tls.map_err(|error| format!("{identity}: {error}"))?;
        let session = prepare(session, &mut dictionaries, operator.logs())?;
        operator.add(identity, limits, session.outbox);
        prepared.push((session.setup, options));
    }
    // Every file is readable before the first session connects.
    let start = |(setup, options)| Initiator::start(setup, options, registry);
    Ok(prepared.into_iter().map(start).collect::<Result<_, _>>()?)
}

fn options(connection: &ConnectionSettings) -> Option<InitiatorOptions> {
    let ConnectionSettings::Initiator { endpoints, reconnect_interval, connect_timeout } = connection else {
        return None;
    };
    let interval = Duration::from_secs(u64::from(*reconnect_interval));
    Some(InitiatorOptions {
        addresses: endpoints.iter().map(ToString::to_string).collect(),
        reconnect_interval: interval,
        reconnect_limit: interval,
        connect_timeout: Duration::from_secs(u64::from(*connect_timeout)),
        ..InitiatorOptions::to("")
    })
}
