//! The rules of output: what is saved before it leaves, and how a connection ends.
//! Each test is named after a rule of `docs/design.md`.

use sansfix::config::{Config, Role};
use sansfix::wire::Precision;
use sansfix::{
    Action, BeginString, Command, Event, Origin, Outcome, PhaseName, Reason, Refused, ResetMode, SeqNum,
    Ticket,
};
use sansfix_runtime::Link;
use sansfix_runtime::link::Next;
use sansfix_sim::Pace;
use sansfix_sim::trace::{Call, Seen};
use sansfix_tests::by_hand::{link, next, offered, order, save, saved, sent, until_nothing};
use sansfix_tests::lone::{Lone, START, config};
use sansfix_tests::peer;

#[test]
fn only_saved_bytes_can_be_read() {
    let mut link = link();
    order(&mut link, "A");
    assert!(link.actions().wire().is_none(), "nothing was saved yet");
    let first = save(next(&mut link));
    assert_eq!(next(&mut link), Seen::Nothing);
    assert!(link.actions().wire().is_none());
    order(&mut link, "B");
    assert_eq!(saved(&mut link, first.ticket()), Outcome::Done);
    let second = save(next(&mut link));
    assert_eq!(sent(&next(&mut link)), ["D 2 11=A"], "B is not saved");
    assert_eq!(next(&mut link), Seen::Nothing);
    saved(&mut link, second.ticket());
    assert_eq!(sent(&next(&mut link)), ["D 3 11=B"]);
}

#[test]
fn what_waits_is_told_and_shown() {
    let mut link = link();
    assert_eq!((link.actions().unsaved(), link.actions().unsent()), (false, 0));
    order(&mut link, "A");
    assert!(link.actions().unsaved(), "not offered yet");
    let shown = format!("{:?}", link.actions());
    for part in ["waiting: 1", "|11=A|"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let batch = save(next(&mut link));
    let record = batch.records().next().unwrap();
    let whole = record.raw.unwrap().len();
    assert!(link.actions().unsaved(), "not saved yet");
    assert_eq!((batch.ticket().get(), link.actions().unsent()), (1, whole), "the first batch of this link");
    for shown in [format!("{batch:?}"), format!("{record:?}")] {
        assert!(shown.contains("|11=A|"), "{shown}");
    }
    saved(&mut link, batch.ticket());
    assert!(!link.actions().unsaved());
    let wire = link.actions().wire().unwrap();
    assert_eq!(wire.bytes().len(), whole);
    let shown = format!("{wire:?}");
    assert!(shown.contains("|11=A|"), "{shown}");
    wire.sent(whole);
    assert_eq!(link.actions().unsent(), 0);
}

#[test]
fn saved_with_an_old_or_invented_ticket_is_ignored() {
    let mut link = link();
    order(&mut link, "A");
    let first = save(next(&mut link)).ticket();
    saved(&mut link, first);
    next(&mut link);
    order(&mut link, "B");
    let second = save(next(&mut link)).ticket();
    for other in [first, Ticket::from_number(second.get() + 1), Ticket::from_number(0)] {
        assert_eq!(saved(&mut link, other), Outcome::Ignored);
        assert!(link.actions().wire().is_none());
    }
    assert_eq!(saved(&mut link, second), Outcome::Done);
    assert_eq!(saved(&mut link, second), Outcome::Ignored, "a second time");
}

#[test]
fn one_save_is_in_flight_at_a_time() {
    let mut link = link();
    order(&mut link, "A");
    let first = save(next(&mut link)).ticket();
    order(&mut link, "B");
    order(&mut link, "C");
    assert_eq!(next(&mut link), Seen::Nothing);
    saved(&mut link, first);
    let batch = save(next(&mut link));
    let numbers: Vec<u64> = batch.records().map(|record| record.range.begin.get()).collect();
    assert_eq!(numbers, [3, 4], "what came meanwhile is the next batch");
    // What is durable with it is what holds when it is offered.
    order(&mut link, "D");
    link.handle(START, Event::Command(Command::Logout { text: "lunch", by: Origin::Operator }));
    link.handle(START, Event::Command(Command::SetNextTarget(SeqNum::MAX)));
    saved(&mut link, batch.ticket());
    let batch = offered(&mut link).unwrap();
    assert_eq!(batch.snapshot(), link.session().snapshot());
    assert!(!batch.snapshot().intent.enabled);
}

#[test]
fn a_cancelled_driver_is_offered_the_same_batch_with_the_same_ticket() {
    let mut link = link();
    order(&mut link, "A");
    let first = save(next(&mut link));
    order(&mut link, "B");
    link.actions().offer_again();
    let again = save(next(&mut link));
    assert_eq!((again.ticket(), &again), (first.ticket(), &first));
    // Whichever of the two saves completes: the other's answer does no harm.
    assert_eq!(saved(&mut link, first.ticket()), Outcome::Done);
    assert_eq!(saved(&mut link, again.ticket()), Outcome::Ignored);
    let second = save(next(&mut link));
    saved(&mut link, second.ticket());
    assert_eq!(sent(&next(&mut link)), ["D 2 11=A", "D 3 11=B"]);
}

#[test]
fn seventy_cancelled_drivers_lose_nothing_and_send_nothing_twice() {
    let mut lone = Lone::acceptor();
    let mut received = Vec::new();
    for at in 0..70 {
        lone.node.set_pace(if at % 2 == 0 { Pace::OnRequest } else { Pace::Prompt });
        lone.node.set_room(lone.now, at % 9);
        lone.order(&format!("{at}")).unwrap();
        lone.node.recorder().call(START, Call::OfferAgain);
        lone.node.pump(lone.now);
        while lone.node.answer_store(lone.now) {}
        received.extend(lone.node.take_output(lone.now));
    }
    lone.node.set_room(lone.now, 1 << 20);
    received.extend(lone.node.take_output(lone.now));
    let ids: Vec<String> = peer::messages(received).iter().map(peer::short).collect();
    let expected: Vec<String> = (0..70).map(|at| format!("D {} 11={at}", at + 2)).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_store_that_fails_closes_the_connection_and_sends_nothing_unsaved() {
    let mut link = link();
    order(&mut link, "A");
    let _ = save(next(&mut link));
    link.handle(START, Event::StoreFailed);
    let seen = until_nothing(&mut link);
    assert!(seen.contains(&Seen::Disconnect(Reason::StoreFailed)), "{seen:?}");
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Transmit(_))), "{seen:?}");
}

/// A session that was disabled is not connected, so that the next connection is no time to try again.
#[test]
fn what_a_store_could_not_save_is_offered_again_with_the_next_command_and_change_of_session_time() {
    let ways: [Event<'_>; 3] = [
        Event::Command(Command::Logout { text: "", by: Origin::Operator }),
        Event::Command(Command::SetNextTarget(SeqNum::FIRST)),
        Event::Period { open: false, started_utc_ns: i64::MIN },
    ];
    for again in ways {
        let mut link = link();
        link.handle(START, Event::Command(Command::Logout { text: "lunch", by: Origin::Operator }));
        let batch = offered(&mut link).unwrap();
        assert!(!batch.as_batch().snapshot().intent.enabled);
        link.handle(START, Event::StoreFailed);
        link.handle(START, Event::Disconnected);
        assert_eq!(offered(&mut link), None, "{again:?}");
        link.handle(START, again);
        assert_eq!(offered(&mut link), Some(batch.clone()), "{again:?}");
        saved(&mut link, batch.ticket());
        // What the command itself has changed comes behind it.
        if let Some(behind) = offered(&mut link) {
            saved(&mut link, behind.ticket());
        }
        assert!(!link.standing().unsaved, "{again:?}");
    }
}

#[test]
fn what_a_store_could_not_save_is_offered_again_with_the_next_connection() {
    let mut link = link();
    order(&mut link, "A");
    let batch = offered(&mut link).unwrap();
    link.handle(START, Event::StoreFailed);
    link.handle(START, Event::Disconnected);
    assert_eq!(offered(&mut link), None);
    link.handle(START, Event::Connected);
    assert_eq!(offered(&mut link), Some(batch));
}

#[test]
fn records_of_a_numbering_that_is_over_are_not_saved() {
    let mut link = link();
    order(&mut link, "A");
    let first = save(next(&mut link));
    order(&mut link, "B");
    link.handle(START, Event::Disconnected);
    link.handle(START, Event::Command(Command::Reset(ResetMode::Offline)));
    saved(&mut link, first.ticket());
    let batch = offered(&mut link).unwrap();
    assert_eq!(batch.records().count(), 0, "{batch:?}");
    assert_eq!(batch.snapshot().epoch, first.snapshot().epoch + 1);
}

#[test]
fn on_hang_up_unsaved_records_are_saved_and_never_sent() {
    let mut lone = Lone::acceptor();
    lone.node.set_pace(Pace::OnRequest);
    lone.order("A").unwrap();
    lone.order("B").unwrap();
    lone.event(Event::Disconnected);
    assert!(lone.node.recorder().unsaved(), "link and store outlive the connection");
    while lone.node.answer_store(lone.now) {}
    assert!(!lone.node.recorder().unsaved());
    let stored: Vec<u64> = lone.node.store().records().map(|(seq, _)| seq.get()).collect();
    assert_eq!(stored, [1, 2, 3]);
    assert_eq!(lone.received(), [""; 0]);
    lone.node.set_pace(Pace::Prompt);
    lone.log_on();
    assert_eq!(lone.numbers().0, 5, "the numbers stay used");
    lone.send("35=2|7=2|16=3");
    assert_eq!(lone.received(), ["D 2R 11=A", "D 3R 11=B"], "and can be asked for");
}

#[test]
fn a_connection_is_closed_after_its_last_bytes() {
    let mut link = link();
    link.feed(&Lone::acceptor().message(2, "35=D|8=FIX.4.4|43=N"));
    link.feed(b"");
    let mut lone = Lone::acceptor();
    lone.node.set_pace(Pace::OnRequest);
    lone.send_as(1, "35=0");
    assert_eq!(lone.phase(), PhaseName::LogoutSent);
    lone.send("35=5");
    assert!(lone.node.connected(), "the Logout has not left yet");
    while lone.node.answer_store(lone.now) {}
    assert_eq!(lone.received(), ["5 2 58=MsgSeqNum too low, expecting 2 but received 1"]);
    assert_eq!(lone.node.ended(), Some(Reason::MsgSeqNumTooLow));
}

#[test]
fn the_last_bytes_have_a_limit() {
    // A Logon that is refused with a text, and a counterparty that never reads it.
    let mut lone = Lone::logged_on(config(Role::Acceptor, BeginString::Fix44));
    lone.event(Event::Disconnected);
    lone.node.set_room(lone.now, 0);
    lone.event(Event::Connected);
    lone.send_as(1, "35=A|98=0|108=30");
    assert_eq!(lone.phase(), PhaseName::Closing);
    lone.pass(1.9);
    assert!(lone.node.connected());
    lone.pass(0.2);
    assert!(!lone.node.connected());
}

#[test]
fn past_the_bound_send_answers_full_and_uses_no_number() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.unsent_bytes = 1_000;
    let mut lone = Lone::logged_on(config);
    lone.node.set_room(lone.now, 0);
    let mut accepted = 0;
    let refused = loop {
        assert!(accepted < 1_000, "no bound");
        match lone.order(&accepted.to_string()) {
            Ok(_) => accepted += 1,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, Refused::Full { .. }), "{refused:?}");
    assert_eq!(lone.numbers().0, accepted + 2);
    lone.node.set_room(lone.now, 1 << 20);
    assert_eq!(lone.received().len() as u64, accepted);
    assert_eq!(lone.order("again").map(SeqNum::get), Ok(accepted + 2));
}

#[test]
fn a_transmit_that_is_taken_in_part_goes_on_where_it_stopped() {
    let mut link = link();
    order(&mut link, "A");
    let ticket = save(next(&mut link)).ticket();
    saved(&mut link, ticket);
    let mut bytes = Vec::new();
    while let Some(Next::Action(Action::Transmit(wire))) = link.next(START) {
        bytes.push(wire.bytes()[0]);
        assert!(bytes.len() < 1_000, "no end");
        wire.sent(1);
    }
    assert_eq!(peer::messages(bytes).iter().map(peer::short).collect::<Vec<_>>(), ["D 2 11=A"]);
}

#[test]
fn what_has_left_in_part_is_counted_by_what_is_left() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.unsent_bytes = 80;
    let mut link = Link::new(Lone::logged_on(config).node.session().clone());
    order(&mut link, "A");
    let ticket = save(next(&mut link)).ticket();
    saved(&mut link, ticket);
    let wire = link.actions().wire().unwrap();
    let length = wire.bytes().len();
    assert!((61..80).contains(&length), "{length}");
    wire.sent(20);
    assert_eq!(link.actions().unsent(), length - 20);
    order(&mut link, "B");
    let unsent = link.actions().unsent();
    let refused = link.send(START, b"D", |_| {});
    assert_eq!(refused, Err(Refused::Full { unsent }), "{unsent}");
    assert_eq!(unsent, 2 * length - 20);
}

#[test]
fn while_not_logged_on_send_answers_not_active_and_uses_no_number() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut lone = Lone::new(config(role, BeginString::Fix44));
        let mut seen = vec![lone.phase()];
        assert_eq!(lone.order("A"), Err(Refused::NotActive), "no connection");
        lone.event(Event::Connected);
        seen.push(lone.phase());
        let before = lone.numbers();
        assert_eq!(lone.order("A"), Err(Refused::NotActive), "no Logon");
        assert_eq!(lone.numbers(), before);
        lone.send("35=A|98=0|108=30");
        assert!(lone.order("A").is_ok());
        lone.logout("bye");
        seen.push(lone.phase());
        let before = lone.numbers();
        assert_eq!(lone.order("B"), Err(Refused::NotActive), "a Logout was given");
        lone.send("35=5");
        assert_eq!(lone.order("B"), Err(Refused::NotActive), "down again");
        assert_eq!(lone.numbers().0, before.0);
        seen.push(lone.phase());
        let logon = if role == Role::Acceptor { PhaseName::AwaitingLogon } else { PhaseName::LogonSent };
        assert_eq!(seen, [PhaseName::Disconnected, logon, PhaseName::LogoutSent, PhaseName::Disconnected]);
    }
}

#[test]
fn after_the_counterpartys_logout_send_answers_not_active() {
    let mut lone = Lone::acceptor();
    lone.send("35=5");
    assert_eq!(lone.phase(), PhaseName::LogoutAnswered);
    assert_eq!(lone.order("A"), Err(Refused::NotActive));
}

#[test]
fn times_are_written_as_precisely_as_configured_and_in_seconds_by_fix_4_0_and_4_1() {
    let fractions = |version, precision| {
        let mut lone =
            Lone::logged_on(Config { timestamp_precision: precision, ..config(Role::Acceptor, version) });
        lone.order("A").unwrap();
        let sent = lone.received_whole();
        sent[0].get("52").map(|time| String::from_utf8_lossy(&time[17..]).into_owned())
    };
    let precisions =
        [Precision::Seconds, Precision::Milliseconds, Precision::Microseconds, Precision::Nanoseconds];
    for version in BeginString::ALL {
        let whole = version < BeginString::Fix42;
        let expected =
            ["", ".000", ".000000", ".000000000"].map(|text| Some(if whole { "" } else { text }.to_owned()));
        assert_eq!(precisions.map(|precision| fractions(version, precision)), expected, "{version:?}");
    }
}

#[test]
fn a_session_that_is_shown_tells_who_it_is_and_where_it_stands() {
    let lone = Lone::acceptor();
    let shown = format!("{:?}", lone.node.session());
    for part in [&*lone.node.session().config().identity.to_string(), "Active", "next_sender"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

/// The record that was saved before it leaves is the message that leaves, and what its repetition calls the original.
#[test]
fn a_message_has_the_time_of_its_numbering_however_long_it_is_kept() {
    let mut lone = Lone::acceptor();
    lone.node.set_room(lone.now, 0);
    lone.order("A").unwrap();
    let numbered = lone.message(2, "35=D");
    lone.pass(20.0);
    lone.node.set_room(lone.now, usize::MAX);
    let numbered = peer::messages(numbered)[0].get("52").unwrap().to_vec();
    assert_eq!(lone.received_whole()[0].get("52"), Some(&*numbered));
    lone.send("35=2|7=2|16=2");
    let repeated = lone.received_whole();
    assert_eq!(repeated[0].get("122"), Some(&*numbered));
    assert_ne!(repeated[0].get("52"), Some(&*numbered), "the time of this sending");
}
