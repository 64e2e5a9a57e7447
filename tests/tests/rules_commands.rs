//! The rule that every command has a defined result in every state, and none leaves anything undone.

use sansfix::config::Role;
use sansfix::{
    Actions, BeginString, Command, CommandRefused, Event, FetchId, Origin, Outcome, Reason, ResetMode,
    SeqNum, SeqRange, Session, Snapshot, Ticket, msg_type,
};
use sansfix_sim::{Ruling, Settings};
use sansfix_tests::applications::Undecided;
use sansfix_tests::by_hand::{link, offered, saved};
use sansfix_tests::lone::{Lone, START, config};
use sansfix_tests::peer;

/// An acceptor whose application has not answered the Logon yet.
fn undecided() -> Lone {
    let settings = Settings::new(config(Role::Acceptor, BeginString::Fix44));
    let mut lone = Lone::with(Settings { application: Box::new(Undecided(msg_type::LOGON)), ..settings });
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30");
    lone
}

#[test]
fn commands_are_taken_in_every_situation() {
    let commands = [
        Command::Logon { by: Origin::Operator },
        Command::Logout { text: "t", by: Origin::Operator },
        Command::Reset(sansfix::ResetMode::Offline),
        Command::Reset(sansfix::ResetMode::LogoutThenReset),
        Command::Reset(sansfix::ResetMode::InSession),
        Command::SetNextSender(sansfix::SeqNum::new(50).unwrap()),
        Command::SetNextTarget(sansfix::SeqNum::new(50).unwrap()),
        Command::TestRequest { id: "" },
        Command::Disconnect,
    ];
    let situations: [fn() -> Lone; 5] = [
        || Lone::new(config(Role::Acceptor, BeginString::Fix44)),
        || {
            let mut lone = Lone::new(config(Role::Initiator, BeginString::Fix44));
            lone.event(Event::Connected);
            lone
        },
        undecided,
        Lone::acceptor,
        || {
            let mut lone = Lone::acceptor();
            lone.send("35=5");
            lone
        },
    ];
    for situation in situations {
        for first in commands {
            for second in commands {
                let mut lone = situation();
                lone.command(first);
                lone.command(second);
                lone.pass(60.0);
                let valid = peer::messages(lone.node.take_output(lone.now));
                assert!(valid.len() <= 4, "{first:?} {second:?}: {valid:?}");
                assert!(!lone.node.recorder().unsaved(), "{first:?} {second:?}");
                assert_eq!(lone.node.store().snapshot(), lone.node.session().snapshot());
            }
        }
    }
}

#[test]
fn reset_on_logout_resets_after_a_logout_of_either_side_and_after_nothing_else() {
    type End = fn(&mut Lone);
    let ends: [(End, bool); 5] = [
        (|lone| lone.send("35=5"), true),
        (
            |lone| {
                lone.logout("bye");
                lone.send("35=5");
            },
            true,
        ),
        (
            |lone| {
                lone.logout("bye");
                lone.pass(11.0);
            },
            true,
        ),
        (|lone| lone.pass(200.0), false),
        (|_| {}, false),
    ];
    for (at, (end, resets)) in ends.into_iter().enumerate() {
        for role in [Role::Acceptor, Role::Initiator] {
            let mut config = config(role, BeginString::Fix44);
            config.reset_on_logout = true;
            let mut lone = Lone::logged_on(config);
            lone.send("35=0");
            end(&mut lone);
            lone.event(Event::Disconnected);
            assert_eq!(lone.numbers() == (1, 1), resets, "{at} {role:?} {:?}", lone.numbers());
        }
    }
}

#[test]
fn numbers_can_be_set_up_to_the_last() {
    let set: [fn(SeqNum) -> Command<'static>; 2] = [Command::SetNextSender, Command::SetNextTarget];
    for command in set {
        let config = config(Role::Acceptor, BeginString::Fix44);
        let mut session = Session::new(config.into(), Snapshot::new(0));
        let mut handle = |seq| session.handle(START, Event::Command(command(seq)), &mut Actions::new());
        assert_eq!(handle(SeqNum::MAX), Outcome::Done);
        assert_eq!(handle(SeqNum::MAX), Outcome::Already);
        assert_eq!(handle(SeqNum::MAX.next()), Outcome::Refused(CommandRefused::NumberTooHigh));
        assert_eq!(handle(SeqNum::MAX.next().next()), Outcome::Refused(CommandRefused::NumberTooHigh));
    }
}

#[test]
fn numbers_that_are_passed_over_have_a_record_and_those_given_again_have_none() {
    let mut link = link();
    let mut set = |seq| {
        link.handle(START, Event::Command(Command::SetNextSender(SeqNum::new(seq).unwrap())));
        let batch = offered(&mut link).unwrap();
        saved(&mut link, batch.ticket());
        batch.records().map(|record| (record.range.begin.get(), record.range.end.get())).collect::<Vec<_>>()
    };
    assert_eq!(set(6), [(2, 5)]);
    assert_eq!(set(3), []);
}

#[test]
fn a_number_that_is_set_within_a_gap_asks_only_for_what_was_not_asked_for() {
    let mut lone = Lone::acceptor();
    lone.command(Command::SetNextTarget(SeqNum::new(5).unwrap()));
    lone.send_as(9, "35=0");
    assert_eq!(lone.received(), ["2 2 7=5 16=0"]);
    lone.command(Command::SetNextTarget(SeqNum::new(7).unwrap()));
    assert_eq!(lone.received(), [""; 0], "asked for already");
    lone.command(Command::SetNextTarget(SeqNum::new(3).unwrap()));
    assert_eq!(lone.received(), ["2 3 7=3 16=0"]);
}

#[test]
fn events_are_shown_and_the_messages_in_them_can_be_read() {
    let (fetch, seq) = (FetchId::from_number(7), SeqNum::SECOND);
    let range = SeqRange::one(seq);
    let shown = [
        (Event::Connected, "Connected"),
        (Event::Tick, "Tick"),
        (Event::Disconnected, "Disconnected"),
        (Event::Command(Command::Disconnect), "Command(Disconnect)"),
        (Event::Period { open: true, started_utc_ns: 5 }, "Period { open: true, started_utc_ns: 5 }"),
        (Event::Saved(Ticket::from_number(3)), "Saved(Ticket(3))"),
        (Event::Stored { fetch, seq, raw: b"35=D\x01" }, "Stored(FetchId(7), 2, 35=D|)"),
        (Event::Declined { fetch, range }, "Declined(FetchId(7), SeqRange { begin: 2, end: 2 })"),
        (Event::FetchEnd { fetch, through: seq }, "FetchEnd(FetchId(7), 2)"),
        (Event::StoreFailed, "StoreFailed"),
    ];
    for (event, expected) in shown {
        assert_eq!(format!("{event:?}"), expected);
    }
}

/// An initiator that resets at the end of a connection says so at the next logon: the counterparty may not have reset.
#[test]
fn an_initiator_whose_numbers_are_fresh_and_were_reset_says_so() {
    for (on_logout, on_disconnect) in [(true, false), (false, true), (true, true), (false, false)] {
        for (sender, target) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
            let mut config = config(Role::Initiator, BeginString::Fix44);
            (config.reset_on_logout, config.reset_on_disconnect) = (on_logout, on_disconnect);
            let mut settings = Settings::new(config);
            settings.snapshot.next_sender = SeqNum::new(sender).unwrap();
            settings.snapshot.next_target = SeqNum::new(target).unwrap();
            let mut lone = Lone::with(settings);
            lone.event(Event::Connected);
            let says = (on_logout || on_disconnect) && (sender, target) == (1, 1);
            let flag = if says { " 141=Y" } else { "" };
            assert_eq!(lone.received(), [format!("A {sender} 98=0 108=30{flag}")]);
        }
    }
}

#[test]
fn a_connection_that_is_lost_has_ended_for_what_ended_the_session() {
    let mut lone = Lone::acceptor();
    assert_eq!(lone.node.status().connection, 1);
    lone.send_as(1, "35=0");
    lone.event(Event::Disconnected);
    assert_eq!(lone.node.status().ended, Some(Reason::MsgSeqNumTooLow));
    lone.log_on_crossed();
    assert_eq!((lone.node.status().connection, lone.node.status().ended), (2, None));
    lone.logout("bye");
    lone.event(Event::Disconnected);
    assert_eq!(lone.node.status().ended, Some(Reason::ConnectionLost));
    // A Logon that is not answered has used its number all the same.
    let mut lone = Lone::new(config(Role::Initiator, BeginString::Fix44));
    lone.event(Event::Connected);
    lone.event(Event::Disconnected);
    assert_eq!((lone.numbers(), lone.node.status().ended), ((2, 1), Some(Reason::ConnectionLost)));
}

/// Only the answer to its own TestRequest, with nothing missing, says that the counterparty has got everything.
#[test]
fn a_reset_in_session_waits_for_the_answer_to_its_own_test_request() {
    let probed = |fixed| {
        let mut config = config(Role::Acceptor, BeginString::Fix44);
        config.switches.fixed_test_req_id = fixed;
        let mut lone = Lone::logged_on(config);
        lone.command(Command::Reset(ResetMode::InSession));
        let sent = lone.received();
        let id = sent[0].strip_prefix("1 2 112=").unwrap().to_owned();
        assert_eq!(id == "TEST", fixed);
        (lone, id)
    };
    for (fixed, answer, right) in
        [(false, "TEST", false), (false, "", false), (true, "TEST", true), (true, "OTHER", false)]
    {
        let (mut lone, _) = probed(fixed);
        lone.send(&if answer.is_empty() { "35=0".into() } else { format!("35=0|112={answer}") });
        let logon = ["A 1 98=0 108=30 141=Y"];
        assert_eq!(lone.received(), if right { &logon[..] } else { &[] }, "{fixed} {answer}");
    }
    let (mut lone, id) = probed(false);
    lone.send(&format!("35=0|112={id}"));
    assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
    // Above a gap it is kept; when its turn comes something is still missing.
    let (mut lone, id) = probed(false);
    lone.send_as(9, "35=0");
    assert_eq!(lone.received(), ["2 3 7=2 16=0"]);
    lone.send_as(2, &format!("35=0|112={id}"));
    assert_eq!(lone.received(), [""; 0]);
    // A Logout that was given meanwhile comes first.
    let (mut lone, id) = probed(false);
    lone.logout("bye");
    lone.received();
    lone.send(&format!("35=0|112={id}"));
    assert_eq!(lone.received(), [""; 0]);
}

#[test]
fn a_reset_whose_verdict_comes_after_a_logout_is_not_answered() {
    let mut lone = undecided();
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    assert!(lone.node.has_unsettled());
    lone.logout("bye");
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.received(), ["A 1 98=0 108=30", "5 2 58=bye"]);
    assert_eq!(lone.numbers(), (3, 2));
}

#[test]
fn a_gap_fill_does_not_undo_a_command_that_was_given_while_it_waited() {
    for (target, then) in [(2, 2), (6, 9), (12, 12)] {
        let mut lone = Lone::acceptor_under(Undecided(b"4"));
        lone.send("35=0");
        lone.send("35=0");
        lone.send("35=4|123=Y|36=9");
        lone.command(Command::SetNextTarget(SeqNum::new(target).unwrap()));
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
        assert_eq!(lone.numbers().1, then, "set to {target}");
    }
}
