//! The rule that every command has a defined result in every state, and none leaves anything undone.

use sansfix::config::Role;
use sansfix::{
    Actions, BeginString, Command, CommandRefused, Event, FetchId, Origin, Outcome, SeqNum, SeqRange,
    Session, Snapshot, Ticket, msg_type,
};
use sansfix_sim::Settings;
use sansfix_sim::trace::Seen;
use sansfix_tests::applications::Undecided;
use sansfix_tests::by_hand::{link, save, saved, until_nothing};
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
        let batch = until_nothing(&mut link)
            .into_iter()
            .find(|seen| matches!(seen, Seen::Save(_)))
            .map(save)
            .unwrap();
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
