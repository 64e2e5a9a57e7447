//! An initiator whose application takes messages from an inbox and answers them when it likes.
//!
//! `cargo run --example initiator` talks to an echo of its own and ends. With an address it connects there, as DESK to
//! ECHO, and sends what is typed: `cargo run --example initiator -- 127.0.0.1:5001`.

use std::error::Error;
use std::net::TcpListener;
use std::time::Duration;

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, Verdict, tags};
use sansfix_registry::{OwnedMessage, Registry};
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, Initiator, InitiatorOptions};
use sansfix_runtime::inbox::{Inbox, Told};
use sansfix_runtime::{Application, Outlet, SessionSetup, WhileLoggedOut, channel};

/// Sends every message back.
struct Echo;

impl Application for Echo {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = outlet.send(message.msg_type(), |body| {
            body.field(tags::TEXT, message.get(tags::TEXT).unwrap_or(b"nothing"));
        });
        Verdict::Accept
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let desk = Identity::new(BeginString::Fix44, "DESK", "ECHO");
    let (address, mut echo) = (std::env::args().nth(1), None);
    if address.is_none() {
        let session = vec![SessionSetup::new(Config::new(Role::Acceptor, desk.reversed()), Echo)];
        let listener = TcpListener::bind("127.0.0.1:0")?;
        echo = Some(Acceptor::start(listener, session, AcceptorOptions::default(), &registry)?);
    }
    let local = echo.as_ref().map(|echo| echo.local_addr().to_string());

    let (forward, inbox) = channel(64);
    // What is sent before the logon is complete waits for it.
    let session = SessionSetup::new(Config::new(Role::Initiator, desk.clone()), forward.session(&desk))
        .keeping_while_logged_out(WhileLoggedOut::default());
    drop(forward);
    let options = InitiatorOptions::to(address.or(local).unwrap_or_default());
    let initiator = Initiator::start(session, options, &registry)?;
    let news =
        |text: &str| registry.send(&desk, OwnedMessage::new("B", format!("148=News\x0158={text}\x01")));

    let last = if echo.is_some() { 3 } else { u64::MAX };
    std::thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        let taker = scope.spawn(|| take(&inbox, last));
        if echo.is_some() {
            for receipt in ["one", "two", "three"].map(news) {
                println!("sent: {:?}", receipt?.wait(Duration::from_secs(10)));
            }
            let _ = taker.join();
        } else {
            for line in std::io::stdin().lines() {
                news(&line?)?;
            }
        }
        // Its end ends the taker.
        Ok(initiator.shut_down(Duration::from_secs(10))?)
    })
}

/// Takes so many messages.
fn take(inbox: &Inbox, mut messages: u64) {
    while messages > 0 {
        let Ok(taken) = inbox.take(Duration::MAX) else { return };
        let Told::Message(message) = taken.told else { continue };
        let text = message.message().get(tags::TEXT).unwrap_or_default().escape_ascii();
        println!("{}: {text}", taken.session);
        message.accept();
        messages -= 1;
    }
}
