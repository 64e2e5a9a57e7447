//! One cell: a command in a state, and everything that comes of it until the exchange is over.

use sansfix::config::Role;
use sansfix::wire::Message;
use sansfix::{Origin, PhaseName, ResetMode, SeqNum, Status, tags};
use sansfix_registry::{CommandError, CommandOutcome, OwnedMessage, Receipt, Registry};

use crate::GENEROUS;
use crate::host::Adapter;
use crate::peer::Came;
use crate::state::{Held, State};
use crate::world::{Medium, They, World};

/// The text of the Logout that is given.
pub(crate) const TEXT: &str = "maintenance";
const FENCE: &str = "fence";

/// The columns of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Given {
    Nothing,
    Logon,
    Logout,
    ResetOffline,
    ResetAfterLogout,
    ResetInSession,
    SetNextSender,
    SetNextTarget,
    TestRequest,
    Disconnect,
    Send,
}

pub(crate) const COMMANDS: [Given; 11] = [
    Given::Nothing,
    Given::Logon,
    Given::Logout,
    Given::ResetOffline,
    Given::ResetAfterLogout,
    Given::ResetInSession,
    Given::SetNextSender,
    Given::SetNextTarget,
    Given::TestRequest,
    Given::Disconnect,
    Given::Send,
];

/// No cell takes longer; the window opens as much later.
const HOUR_NS: i64 = 3_600_000_000_000;
const NEXT_SENDER: u64 = 30;
const NEXT_TARGET: u64 = 40;

impl Given {
    fn give(self, registry: &Registry, world: &World) -> Option<Result<Receipt, CommandError>> {
        let id = &world.id;
        Some(match self {
            Self::Nothing => return None,
            Self::Logon => registry.logon(id),
            Self::Logout => registry.logout(id, TEXT),
            Self::ResetOffline => registry.reset(id, ResetMode::Offline),
            Self::ResetAfterLogout => registry.reset(id, ResetMode::LogoutThenReset),
            Self::ResetInSession => registry.reset(id, ResetMode::InSession),
            Self::SetNextSender => registry.set_next_sender(id, SeqNum::new(NEXT_SENDER).unwrap()),
            Self::SetNextTarget => registry.set_next_target(id, SeqNum::new(NEXT_TARGET).unwrap()),
            Self::TestRequest => registry.test_request(id),
            Self::Disconnect => registry.disconnect(id),
            Self::Send => registry.send(id, OwnedMessage::new("B", "58=sent\u{1}")),
        })
    }
}

/// What was seen of a command, in words.
pub(crate) fn observe(
    on: Adapter,
    medium: Medium,
    role: Role,
    state: State,
    given: Given,
    dials: bool,
) -> String {
    let mut held = state.reach(on, medium, role);
    let before = held.world.status();
    assert_eq!((before.phase, before.logged_on), (state.phase(role), state.is_logged_on()));
    let intent = held.world.store.snapshot_if_any().map(|snapshot| snapshot.intent);
    let receipt = given.give(&held.world.registry, &held.world).map(Result::unwrap);
    let right_after = held.world.registry.is_logged_on(&held.world.id).unwrap();
    match given {
        Given::Logout => assert!(!right_after, "the Logout was given"),
        // These end what there is, sooner or later.
        Given::Disconnect | Given::ResetAfterLogout => {}
        _ => assert_eq!(right_after, state.is_logged_on(), "right after the command"),
    }
    let (came, alive) = exchange(&mut held, given, &before);
    let mut world = held.world;
    world.settle();
    if state.is_outside() {
        stays_down(&mut world);
        world.open_window();
    }
    // Kept, so that the session stays where it is.
    let (then, after, _they) = if alive {
        ("goes on", world.status(), held.they)
    } else {
        after_the_end(&mut world, &before, dials)
    };
    let numbers = numbers(&before, &after, u64::from(alive));
    let changed =
        (before.enabled != after.enabled).then_some(if after.enabled { "enabled" } else { "disabled" });
    let outcome = receipt.map(|receipt| {
        let outcome = receipt.wait(GENEROUS).expect("no outcome");
        assert_eq!(receipt.outcome(), Some(outcome.clone()), "another outcome");
        in_words(&outcome)
    });
    assert_intent(&world, intent, &before, &after, given);
    let up = world.registry.is_logged_on(&world.id).unwrap();
    let dialled = world.end();
    let then = if then == "up" && dialled { "up now" } else { then };
    assert!(then != "down" || !dialled, "it dials though it is disabled");
    assert_eq!(up, then == "goes on" || then == "up now" || (then == "up" && role == Role::Acceptor));
    let none = || "-".to_owned();
    let sees = if came.is_empty() { none() } else { came.join(", ") };
    let outcome = outcome.unwrap_or_else(none);
    format!("{outcome} | {sees} | {numbers} | {} | {then}", changed.unwrap_or("-"))
}

/// The counterparty goes on until nothing is left to say. What it sees, and whether the connection is left.
fn exchange(held: &mut Held, given: Given, before: &Status) -> (Vec<String>, bool) {
    let had_connection = held.they.is_some();
    // A command given while the owner is in a handler waits for it; any other is carried out before the rest.
    let busy = matches!(held.state, State::LogonReceived | State::MessageLent | State::Replay)
        || (held.state == State::NoLogonYet && held.world.role() == Role::Initiator);
    if !busy {
        held.world.settle();
    }
    held.go_on((given == Given::SetNextTarget).then_some(NEXT_TARGET));
    let mut came = Vec::new();
    let Some(they) = &mut held.they else {
        if had_connection {
            // They have closed; the number says that it is not the next connection.
            held.world.wait("down", |now| {
                now.phase == PhaseName::Disconnected || now.connection > before.connection
            });
        }
        return (came, false);
    };
    let late = matches!((held.state, held.world.role()), (State::NoLogonYet, Role::Initiator));
    let answered = matches!((held.state, held.world.role()), (State::LogonReceived, Role::Initiator));
    let begins = (held.state.is_logged_on() && held.state != State::ResetSent) || answered;
    let resets = held.state == State::ResetProbing || (given == Given::ResetInSession && begins);
    let asks = given == Given::TestRequest && (held.state.is_logged_on() || answered);
    let after: Option<&[u8]> = if late || resets { Some(b"A") } else { asks.then_some(b"1") };
    let mut fence = Fence { sent: false, after };
    let connected = before.phase != PhaseName::Disconnected;
    let ends = held.state == State::LogoutSent
        || given == Given::Logout
        || (connected && matches!(given, Given::ResetAfterLogout | Given::Disconnect));
    if !ends && fence.after.is_none() {
        fence.send(they);
    }
    let mut logged_out = held.state == State::LogoutSent;
    loop {
        let Some(raw) = they.receive_raw() else {
            came.push("end".to_owned());
            return (came, false);
        };
        let message = Message::parse(&raw).unwrap();
        let value = |tag| String::from_utf8_lossy(message.get(tag).unwrap_or_default()).into_owned();
        if message.msg_type() == b"0" && value(tags::TEST_REQ_ID) == FENCE {
            return (came, true);
        }
        came.push(describe(&message));
        match message.msg_type() {
            b"A" => {
                if value(tags::RESET_SEQ_NUM_FLAG) == "Y" {
                    they.confirm_reset();
                } else if held.world.role() == Role::Initiator {
                    they.try_log_on();
                }
            }
            b"1" => they.try_send("0", &[(tags::TEST_REQ_ID, &value(tags::TEST_REQ_ID))]),
            b"5" if !std::mem::replace(&mut logged_out, true) => they.try_send("5", &[]),
            _ => {}
        }
        if !ends && fence.after == Some(message.msg_type()) {
            fence.send(they);
        }
    }
}

/// A TestRequest behind everything: its answer comes when all before it has been said.
struct Fence {
    sent: bool,
    /// What they answer first; `None`: it is sent at once.
    after: Option<&'static [u8]>,
}

impl Fence {
    fn send(&mut self, they: &mut They) {
        if !std::mem::replace(&mut self.sent, true) {
            they.try_send("1", &[(tags::TEST_REQ_ID, FENCE)]);
        }
    }
}

fn describe(message: &Message<'_>) -> String {
    let name = match message.msg_type() {
        b"0" => "Heartbeat",
        b"1" => "TestRequest",
        b"2" => "ResendRequest",
        b"3" => "Reject",
        b"4" => "SequenceReset",
        b"5" => "Logout",
        b"A" => "Logon",
        b"B" => "News",
        other => panic!("{other:?} is never sent"),
    };
    let fields = [(tags::POSS_DUP_FLAG, "43"), (tags::RESET_SEQ_NUM_FLAG, "141"), (tags::TEXT, "58")];
    let fields: Vec<_> = fields
        .into_iter()
        .filter_map(|(tag, number)| {
            let value = message.get(tag).or(message.header_field(tag))?;
            Some(format!("{number}={}", String::from_utf8_lossy(value)))
        })
        .collect();
    if fields.is_empty() { name.to_owned() } else { format!("{name}({})", fields.join(" ")) }
}

fn numbers(before: &Status, after: &Status, fence: u64) -> String {
    let change = |name, before: SeqNum, after: SeqNum| {
        let (before, after) = (before.get(), after.get() - fence);
        (before != after).then(|| format!("{name} {before} to {after}"))
    };
    let sender = change("sender", before.next_sender, after.next_sender);
    let target = change("target", before.next_target, after.next_target);
    let changes: Vec<_> = sender.into_iter().chain(target).collect();
    if changes.is_empty() { "-".to_owned() } else { changes.join(", ") }
}

fn in_words(outcome: &CommandOutcome) -> String {
    match outcome {
        CommandOutcome::Sent(_) => "Sent".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Outside session time nothing comes up, whoever wants it.
fn stays_down(world: &mut World) {
    let before = world.status();
    assert!(!before.in_session_time);
    if world.role() == Role::Acceptor {
        let mut they = world.connect();
        they.log_on();
        assert_eq!(they.receive(), Came::End);
    }
    assert_eq!(world.status(), before);
    assert!(!world.has_dialled(), "it dials outside session time");
}

/// The connection is over: whether the session comes up again, and how it stood before that.
fn after_the_end(world: &mut World, before: &Status, dials: bool) -> (&'static str, Status, Option<They>) {
    let over = |now: &Status| now.phase == PhaseName::Disconnected || now.connection > before.connection;
    let after = world.wait("down", over);
    match (world.role(), after.enabled) {
        (Role::Initiator, false) => return ("down", after, None),
        (Role::Initiator, true) if !dials => return ("up", after, None),
        _ => {}
    }
    let mut they = world.connect();
    they.next = after.next_target.get();
    if world.role() == Role::Initiator {
        let Came::Message { seq, .. } = they.receive() else { panic!("it hangs up") };
        // It may have dialled before anybody could look.
        let after = Status { next_sender: SeqNum::new(seq).unwrap(), ..after };
        they.log_on();
        world.wait("logged on", |status| status.logged_on);
        return ("up now", after, Some(they));
    }
    they.log_on();
    let then = match they.receive().msg_type() {
        "A" => {
            world.wait("logged on", |status| status.logged_on);
            "up"
        }
        "end" => {
            assert_eq!(world.status(), after, "the session never hears of it");
            "down"
        }
        other => panic!("{other} comes to a Logon"),
    };
    (then, after, Some(they))
}

/// Who wants what of the session, and why, is in its store.
fn assert_intent(world: &World, before: Option<sansfix::Intent>, was: &Status, is: &Status, given: Given) {
    let Some(snapshot) = world.store.snapshot_if_any() else {
        assert_eq!(was.enabled, is.enabled, "a change is stored");
        return;
    };
    let intent = snapshot.intent;
    assert_eq!(intent.enabled, is.enabled, "what is stored is what is wanted");
    if was.enabled == is.enabled {
        let before = before.unwrap_or_else(sansfix::Intent::enabled_by_configuration);
        assert_eq!(intent, before, "nobody has changed it");
        return;
    }
    assert_eq!(intent.by, Origin::Operator);
    assert_eq!(&*intent.why, if given == Given::Logout { TEXT } else { "" });
    let age = world.utc_ns() - intent.at_utc_ns;
    assert!((0..=HOUR_NS).contains(&age), "given {age} ns ago");
}
