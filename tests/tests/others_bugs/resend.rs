//! Gaps, ResendRequests and replays.

use sansfix::config::Role;
use sansfix::{BeginString, Order, PhaseName};
use sansfix_sim::Pace;
use sansfix_tests::lone::{Lone, config};

/// What a possible duplicate has in its header.
const DUPLICATE: &str = "43=Y|122=20260921-14:13:19";

#[test]
fn artio_503_a_gap_fill_covers_the_number_of_a_resend_request_not_sent_yet() {
    for mut lone in Lone::both() {
        lone.order("A").unwrap();
        lone.event(sansfix::Event::Disconnected);
        lone.received();
        // Both sides have a gap: its Logon is too high for us, ours was for it.
        lone.next = 6;
        lone.node.set_pace(Pace::OnRequest);
        lone.event(sansfix::Event::Connected);
        lone.send("35=A|98=0|108=30");
        lone.send("35=2|7=2|16=0");
        while lone.node.answer_store(lone.now) {}
        let sent = lone.received();
        let expected = ["A 3 98=0 108=30", "2 4 7=2 16=0", "D 2R 11=A", "4 3R 36=5 123=Y"];
        assert_eq!(
            sent, expected,
            "the request has its number before the gap fill is made, and is covered as sent"
        );
        assert_eq!(lone.numbers().0, 5);
    }
}

#[test]
fn quickfixgo_715_768_live_messages_stand_between_repeated_ones() {
    for mut lone in Lone::both() {
        lone.orders(&["A", "B", "C"]);
        lone.received();
        lone.node.set_pace(Pace::OnRequest);
        lone.send("35=2|7=2|16=0");
        for id in ["X", "Y"] {
            lone.order(id).unwrap();
            lone.node.answer_store(lone.now);
        }
        while lone.node.answer_store(lone.now) {}
        let received = lone.received();
        let repeated_first = ["D 2R 11=A", "D 3R 11=B", "D 4R 11=C", "D 5 11=X", "D 6 11=Y"];
        assert_eq!(received, repeated_first, "G14: nothing new comes between what is repeated");
    }
}

#[test]
fn quickfixn_309_quickfix_102_a_gap_fill_that_runs_past_queued_messages_stalls_the_session() {
    for mut lone in Lone::both() {
        lone.send_as(4, "35=D|11=D");
        lone.send_as(5, "35=D|11=E");
        lone.send_as(7, "35=D|11=G");
        lone.received();
        lone.send_as(2, &format!("35=4|{DUPLICATE}|123=Y|36=7"));
        assert_eq!(lone.delivered(), ["G"], "what is below NewSeqNo is gone, what is above is next");
        assert_eq!(lone.numbers().1, 8);
        lone.send_as(8, "35=1|112=T");
        assert_eq!(lone.received().last().map(|sent| sent.ends_with("112=T")), Some(true));
    }
}

#[test]
fn quickfix_pr_715_a_gap_fill_that_runs_past_a_chunk_stops_the_chunks() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut config = config(role, BeginString::Fix44);
        config.resend_request_chunk = Some(3);
        let mut lone = Lone::logged_on(config);
        lone.send_as(20, "35=D|11=T");
        assert_eq!(lone.received(), ["2 2 7=2 16=4"]);
        lone.send_as(2, &format!("35=4|{DUPLICATE}|123=Y|36=9"));
        assert_eq!(lone.received(), ["2 3 7=9 16=11"], "the next chunk begins where the fill ended");
        lone.send_as(9, &format!("35=4|{DUPLICATE}|123=Y|36=20"));
        assert_eq!(lone.delivered(), ["T"]);
        assert_eq!(lone.numbers().1, 21);
    }
}

#[test]
fn quickfix_pr_374_quickfixn_278_quickfixj_48_the_last_gap_fill_has_the_number_of_the_message_before_it() {
    for mut lone in Lone::both() {
        lone.order("A").unwrap();
        lone.send("35=1|112=T");
        lone.send("35=1|112=U");
        lone.received();
        lone.send("35=2|7=1|16=0");
        assert_eq!(lone.received(), ["4 1R 36=2 123=Y", "D 2R 11=A", "4 3R 36=5 123=Y"]);
    }
}

#[test]
fn quickfixj_1254_quickfix_195_quickfixn_502_a_duplicate_is_dropped_without_a_trace() {
    for mut lone in Lone::both() {
        lone.send("35=D|11=X");
        lone.send_as(2, &format!("35=D|{DUPLICATE}|11=X"));
        let told: Vec<Order> = lone.node.inbox().iter().map(|message| message.order).collect();
        assert_eq!(told, [Order::Expected, Order::Low], "the application is told, and told what it is");
        assert_eq!(lone.delivered(), ["X"]);
    }
}

#[test]
fn artio_545_a_session_hangs_after_a_resend() {
    for mut lone in Lone::both() {
        lone.orders(&["A", "B"]);
        lone.received();
        for round in 0..5 {
            lone.send("35=2|7=1|16=0");
            lone.send("35=1|112=T");
            let sent = lone.received();
            assert_eq!(sent.last(), Some(&format!("0 {} 112=T", 4 + round)), "{sent:?}");
        }
        assert_eq!(lone.phase(), PhaseName::Active);
    }
}

#[test]
fn quickfixj_492_a_gap_fill_without_possdupflag_in_sequence_is_refused() {
    for duplicate in ["", "43=Y|", "43=Y|122=20260921-14:13:19|"] {
        for mut lone in Lone::both() {
            lone.send_as(2, &format!("35=4|{duplicate}123=Y|36=7"));
            assert_eq!((lone.received(), lone.numbers().1), (vec![], 7), "{duplicate:?}");
        }
    }
}

#[test]
fn a_defective_stored_copy_makes_two_engines_ask_for_it_for_ever() {
    // Our own copy of what the counterparty asks for is garbled on every way: it asks a bounded number of times.
    for mut lone in Lone::both() {
        lone.send_as(5, "35=D|11=E");
        let mut requests = 0;
        for _ in 0..20 {
            let sent = lone.received();
            requests += sent.iter().filter(|sent| sent.starts_with("2 ")).count();
            if lone.phase() != PhaseName::Active {
                break;
            }
            let mut garbled = lone.message(2, &format!("35=D|{DUPLICATE}|11=B"));
            let end = garbled.len() - 2;
            garbled[end] ^= 1;
            lone.node.feed(lone.now, &garbled);
            lone.pass(30.0);
            lone.send_as(6, "35=0");
        }
        assert!((2..=6).contains(&requests), "{requests} requests");
        assert_ne!(lone.phase(), PhaseName::Active);
    }
}
