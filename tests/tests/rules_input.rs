//! The rules of input: a message is lent before it takes effect, and nothing else changes a session.
//! Each test is named after a rule of `docs/design.md`.

use std::sync::Arc;

use sansfix::config::Role;
use sansfix::{
    Actions, BeginString, Event, InboundId, Order, Outcome, PhaseName, Raw, Reason, SessionRejectReason,
    Stale, Step, Verdict, msg_type,
};
use sansfix_runtime::Link;
use sansfix_runtime::link::Next;
use sansfix_sim::trace::{Call, Seen};
use sansfix_sim::{Ruling, Settings};
use sansfix_tests::applications::{Strict, Undecided};
use sansfix_tests::lone::{Lone, START, config};

/// A session that is logged on, with an application that leaves messages of one type unsettled.
fn undecided(kind: &'static [u8]) -> Lone {
    let config = config(Role::Acceptor, BeginString::Fix44);
    let mut lone = Lone::with(Settings { application: Box::new(Undecided(kind)), ..Settings::new(config) });
    if kind == msg_type::LOGON {
        lone.event(Event::Connected);
    } else {
        lone.log_on();
    }
    lone
}

#[test]
fn nothing_happens_until_a_message_is_settled() {
    let cases: [(&'static [u8], &str, &str); 6] = [
        (b"D", "35=D|11=X", ""),
        (b"1", "35=1|112=T", "0 2 112=T"),
        (b"2", "35=2|7=1|16=1", "4 1R 36=2 123=Y"),
        (b"4", "35=4|123=Y|36=9", ""),
        (b"5", "35=5", "5 2"),
        (b"0", "35=0", ""),
    ];
    for (kind, text, answer) in cases {
        let mut lone = undecided(kind);
        lone.send(text);
        assert!(lone.node.has_unsettled(), "{text}");
        assert_eq!(
            (lone.received(), lone.numbers(), lone.phase()),
            (vec![], (2, 2), PhaseName::Active),
            "{text}"
        );
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
        let expected: Vec<&str> = [answer].into_iter().filter(|answer| !answer.is_empty()).collect();
        assert_eq!(lone.received(), expected, "{text}");
        assert_eq!(lone.numbers().1, if kind == b"4" { 9 } else { 3 }, "{text}");
    }
}

#[test]
fn a_logon_takes_no_effect_until_it_is_settled() {
    let mut lone = undecided(msg_type::LOGON);
    lone.send("35=A|98=0|108=30|141=Y");
    assert!(lone.node.has_unsettled());
    assert_eq!((lone.received(), lone.numbers()), (vec![], (1, 1)));
    assert!(!lone.node.status().logged_on);
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
    assert_eq!(lone.numbers(), (2, 2));
}

#[test]
fn while_a_message_is_unsettled_no_further_input_is_parsed() {
    let mut lone = undecided(b"D");
    lone.send("35=D|11=X");
    lone.send("35=1|112=T");
    lone.send_as(9, "35=0");
    assert_eq!((lone.received(), lone.numbers()), (vec![], (2, 2)));
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.received(), ["0 2 112=T", "2 3 7=4 16=0"]);
}

#[test]
fn tick_command_and_disconnected_are_handled_and_settle_nothing() {
    let mut lone = undecided(b"D");
    lone.send("35=D|11=X");
    lone.pass(30.0);
    assert_eq!(lone.received(), ["0 2"], "a Heartbeat");
    assert_eq!(lone.logout("bye"), Outcome::Done);
    assert_eq!(lone.received(), ["5 3 58=bye"]);
    assert!(lone.node.has_unsettled());
    assert_eq!(lone.numbers().1, 2, "the order is not counted yet");
    assert_eq!(lone.node.settle(lone.now, &Ruling::Accept), Ok(()));
    assert_eq!(lone.numbers().1, 3);

    let mut lone = undecided(b"D");
    lone.send("35=D|11=X");
    lone.event(Event::Disconnected);
    assert_eq!(lone.node.settle(lone.now, &Ruling::Accept), Err(Stale));
    assert_eq!(lone.numbers().1, 2, "it was withdrawn with its connection");
}

#[test]
fn settling_with_an_old_id_is_stale_and_changes_nothing() {
    let mut link = Link::new(Lone::acceptor().node.session().clone());
    let texts = Lone::acceptor();
    link.feed(&texts.message(2, "35=D|11=X"));
    let Some(Next::Message(lent, reply)) = link.next(START) else { panic!("nothing was lent") };
    let first = lent.id();
    reply.settle(Verdict::Accept).unwrap();
    assert_eq!(link.settle(START, first, Verdict::Accept), Err(Stale), "answered before");
    link.feed(&texts.message(3, "35=D|11=Y"));
    while !matches!(link.next(START), Some(Next::Message(..))) {}
    let before = link.session().clone();
    for id in [first, InboundId::from_number(first.get() + 1_000)] {
        assert_eq!(link.settle(START, id, Verdict::Accept), Err(Stale));
        assert!(link.logon(START, id, |_| {}).is_err());
    }
    assert_eq!(*link.session(), before);
}

#[test]
fn a_crash_between_lending_and_settling_delivers_again_with_the_same_number() {
    let mut lone = undecided(b"D");
    lone.send("35=D|11=X");
    lone.node.crash();
    lone.log_on_again();
    // The Logon of number 3 shows that 2 was not counted.
    assert_eq!(lone.received(), ["2 3 7=2 16=0"]);
    lone.send_as(2, "35=D|43=Y|122=20260921-14:13:19|11=X");
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.delivered(), ["X"]);
    assert_eq!(lone.numbers().1, 4);
}

/// A Logon and an order in one read.
#[test]
fn state_changed_comes_before_the_lend_that_follows_it() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut lone = Lone::new(config(role, BeginString::Fix44));
        lone.event(Event::Connected);
        let bytes = [lone.message(1, "35=A|98=0|108=30"), lone.message(2, "35=D|11=X")].concat();
        lone.node.feed(lone.now, &bytes);
        let trace = lone.node.recorder().trace().to_owned();
        let place = |begin: &str, what: &str| {
            trace.lines().position(|line| line.starts_with(begin) && line.contains(what)).unwrap()
        };
        assert!(place("< state Active", "logged_on=true") < place("< message", "35=D|34=2"), "{trace}");
    }
}

#[test]
fn an_application_replies_while_it_reads() {
    let mut link = Link::new(Lone::acceptor().node.session().clone());
    link.feed(&Lone::acceptor().message(2, "35=D|11=X"));
    let Some(Next::Message(lent, mut reply)) = link.next(START) else { panic!("nothing was lent") };
    let message = lent.message();
    for _ in 0..2 {
        let sent = reply.send(b"8", |body| {
            body.field(11, message.get(11).unwrap());
        });
        assert!(sent.is_ok());
    }
    assert_eq!(reply.settle(Verdict::Accept), Ok(()));
    assert_eq!(link.status().next_sender.get(), 4);
}

#[test]
fn a_message_that_waited_above_a_gap_is_lent_with_bytes_of_its_own() {
    let lone = Lone::acceptor();
    let mut session = lone.node.session().clone();
    let mut out = Actions::new();
    let bytes = [lone.message(3, "35=D|11=Y"), lone.message(2, "35=D|11=X")].concat();
    let mut input = bytes.as_slice();
    let mut lent = Vec::new();
    while let Some(step) = session.receive(START, &mut input, &mut out) {
        let shown = format!("{step:?}");
        let Step::Inbound(inbound) = step else { panic!("{shown}") };
        assert!(shown.starts_with("Inbound") && shown.contains("|11="), "{shown}");
        lent.push((matches!(inbound.raw, Raw::Queued(_)), inbound.message().get(11).unwrap().to_vec()));
        session.settle(START, inbound.id, Verdict::Accept, &mut out).unwrap();
    }
    assert_eq!(lent, [(false, b"X".to_vec()), (true, b"Y".to_vec())]);
}

#[test]
fn an_administrative_message_can_be_rejected() {
    let ruling = || Ruling::SessionReject {
        reason: SessionRejectReason::InvalidTagNumber,
        tag: Some(4999),
        text: String::new(),
    };
    for (kind, text) in [(&b"0"[..], "35=0"), (b"1", "35=1|112=T"), (b"4", "35=4|123=Y|36=9"), (b"5", "35=5")]
    {
        let config = config(Role::Acceptor, BeginString::Fix44);
        let application = Box::new(Strict::new(kind, [ruling()]));
        let mut lone = Lone::with(Settings { application, ..Settings::new(config) });
        lone.log_on();
        lone.send(text);
        let kind = String::from_utf8_lossy(kind);
        let expected = format!("3 2 45=2 58=Invalid tag number 371=4999 372={kind} 373=0");
        assert_eq!(lone.received(), [expected], "{text}");
        assert_eq!((lone.numbers(), lone.phase()), ((3, 3), PhaseName::Active), "{text} had no other effect");
    }
}

#[test]
fn a_logon_that_is_not_authenticated_resets_nothing() {
    for text in ["", "who are you"] {
        let config = config(Role::Acceptor, BeginString::Fix44);
        let mut lone = Lone::logged_on(config.clone());
        lone.order("A").unwrap();
        lone.event(Event::Disconnected);
        let snapshot = lone.node.store().snapshot().clone();
        // The same session after a restart, with an application that refuses.
        let application = Box::new(Strict::logon(text, 1));
        let mut lone = Lone::with(Settings { application, snapshot, ..Settings::new(config) });
        lone.event(Event::Connected);
        lone.send_as(1, "35=A|98=0|108=30|141=Y");
        assert_eq!(lone.node.ended(), Some(Reason::LogonRefused));
        let used = u64::from(!text.is_empty());
        assert_eq!(lone.numbers(), (3 + used, 2), "{text:?}");
        assert_eq!(lone.node.session().snapshot().epoch, 0);
    }
}

#[test]
fn bytes_belong_to_the_connection_they_came_on() {
    for mut lone in Lone::both() {
        let message = lone.message(2, "35=D|11=OLD");
        lone.node.feed(lone.now, &message[..message.len() - 5]);
        lone.event(Event::Disconnected);
        lone.node.feed(lone.now, &message[message.len() - 5..]);
        lone.next = 2;
        lone.log_on();
        assert_eq!(lone.node.ignored(), b"", "nothing of it was read");
        lone.send("35=D|11=NEW");
        assert_eq!(lone.delivered(), ["NEW"]);
    }
}

#[test]
fn messages_above_a_gap_are_bounded_and_dropped_ones_asked_for_again() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.queued_messages = 2;
    let mut lone = Lone::logged_on(config);
    for seq in 3..=7 {
        lone.send_as(seq, &format!("35=D|11={seq}"));
    }
    assert_eq!(lone.received(), ["2 2 7=2 16=0"]);
    lone.send_as(2, "35=D|43=Y|122=20260921-14:13:19|11=2");
    let sent = lone.received();
    assert_eq!(sent.last().map(String::as_str), Some("2 6 7=5 16=0"), "{sent:?}");
    for seq in 5..=7 {
        lone.send_as(seq, &format!("35=D|43=Y|122=20260921-14:13:19|11={seq}"));
    }
    assert_eq!(lone.delivered(), ["2", "3", "4", "5", "6", "7"]);
}

#[test]
fn bytes_above_a_gap_are_bounded_too() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.queued_bytes = 300;
    let mut lone = Lone::logged_on(config);
    for seq in 3..=9 {
        lone.send_as(seq, &format!("35=D|11={seq}"));
    }
    lone.send_as(2, "35=D|43=Y|122=20260921-14:13:19|11=2");
    assert!(lone.delivered().len() < 7, "more is kept above a gap than may be: {:?}", lone.delivered());
    let from = lone.numbers().1;
    assert_eq!(lone.received().last().unwrap().split(' ').nth(2), Some(format!("7={from}").as_str()));
    for seq in from..=9 {
        lone.send_as(seq, &format!("35=D|43=Y|122=20260921-14:13:19|11={seq}"));
    }
    assert_eq!(lone.delivered(), ["2", "3", "4", "5", "6", "7", "8", "9"]);
}

#[test]
fn a_duplicate_is_shown_as_such_and_has_no_effect() {
    let mut lone = Lone::acceptor();
    lone.send("35=D|11=X");
    lone.received();
    lone.send_as(2, "35=D|43=Y|122=20260921-14:13:19|11=X");
    let orders: Vec<Order> = lone.node.inbox().iter().map(|delivered| delivered.order).collect();
    assert_eq!(orders, [Order::Expected, Order::Low]);
    assert_eq!((lone.received(), lone.numbers().1), (vec![], 3));
}

#[test]
fn a_peers_fault_is_an_outcome_and_a_callers_misuse_an_error() {
    // The counterparty's fault: no call fails, and the reason is told.
    let mut lone = Lone::acceptor();
    lone.send_as(1, "35=0");
    assert_eq!(lone.node.status().ended, Some(Reason::MsgSeqNumTooLow));
    // The caller's misuse: the call fails, and nothing has changed.
    let mut lone = Lone::acceptor();
    let before = lone.node.session().clone();
    let misuses: [(&[u8], &[u8]); 4] = [(b"A", b""), (b"0", b""), (b"D", b"34=7\x01"), (b"D", b"49=ME\x01")];
    for (msg_type, fields) in misuses {
        let seen = lone.node.recorder().call(START, Call::Send { msg_type, fields });
        assert!(matches!(seen, Seen::Sent(Err(_))), "{seen:?}");
    }
    assert_eq!(*lone.node.session(), before);
    assert_eq!(lone.received(), [""; 0]);
}

#[test]
fn a_responder_of_a_logout_stays_answers_and_counts() {
    let mut lone = Lone::acceptor();
    lone.order("A").unwrap();
    lone.received();
    lone.send("35=5");
    lone.send("35=2|7=2|16=2");
    lone.send("35=0");
    assert_eq!(lone.received(), ["5 3", "D 2R 11=A"]);
    assert_eq!((lone.phase(), lone.numbers().1), (PhaseName::LogoutAnswered, 5));
    lone.pass(9.9);
    assert!(lone.node.connected());
    lone.pass(0.2);
    assert_eq!(lone.node.ended(), Some(Reason::PeerLogout));
}

#[test]
fn deadlines_come_from_the_state_so_none_is_stale() {
    let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    lone.event(Event::Connected);
    lone.pass(8.0);
    lone.event(Event::Disconnected);
    assert_eq!(lone.node.deadline(), None);
    lone.event(Event::Connected);
    let due = lone.node.deadline().unwrap().0;
    assert_eq!(due, lone.now.mono_ns + 10 * sansfix::SECOND_NS, "counted from this connection");
    // Ticks before a deadline change nothing.
    let before = lone.node.session().clone();
    assert_eq!(lone.event(Event::Tick), Outcome::Ignored);
    assert_eq!(*lone.node.session(), before);
}

#[test]
fn a_session_shares_its_configuration() {
    let lone = Lone::acceptor();
    let clone = lone.node.session().clone();
    assert!(std::ptr::eq(clone.config(), lone.node.session().config()));
    let other = sansfix::Session::new(Arc::new(clone.config().clone()), clone.snapshot().clone());
    assert_ne!(other, clone, "one is connected, the other is not");
}

#[test]
fn a_number_that_the_operator_changes_meanwhile_is_not_counted_over() {
    let mut lone = undecided(b"D");
    lone.send("35=0");
    lone.send("35=0");
    lone.send("35=D|11=X");
    lone.event(Event::Command(sansfix::Command::SetNextTarget(sansfix::SeqNum::SECOND)));
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.numbers().1, 2, "the operator's word stands");
}

#[test]
fn a_logon_that_breaks_a_rule_is_refused() {
    let ruling = || Ruling::SessionReject {
        reason: SessionRejectReason::InvalidTagNumber,
        tag: Some(4999),
        text: String::new(),
    };
    for role in [Role::Acceptor, Role::Initiator] {
        let application = Box::new(Strict::new(msg_type::LOGON, [ruling()]));
        let settings = Settings::new(config(role, BeginString::Fix44));
        let mut lone = Lone::with(Settings { application, ..settings });
        lone.event(Event::Connected);
        let before = (lone.received().len() as u64 + 1, 1);
        lone.send("35=A|98=0|108=30|4999=x");
        assert!(!lone.node.status().logged_on);
        assert_eq!(lone.node.status().ended, Some(Reason::InvalidLogon));
        if role == Role::Acceptor {
            // Nobody is authenticated yet: silence, and nothing is touched.
            assert_eq!((lone.received(), lone.numbers(), lone.node.connected()), (vec![], before, false));
        } else {
            assert_eq!(lone.received(), ["5 2 58=Invalid tag number"]);
        }
    }
}
