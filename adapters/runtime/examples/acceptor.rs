//! An acceptor that answers each NewOrderSingle with an ExecutionReport.
//!
//! `cargo run --example acceptor` serves one order of a client of its own and ends. With an address to listen at it serves
//! a counterparty DESK until it is ended: `cargo run --example acceptor -- 127.0.0.1:5001`.

use std::error::Error;
use std::net::TcpListener;
use std::time::Duration;

use sansfix::config::{Config, Identity, Role};
use sansfix::wire::Message;
use sansfix::{BeginString, BusinessRejectReason, Status, Verdict};
use sansfix_registry::{OwnedMessage, Registry};
use sansfix_runtime::blocking::{Acceptor, AcceptorOptions, Initiator, InitiatorOptions};
use sansfix_runtime::{Application, Outlet, SessionSetup};

struct Exchange;

impl Application for Exchange {
    fn message<'a>(&'a mut self, order: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        if order.msg_type() != b"D" {
            let reason = BusinessRejectReason::UnsupportedMessageType;
            return Verdict::BusinessReject { reason, ref_id: "", text: "orders only" };
        }
        let id = order.get(11).unwrap_or(b"NONE");
        let sent = outlet.send(b"8", |report| {
            report.field(37, "ORDER-1").field(11, id).field(17, "EXEC-1").field(150, "0").field(39, "0");
            report.field(55, order.get(55).unwrap_or(b"NONE")).field(54, "1");
            report.field(151, "100").field(14, "0").field(6, "0");
        });
        println!("order {} is answered as number {sent:?}", id.escape_ascii());
        Verdict::Accept
    }

    fn state_changed(&mut self, status: &Status, _outlet: &mut Outlet<'_>) {
        println!("exchange: {:?}, logged on: {}", status.phase, status.logged_on);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let identity = Identity::new(BeginString::Fix44, "EXCHANGE", "DESK");
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:0"))?;
    let session = SessionSetup::new(Config::new(Role::Acceptor, identity.clone()), Exchange);
    let acceptor = Acceptor::start(listener, vec![session], AcceptorOptions::default(), &registry)?;
    println!("listening on {}", acceptor.local_addr());
    if address.is_some() {
        loop {
            std::thread::park();
        }
    }
    one_order(&acceptor, &registry, identity.reversed())?;
    acceptor.shut_down(Duration::from_secs(10))?;
    Ok(())
}

/// A client in the same process.
fn one_order(acceptor: &Acceptor, registry: &Registry, desk: Identity) -> Result<(), Box<dyn Error>> {
    struct Desk(std::sync::mpsc::Sender<()>);
    impl Application for Desk {
        fn message<'a>(&'a mut self, report: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
            println!("desk: order status {}", report.get(39).unwrap_or_default().escape_ascii());
            let _ = self.0.send(());
            Verdict::Accept
        }
    }
    let (reported, report) = std::sync::mpsc::channel();
    let session = SessionSetup::new(Config::new(Role::Initiator, desk.clone()), Desk(reported));
    let initiator = Initiator::start(session, InitiatorOptions::to(acceptor.local_addr()), registry)?;
    registry.wait(&desk, Duration::from_secs(10), |status| status.logged_on)?;
    registry.send(&desk, OwnedMessage::new("D", "11=CL-1\x0155=IBM\x0154=1\x0138=100\x0140=1\x01"))?;
    report.recv_timeout(Duration::from_secs(10))?;
    initiator.shut_down(Duration::from_secs(10))?;
    Ok(())
}
