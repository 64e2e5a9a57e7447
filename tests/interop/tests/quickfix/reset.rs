//! Both numbers back to 1, by agreement.

use sansfix_interop::case::every_case;
use sansfix_interop::pair::Pair;
use sansfix_interop::{LIMIT, wait_for};
use sansfix_registry::CommandOutcome;

/// Our operator resets on the live connection: the Logons with ResetSeqNumFlag are 1, what follows is 2.
#[test]
fn our_operator_resets_in_session() {
    every_case(|case| {
        let mut pair = Pair::logged_on(case);
        pair.we_send(10, "BEFORE");
        pair.they_send(10, "BEFORE");
        pair.wait_until_received(10, 10);
        pair.assert_numbers(12, 12);

        let outcome = pair.ours.reset_in_session().wait(LIMIT);
        assert_eq!(outcome, Some(CommandOutcome::Completed), "{case}");
        let answered =
            wait_for(|| pair.wire(0, false, "A").into_iter().find(|logon| logon.get(141) == Some("Y")));
        assert_eq!(answered.expect("a Logon that confirms").number(34), Some(1), "{case}");
        pair.wait_until_logged_on();
        pair.assert_numbers(2, 2);

        pair.we_send(10, "AFTER");
        pair.they_send(10, "AFTER");
        pair.wait_until_received(20, 20);
        pair.assert_we_received(10, &pair.to_us(2, false, "AFTER", 1..11));
        pair.assert_they_received(10, &pair.to_them(2, false, "AFTER", 1..11));
        let repeated: Vec<_> =
            pair.peer.wire(0).into_iter().filter(|line| line.is("2") || line.is("4")).collect();
        assert!(repeated.is_empty(), "{case}: {repeated:#?}");
        pair.assert_no_mishaps();
    });
}
