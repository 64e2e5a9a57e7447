//! Gaps, made by moving a number, and how they are closed: application messages come again as possible duplicates,
//! everything else is gap-filled.

use sansfix::config::Profile;
use sansfix_interop::case::{every_case, every_case_and_tls};
use sansfix_interop::message::{Seen, assert_same};
use sansfix_interop::pair::Pair;
use sansfix_interop::wire::Line;

/// How many messages there are to be asked for again. More than a replay asks its store for at a time.
const MESSAGES: u64 = 600;
/// The same as a count of what has come.
const ALL: usize = MESSAGES as usize;
/// What a side that has lost something expects. The Logon was 1, so it is the fourth message.
const LOST_FROM: u64 = 5;
/// Which message that is.
const LOST_FROM_ID: u64 = LOST_FROM - 1;
/// How many come again.
const AGAIN: usize = ALL + 1 - LOST_FROM_ID as usize;
/// What the Logout takes after the Logon and the messages.
const LOGOUT: u64 = MESSAGES + 2;

/// We expect a lower number than QuickFIX's next: its messages come again to our application, marked, in order, and
/// then the new ones.
#[test]
fn we_ask_quickfix_for_what_we_have_not_seen() {
    every_case_and_tls(|case| {
        let mut pair = Pair::logged_on(case);
        pair.they_send(MESSAGES, "OLD");
        pair.wait_until_received(ALL, 0);
        pair.we_log_out("to lose something");
        pair.assert_numbers(3, LOGOUT + 1);
        pair.ours.set_next_target(LOST_FROM);

        let mark = pair.mark();
        pair.log_on_again();
        pair.they_send(10, "NEW");
        pair.wait_until_received(ALL + AGAIN + 10, 0);
        let mut expected = pair.to_us(LOST_FROM, true, "OLD", LOST_FROM_ID..MESSAGES + 1);
        expected.extend(pair.to_us(LOGOUT + 2, false, "NEW", 1..11));
        let mut received = pair.ours.received(ALL);
        unmark(&mut received[AGAIN..]);
        assert_same("sansfix", &received, &expected);

        assert_asked_once(&pair.wire(mark, true, "2"), LOST_FROM);
        assert_replayed(&pair.peer.wire(mark), false, LOST_FROM, LOGOUT);
        assert_eq!(pair.agreed_numbers().peers, LOGOUT + 12, "{case}");
        pair.assert_no_mishaps();
    });
}

/// QuickFIX expects a lower number than our next: our messages come again to it.
#[test]
fn quickfix_asks_us_for_what_it_has_not_seen() {
    every_case_and_tls(|case| {
        let mut pair = Pair::logged_on(case);
        pair.we_send(MESSAGES, "OLD");
        pair.wait_until_received(0, ALL);
        pair.peer.logout("to lose something");
        pair.wait_until_down();
        pair.assert_numbers(LOGOUT + 1, 3);
        pair.peer.set_next_target(LOST_FROM);

        let mark = pair.mark();
        pair.log_on_again();
        pair.we_send(10, "NEW");
        pair.wait_until_received(0, ALL + AGAIN + 10);
        let mut expected = pair.to_them(LOST_FROM, true, "OLD", LOST_FROM_ID..MESSAGES + 1);
        expected.extend(pair.to_them(LOGOUT + 2, false, "NEW", 1..11));
        let mut received = pair.peer.received(ALL);
        unmark(&mut received[AGAIN..]);
        assert_same("QuickFIX", &received, &expected);

        assert_asked_once(&pair.wire(mark, false, "2"), LOST_FROM);
        assert_replayed(&pair.peer.wire(mark), true, LOST_FROM, LOGOUT);
        assert_eq!(pair.agreed_numbers().ours, LOGOUT + 12, "{case}");
        pair.assert_no_mishaps();
    });
}

/// Both have lost something and ask at the same logon. Each serves the other while it waits itself.
#[test]
fn both_ask_at_once() {
    every_case_and_tls(|case| {
        let mut pair = Pair::logged_on(case);
        pair.we_send(MESSAGES, "OURS");
        pair.they_send(MESSAGES, "THEIRS");
        pair.wait_until_received(ALL, ALL);
        pair.we_log_out("to lose something");
        pair.assert_numbers(LOGOUT + 1, LOGOUT + 1);
        pair.ours.set_next_target(LOST_FROM);
        pair.peer.set_next_target(LOST_FROM);

        let mark = pair.mark();
        pair.log_on_again();
        let total = ALL + AGAIN;
        pair.wait_until_received(total, total);
        pair.assert_we_received(ALL, &pair.to_us(LOST_FROM, true, "THEIRS", LOST_FROM_ID..MESSAGES + 1));
        pair.assert_they_received(ALL, &pair.to_them(LOST_FROM, true, "OURS", LOST_FROM_ID..MESSAGES + 1));
        for from_us in [true, false] {
            assert_asked_once(&pair.wire(mark, from_us, "2"), LOST_FROM);
        }

        // And it goes on as if nothing had been.
        let numbers = pair.agreed_numbers();
        pair.we_send(10, "MORE");
        pair.they_send(10, "MORE");
        pair.wait_until_received(total + 10, total + 10);
        pair.assert_we_received(total, &pair.to_us(numbers.peers, false, "MORE", 1..11));
        pair.assert_they_received(total, &pair.to_them(numbers.ours, false, "MORE", 1..11));
        pair.assert_no_mishaps();
    });
}

/// A side leaves numbers out while logged on: the other asks for them, gets them filled, and delivers what came above
/// the gap once.
#[test]
fn numbers_that_were_left_out_are_filled() {
    every_case(|case| {
        let mut pair = Pair::logged_on(case);
        pair.peer.set_next_sender(9);
        pair.they_send(5, "THEIRS");
        pair.wait_until_received(5, 0);
        pair.assert_numbers(3, 14);
        pair.ours.set_next_sender(12);
        pair.we_send(5, "OURS");
        pair.wait_until_received(5, 5);
        pair.assert_numbers(17, 15);

        let (mut ours, mut theirs) = (pair.ours.received(0), pair.peer.received(0));
        unmark(&mut ours);
        unmark(&mut theirs);
        assert_same("sansfix", &ours, &pair.to_us(9, false, "THEIRS", 1..6));
        assert_same("QuickFIX", &theirs, &pair.to_them(12, false, "OURS", 1..6));
        for (from_us, gap, next) in [(true, "2", "9"), (false, "3", "12")] {
            let (asked, fills) = (pair.wire(0, from_us, "2"), pair.wire(0, !from_us, "4"));
            assert_eq!(asked.len(), 1, "{case}: {asked:#?}");
            assert_eq!(asked[0].get(7), Some(gap), "{case}: {asked:#?}");
            assert_eq!((fills[0].get(34), fills[0].get(36)), (Some(gap), Some(next)), "{case}: {fills:#?}");
        }
        pair.assert_no_mishaps();
    });
}

/// QuickFIX logs out and we have not seen everything. Standard: we ask first and answer when all is there. Compatible:
/// we answer at once, count nothing that has not come, and ask at the next logon. Neither loses a message.
#[test]
fn a_logout_above_a_gap_loses_nothing() {
    every_case(|case| {
        let mut pair = Pair::logged_on(case);
        pair.they_send(MESSAGES, "OLD");
        pair.wait_until_received(ALL, 0);
        pair.agreed_numbers();
        pair.ours.set_next_target(LOST_FROM);
        let mark = pair.mark();
        pair.peer.logout("good night");
        pair.wait_until_down();
        if case.profile == Profile::Compatible {
            let asked = pair.wire(mark, true, "2");
            assert!(asked.is_empty(), "{case}: {asked:#?}");
            assert_eq!(pair.ours.status().next_target.get(), LOST_FROM, "{case}: the Logout is not counted");
            pair.log_on_again();
        }
        pair.wait_until_received(ALL + AGAIN, 0);
        assert_asked_once(&pair.wire(mark, true, "2"), LOST_FROM);
        pair.assert_we_received(ALL, &pair.to_us(LOST_FROM, true, "OLD", LOST_FROM_ID..MESSAGES + 1));
        pair.agreed_numbers();
        pair.assert_no_mishaps();
    });
}

/// Whether new messages came marked depends on whether they were sent before the request was read: not compared.
fn unmark(seen: &mut [Seen]) {
    seen.iter_mut().for_each(|seen| seen.poss_dup = false);
}

/// One ResendRequest, for everything from `begin` on.
fn assert_asked_once(requests: &[Line], begin: u64) {
    assert_eq!(requests.len(), 1, "one ResendRequest: {requests:#?}");
    assert_eq!((requests[0].number(7), requests[0].number(16)), (Some(begin), Some(0)), "{requests:#?}");
}

/// Possible duplicates with their original times for every application message, a gap fill over the rest.
fn assert_replayed(wire: &[Line], from_us: bool, begin: u64, logout: u64) {
    let replayed = wire.iter().filter(|line| line.from_us == from_us && line.get(43) == Some("Y"));
    let (fills, messages): (Vec<_>, Vec<_>) = replayed.partition(|line| line.is("4"));
    let messages: Vec<_> = messages.into_iter().filter(|line| line.number(34) < Some(logout)).collect();
    let numbers: Vec<_> = messages.iter().filter_map(|line| line.number(34)).collect();
    assert_eq!(numbers, (begin..logout).collect::<Vec<_>>());
    for line in &messages {
        let (sent, first_sent) = (line.get(52).expect("52"), line.get(122).expect("122"));
        assert!(first_sent < sent, "OrigSendingTime is the old one: {line:?}");
    }
    assert_eq!(fills.first().and_then(|fill| fill.number(34)), Some(logout), "{fills:#?}");
    assert!(fills.iter().all(|fill| fill.get(123) == Some("Y")), "{fills:#?}");
}
