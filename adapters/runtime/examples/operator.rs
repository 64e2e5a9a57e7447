//! An operator takes a live session down with a reason and up again, from another thread: both numbers continue.
//!
//! `cargo run --example operator`

use std::error::Error;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use sansfix::BeginString;
use sansfix::config::{Config, Identity, Role};
use sansfix_registry::{OwnedMessage, Registry};
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, Initiator, InitiatorOptions};
use sansfix_runtime::{Application, SessionSetup};

const LIMIT: Duration = Duration::from_secs(10);

/// Accepts everything.
struct Quiet;

impl Application for Quiet {}

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let desk = Identity::new(BeginString::Fix44, "DESK", "VENUE");
    let venue = SessionSetup::new(Config::new(Role::Acceptor, desk.reversed()), Quiet);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let acceptor = Acceptor::start(listener, vec![venue], AcceptorOptions::default(), &registry)?;
    let ours = SessionSetup::new(Config::new(Role::Initiator, desk.clone()), Quiet);
    let initiator = Initiator::start(ours, InitiatorOptions::to(acceptor.local_addr()), &registry)?;
    registry.wait(&desk, LIMIT, |status| status.logged_on)?;
    for n in 1..=3 {
        let news = OwnedMessage::new("B", format!("148=News\x0158=number {n}\x01"));
        println!("message {n}: {:?}", registry.send(&desk, news)?.wait(LIMIT));
    }

    // Any thread that has the registry can do this, at any time.
    let (console, session) = (registry.clone(), desk.clone());
    let operator = thread::spawn(move || maintenance(&console, &session).map_err(|error| error.to_string()));
    operator.join().map_err(|_| "the operator's thread panicked")??;

    initiator.shut_down(LIMIT)?;
    acceptor.shut_down(LIMIT)?;
    Ok(())
}

fn maintenance(registry: &Registry, session: &Identity) -> Result<(), Box<dyn Error>> {
    let before = registry.status(session)?;
    println!("before: next to send {}, next expected {}", before.next_sender, before.next_target);

    let logout = registry.logout(session, "maintenance")?;
    assert!(!registry.is_logged_on(session)?, "from here on nobody sees it logged on");
    println!("logout: {}", logout.wait(LIMIT).ok_or("the Logout takes too long")?);
    let down = registry.status(session)?;
    println!("down:   next to send {}, next expected {}", down.next_sender, down.next_target);

    println!("logon:  {}", registry.logon(session)?.wait(LIMIT).ok_or("the Logon takes too long")?);
    let after = registry.status(session)?;
    println!("after:  next to send {}, next expected {}", after.next_sender, after.next_target);

    // One Logout and one Logon each way, and no reset.
    assert_eq!(after.next_sender.get(), before.next_sender.get() + 2);
    assert_eq!(after.next_target.get(), before.next_target.get() + 2);
    println!("both numbers continue");
    Ok(())
}
