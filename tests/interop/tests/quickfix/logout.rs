//! Logout by either side, and what comes after it.
//!
//! QuickFIX closes the connection as soon as it has answered a Logout; the standard leaves that to the side that asked.
//! Ours takes both: the answer is what completes its Logout.

use std::time::Duration;

use sansfix::Reason;
use sansfix::config::Role;
use sansfix_interop::case::{Case, every_case, every_case_and_tls, some_cases};
use sansfix_interop::pair::{Habits, Pair};
use sansfix_interop::{LIMIT, wait_for};
use sansfix_registry::CommandOutcome;

#[test]
fn both_log_on_and_start_at_two() {
    every_case(|case| {
        let mut pair = Pair::logged_on(case);
        pair.assert_numbers(2, 2);
        let logons = [true, false].map(|from_us| pair.wire(0, from_us, "A"));
        for logon in &logons {
            assert_eq!(logon.len(), 1, "{case}: {logons:#?}");
            assert_eq!(logon[0].get(1137), case.appl_ver.map(|_| "9"), "{case}: {logons:#?}");
        }
        pair.assert_nothing_repeated(0);
        pair.assert_no_mishaps();
    });
}

/// Their Logout is answered, both numbers are counted, and our side stays enabled: only an operator disables it.
#[test]
fn quickfix_logs_out_and_on_again() {
    every_case_and_tls(|case| {
        let mut pair = Pair::logged_on(case);
        for round in 1..=3 {
            let before = 2 * round as u64;
            pair.assert_numbers(before, before);
            pair.peer.logout("end of their day");
            pair.wait_until_down();
            pair.assert_numbers(before + 1, before + 1);
            assert_eq!(pair.ours.ended(round).last(), Some(&Reason::PeerLogout), "{case}");
            assert!(pair.ours.status().enabled, "{case}: the counterparty's Logout disables nothing");
            let logouts = [false, true].map(|from_us| pair.wire(0, from_us, "5"));
            assert!(logouts.iter().all(|sent| sent.len() == round), "{case}: one each: {logouts:#?}");
            assert_eq!(logouts[0][0].get(58), Some("end of their day"), "{case}");
            pair.log_on_again();
        }
        pair.assert_numbers(8, 8);
        pair.assert_nothing_repeated(0);
        pair.assert_no_mishaps();
    });
}

/// The main job: an operator takes a session down and brings it up again, with traffic in between, and both numbers
/// go on from where they were. Nobody resets, nobody asks for anything again.
#[test]
fn our_operator_logs_out_and_on_again_and_both_numbers_continue() {
    every_case_and_tls(|case| {
        let mut pair = Pair::logged_on(case);
        for round in 0..3 {
            // Logon, ten messages, Logout.
            let first = 2 + 12 * round as u64;
            pair.assert_numbers(first, first);
            let (we, they) = (format!("US{round}-"), format!("THEM{round}-"));
            pair.we_send(10, &we);
            pair.they_send(10, &they);
            let had = 10 * round;
            pair.wait_until_received(had + 10, had + 10);
            pair.assert_they_received(had, &pair.to_them(first, false, &we, 1..11));
            pair.assert_we_received(had, &pair.to_us(first, false, &they, 1..11));

            pair.we_log_out("maintenance");
            assert!(!pair.ours.status().enabled, "{case}");
            assert_eq!(pair.ours.ended(round + 1).last(), Some(&Reason::LogoutCompleted), "{case}");
            let logouts = pair.wire(0, true, "5");
            assert_eq!(logouts.len(), round + 1, "{case}: one Logout each time: {logouts:#?}");
            assert_eq!(logouts[round].get(58), Some("maintenance"), "{case}");
            pair.assert_numbers(first + 11, first + 11);

            pair.log_on_again();
            assert!(pair.ours.is_logged_on(), "{case}");
        }
        pair.assert_numbers(38, 38);
        pair.assert_nothing_repeated(0);
        pair.assert_no_mishaps();
    });
}

/// While our session is disabled its counterparty dials and dials. It is turned away in silence, which costs us no
/// number; each attempt costs QuickFIX one, and when we are back we ask for those and get them filled.
#[test]
fn a_quickfix_that_keeps_dialling_is_turned_away_and_caught_up_with() {
    let accepting = |case: &Case| case.role == Role::Acceptor;
    some_cases(accepting, |case| {
        let habits = Habits { peer_reconnect_interval: 1, peer_stays_down: false, ..Habits::default() };
        let mut pair = Pair::with_habits(case, habits);
        pair.ours.logout("maintenance");
        let attempts = wait_for(|| Some(pair.wire(0, false, "A").len()).filter(|logons| *logons >= 3));
        assert!(attempts.is_some(), "{case}: QuickFIX dials again");
        let status = pair.ours.status();
        assert_eq!(
            (status.next_sender.get(), status.next_target.get()),
            (3, 3),
            "{case}: no number is touched"
        );

        let mark = pair.mark();
        pair.ours.logon();
        pair.wait_until_logged_on();
        let numbers = pair.agreed_numbers();
        assert!(numbers.peers >= 5, "{case}: each attempt has cost QuickFIX a number: {numbers:?}");
        let requests = pair.wire(mark, true, "2");
        assert_eq!(requests.len(), 1, "{case}: {requests:#?}");
        assert_eq!((requests[0].get(7), requests[0].get(16)), (Some("3"), Some("0")), "{case}");
        pair.they_send(5, "LATER");
        pair.wait_until_received(5, 0);
        pair.assert_we_received(0, &pair.to_us(numbers.peers, false, "LATER", 1..6));
        pair.assert_no_mishaps();
    });
}

/// The other way round: QuickFIX is disabled and closes on our Logons without a word. Each costs us a number, which
/// we fill when QuickFIX is back and asks.
#[test]
fn a_disabled_quickfix_is_dialled_until_it_answers() {
    let dialling = |case: &Case| case.role == Role::Initiator;
    some_cases(dialling, |case| {
        let our_reconnect_interval = Duration::from_millis(100);
        let mut pair = Pair::with_habits(case, Habits { our_reconnect_interval, ..Habits::default() });
        pair.peer.logout("closing");
        let ended = pair.ours.ended(4);
        assert_eq!(ended[0], Reason::PeerLogout, "{case}");
        assert!(ended[1..].iter().all(|reason| *reason == Reason::ConnectionLost), "{case}: {ended:?}");

        let mark = pair.mark();
        pair.peer.logon();
        pair.wait_until_logged_on();
        let numbers = pair.agreed_numbers();
        assert!(numbers.ours >= 7, "{case}: each attempt has cost us a number: {numbers:?}");
        let fills = pair.wire(mark, true, "4");
        assert_eq!(fills.len(), 1, "{case}: {fills:#?}");
        assert_eq!((fills[0].get(34), fills[0].get(123)), (Some("3"), Some("Y")), "{case}: {fills:#?}");
        pair.we_send(5, "LATER");
        pair.wait_until_received(0, 5);
        pair.assert_they_received(0, &pair.to_them(numbers.ours, false, "LATER", 1..6));
        pair.assert_no_mishaps();
    });
}

/// Both give a Logout at about the same moment: each is the other's answer, or is answered. One number each.
#[test]
fn both_log_out_at_once() {
    every_case(|case| {
        let mut pair = Pair::logged_on(case);
        for round in 0..5 {
            pair.peer.logout("they go");
            let outcome = pair.ours.logout("we go").wait(LIMIT);
            // When theirs came first and the connection is gone already, there was nothing left to do.
            assert!(outcome.as_ref().is_some_and(CommandOutcome::is_success), "{case}: {outcome:?}");
            pair.wait_until_down();
            pair.assert_numbers(3 + 2 * round, 3 + 2 * round);
            pair.log_on_again();
        }
        pair.assert_nothing_repeated(0);
        pair.assert_no_mishaps();
    });
}
