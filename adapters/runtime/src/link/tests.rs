//! Two links joined by a pipe in memory, driven by hand.

use std::sync::Arc;

use sansfix::config::{Config, Identity, Role};
use sansfix::dictionary::{Dictionary, FieldType, MemberSpec, Validator};
use sansfix::wire::Message;
use sansfix::{
    Action, BeginString, Command, Event, Now, Order, Origin, PhaseName, Reason, Session, Snapshot, Stale,
    Verdict,
};

use super::{Link, Next};
use crate::store::{MemoryStore, Store};

/// 2026-01-05T10:00:00Z
const START: Now = Now { mono_ns: 1_000_000_000, utc_ns: 1_767_607_200_000_000_000 };

const TEXT: sansfix::tags::Tag = sansfix::tags::TEXT;

/// A link, its store, and what it has done.
struct Side {
    link: Link,
    store: MemoryStore,
    /// Bytes that left.
    out: Vec<u8>,
    /// What was lent and told, in order: `A`, `D`, `state Active` ...
    seen: Vec<String>,
    /// Application messages are sent back.
    echo: bool,
    closed: Option<Reason>,
}

impl Side {
    fn new(role: Role) -> Self {
        let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
        let identity = if role == Role::Initiator { identity } else { identity.reversed() };
        Self::with(Config::new(role, identity))
    }

    fn with(config: Config) -> Self {
        let snapshot = Snapshot::new(START.utc_ns);
        Self {
            link: Link::new(Session::new(Arc::new(config), snapshot.clone())),
            store: MemoryStore::with_snapshot(snapshot),
            out: Vec::new(),
            seen: Vec::new(),
            echo: false,
            closed: None,
        }
    }

    /// Does everything that can be done at `now`.
    fn drive(&mut self, now: Now) {
        while let Some(next) = self.link.next(now) {
            match next {
                Next::Message(lent, mut reply) => {
                    self.seen.push(String::from_utf8_lossy(lent.message().msg_type()).into_owned());
                    if self.echo && lent.message().msg_type() == b"B" {
                        let text = lent.message();
                        reply
                            .send(b"B", |body| {
                                body.field(TEXT, text.get(TEXT).unwrap());
                            })
                            .unwrap();
                    }
                    reply.settle(Verdict::Accept).unwrap();
                }
                Next::LogonWanted(_, reply) => {
                    self.seen.push("logon wanted".into());
                    reply
                        .logon(|body| {
                            body.field(sansfix::tags::USERNAME, "clerk");
                        })
                        .unwrap();
                }
                Next::Garbled { bytes, .. } => self.seen.push(format!("garbled {}", bytes.len())),
                Next::Action(Action::Save(batch)) => {
                    let ticket = batch.ticket();
                    self.store.save(&batch).unwrap();
                    self.link.handle(now, Event::Saved(ticket));
                }
                Next::Action(Action::Fetch { fetch, range, limit }) => {
                    let link = &mut self.link;
                    let through = self
                        .store
                        .fetch(range, limit, &mut |stored| {
                            link.handle(now, stored.answer(fetch));
                        })
                        .unwrap();
                    self.link.handle(now, Event::FetchEnd { fetch, through });
                }
                Next::Action(Action::Transmit(wire)) => {
                    let count = wire.bytes().len();
                    self.out.extend_from_slice(wire.bytes());
                    wire.sent(count);
                }
                Next::Action(Action::StateChanged(status)) => {
                    self.seen.push(format!("state {:?}", status.phase))
                }
                Next::Action(Action::Disconnect(reason)) => {
                    self.closed = Some(reason);
                    self.link.handle(now, Event::Disconnected);
                }
            }
        }
    }

    fn sent(&self) -> Vec<String> {
        let mut rest = &self.out[..];
        let mut types = Vec::new();
        while let sansfix::wire::Frame::Message { message, taken } = sansfix::wire::frame(rest, 1 << 20) {
            types.push(String::from_utf8_lossy(message.msg_type()).into_owned());
            rest = &rest[taken..];
        }
        types
    }

    fn numbers(&self) -> (u64, u64) {
        (self.link.status().next_sender.get(), self.link.status().next_target.get())
    }
}

/// Carries what has left to the other side until nothing leaves any more, in pieces of `chunk` bytes.
fn settle(now: Now, sides: &mut [Side; 2], chunk: usize) {
    let mut carried = [0, 0];
    loop {
        sides.iter_mut().for_each(|side| side.drive(now));
        let mut moved = false;
        for from in 0..2 {
            let bytes = sides[from].out[carried[from]..].to_vec();
            carried[from] += bytes.len();
            for piece in bytes.chunks(chunk) {
                moved = true;
                sides[1 - from].link.feed(piece);
                sides[1 - from].drive(now);
            }
        }
        if !moved {
            return;
        }
    }
}

fn logged_on(chunk: usize) -> [Side; 2] {
    let mut sides = [Side::new(Role::Initiator), Side::new(Role::Acceptor)];
    connect(&mut sides, chunk);
    sides
}

fn connect(sides: &mut [Side; 2], chunk: usize) {
    for side in sides.iter_mut() {
        side.out.clear();
        side.seen.clear();
        side.closed = None;
        side.link.handle(START, Event::Connected);
    }
    settle(START, sides, chunk);
    assert!(sides.iter().all(|side| side.link.status().logged_on), "logged on");
}

fn send(side: &mut Side, text: &str) {
    side.link
        .send(START, b"B", |body| {
            body.field(TEXT, text);
        })
        .unwrap();
}

fn log_out(side: &mut Side) {
    side.link.handle(START, Event::Command(Command::Logout { text: "bye", by: Origin::Operator }));
}

#[test]
fn logon_traffic_logout_and_the_numbers_go_on() {
    let mut sides = logged_on(usize::MAX);
    sides[1].echo = true;
    for text in ["one", "two", "three"] {
        send(&mut sides[0], text);
    }
    settle_new(&mut sides);
    assert_eq!(sides[0].numbers(), (5, 5));
    assert_eq!(sides[1].numbers(), (5, 5));
    log_out(&mut sides[0]);
    settle_new(&mut sides);
    assert_eq!(sides[0].closed, Some(Reason::LogoutCompleted));
    sides[1].link.handle(START, Event::Disconnected);
    sides[1].drive(START);
    assert_eq!((sides[0].numbers(), sides[1].numbers()), ((6, 6), (6, 6)));

    sides[0].link.handle(START, Event::Command(Command::Logon { by: Origin::Operator }));
    connect(&mut sides, usize::MAX);
    assert_eq!((sides[0].numbers(), sides[1].numbers()), ((7, 7), (7, 7)));
}

/// Carries on after [`connect`]: what left before has been carried.
fn settle_new(sides: &mut [Side; 2]) {
    for side in sides.iter_mut() {
        side.out.clear();
    }
    settle(START, sides, usize::MAX);
}

#[test]
fn a_change_of_state_is_told_before_the_message_that_it_lets_through() {
    let mut sides = [Side::new(Role::Initiator), Side::new(Role::Acceptor)];
    sides[0].link.handle(START, Event::Connected);
    sides[0].drive(START);
    sides[1].link.handle(START, Event::Connected);
    sides[1].drive(START);
    // A Logon and an order in one read.
    let mut bytes = sides[0].out.clone();
    bytes.extend(news(2, "early"));
    sides[1].link.feed(&bytes);
    sides[1].drive(START);
    let seen = &sides[1].seen;
    let active = seen.iter().position(|seen| seen == "state Active");
    assert!(active.is_some() && active < seen.iter().position(|seen| seen == "B"), "{seen:?}");
}

#[test]
fn the_same_bytes_in_any_pieces_do_the_same() {
    let run = |chunk| {
        let mut sides = logged_on(chunk);
        sides[1].echo = true;
        send(&mut sides[0], "one");
        send(&mut sides[0], "two");
        let mut carried = sides.each_ref().map(|side| side.out.len());
        for _ in 0..4 {
            for from in 0..2 {
                sides[from].drive(START);
                let bytes = sides[from].out[carried[from]..].to_vec();
                carried[from] += bytes.len();
                for piece in bytes.chunks(chunk) {
                    sides[1 - from].link.feed(piece);
                    sides[1 - from].drive(START);
                }
            }
        }
        sides.map(|side| (side.sent(), side.numbers(), side.seen))
    };
    let whole = run(usize::MAX);
    assert_eq!(whole[1].0, ["A", "B", "B"]);
    for chunk in [1, 2, 3, 7, 64] {
        assert_eq!(run(chunk), whole, "in pieces of {chunk}");
    }
}

#[test]
fn nothing_leaves_before_it_is_saved() {
    let mut side = Side::new(Role::Initiator);
    side.link.handle(START, Event::Connected);
    let mut save = None;
    while let Some(next) = side.link.next(START) {
        match next {
            Next::Action(Action::Save(batch)) => save = Some(batch.ticket()),
            Next::Action(Action::Transmit(wire)) => panic!("unsaved: {:?}", wire.bytes()),
            _ => {}
        }
    }
    assert!(side.link.io().1.is_none_or(|wire| wire.bytes().is_empty()));
    side.link.handle(START, Event::Saved(save.unwrap()));
    side.drive(START);
    assert_eq!(side.sent(), ["A"]);
}

#[test]
fn bytes_of_a_dead_connection_never_reach_the_next() {
    let mut sides = logged_on(usize::MAX);
    let half = news(2, "half");
    sides[1].link.feed(&half[..half.len() / 2]);
    sides[1].drive(START);
    // The next connection comes before the driver has looked again.
    for side in &mut sides {
        side.link.handle(START, Event::Disconnected);
    }
    connect(&mut sides, usize::MAX);
    assert!(!sides[1].seen.iter().any(|seen| seen.starts_with("garbled")), "{:?}", sides[1].seen);
    assert_eq!(sides[1].numbers(), (3, 3));
}

#[test]
fn administrative_messages_are_accepted_unless_they_are_asked_for() {
    for (lend, expected) in [(false, vec!["B"]), (true, vec!["1", "B"])] {
        let mut sides = logged_on(usize::MAX);
        sides[1].link.lend_admin(lend);
        sides[1].seen.clear();
        sides[0].link.handle(START, Event::Command(Command::TestRequest { id: "are you there" }));
        send(&mut sides[0], "news");
        settle_new(&mut sides);
        assert_eq!(sides[1].seen, expected);
        assert_eq!(sides[1].sent(), ["0"], "the TestRequest was answered");
    }
}

#[test]
fn fields_are_added_to_a_logon_only_when_that_is_asked_for() {
    for ask in [false, true] {
        let mut sides = [Side::new(Role::Initiator), Side::new(Role::Acceptor)];
        sides[0].link.ask_logon_fields(ask);
        connect(&mut sides, usize::MAX);
        let logon = String::from_utf8_lossy(&sides[0].out).into_owned();
        assert_eq!(logon.contains("\u{1}553=clerk\u{1}"), ask, "{logon}");
        assert_eq!(sides[0].seen.contains(&"logon wanted".to_owned()), ask);
    }
}

#[test]
fn a_lent_message_can_be_settled_later_and_only_once() {
    let mut sides = logged_on(usize::MAX);
    sides[1].link.feed(&news(2, "one"));
    sides[1].link.feed(&news(3, "two"));
    let id = match sides[1].link.next(START) {
        Some(Next::Message(lent, _)) => {
            assert_eq!((lent.order(), lent.message().get(TEXT)), (Order::Expected, Some(&b"one"[..])));
            lent.id()
        }
        other => panic!("not lent: {other:?}"),
    };
    sides[1].seen.clear();
    sides[1].drive(START);
    assert_eq!(sides[1].seen, [] as [&str; 0], "the second waits for the answer to the first");
    assert_eq!(sides[1].numbers().1, 2, "nothing has taken effect");
    sides[1].link.settle(START, id, Verdict::Accept).unwrap();
    assert_eq!(sides[1].link.settle(START, id, Verdict::Accept), Err(Stale));
    sides[1].drive(START);
    assert_eq!((sides[1].seen.join(" "), sides[1].numbers().1), ("B".into(), 4));
}

#[test]
fn a_blocked_transport_is_left_alone_until_it_is_writable() {
    let mut sides = logged_on(usize::MAX);
    send(&mut sides[0], "one");
    let mut offered = 0;
    while let Some(next) = sides[0].link.next(START) {
        match next {
            Next::Action(Action::Save(batch)) => {
                let ticket = batch.ticket();
                sides[0].link.handle(START, Event::Saved(ticket));
            }
            Next::Action(Action::Transmit(wire)) if offered == 0 => {
                offered += 1;
                wire.sent(10);
            }
            Next::Action(Action::Transmit(wire)) => {
                offered += 1;
                wire.blocked();
            }
            _ => {}
        }
    }
    assert_eq!(offered, 2, "the rest is offered once more, and then no more");
    sides[0].out.truncate(0);
    sides[0].link.writable();
    sides[0].drive(START);
    assert!(Message::parse(&sides[0].out).is_err() && sides[0].out.ends_with(b"\x01"), "what was left");
}

#[test]
fn what_the_dictionary_rejects_is_not_lent() {
    let mut sides = logged_on(usize::MAX);
    sides[1].link.set_validator(Some(Arc::new(news_needs_a_headline())));
    sides[1].seen.clear();
    send(&mut sides[0], "no headline");
    settle_new(&mut sides);
    assert_eq!(sides[1].seen, [] as [&str; 0]);
    assert_eq!(sides[1].sent(), ["3"]);
    assert_eq!(sides[1].numbers(), (3, 3), "it is counted");
    assert_eq!(sides[1].link.status().phase, PhaseName::Active);
}

fn news_needs_a_headline() -> Validator {
    let header = [8, 9, 35, 49, 56, 34, 52];
    let mut builder = Dictionary::builder("news");
    for tag in header.into_iter().chain([10, 58, 148, 45, 371, 372, 373]) {
        builder.field(tag, &format!("Field{tag}"), FieldType::String).unwrap();
    }
    builder.header(header.map(MemberSpec::required).to_vec()).unwrap();
    builder.trailer(vec![MemberSpec::required(10)]).unwrap();
    builder.message(b"B", "News", vec![MemberSpec::required(148), MemberSpec::optional(58)]).unwrap();
    Validator::new(Arc::new(builder.build()))
}

/// News from the desk.
fn news(seq: u64, text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = sansfix::wire::Encoder::begin(&mut bytes, b"FIX.4.4", b"B");
    encoder.header_field(34, &seq);
    encoder.header_field(49, "DESK");
    encoder.header_timestamp(52, START.utc_ns, sansfix::wire::Precision::Milliseconds);
    encoder.header_field(56, "VENUE");
    encoder.field(TEXT, text);
    encoder.finish();
    bytes
}
