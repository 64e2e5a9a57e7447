//! Heartbeats and TestRequests.

use sansfix_interop::case::every_case;
use sansfix_interop::pair::{Habits, Pair};
use sansfix_interop::wait_for;

/// With HeartBtInt 2 both stay logged on by Heartbeats alone.
#[test]
fn heartbeats_keep_both_logged_on() {
    every_case(|case| {
        let mut pair = Pair::with_habits(case, Habits { heart_bt_int: 2, ..Habits::default() });
        let beats = wait_for(|| {
            let both = [true, false].map(|from_us| pair.wire(0, from_us, "0").len());
            both.iter().all(|beats| *beats >= 3).then_some(())
        });
        assert!(beats.is_some(), "{case}: no Heartbeats");
        pair.wait_until_logged_on();
        assert_eq!(pair.wire(0, true, "A").len(), 1, "{case}: it is still the first connection");
        pair.assert_nothing_repeated(0);
        pair.assert_no_mishaps();
    });
}

#[test]
fn each_answers_the_others_test_request() {
    every_case(|case| {
        let mut pair = Pair::logged_on(case);
        pair.peer.test_request("are you there");
        pair.ours.test_request();
        for from_us in [true, false] {
            let asked = wait_for(|| pair.wire(0, !from_us, "1").pop()).expect("a TestRequest");
            let answer = wait_for(|| pair.wire(0, from_us, "0").pop()).expect("a Heartbeat");
            assert!(asked.get(112).is_some(), "{case}: {asked:?}");
            assert_eq!(answer.get(112), asked.get(112), "{case}: {answer:?} answers {asked:?}");
        }
        pair.assert_numbers(4, 4);
        pair.assert_nothing_repeated(0);
        pair.assert_no_mishaps();
    });
}
