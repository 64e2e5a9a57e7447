//! `sansfix serve --config`: the acceptor sessions of a file, behind one listener for each address.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sansfix::config::Role;
use sansfix::wire::Message;
use sansfix_registry::Registry;
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, SessionSetup};
use sansfix_runtime::settings::{ConnectionSettings, Endpoint, SessionSettings};

use crate::plain::{Dictionaries, End, Operator, prepare, say, sessions_of};

pub(crate) fn run(file: &Path) -> ExitCode {
    let Some(sessions) = sessions_of(Role::Acceptor, file) else { return ExitCode::FAILURE };
    let registry = Registry::new();
    let operator = Arc::new(Operator::new(registry.clone()));
    let acceptors = match start(sessions, &registry, &operator) {
        Ok(acceptors) => acceptors,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
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
struct Behind {
    setups: Vec<SessionSetup>,
    /// Patterns for sessions that the file does not name.
    templates: Vec<SessionSettings>,
    options: AcceptorOptions,
}

impl Behind {
    /// What the first of the sessions says of sockets holds for all; which addresses may connect they say alike.
    fn new(first: &SessionSettings) -> Self {
        let (socket, allowed) = (first.socket.clone(), first.allowed.clone());
        let options = AcceptorOptions { socket, allowed, ..AcceptorOptions::default() };
        Self { setups: Vec::new(), templates: Vec::new(), options }
    }
}

fn start(
    sessions: Vec<SessionSettings>,
    registry: &Registry,
    operator: &Arc<Operator>,
) -> Result<Vec<Acceptor>, Box<dyn std::error::Error>> {
    let mut dictionaries = Dictionaries::default();
    let mut listeners: BTreeMap<Endpoint, Behind> = BTreeMap::new();
    for session in sessions {
        let ConnectionSettings::Acceptor { listen } = session.connection.clone() else { continue };
        let (identity, limits) = (session.config.identity.clone(), session.config.limits.clone());
        let behind = listeners.entry(listen).or_insert_with(|| Behind::new(&session));
        // Before the Logon names its session, the most patient of them decides.
        let patience = Duration::from_millis(u64::from(limits.logon_timeout_ms));
        behind.options.logon_timeout = behind.options.logon_timeout.max(patience);
        // Sessions that share an address have the same TLS.
        if let (None, Some(files)) = (&behind.options.tls, &session.tls) {
            behind.options.tls = Some(files.server().map_err(|error| format!("{identity}: {error}"))?);
        }
        if session.template {
            // Its dictionaries are read now, so that a mistake shows before anybody connects.
            dictionaries.of(&session)?;
            behind.templates.push(session);
            continue;
        }
        let prepared = prepare(session, &mut dictionaries, &mut operator.logs())?;
        behind.setups.push(prepared.setup);
        operator.add(identity, limits, prepared.outbox);
    }
    let dictionaries = Arc::new(Mutex::new(dictionaries));
    let mut acceptors = Vec::new();
    for (listen, mut behind) in listeners {
        behind.options.refused = Some(Arc::new(|refused| say(&refused.to_string())));
        let templates = behind.templates;
        if !templates.is_empty() {
            let (operator, dictionaries) = (operator.clone(), dictionaries.clone());
            behind.options.unknown =
                Some(Arc::new(move |logon, _| by_template(&templates, logon, &operator, &dictionaries)));
        }
        let listener =
            TcpListener::bind((&*listen.host, listen.port)).map_err(|error| format!("{listen}: {error}"))?;
        let acceptor = Acceptor::start(listener, behind.setups, behind.options, registry)?;
        say(&format!("listening on {}", acceptor.local_addr()));
        acceptors.push(acceptor);
    }
    Ok(acceptors)
}

/// The session that the first template makes which the Logon fits. Whoever sends one that fits gets it.
fn by_template(
    templates: &[SessionSettings],
    logon: &Message<'_>,
    operator: &Operator,
    dictionaries: &Mutex<Dictionaries>,
) -> Option<SessionSetup> {
    let session = templates.iter().find_map(|template| template.for_logon(logon))?;
    let (identity, limits) = (session.config.identity.clone(), session.config.limits.clone());
    let mut dictionaries = dictionaries.lock().unwrap_or_else(PoisonError::into_inner);
    let prepared = prepare(session, &mut dictionaries, &mut operator.logs());
    match prepared {
        Ok(prepared) => {
            say(&format!("{identity} is made from a template"));
            operator.add(identity, limits, prepared.outbox);
            Some(prepared.setup)
        }
        Err(error) => {
            say(&format!("error: {error}"));
            None
        }
    }
}
