//! Histories by hand: those that some order explains, and those that none does.

use sansfix::{CommandRefused, PhaseName, Reason, Refused, SeqNum, Status};
use sansfix_registry::CommandOutcome::{self, Already, Completed, ConnectionLost, LoggedOn, Superseded};

use super::by_hand::{By, active, down, sent, stands, up};
use super::history::{Command, What};
use super::search::{Unexplained, explain, explain_until};

#[test]
fn nobody_is_seen_logged_on_after_a_logout() {
    let logged_out = || up().gave(10, 11, Command::Logout, Completed);
    logged_out().logged_on(12, 13, false).explained();
    logged_out().logged_on(12, 13, true).unexplained();
    up().logged_on(9, 12, true).gave(10, 11, Command::Logout, Completed).explained();
    up().gave(10, 14, Command::Logout, Completed).logged_on(11, 12, true).explained();
    let given = up().gave(10, 16, Command::Logout, Completed).logged_on(11, 12, false);
    given.stood(13, 14, active(1)).unexplained();
}

#[test]
fn a_logon_since_explains_who_is_logged_on_with_another_connection() {
    let between = |from: u64| {
        let logout = up().gave(from, from + 1, Command::Logout, Completed);
        logout.gave(20, 21, Command::Logon, LoggedOn)
    };
    let after = |number| Status { next_sender: SeqNum::new(number).unwrap(), ..active(2) };
    between(10).stood(30, 31, after(102)).explained();
    between(10).stood(30, 31, Status { connection: 1, ..after(102) }).unexplained();
    // The Logout and the Logon have a number each.
    between(10).stood(30, 31, after(101)).unexplained();
    between(22).stood(30, 31, after(102)).unexplained();
}

#[test]
fn an_outcome_comes_no_earlier_than_its_status() {
    let leaving = Status { enabled: false, ended: None, phase: PhaseName::LogoutSent, ..down(1) };
    let given = || up().gave(10, 11, Command::Logout, Completed);
    given().told(12, 15, 0).stood(13, 14, leaving).explained();
    given().told(12, 13, 0).stood(14, 15, leaving).unexplained();
    given().told(12, 13, 0).stood(14, 15, down(1)).explained();
}

#[test]
fn a_command_is_neither_lost_nor_undone() {
    let given = || up().gave(10, 11, Command::Logout, Completed).stood(20, 21, down(1));
    given().stood(30, 31, down(1)).explained();
    given().stood(30, 31, Status { enabled: true, ..down(1) }).unexplained();
    // Lost: told, and the intent is as it was.
    let ended = stands(PhaseName::Disconnected, 1, Some(Reason::PeerLogout));
    up().gave(10, 11, Command::Logout, Completed).told(12, 13, 0).stood(20, 21, ended).unexplained();
    // Nobody has given one.
    up().stood(20, 21, down(1)).unexplained();
}

#[test]
fn a_session_goes_where_it_can_go_by_itself() {
    let lost = stands(PhaseName::Disconnected, 1, Some(Reason::ConnectionLost));
    up().stood(3, 4, lost).stood(5, 6, active(2)).explained();
    let answered = |number| {
        let next_sender = SeqNum::new(number).unwrap();
        Status { next_sender, ..stands(PhaseName::LogoutAnswered, 1, None) }
    };
    up().stood(3, 4, answered(101)).explained();
    up().stood(3, 4, answered(100)).unexplained();
    up().stood(3, 4, active(3)).explained();
    up().stood(3, 4, active(3)).stood(5, 6, active(2)).unexplained();
    up().stood(3, 4, stands(PhaseName::LogoutSent, 1, None)).unexplained();
    let by_operator = stands(PhaseName::Disconnected, 1, Some(Reason::ByOperator));
    up().stood(3, 4, by_operator).unexplained();
    up().gave(3, 5, Command::Disconnect, Completed).stood(4, 6, by_operator).explained();
    // The number of the last connection is known.
    up().stood(3, 4, active(4)).unexplained();
}

#[test]
fn outcomes_are_those_of_the_states() {
    up().gave(3, 4, Command::Logon, Already).explained();
    up().gave(3, 4, Command::Disconnect, Already).explained();
    // No connection falls between these looks.
    let seen = |given: By| given.logged_on(5, 6, true).told(7, 8, 0).stood(9, 10, active(1));
    seen(up().gave(3, 4, Command::Logon, Already)).explained();
    seen(up().gave(3, 4, Command::Logon, LoggedOn)).unexplained();
    seen(up().gave(3, 4, Command::Disconnect, Already)).unexplained();
    seen(up().gave(3, 4, Command::Send, CommandOutcome::NotSent(Refused::NotActive))).unexplained();
    let refused = CommandOutcome::NotPossible(CommandRefused::NotLoggedOn);
    seen(up().gave(3, 4, Command::TestRequest, refused)).unexplained();
    let too_high = CommandOutcome::NotPossible(CommandRefused::NumberTooHigh);
    seen(up().gave(3, 4, Command::SetNextTarget(u64::MAX), too_high)).explained();
    seen(up().gave(3, 4, Command::SetNextTarget(u64::MAX), Completed)).unexplained();
}

#[test]
fn a_logon_that_waits_is_superseded_by_a_logout_alone() {
    let logged_out = || up().gave(3, 4, Command::Logout, Completed).stood(5, 6, down(1));
    let logon = |outcome| logged_out().gave(7, 8, Command::Logon, outcome);
    logon(Superseded).gave(9, 10, Command::Logout, Already).stood(11, 12, down(1)).explained();
    let lost = || logon(ConnectionLost).gave(9, 10, Command::Logout, Already).told(11, 12, 2);
    lost().stood(13, 14, down(1)).unexplained();
    let again = stands(PhaseName::Disconnected, 2, Some(Reason::ConnectionLost));
    lost().stood(13, 14, Status { enabled: false, ..again }).explained();
    logon(Superseded).stood(11, 12, active(2)).unexplained();
    logon(LoggedOn).stood(11, 12, active(2)).explained();
}

#[test]
fn numbers_follow_the_order_in_which_messages_were_given() {
    let two = |one: (u64, u64, u64), other: (u64, u64, u64)| {
        let gave = |by: By, (begin, end, seq)| by.gave(begin, end, Command::Send, sent(seq));
        gave(gave(up(), one), other)
    };
    two((3, 4, 100), (5, 6, 101)).explained();
    two((3, 4, 100), (5, 6, 110)).explained();
    two((3, 6, 101), (4, 5, 100)).explained();
    two((3, 4, 101), (5, 6, 100)).unexplained();
    two((3, 5, 100), (4, 6, 100)).unexplained();
    two((3, 4, 99), (5, 6, 100)).unexplained();
}

#[test]
fn a_number_that_was_set_is_seen_from_its_outcome_on() {
    let set = || up().gave(3, 4, Command::SetNextSender(500), Completed);
    let at = |number| Status { next_sender: SeqNum::new(number).unwrap(), ..active(1) };
    set().told(5, 6, 0).stood(7, 8, at(500)).gave(9, 10, Command::Send, sent(500)).explained();
    set().stood(5, 6, at(100)).stood(7, 8, at(500)).explained();
    set().told(5, 6, 0).stood(7, 8, at(100)).unexplained();
    set().gave(5, 6, Command::Send, sent(100)).unexplained();
    set().stood(7, 8, at(500)).stood(9, 10, at(499)).unexplained();
}

#[test]
fn a_mailbox_is_full_of_commands_that_wait() {
    let full = |count: u64| {
        let give = |by: By, n| by.gave(10 + 2 * n, 11 + 2 * n, Command::Send, sent(100 + n));
        (0..count).fold(up(), give).event(800, 801, What::Busy)
    };
    full(64).explained();
    full(63).unexplained();
}

#[test]
fn more_places_than_are_tried_are_no_answer() {
    let many = (0..5).fold(up(), |by, n| by.gave(10 + n, 100 + n, Command::Logon, Already));
    let undecided = Err(Unexplained::Undecided("places at a moment", 100));
    assert_eq!(explain_until(&many.whole(), u64::MAX, 100), undecided);
    many.explained();
}

#[test]
fn more_calls_at_a_time_than_are_counted_are_no_answer() {
    let many = (0..65).fold(up(), |by, n| by.logged_on(10 + n, 100 + n, true));
    assert_eq!(explain(&many.whole()), Err(Unexplained::Undecided("calls at a time", 64)));
}
