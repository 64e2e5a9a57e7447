//! Logout, and who may log on afterwards: sections 2.2 to 2.4 of the list of defects.

use sansfix::config::Role;
use sansfix::{
    BeginString, Command, CommandRefused, Event, Origin, Outcome, PhaseName, Reason, Refused, ResetMode,
    SeqNum, Snapshot, Timer, msg_type,
};
use sansfix_sim::{Ruling, Settings};
use sansfix_tests::applications::{Strict, Undecided};
use sansfix_tests::lone::{Lone, config};

fn waiting(role: Role) -> Lone {
    let mut lone = Lone::new(config(role, BeginString::Fix44));
    lone.event(Event::Connected);
    lone.received();
    lone
}

/// The same session after its process was started again.
fn restarted(lone: &Lone) -> Lone {
    let snapshot: Snapshot = lone.node.store().snapshot().clone();
    let config = lone.node.session().config().clone();
    Lone::with(Settings { snapshot, ..Settings::new(config) })
}

#[test]
fn quickfix_383_no_logout_without_a_connection() {
    let mut lone = Lone::acceptor();
    lone.event(Event::Disconnected);
    assert_eq!(lone.logout("bye"), Outcome::Done);
    assert_eq!((lone.received(), lone.numbers()), (vec![], (2, 2)));
    assert_eq!(lone.logout("bye"), Outcome::Already);
}

#[test]
fn cpp_qfj_qfn_logout_before_logon_leaves_the_tcp_connection_open() {
    let mut lone = waiting(Role::Acceptor);
    lone.logout("bye");
    assert!(!lone.node.connected());
    assert_eq!((lone.received(), lone.node.ended()), (vec![], Some(Reason::Disabled)));
}

#[test]
fn cpp_qfj_logout_while_the_logon_is_unanswered_holds_the_connection_for_ever() {
    let mut lone = waiting(Role::Initiator);
    lone.logout("bye");
    assert!(!lone.node.connected());
    assert_eq!(lone.received(), [""; 0]);
}

#[test]
fn qfn_a_logon_answer_that_comes_after_the_logout_is_accepted() {
    let mut lone = waiting(Role::Initiator);
    lone.logout("bye");
    lone.send("35=A|98=0|108=30");
    lone.send("35=D|11=X");
    assert_eq!((lone.delivered(), lone.numbers().1), (vec![], 1));
    assert!(!lone.node.status().logged_on);
}

#[test]
fn cpp_qfn_logout_with_heartbtint_0_never_times_out() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut config = config(role, BeginString::Fix44);
        config.heart_bt_int = 0;
        let mut lone = Lone::logged_on(config);
        lone.logout("bye");
        let timer = lone.node.deadline().map(|(_, timer)| timer);
        assert_eq!(timer, Some(Timer::Logout), "G27: a Logout has a limit");
        lone.pass(600.0);
        assert_eq!(lone.node.ended(), Some(Reason::LogoutTimeout));
        assert_eq!(lone.numbers(), (3, 2), "an answer that has not come is not counted");
    }
}

#[test]
fn artio_a_second_logout_sends_a_second_logout_message() {
    for mut lone in Lone::both() {
        lone.logout("first");
        let due = lone.node.deadline();
        assert_eq!(lone.logout("second"), Outcome::Already);
        assert_eq!(lone.received(), ["5 2 58=first"]);
        assert_eq!(lone.node.deadline(), due, "nor is the limit moved");
    }
}

#[test]
fn quickfixgo_an_acceptors_logout_times_out_at_once() {
    let mut lone = Lone::acceptor();
    lone.logout("bye");
    lone.pass(9.0);
    assert!(lone.node.connected());
    lone.send("35=5");
    assert_eq!(lone.node.ended(), Some(Reason::LogoutCompleted));
}

#[test]
fn qfj_a_disable_before_the_start_is_lost() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut lone = Lone::new(config(role, BeginString::Fix44));
        lone.logout("not today");
        lone.event(Event::Connected);
        assert!(!lone.node.connected());
        assert_eq!((lone.received(), lone.numbers()), (vec![], (1, 1)));
    }
}

#[test]
fn quickfixgo_commands_before_the_start_block_or_panic() {
    let seq = SeqNum::new(7).unwrap();
    let results = [
        (Command::Logon { by: Origin::Operator }, Outcome::Already),
        (Command::Logout { text: "t", by: Origin::Operator }, Outcome::Done),
        (Command::Reset(ResetMode::Offline), Outcome::Done),
        (Command::Reset(ResetMode::LogoutThenReset), Outcome::Done),
        (Command::Reset(ResetMode::InSession), Outcome::Refused(CommandRefused::NotLoggedOn)),
        (Command::SetNextSender(seq), Outcome::Done),
        (Command::SetNextTarget(seq), Outcome::Done),
        (Command::TestRequest { id: "" }, Outcome::Refused(CommandRefused::NotLoggedOn)),
        (Command::Disconnect, Outcome::Already),
    ];
    for (command, outcome) in results {
        let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
        assert_eq!(lone.command(command), outcome, "{command:?}");
        assert!(!lone.node.recorder().unsaved());
    }
}

#[test]
fn quickfixgo_commands_and_sends_from_inside_message_handling_deadlock() {
    let application = Box::new(Undecided(b"D"));
    let config = config(Role::Acceptor, BeginString::Fix44);
    let mut lone = Lone::with(Settings { application, ..Settings::new(config) });
    lone.log_on();
    lone.send("35=D|11=X");
    assert!(lone.node.has_unsettled(), "a message is being handled");
    assert!(lone.order("A").is_ok());
    assert_eq!(lone.command(Command::TestRequest { id: "T" }), Outcome::Done);
    assert_eq!(lone.logout("from inside"), Outcome::Done);
    assert_eq!(lone.received(), ["D 2 11=A", "1 3 112=T", "5 4 58=from inside"]);
    assert_eq!(lone.node.settle(lone.now, &Ruling::Accept), Ok(()));
}

#[test]
fn quickfixn_516_a_disabled_acceptor_logs_on_and_delivers_messages() {
    let mut lone = Lone::acceptor();
    lone.logout("maintenance");
    lone.send("35=5");
    lone.received();
    let numbers = lone.numbers();
    lone.event(Event::Connected);
    lone.send("35=A|98=0|108=30");
    lone.send("35=D|11=X");
    assert!(!lone.node.connected());
    assert_eq!((lone.received(), lone.delivered(), lone.numbers()), (vec![], vec![], numbers));
}

#[test]
fn quickfixn_896_quickfixj_461_a_logout_above_the_expected_number_advances_over_the_gap() {
    for mut lone in Lone::both() {
        lone.send_as(5, "35=5");
        assert_eq!(lone.numbers().1, 2);
        assert_eq!(lone.received(), ["2 2 7=2 16=0"]);
        lone.event(Event::Disconnected);
        lone.next = 6;
        lone.log_on_again();
        assert_eq!(lone.received(), ["2 4 7=2 16=0"], "nothing was lost");
    }
}

#[test]
fn quickfixj_send_while_logged_out_says_false_and_delivers_later() {
    for mut lone in Lone::both() {
        lone.event(Event::Disconnected);
        assert_eq!(lone.order("A"), Err(Refused::NotActive));
        lone.log_on();
        lone.send("35=2|7=1|16=0");
        let sent = lone.received();
        assert!(!sent.iter().any(|message| message.contains("11=A")), "{sent:?}");
    }
}

#[test]
fn quickfixj_359_360_531_the_peers_logout_undoes_the_operators() {
    for mut lone in Lone::both() {
        // Both at one moment: the operator's Logout crosses the counterparty's.
        lone.logout("maintenance");
        lone.send("35=5");
        assert!(!lone.node.status().enabled, "G24: the counterparty's Logout undid the operator's");
        // And with the counterparty's first.
        lone.logon();
        lone.log_on_crossed();
        lone.send("35=5");
        lone.logout("maintenance");
        lone.event(Event::Disconnected);
        assert!(!lone.node.status().enabled, "G24: the counterparty's Logout undid the operator's");
        lone.event(Event::Connected);
        assert!(!lone.node.connected());
    }
}

#[test]
fn quickfixj_126_531_after_the_peers_logout_an_acceptor_stays_shut() {
    for mut lone in Lone::both() {
        lone.send("35=5");
        lone.event(Event::Disconnected);
        lone.received();
        lone.log_on();
        assert!(lone.node.status().logged_on);
    }
}

#[test]
fn quickfixj_1239_after_the_end_of_a_period_every_logon_is_refused() {
    for mut lone in Lone::both() {
        let day = 86_400 * 1_000_000_000;
        let started = lone.now.utc_ns;
        lone.event(Event::Period { open: true, started_utc_ns: 0 });
        lone.event(Event::Period { open: false, started_utc_ns: 0 });
        lone.send("35=5");
        assert!(lone.node.status().enabled, "the schedule is not the operator");
        lone.received();
        lone.event(Event::Connected);
        assert!(!lone.node.connected(), "outside session time");
        lone.event(Event::Period { open: true, started_utc_ns: started + day });
        lone.next = 1;
        lone.log_on();
        assert_eq!(lone.numbers(), (2, 2));
    }
}

#[test]
fn quickfixj_965_a_disabled_session_skips_its_reset_and_wipes_messages_later() {
    let mut lone = Lone::acceptor();
    let before = lone.now.utc_ns;
    lone.logout("maintenance");
    lone.send("35=5");
    lone.event(Event::Period { open: true, started_utc_ns: before - 1 });
    assert_eq!(lone.numbers(), (1, 1), "the period began while it was disabled");
    lone.logon();
    lone.next = 1;
    lone.now = lone.now.plus_seconds(1);
    lone.received();
    lone.log_on();
    lone.order("A").unwrap();
    lone.event(Event::Period { open: true, started_utc_ns: before - 1 });
    lone.pass(2.0);
    lone.received();
    lone.send("35=2|7=2|16=2");
    assert_eq!(lone.received(), ["D 2R 11=A"], "and nothing is wiped afterwards");
}

#[test]
fn quickfixj_300_no_engine_tells_how_a_logout_ended() {
    type End = fn(&mut Lone);
    let ends: [(End, Reason); 3] = [
        (|lone| lone.send("35=5"), Reason::LogoutCompleted),
        (|lone| lone.pass(10.1), Reason::LogoutTimeout),
        (|lone| _ = lone.event(Event::Disconnected), Reason::ConnectionLost),
    ];
    for (end, reason) in ends {
        for mut lone in Lone::both() {
            assert_eq!(lone.logout("bye"), Outcome::Done);
            end(&mut lone);
            assert_eq!(lone.node.status().ended, Some(reason));
            assert_eq!(lone.node.states().last().map(|state| state.ended), Some(Some(reason)));
            assert_eq!(lone.logout("bye"), Outcome::Already, "was down already");
        }
    }
}

#[test]
fn quickfixj_244_312_quickfixn_856_the_sender_of_a_logout_does_not_count_its_answer() {
    for mut lone in Lone::both() {
        lone.logout("bye");
        lone.send("35=5");
        assert_eq!(lone.numbers(), (3, 3));
        lone.logon();
        lone.received();
        lone.log_on();
        assert_eq!(lone.numbers(), (4, 4), "the next logon goes on from there");
    }
}

#[test]
fn quickfixgo_379_messages_slip_in_after_the_logout_and_use_numbers() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.reset_on_logout = true;
    let mut lone = Lone::logged_on(config);
    lone.send("35=5");
    assert_eq!(lone.order("A"), Err(Refused::NotActive));
    lone.event(Event::Disconnected);
    assert_eq!(lone.order("A"), Err(Refused::NotActive));
    assert_eq!(lone.numbers(), (1, 1));
}

#[test]
fn cpp_the_reason_of_an_old_logout_is_used_again() {
    for mut lone in Lone::both() {
        lone.logout("old reason");
        lone.send("35=5");
        lone.logon();
        lone.received();
        lone.log_on();
        lone.send("35=5");
        let sent = lone.received();
        assert_eq!(sent.len(), 1);
        assert!(!sent[0].contains("58="), "{sent:?}");
        assert_eq!(&*lone.node.session().snapshot().intent.why, "");
    }
}

#[test]
fn quickfixn_516_nobody_records_who_disabled_a_session_and_a_restart_enables_it() {
    let mut lone = Lone::acceptor();
    lone.logout("disk is full");
    let at = lone.now.utc_ns;
    let mut lone = restarted(&lone);
    let intent = lone.node.session().snapshot().intent.clone();
    assert_eq!((intent.enabled, intent.by, intent.at_utc_ns), (false, Origin::Operator, at));
    assert_eq!(&*intent.why, "disk is full");
    lone.event(Event::Connected);
    assert!(!lone.node.connected(), "it stays down over the restart");
}

#[test]
fn quickfixgo_753_no_session_can_be_stopped_and_started_by_itself() {
    let mut lone = Lone::acceptor();
    assert!(lone.node.status().logged_on);
    lone.logout("one session only");
    assert!(!lone.node.status().logged_on, "as soon as the Logout is given");
    lone.send("35=5");
    assert_eq!(lone.logon(), Outcome::Done);
    lone.received();
    lone.log_on();
    assert!(lone.node.status().logged_on);
    assert_eq!(lone.numbers(), (4, 4), "no number was lost or reset");
}

#[test]
fn artio_515_failed_logons_accumulate() {
    let config = config(Role::Acceptor, BeginString::Fix44);
    let application = Box::new(Strict::logon("", 1_000));
    let mut lone = Lone::with(Settings { application, record: false, ..Settings::new(config) });
    for _ in 0..1_000 {
        lone.event(Event::Connected);
        lone.send_as(1, "35=A|98=0|108=30");
        assert!(!lone.node.connected());
    }
    assert_eq!((lone.received(), lone.numbers()), (vec![], (1, 1)));
    lone.log_on();
    assert!(lone.node.status().logged_on);
}

#[test]
fn quickfixgo_458_431_the_reason_of_a_refusal_is_ignored() {
    // The Logout is shown to the application, and the reason to the operator.
    let application = Box::new(Undecided(msg_type::LOGOUT));
    let config = config(Role::Initiator, BeginString::Fix44);
    let mut lone = Lone::with(Settings { application, ..Settings::new(config) });
    lone.event(Event::Connected);
    lone.send("35=5|58=MsgSeqNum too low, expecting 9 but received 1");
    assert!(lone.node.has_unsettled(), "the application reads the text");
    lone.node.settle(lone.now, &Ruling::Accept).unwrap();
    assert_eq!(lone.node.status().ended, Some(Reason::LogonRefusedByPeer));
    assert_eq!(lone.phase(), PhaseName::Disconnected);
    assert_eq!(lone.numbers().0, 2, "one Logon, one number, and no Logout in return");
}
