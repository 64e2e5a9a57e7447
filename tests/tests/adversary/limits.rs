//! What a counterparty can make the session hold, and send.

use sansfix::config::{Profile, Role};
use sansfix::{BeginString, PhaseName, Reason, Refused, SeqNum};
use sansfix_runtime::Link;
use sansfix_tests::lone::{Lone, START, config};

#[test]
fn resend_requests_above_a_gap_are_bounded_as_messages_are() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.queued_messages = 10;
    let mut lone = Lone::logged_on(config);
    for seq in 10..1_000 {
        lone.send_as(seq, "35=2|7=1|16=1");
    }
    lone.received();
    // What was not kept comes again, as every number does.
    lone.send_as(2, "35=4|43=Y|122=20260921-14:13:19|123=Y|36=10");
    assert_eq!(lone.numbers().1, 20);
    assert_eq!(lone.received(), ["2 3 7=20 16=0"]);
    lone.send_as(20, "35=4|43=Y|122=20260921-14:13:19|123=Y|36=1000");
    assert_eq!(lone.numbers().1, 1_000);
}

#[test]
fn a_message_that_is_too_long_is_passed_over_whole_however_it_is_cut() {
    for role in [Role::Acceptor, Role::Initiator] {
        let run = |cuts: &[usize]| {
            let mut config = config(role, BeginString::Fix44);
            config.limits.max_message_size = 1_000;
            let mut lone = Lone::logged_on(config);
            let mut stream = lone.message(2, &format!("35=D|11={}", "x".repeat(2_000)));
            // A message within the message, of somebody who can write its fields.
            let hidden = lone.message(2, "35=5");
            stream[200..200 + hidden.len()].copy_from_slice(&hidden);
            stream.extend(lone.message(3, "35=2|7=1|16=0"));
            stream.extend(lone.message(4, "35=5"));
            let mut from = 0;
            for cut in cuts.iter().copied().chain([stream.len()]) {
                lone.node.feed(lone.now, &stream[from..cut]);
                from = cut;
            }
            (lone.received(), lone.node.ended(), lone.numbers())
        };
        let whole = run(&[]);
        assert_eq!(whole.0.first().map(String::as_str), Some("5 2 58=Message exceeds MaxMessageSize"));
        assert_eq!(whole.1, Some(Reason::MessageTooLong), "the answer to the Logout was read");
        for cut in 1..2_200 {
            assert_eq!(run(&[cut]), whole, "cut at {cut}");
        }
        let every: Vec<usize> = (1..2_200).collect();
        assert_eq!(run(&every), whole);
    }
}

#[test]
fn more_replays_than_can_wait_keep_the_order_of_the_numbers() {
    let mut lone = Lone::acceptor();
    lone.orders(&["A", "B"]);
    lone.received();
    lone.node.set_pace(sansfix_sim::Pace::OnRequest);
    for _ in 0..9 {
        lone.send("35=2|7=2|16=0");
    }
    lone.order("C").unwrap();
    // No place is left: this one is served with the last that waits.
    lone.send("35=2|7=2|16=0");
    while lone.node.answer_store(lone.now) {}
    let sent = lone.received();
    let first = sent.iter().position(|message| message.starts_with("D 4")).unwrap();
    assert_eq!(sent[first], "D 4 11=C", "a number that is new is sent as such: {sent:?}");
    assert!(sent[first..].contains(&"D 4R 11=C".to_owned()), "{sent:?}");
}

#[test]
fn chunks_of_one_message_ask_once_for_each() {
    for profile in [Profile::Standard, Profile::Compatible] {
        let mut config = config(Role::Acceptor, BeginString::Fix44).with_profile(profile);
        config.resend_request_chunk = Some(1);
        let mut lone = Lone::logged_on(config);
        lone.send_as(8, "35=0");
        lone.send_as(2, "35=4|43=Y|122=20260921-14:13:19|123=Y|36=3");
        lone.send_as(3, "35=4|43=Y|122=20260921-14:13:19|123=Y|36=5");
        assert_eq!(lone.received(), ["2 2 7=2 16=2", "2 3 7=3 16=3", "2 4 7=5 16=5"], "{profile:?}");
    }
}

#[test]
fn an_application_that_panics_while_it_writes_leaves_no_bytes_behind() {
    let mut link = Link::new(Lone::acceptor().node.session().clone());
    assert!(link.next(START).is_none());
    let panics = std::panic::AssertUnwindSafe(|| {
        let _ = link.send(START, b"D", |body| {
            body.field(11, "HALF");
            panic!("the application's fault");
        });
    });
    assert!(std::panic::catch_unwind(panics).is_err());
    assert!(link.actions().wire().is_none(), "half a message can be read");
    assert_eq!(link.send(START, b"D", |body| _ = body.field(11, "A")), Ok(SeqNum::SECOND));
    assert!(link.actions().wire().is_none());
}

#[test]
fn a_full_output_refuses_the_application_and_answers_the_counterparty() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut config = config(role, BeginString::Fix44);
        config.limits.unsent_bytes = 1_000;
        let mut lone = Lone::logged_on(config);
        lone.node.set_room(lone.now, 0);
        while lone.order("A").is_ok() {}
        assert!(matches!(lone.order("A"), Err(Refused::Full { .. })));
        let sender = lone.numbers().0;
        lone.send("35=1|112=T");
        assert_eq!(lone.numbers().0, sender + 1);
        lone.logout("bye");
        assert_eq!(lone.phase(), PhaseName::LogoutSent);
        lone.node.set_room(lone.now, 1 << 20);
        let sent = lone.received();
        assert_eq!(sent.last().unwrap(), &format!("5 {} 58=bye", sender + 1));
    }
}

#[test]
fn a_counterparty_that_reads_no_answers_loses_its_connection_above_twice_the_limit() {
    for role in [Role::Acceptor, Role::Initiator] {
        let mut config = config(role, BeginString::Fix44);
        let mut lone = Lone::logged_on(config.clone());
        lone.send("35=1|112=T");
        let answer = lone.node.take_output(lone.now).len() as u32;
        config.limits.unsent_bytes = answer * 2;
        let mut lone = Lone::logged_on(config);
        lone.node.set_room(lone.now, 0);
        for _ in 0..4 {
            lone.send("35=1|112=T");
        }
        assert!(lone.node.connected(), "what waits is no more than twice the limit");
        lone.send("35=1|112=T");
        assert_eq!((lone.node.connected(), lone.node.ended()), (false, Some(Reason::OutputFull)));
    }
}
