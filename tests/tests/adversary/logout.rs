//! Logout in every situation ends, and ends well.

use sansfix::config::Role;
use sansfix::{
    BeginString, Command, Event, InboundId, Now, PhaseName, Reason, ResetMode, SECOND_NS, Timer, Verdict,
};
use sansfix_runtime::Link;
use sansfix_sim::trace::{Call, Seen, perform};
use sansfix_sim::{Ruling, Settings};
use sansfix_tests::applications::Undecided;
use sansfix_tests::by_hand::{link, sent};
use sansfix_tests::lone::{Lone, START, config};

#[test]
fn a_logout_that_a_gap_fill_passes_over_is_answered_when_the_gap_is_closed() {
    for mut lone in Lone::both() {
        // 2 and 3 are lost; the Logout is 4, and all of them are administrative.
        lone.send_as(4, "35=5|58=bye");
        assert_eq!(lone.received(), ["2 2 7=2 16=0"]);
        lone.send_as(2, "35=4|43=Y|122=20260921-14:13:19|123=Y|36=5");
        assert_eq!(lone.received(), ["5 3"]);
        assert_eq!((lone.phase(), lone.numbers()), (PhaseName::LogoutAnswered, (4, 5)));
        lone.pass(9.0);
        assert_eq!(lone.received(), [""; 0], "once");
    }
}

#[test]
fn a_logout_whose_gap_is_closed_by_a_reset_of_the_numbers_is_answered() {
    for mut lone in Lone::both() {
        lone.send_as(4, "35=5");
        lone.received();
        lone.send_as(9, "35=4|36=10");
        assert_eq!((lone.received(), lone.phase()), (vec!["5 3".to_owned()], PhaseName::LogoutAnswered));
    }
}

/// An in-session reset of ours that waits for its answer.
fn resetting(lone: &mut Lone) {
    lone.command(Command::Reset(ResetMode::InSession));
    let id = lone.received().remove(0).split("112=").nth(1).unwrap().to_owned();
    lone.send(&format!("35=0|112={id}"));
    assert_eq!(lone.received().len(), 1);
}

#[test]
fn a_logout_while_a_reset_waits_for_its_answer_completes() {
    for mut lone in Lone::both() {
        resetting(&mut lone);
        lone.logout("bye");
        assert_eq!(lone.received(), ["5 2 58=bye"]);
        // The counterparty answers the reset, then the Logout.
        lone.send_as(1, "35=A|98=0|108=30|141=Y");
        assert_eq!(lone.phase(), PhaseName::LogoutSent, "{:?}", lone.node.status());
        lone.send_as(2, "35=D|11=X");
        lone.send_as(3, "35=5");
        assert_eq!(lone.node.ended(), Some(Reason::LogoutCompleted));
        assert_eq!(lone.received(), [""; 0]);
        assert_eq!((lone.delivered(), lone.numbers()), (vec!["X".to_owned()], (3, 4)));
        assert!(!lone.node.session().snapshot().reset_owed, "the next logon continues");
    }
}

#[test]
fn a_reset_of_the_counterpartys_that_crosses_our_logout_does_not_spoil_it() {
    for mut lone in Lone::both() {
        lone.logout("bye");
        lone.send_as(1, "35=A|98=0|108=30|141=Y");
        assert_eq!((lone.phase(), lone.numbers()), (PhaseName::LogoutSent, (3, 2)));
        lone.send_as(2, "35=5");
        assert_eq!(lone.node.ended(), Some(Reason::LogoutCompleted));
    }
}

/// A Logout above a gap waits. A reset that the counterparty asks for meanwhile is accepted, and before its answer has been
/// made the Logout is due: it is answered, and no Logon follows.
#[test]
fn a_reset_that_is_accepted_is_withdrawn_by_the_answer_to_a_logout() {
    let mut link = link();
    let mut out = Vec::new();
    link.feed(&Lone::acceptor().message(4, "35=5"));
    assert_eq!(run(&mut link, START, &mut out), None, "the Logout waits for the gap");
    link.feed(&Lone::acceptor().message(1, "35=A|98=0|108=30|141=Y"));
    let later = START.plus_ns(SECOND_NS);
    let reset = run(&mut link, later, &mut out).expect("the Logon is lent");
    assert_eq!(std::mem::take(&mut out), ["2 2 7=2 16=0"]);
    link.settle(later, reset, Verdict::Accept).unwrap();
    let (due, timer) = link.deadline().unwrap();
    assert_eq!(timer, Timer::LogoutRecovery);
    let due = START.plus_ns(due - START.mono_ns);
    link.handle(due, Event::Tick);
    assert_eq!(run(&mut link, due, &mut out), None);
    assert_eq!(out, ["5 3"], "nothing follows a Logout");
    assert_eq!((link.status().next_sender.get(), link.snapshot().epoch), (4, 0), "nothing was reset");
}

/// Does what there is to do until a message is lent; `out` gets what leaves, in short.
fn run(link: &mut Link, now: Now, out: &mut Vec<String>) -> Option<InboundId> {
    loop {
        match perform(link, now, Call::Next { room: 1 << 20 }) {
            Seen::Nothing => return None,
            Seen::Message { id, .. } => return Some(id),
            Seen::Save(batch) => _ = link.handle(now, Event::Saved(batch.ticket())),
            seen @ Seen::Transmit(_) => out.extend(sent(&seen)),
            _ => {}
        }
    }
}

#[test]
fn a_logout_whose_verdict_takes_longer_than_its_gap_may_is_answered_once() {
    for role in [Role::Acceptor, Role::Initiator] {
        let settings = Settings::new(config(role, BeginString::Fix44));
        let mut lone = Lone::with(Settings { application: Box::new(Undecided(b"5")), ..settings });
        lone.log_on();
        lone.send_as(3, "35=5");
        lone.send_as(2, "35=0");
        assert!(lone.node.has_unsettled(), "the gap is closed");
        lone.received();
        lone.pass(15.0);
        assert_eq!((lone.received(), lone.phase()), (vec![], PhaseName::Active));
        lone.node.settle(lone.now, &Ruling::Accept).unwrap();
        assert_eq!(lone.received(), ["5 3"]);
        assert_eq!((lone.phase(), lone.numbers().1), (PhaseName::LogoutAnswered, 4));
    }
}
