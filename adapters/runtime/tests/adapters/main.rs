//! Both adapters over loopback TCP: against themselves, and against peers that misbehave.

mod acceptor;
mod both_roles;
mod clock_jumps;
mod disk;
mod durable;
mod failing_connections;
mod failing_store;
mod fragile_store;
mod gate;
mod host;
mod inbox;
mod inbox_ends;
mod inbox_told;
mod initiator;
mod kept;
mod left_open;
mod limits;
mod logs;
mod panics;
mod peer;
mod replay;
mod restart;
mod session_time;
mod shutdown;
mod slow_peer;
mod slow_store;
mod starting;
mod tls;

use std::net::TcpListener;
use std::time::Duration;

use sansfix::config::{Config, Identity, Role};
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix::{BeginString, PhaseName, Status, Verdict};
use sansfix_registry::Registry;
use sansfix_runtime::{AcceptorOptions, Application, Outlet, SessionSetup};

use host::{Acceptor, Adapter};

/// Far more than any wait here takes.
const GENEROUS: Duration = Duration::from_secs(30);

/// The acceptor's session.
fn venue() -> Identity {
    Identity::new(BeginString::Fix44, "VENUE", "DESK")
}

/// The initiator's session.
fn desk() -> Identity {
    venue().reversed()
}

fn acceptor_config() -> Config {
    Config::new(Role::Acceptor, venue())
}

/// An acceptor of one session with this application.
fn accept(on: Adapter, application: impl Application + 'static) -> (Acceptor, Registry) {
    accept_with(on, vec![SessionSetup::new(acceptor_config(), application)], AcceptorOptions::default())
}

fn accept_with(on: Adapter, sessions: Vec<SessionSetup>, options: AcceptorOptions) -> (Acceptor, Registry) {
    let registry = Registry::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let acceptor = on.accept(listener, sessions, options, &registry).unwrap();
    (acceptor, registry)
}

fn wait(registry: &Registry, id: &Identity, what: &str, until: impl Fn(&Status) -> bool) -> Status {
    let (status, holds) = registry.wait(id, GENEROUS, until).unwrap();
    assert!(holds, "{id} was never {what}: {status:?}");
    status
}

fn wait_logged_on(registry: &Registry, id: &Identity) -> Status {
    wait(registry, id, "logged on", |status| status.logged_on)
}

fn wait_down(registry: &Registry, id: &Identity) -> Status {
    wait(registry, id, "down", |status| status.phase == PhaseName::Disconnected)
}

/// Accepts everything and does nothing.
struct Silent;

impl Application for Silent {}

/// Sends News back.
struct Echo;

impl Application for Echo {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = outlet.send(message.msg_type(), |body| {
            body.field(TEXT, message.get(TEXT).unwrap_or(b"-"));
        });
        Verdict::Accept
    }
}
