//! Commands from inside each method of the application.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sansfix::config::{Config, Role};
use sansfix::wire::{Body, Garbled, Message};
use sansfix::{InboundId, LogonWanted, Reason, ResetMode, SeqNum, Status, Verdict, tags};
use sansfix_registry::{Bell, CommandOutcome, OwnedMessage, Registry};
use sansfix_runtime::{Application, ConnectError, Outlet, StoreError};

use super::{MEDIA, everywhere};
use crate::gate::GatedStore;
use crate::host::{Adapter, on_both_adapters};
use crate::state::{FIRST, logged_on};
use crate::world::{Medium, They, World, wait_until};
use crate::{GENEROUS, desk, venue};

/// The methods that a session calls when nothing is wrong with its store and its network.
const METHODS: [&str; 12] = [
    "started",
    "message",
    "duplicate",
    "logon",
    "logon_fields",
    "admin",
    "state_changed",
    "turn",
    "may_resend",
    "garbled",
    "connection_lost",
    "ended",
];

/// What every method does.
type Does = Arc<dyn Fn(&str) + Send + Sync>;

/// Does it in each method.
struct Everywhere(Does);

impl Everywhere {
    fn is_in(&self, method: &str) {
        (self.0)(method);
    }
}

impl Application for Everywhere {
    fn started(&mut self, _bell: &Bell) {
        self.is_in("started");
    }

    fn message<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.is_in("message");
        Verdict::Accept
    }

    fn duplicate(&mut self, _message: Message<'_>) {
        self.is_in("duplicate");
    }

    fn logon<'a>(&'a mut self, _logon: Message<'a>) -> Verdict<'a> {
        self.is_in("logon");
        Verdict::Accept
    }

    fn logon_fields(&mut self, _wanted: &LogonWanted, _body: &mut Body<'_>) {
        self.is_in("logon_fields");
    }

    fn admin<'a>(&'a mut self, _message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.is_in("admin");
        Verdict::Accept
    }

    fn withdrawn(&mut self, _id: InboundId) {
        self.is_in("withdrawn");
    }

    fn state_changed(&mut self, _status: &Status, _outlet: &mut Outlet<'_>) {
        self.is_in("state_changed");
    }

    fn turn(&mut self, _outlet: &mut Outlet<'_>) {
        self.is_in("turn");
    }

    fn may_resend(&mut self, _message: &Message<'_>) -> bool {
        self.is_in("may_resend");
        true
    }

    fn garbled(&mut self, _why: Garbled, _bytes: &[u8]) {
        self.is_in("garbled");
    }

    fn store_failed(&mut self, _error: &StoreError) {
        self.is_in("store_failed");
    }

    fn connect_failed(&mut self, _error: &ConnectError) {
        self.is_in("connect_failed");
    }

    fn connection_failed(&mut self, _error: &std::io::Error) {
        self.is_in("connection_failed");
    }

    fn ended(&mut self, reason: Reason) {
        self.is_in(if reason == Reason::ConnectionLost { "connection_lost" } else { "ended" });
    }
}

/// A connection on which every method is called: one that is lost, then one that is logged out. Whatever a method has
/// done may end it early.
fn live(world: &mut World) -> Option<()> {
    let role = world.role();
    let mut they = begin(world, 1)?;
    drop_after(world, &mut they);
    drop(they);
    world.wait_down();
    // What was given in the last method has been carried out then.
    world.settle();
    if !world.status().enabled {
        return None;
    }
    if role == Role::Initiator {
        world.registry.logon(&world.id).unwrap();
    }
    let mut they = begin(world, world.status().next_target.get())?;
    they.try_send("5", &[]);
    until_the_end(&mut they);
    Some(())
}

fn begin(world: &mut World, next: u64) -> Option<They> {
    let mut they = world.connect();
    they.next = next;
    if world.role() == Role::Initiator {
        they.receive_raw()?;
    }
    they.try_log_on();
    if world.role() == Role::Acceptor {
        they.receive_raw()?;
    }
    Some(they)
}

/// Everything that an application is asked and told while it is logged on.
fn drop_after(world: &World, they: &mut They) {
    world.wait("logged on, or told not to be", |status| status.logged_on || !status.enabled);
    let sent = world.registry.send(&world.id, OwnedMessage::new("B", "58=news\u{1}")).unwrap();
    let _ = sent.wait(GENEROUS);
    they.try_send("B", &[(tags::TEXT, "news")]);
    let next = std::mem::replace(&mut they.next, 2);
    let time = "20260101-00:00:00";
    they.try_send("B", &[(tags::POSS_DUP_FLAG, "Y"), (tags::ORIG_SENDING_TIME, time), (tags::TEXT, "news")]);
    they.next = next;
    let mut garbled = they.message("0", &[]);
    they.next = next;
    let last = garbled.len() - 2;
    garbled[last] ^= 1;
    let _ = std::io::Write::write_all(&mut they.stream, &garbled);
    they.try_send("2", &[(tags::BEGIN_SEQ_NO, "1"), (tags::END_SEQ_NO, "0")]);
    they.try_send("1", &[(tags::TEST_REQ_ID, "last")]);
    while let Some(raw) = they.receive_raw() {
        let message = Message::parse(&raw).unwrap();
        match message.msg_type() {
            b"0" if message.get(tags::TEST_REQ_ID) == Some(b"last") => return,
            b"5" => {
                they.try_send("5", &[]);
                return;
            }
            _ => {}
        }
    }
}

fn until_the_end(they: &mut They) {
    while let Some(raw) = they.receive_raw() {
        if Message::parse(&raw).unwrap().msg_type() == b"5" {
            break;
        }
    }
}

fn start(
    on: Adapter,
    medium: Medium,
    role: Role,
    does: impl Fn(&Registry, &str) + Send + Sync + 'static,
) -> World {
    let registry = Registry::new();
    let id = if role == Role::Acceptor { venue() } else { desk() };
    let own = registry.clone();
    let application = Everywhere(Arc::new(move |method| does(&own, method)));
    World::start_with(on, medium, Config::new(role, id), application, &registry, GatedStore::default())
}

/// Every command and every question, in each method: none blocks, each is taken.
fn quickfixgo_no_command_from_inside_a_method_blocks(on: Adapter) {
    everywhere(|medium, role| {
        let seen = Arc::new(Mutex::new(BTreeSet::new()));
        let notes = seen.clone();
        let id = if role == Role::Acceptor { venue() } else { desk() };
        let mut world = start(on, medium, role, move |registry, method| {
            if !notes.lock().unwrap().insert(method.to_owned()) {
                return;
            }
            assert!(registry.is_logged_on(&id).is_ok() && registry.status(&id).is_ok());
            assert_eq!(registry.sessions(), std::slice::from_ref(&id));
            let too_high = SeqNum::new(u64::MAX).unwrap();
            let commands = [
                registry.test_request(&id),
                registry.set_next_target(&id, too_high),
                registry.set_next_sender(&id, too_high),
                registry.send(&id, OwnedMessage::new("B", "no field")),
            ];
            for command in commands {
                let waited = command.unwrap().wait(Duration::from_millis(1));
                assert_eq!(waited, None, "it is carried out when {method} has returned");
            }
        });
        live(&mut world).expect("it went on");
        for method in METHODS {
            wait_until(method, || seen.lock().unwrap().contains(method));
        }
    });
}

/// A Logout from each method, whatever is going on: the session is down and stays down.
fn quickfixgo_a_logout_from_inside_any_method_is_carried_out(on: Adapter) {
    for medium in MEDIA {
        for role in super::ROLES {
            for where_given in METHODS {
                logout_in(on, medium, role, where_given);
            }
        }
    }
}

fn logout_in(on: Adapter, medium: Medium, role: Role, where_given: &'static str) {
    let given = Arc::new(Mutex::new(None));
    let (receipt, id) = (given.clone(), if role == Role::Acceptor { venue() } else { desk() });
    let mut world = start(on, medium, role, move |registry, method| {
        let mut receipt = receipt.lock().unwrap();
        if method == where_given && receipt.is_none() {
            *receipt = Some(registry.logout(&id, FIRST).unwrap());
            assert_eq!(registry.is_logged_on(&id), Ok(false), "in {method}");
        }
    });
    if where_given == "started" || (where_given == "state_changed" && role == Role::Initiator) {
        // Given before anything has come: an initiator may not dial at all.
        world.wait("disabled", |status| !status.enabled);
    } else {
        live(&mut world);
    }
    wait_until(where_given, || given.lock().unwrap().is_some());
    let receipt = given.lock().unwrap().take().unwrap();
    // The counterparty may be gone before it answers.
    let outcome = receipt.wait(GENEROUS).expect("no outcome");
    assert!(outcome.is_success() || outcome == CommandOutcome::ConnectionLost, "{outcome} in {where_given}");
    let status = world.wait("down", |status| !status.enabled && !status.logged_on);
    assert!(!status.logged_on);
    let intent = world.store.snapshot().intent;
    assert_eq!((intent.enabled, &*intent.why), (false, FIRST), "in {where_given}");
}

/// Both Logon and Logout in one turn of a handler: the later one holds.
fn the_last_command_of_a_handler_is_what_holds(on: Adapter) {
    everywhere(|medium, role| {
        let id = if role == Role::Acceptor { venue() } else { desk() };
        let mut world = start(on, medium, role, move |registry, method| {
            if method == "message" {
                registry.logout(&id, FIRST).unwrap();
                registry.logon(&id).unwrap();
                registry.reset(&id, ResetMode::Offline).unwrap();
            }
        });
        let mut they = logged_on(&mut world);
        they.news("go");
        assert_eq!(they.receive().msg_type(), "5");
        they.send("5", &[]);
        assert_eq!(they.receive(), crate::peer::Came::End);
        let mut they = world.connect();
        they.next = 4;
        if role == Role::Initiator {
            let logon = they.receive();
            assert_eq!(
                logon,
                crate::peer::Came::Message { msg_type: "A".into(), seq: 3, text: String::new() }
            );
        }
        they.log_on();
        world.wait("logged on", |status| status.logged_on && status.connection == 2);
    });
}

on_both_adapters!(
    quickfixgo_no_command_from_inside_a_method_blocks,
    quickfixgo_a_logout_from_inside_any_method_is_carried_out,
    the_last_command_of_a_handler_is_what_holds,
);
