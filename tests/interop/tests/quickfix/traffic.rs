//! Application messages both ways, on a connection that holds and on one that does not.

use sansfix_interop::case::{every_case, every_case_and_tls};
use sansfix_interop::message::Seen;
use sansfix_interop::pair::Pair;
use sansfix_interop::wait_for;

/// Each side sends this many.
const MESSAGES: u64 = 1_000;
/// The same as a count of what has come.
const ALL: usize = MESSAGES as usize;

#[test]
fn a_thousand_messages_each_way_come_in_order_and_once() {
    every_case_and_tls(|case| {
        let mut pair = Pair::logged_on(case);
        pair.we_send(MESSAGES, "OURS");
        pair.they_send(MESSAGES, "THEIRS");
        pair.wait_until_received(ALL, ALL);
        pair.assert_we_received(0, &pair.to_us(2, false, "THEIRS", 1..MESSAGES + 1));
        pair.assert_they_received(0, &pair.to_them(2, false, "OURS", 1..MESSAGES + 1));
        pair.assert_numbers(MESSAGES + 2, MESSAGES + 2);

        pair.we_log_out("done");
        pair.assert_numbers(MESSAGES + 3, MESSAGES + 3);
        pair.assert_nothing_repeated(0);
        pair.assert_no_mishaps();
    });
}

/// The connection is cut three times under full traffic. Whatever was on its way is asked for again; each side
/// receives everything, in order, once.
#[test]
fn cut_connections_lose_nothing_and_deliver_nothing_twice() {
    every_case(|case| {
        let mut pair = Pair::logged_on(case);
        pair.we_send(MESSAGES, "OURS");
        pair.they_send(MESSAGES, "THEIRS");
        for cut in 1..=3 {
            let enough = wait_for(|| (pair.ours.received_count() >= 100 * cut).then_some(()));
            assert!(enough.is_some(), "{case}: {} received", pair.ours.received_count());
            pair.ours.disconnect();
            pair.wait_until_down();
            pair.log_on_again();
        }
        pair.wait_until_received(ALL, ALL);
        // Numbers and possible duplicates depend on where the cuts fell; what is delivered does not.
        assert_eq!(ids(pair.ours.received(0)), in_order("THEIRS"), "{case}: sansfix received");
        assert_eq!(ids(pair.peer.received(0)), in_order("OURS"), "{case}: QuickFIX received");

        // A Logon that QuickFIX had queued above a gap counts at once when the gap closes up to it, and the gap fill
        // that begins with its number then comes too late for the ResendRequest behind it: QuickFIX asks for that when
        // the next message shows it.
        pair.we_send(1, "LAST");
        pair.they_send(1, "LAST");
        pair.wait_until_received(ALL + 1, ALL + 1);
        pair.agreed_numbers();
        pair.we_log_out("done");
        pair.agreed_numbers();
        pair.assert_no_mishaps();
    });
}

fn ids(seen: Vec<Seen>) -> Vec<String> {
    seen.into_iter().map(|seen| seen.id).collect()
}

fn in_order(prefix: &str) -> Vec<String> {
    (1..=MESSAGES).map(|number| format!("{prefix}{number}")).collect()
}
