//! Commands at the worst moment.

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, PhaseName, Reason, ResetMode, SECOND_NS, SeqNum};
use sansfix_sim::{Pace, Ruling, Settings};
use sansfix_tests::applications::Undecided;
use sansfix_tests::lone::{Lone, config};

fn seq(number: u64) -> SeqNum {
    SeqNum::new(number).unwrap()
}

#[test]
fn a_gap_fill_that_waits_for_its_verdict_does_not_undo_set_next_target() {
    for role in [Role::Acceptor, Role::Initiator] {
        let application = Box::new(Undecided(b"4"));
        let settings = Settings { application, ..Settings::new(config(role, BeginString::Fix44)) };
        let mut lone = Lone::logged_on_with(settings);
        lone.send_as(2, "35=4|123=Y|36=5");
        lone.command(Command::SetNextTarget(seq(50)));
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
        assert_eq!(lone.numbers().1, 50);
    }
}

#[test]
fn asking_again_and_again_does_not_hide_that_the_counterparty_is_silent() {
    for mut lone in Lone::both() {
        // HeartBtInt is 30 s: 36 s after the first TestRequest the connection is given up.
        for _ in 0..8 {
            lone.command(Command::TestRequest { id: "" });
            lone.pass(5.0);
        }
        assert_eq!(lone.node.ended(), Some(Reason::TestRequestTimeout));
    }
}

#[test]
fn a_test_request_during_a_slow_verdict_is_given_its_full_time() {
    for role in [Role::Acceptor, Role::Initiator] {
        let application = Box::new(Undecided(b"D"));
        let settings = Settings { application, ..Settings::new(config(role, BeginString::Fix44)) };
        let mut lone = Lone::logged_on_with(settings);
        lone.send("35=D|11=X");
        lone.command(Command::TestRequest { id: "T" });
        lone.pass(40.0);
        // The answer has been waiting in the input all the while.
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
        lone.event(Event::Tick);
        assert!(lone.node.connected(), "{:?}", lone.node.status());
        lone.pass(36.5);
        assert_eq!(lone.node.ended(), Some(Reason::TestRequestTimeout));
    }
}

#[test]
fn a_replay_ends_before_the_number_that_set_next_sender_goes_back_to() {
    for mut lone in Lone::both() {
        lone.orders(&["A", "B", "C", "D"]);
        lone.received();
        lone.node.set_pace(Pace::OnRequest);
        lone.send("35=2|7=2|16=0");
        while lone.node.questions() > 1 {
            lone.node.answer_store(lone.now);
        }
        lone.command(Command::SetNextSender(seq(4)));
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.received(), ["D 2R 11=A", "D 3R 11=B"]);
        assert!(lone.node.connected(), "{:?}", lone.node.status());
        lone.order("E").unwrap();
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.received(), ["D 4 11=E"]);
    }
}

#[test]
fn a_replay_of_nothing_but_withdrawn_numbers_ends() {
    for mut lone in Lone::both() {
        lone.orders(&["A", "B", "C", "D"]);
        lone.received();
        lone.node.set_pace(Pace::OnRequest);
        lone.send("35=2|7=4|16=0");
        lone.send("35=2|7=5|16=0");
        lone.send("35=2|7=2|16=0");
        lone.command(Command::SetNextSender(seq(3)));
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.received(), ["D 2R 11=A"]);
        assert!(lone.node.connected(), "{:?}", lone.node.status());
        lone.order("E").unwrap();
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.received(), ["D 3 11=E"]);
    }
}

#[test]
fn a_replay_under_way_is_not_changed_by_set_next_sender_upwards() {
    for mut lone in Lone::both() {
        lone.orders(&["A", "B"]);
        lone.received();
        lone.node.set_pace(Pace::OnRequest);
        lone.send("35=2|7=2|16=0");
        lone.command(Command::SetNextSender(seq(9)));
        lone.order("C").unwrap();
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.received(), ["D 2R 11=A", "D 3R 11=B", "D 9 11=C"]);
    }
}

#[test]
fn numbers_end_at_eighteen_digits_and_are_never_used_twice() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut settings = Settings::new(config(role, BeginString::Fix44));
        settings.snapshot.next_sender = seq(SeqNum::MAX.get() - 40);
        let mut lone = Lone::logged_on_with(settings);
        let mut sent = Vec::new();
        while lone.node.connected() && sent.len() < 100 {
            lone.send("35=1|112=T");
            sent.extend(lone.received_whole().iter().map(|message| message.number("34").unwrap()));
        }
        assert_eq!(lone.node.ended(), Some(Reason::NoNumberLeft));
        assert!(sent.windows(2).all(|two| two[0] + 1 == two[1]), "{sent:?}");
        assert!(sent.iter().all(|seq| *seq <= SeqNum::MAX.get()), "{sent:?}");
        // The next connection is of no use either, and takes no number.
        let sender = lone.numbers().0;
        lone.event(Event::Connected);
        lone.send("35=A|98=0|108=30");
        assert_eq!((lone.received(), lone.node.ended()), (vec![], Some(Reason::NoNumberLeft)));
        assert_eq!(lone.numbers().0, sender);
        // A reset is.
        lone.command(Command::Reset(ResetMode::Offline));
        lone.next = 1;
        lone.log_on();
        assert_eq!(lone.order("A").unwrap(), SeqNum::SECOND);
    }
}

#[test]
fn a_reset_at_logon_helps_when_no_number_is_left() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut config = config(role, BeginString::Fix44);
        config.reset_on_logon = true;
        let mut settings = Settings::new(config);
        settings.snapshot.next_sender = SeqNum::MAX;
        let mut lone = Lone::logged_on_with(settings);
        assert_eq!(lone.order("A").unwrap(), SeqNum::SECOND);
    }
}

#[test]
fn a_number_above_eighteen_digits_is_refused() {
    use sansfix::{CommandRefused, Outcome};
    for mut lone in Lone::both() {
        let above = SeqNum::MAX.next();
        for command in [Command::SetNextSender(above), Command::SetNextTarget(above)] {
            let refused = Outcome::Refused(CommandRefused::NumberTooHigh);
            assert_eq!(lone.command(command), refused);
        }
        assert_eq!((lone.numbers(), lone.phase()), ((2, 2), PhaseName::Active));
    }
}

#[test]
fn clocks_that_jump_end_in_a_decision_and_no_loop() {
    for mut lone in Lone::both() {
        lone.now = lone.now.plus_seconds(u64::MAX / SECOND_NS - 2_000);
        lone.event(Event::Tick);
        lone.now.mono_ns = u64::MAX;
        for _ in 0..10 {
            lone.event(Event::Tick);
        }
        assert_eq!(lone.node.ended(), Some(Reason::TestRequestTimeout));
    }
}
