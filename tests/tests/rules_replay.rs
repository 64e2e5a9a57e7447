//! The rules of replays: what is asked of the store, what its answers may do, and what goes on meanwhile.
//! Each test is named after a rule of `docs/design.md`.

use sansfix::config::Role;
use sansfix::{BeginString, Command, Event, Outcome, PhaseName, Reason, SECOND_NS, SeqNum, SeqRange, Ticket};
use sansfix_runtime::Link;
use sansfix_sim::trace::Seen;
use sansfix_sim::{Chunking, Pace, Settings};
use sansfix_tests::by_hand::{link, next, order, save, saved, until_nothing};
use sansfix_tests::lone::{Lone, START, config};
use sansfix_tests::peer;

#[test]
fn a_record_that_the_store_lost_is_an_error_and_never_a_gap_fill() {
    let mut lone = Lone::acceptor();
    lone.orders(&["A", "B", "C"]);
    lone.received();
    lone.node.store_mut().lose(SeqNum::new(3).unwrap());
    lone.send("35=2|7=1|16=0");
    assert_eq!(lone.node.ended(), Some(Reason::StoreFailed));
    let ended = ["4 1R 36=2 123=Y", "D 2R 11=A", "5 5 58=A message to be resent is lost"];
    assert_eq!((lone.received(), lone.node.connected()), (ended.map(str::to_owned).to_vec(), false));
    lone.log_on();
    assert_eq!(lone.numbers(), (7, 4), "the Logout has its number, and the next connection goes on");
}

/// The counterparty lacks what is still in the store: a reset would take it away.
#[test]
fn a_lost_record_resets_nothing_though_a_logout_would() {
    let mut lone = Lone::acceptor_with(|config| config.reset_on_logout = true);
    lone.orders(&["A", "B"]);
    lone.node.store_mut().lose(SeqNum::new(2).unwrap());
    lone.send("35=2|7=2|16=0");
    assert!(!lone.node.connected());
    assert_eq!(lone.numbers(), (5, 3));
    assert_eq!(lone.node.store().records().filter(|(_, raw)| raw.is_some()).count(), 2, "B and the Logout");
}

#[test]
fn what_the_application_declines_is_gap_filled() {
    let mut lone = Lone::asked(&["A", "B", "C"], "35=2|7=2|16=4");
    // A store or an application that repeats C alone.
    let (seq, range) = (|n| SeqNum::new(n).unwrap(), |b, e| SeqRange { begin: b, end: e });
    let fetch = lone.question();
    lone.event(Event::Declined { fetch, range: range(seq(2), seq(3)) });
    let raw = lone.node.store().records().find(|(at, _)| *at == seq(4)).unwrap().1.unwrap().to_vec();
    lone.event(Event::Stored { fetch, seq: seq(4), raw: &raw });
    lone.event(Event::FetchEnd { fetch, through: seq(4) });
    assert_eq!(lone.received(), ["4 2R 36=4 123=Y", "D 4R 11=C"]);
}

#[test]
fn every_number_has_a_record_holes_included() {
    let mut lone = Lone::acceptor();
    lone.order("A").unwrap();
    lone.command(Command::SetNextSender(SeqNum::new(6).unwrap()));
    lone.send("35=1|112=T");
    let records: Vec<(u64, bool)> =
        lone.node.store().records().map(|(seq, raw)| (seq.get(), raw.is_some())).collect();
    assert_eq!(records, [(1, false), (2, true), (3, false), (4, false), (5, false), (6, true)]);
    lone.received();
    lone.send("35=2|7=1|16=0");
    assert_eq!(lone.received(), ["4 1R 36=2 123=Y", "D 2R 11=A", "4 3R 36=7 123=Y"]);
}

#[test]
fn what_is_declined_must_hold_the_number_whose_turn_it_is() {
    let mut lone = Lone::asked(&["A", "B", "C"], "35=2|7=2|16=4");
    let fetch = lone.question();
    let seq = |number| SeqNum::new(number).unwrap();
    let mut declined = |begin, end| {
        lone.event(Event::Declined { fetch, range: SeqRange { begin: seq(begin), end: seq(end) } })
    };
    assert_eq!(declined(3, 4), Outcome::Ignored, "2 is next");
    assert_eq!(declined(1, 2), Outcome::Done);
    assert_eq!(declined(1, 2), Outcome::Ignored, "3 is next");
    assert_eq!(declined(2, 3), Outcome::Done);
    assert_eq!(declined(4, 9), Outcome::Done);
    lone.event(Event::FetchEnd { fetch, through: seq(4) });
    assert_eq!(lone.received(), ["4 2R 36=5 123=Y"]);
}

/// An answer that ends without a number of its range, or before the number that it ought to have come to, has lost it.
#[test]
fn an_answer_that_stops_short_is_an_error() {
    for (stored, through) in [(0, 1), (1, 3)] {
        let mut lone = Lone::asked(&["A", "B", "C"], "35=2|7=2|16=4");
        let fetch = lone.question();
        let records: Vec<_> =
            lone.node.store().records().map(|(at, raw)| (at, raw.map(<[u8]>::to_vec))).collect();
        for (at, raw) in records.iter().filter(|(at, _)| *at >= SeqNum::SECOND).take(stored) {
            lone.event(Event::Stored { fetch, seq: *at, raw: raw.as_ref().unwrap() });
        }
        lone.event(Event::FetchEnd { fetch, through: SeqNum::new(through).unwrap() });
        while lone.node.answer_store(lone.now) {}
        assert_eq!(lone.node.ended(), Some(Reason::StoreFailed), "{stored} of 3, through {through}");
    }
}

#[test]
fn without_persistence_a_store_is_not_asked() {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.persist_messages = false;
    let mut lone = Lone::logged_on(config);
    lone.order("A").unwrap();
    lone.received();
    lone.node.set_pace(Pace::OnRequest);
    lone.send("35=2|7=1|16=0");
    while lone.node.answer_store(lone.now) {}
    assert_eq!(lone.received(), ["4 1R 36=3 123=Y"]);
    assert!(!lone.node.recorder().trace().contains("< fetch"));
}

#[test]
fn the_answer_to_an_old_question_is_ignored() {
    let mut lone = Lone::acceptor();
    lone.orders(&["A", "B"]);
    lone.node.set_pace(Pace::OnRequest);
    lone.send("35=2|7=2|16=3");
    while lone.node.questions() > 1 {
        lone.node.answer_store(lone.now);
    }
    let old = lone.question();
    lone.event(Event::Disconnected);
    while lone.node.answer_store(lone.now) {}
    lone.node.take_output(lone.now);
    lone.node.set_pace(Pace::Prompt);
    lone.log_on();
    lone.node.set_pace(Pace::OnRequest);
    lone.send("35=2|7=2|16=3");
    let new = lone.question();
    assert_ne!(old, new);
    let last = SeqNum::new(3).unwrap();
    assert_eq!(lone.event(Event::FetchEnd { fetch: old, through: last }), Outcome::Ignored);
    let whole = SeqRange { begin: SeqNum::SECOND, end: last };
    assert_eq!(lone.event(Event::Declined { fetch: old, range: whole }), Outcome::Ignored);
    let raw = lone.message(2, "35=D|11=STALE");
    assert_eq!(lone.event(Event::Stored { fetch: old, seq: SeqNum::SECOND, raw: &raw }), Outcome::Ignored);
    while lone.node.answer_store(lone.now) {}
    let replayed: Vec<String> = lone.received().into_iter().filter(|sent| sent.contains('R')).collect();
    assert_eq!(replayed, ["D 2R 11=A", "D 3R 11=B"], "nothing was filled away");
}

/// A is saved, B is being saved, and A is asked for. The ticket of B.
fn asked_while_saving(link: &mut Link) -> Ticket {
    order(link, "A");
    let first = save(next(link)).ticket();
    saved(link, first);
    next(link);
    order(link, "B");
    let second = save(next(link)).ticket();
    link.feed(&Lone::acceptor().message(2, "35=2|7=2|16=2"));
    second
}

#[test]
fn a_fetch_waits_only_for_numbers_of_its_own_range() {
    let mut link = link();
    let mut second = asked_while_saving(&mut link);
    // Steady sending: a save is always under way.
    let mut fetched = false;
    for id in ["C", "D", "E"] {
        match next(&mut link) {
            Seen::Fetch { range, .. } => {
                assert_eq!(range, SeqRange::one(SeqNum::SECOND));
                fetched = true;
            }
            Seen::Nothing | Seen::Transmit(_) | Seen::Save(_) => {}
            other => panic!("{other:?}"),
        }
        order(&mut link, id);
        saved(&mut link, second);
        second = save(next(&mut link)).ticket();
    }
    assert!(fetched, "2 was saved long ago");
}

#[test]
fn a_record_that_is_lost_leaves_a_save_in_flight_alone() {
    let mut link = link();
    let in_flight = asked_while_saving(&mut link);
    let Seen::Fetch { fetch, .. } = next(&mut link) else { panic!("2 was saved") };
    link.handle(START, Event::FetchEnd { fetch, through: SeqNum::SECOND });
    let seen = until_nothing(&mut link);
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Save(_))), "the Logout waits its turn: {seen:?}");
    assert_eq!((link.status().phase, link.status().ended), (PhaseName::Closing, Some(Reason::StoreFailed)));
    link.handle(START, Event::Disconnected);
    link.handle(START, Event::Connected);
    let seen = until_nothing(&mut link);
    assert!(!seen.iter().any(|seen| matches!(seen, Seen::Save(_))), "two saves in flight: {seen:?}");
    assert_eq!(saved(&mut link, in_flight), Outcome::Done);
    assert_ne!(save(next(&mut link)).ticket(), in_flight, "what came meanwhile is the next batch");
}

#[test]
fn a_fetch_of_an_unsaved_number_waits_for_its_save() {
    let mut link = link();
    order(&mut link, "A");
    let first = save(next(&mut link)).ticket();
    link.feed(&Lone::acceptor().message(2, "35=2|7=2|16=2"));
    assert_eq!(next(&mut link), Seen::Nothing);
    saved(&mut link, first);
    let seen: Vec<Seen> = (0..4).map(|_| next(&mut link)).collect();
    assert!(seen.iter().any(|seen| matches!(seen, Seen::Fetch { .. })), "{seen:?}");
}

/// A session that has sent `count` orders, whose output is read only when asked.
fn with_orders(count: u64, low_water: u32, batch: u32) -> Lone {
    let mut config = config(Role::Acceptor, BeginString::Fix44);
    config.limits.replay_low_water = low_water;
    config.limits.replay_batch = batch;
    let mut lone = Lone::with(Settings { record: false, ..Settings::new(config) });
    lone.log_on();
    for at in 0..count {
        lone.order(&at.to_string()).unwrap();
        lone.node.take_output(lone.now);
    }
    lone
}

#[test]
fn a_replay_is_bounded_in_memory() {
    const ORDERS: u64 = 20_000;
    let mut lone = with_orders(ORDERS, 4_096, 16);
    lone.node.set_room(lone.now, 1_000);
    lone.send("35=2|7=2|16=0");
    let (mut bytes, mut most) = (Vec::new(), 0);
    loop {
        most = most.max(lone.node.recorder().unsent());
        let read = lone.node.take_output(lone.now);
        if read.is_empty() {
            break;
        }
        bytes.extend(read);
    }
    assert!(most < 4_096 + 16 * 200, "{most} bytes waited at once");
    let replayed = peer::messages(bytes);
    assert_eq!(replayed.len() as u64, ORDERS);
    assert_eq!(replayed.last().map(peer::short), Some(format!("D {}R 11={}", ORDERS + 1, ORDERS - 1)));
}

#[test]
fn a_replay_refuses_nothing_and_stops_no_reading() {
    let mut lone = Lone::asked(&["A", "B"], "35=2|7=1|16=0");
    // The store is slow; meanwhile everything else goes on.
    assert_eq!(lone.order("C"), Ok(SeqNum::new(4).unwrap()));
    lone.send("35=D|11=X");
    lone.send("35=1|112=T");
    assert_eq!(lone.delivered(), ["X"]);
    assert_eq!(lone.numbers(), (7, 5));
    assert_eq!(lone.received(), [""; 0], "but nothing leaves before the replay");
    while lone.node.answer_store(lone.now) {}
    let expected = ["4 1R 36=2 123=Y", "D 2R 11=A", "D 3R 11=B", "D 4 11=C", "D 5 11=X", "0 6 112=T"];
    assert_eq!(lone.received(), expected);
}

#[test]
fn what_is_sent_after_the_second_question_waits_for_both_replays() {
    let mut lone = Lone::asked(&["A", "B"], "35=2|7=2|16=2");
    lone.order("C").unwrap();
    lone.send("35=2|7=3|16=3");
    lone.order("D").unwrap();
    while lone.node.answer_store(lone.now) {}
    assert_eq!(lone.received(), ["D 2R 11=A", "D 4 11=C", "D 3R 11=B", "D 5 11=D"]);
}

#[test]
fn a_replay_that_a_reset_gives_up_holds_nothing_back() {
    let mut lone = Lone::asked(&["A"], "35=2|7=2|16=2");
    lone.send_as(1, "35=A|98=0|108=30|141=Y");
    while lone.node.answer_store(lone.now) {}
    assert_eq!(lone.received(), ["A 1 98=0 108=30 141=Y"]);
}

#[test]
fn the_end_of_a_replay_is_fixed_when_the_request_is_accepted() {
    let mut lone = Lone::asked(&["A"], "35=2|7=2|16=0");
    lone.order("B").unwrap();
    while lone.node.answer_store(lone.now) {}
    assert_eq!(lone.received(), ["D 2R 11=A", "D 3 11=B"], "B is sent once");
}

#[test]
fn two_engines_that_replay_everything_to_each_other_do_not_deadlock() {
    use sansfix::config::{Config, Identity};
    use sansfix_sim::{Pair, Side};
    // Unoptimised code takes ten seconds for the larger number.
    const ORDERS: u64 = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    let identity = Identity::new(BeginString::Fix44, "A", "B");
    let settings = |role, identity| Settings { record: false, ..Settings::new(Config::new(role, identity)) };
    let (one, other) =
        (settings(Role::Initiator, identity.clone()), settings(Role::Acceptor, identity.reversed()));
    let mut pair = Pair::new(one, other, START);
    pair.set_chunking(Chunking::Every(4_096));
    pair.connect();
    pair.run().unwrap();
    // What is sent now is lost on the way, in both directions.
    pair.set_latency(60 * SECOND_NS);
    for _ in 0..ORDERS {
        for side in Side::BOTH {
            pair.send(side, b"D", b"11=X\x01").unwrap();
        }
    }
    pair.cut();
    pair.set_latency(1_000);
    pair.connect();
    pair.run().unwrap();
    for side in Side::BOTH {
        assert_eq!(pair.node(side).inbox().len() as u64, ORDERS, "{side:?}");
        let [here, there] = [side, side.other()].map(|side| pair.node(side).status());
        assert_eq!((here.next_target, here.phase), (there.next_sender, PhaseName::Active));
    }
}

#[test]
fn a_resend_request_that_brings_something_is_not_one_repetition_nearer_to_its_end() {
    let mut lone = Lone::acceptor();
    lone.send_as(20, "35=D|11=T");
    // Three repetitions are the limit; a message between them shows that the counterparty answers.
    for seq in 2..8 {
        lone.pass(29.0);
        lone.send_as(21, "35=0");
        lone.pass(2.0);
        lone.send_as(seq, &format!("35=D|43=Y|122=20260921-14:13:19|11={seq}"));
        assert_eq!(lone.phase(), PhaseName::Active, "after {seq}");
    }
    let requests = lone.received().iter().filter(|sent| sent.starts_with("2 ")).count();
    assert_eq!(requests, 7, "the first one and six repetitions");
}

/// FIX 4.2, "Resend Request": 999999 in EndSeqNo(16) is no number, however many messages there are.
#[test]
fn up_to_fix_4_2_an_end_of_999999_is_the_last_message_beyond_that_number_too() {
    let million = |next| {
        let mut settings = Settings::new(config(Role::Acceptor, BeginString::Fix42));
        settings.snapshot.next_sender = SeqNum::new(next).unwrap();
        let mut lone = Lone::with(settings);
        lone.log_on();
        lone.orders(&["A", "B"]);
        lone.received();
        lone
    };
    let mut lone = million(1_000_000);
    lone.send("35=2|7=1000001|16=999999");
    assert_eq!(lone.received(), ["D 1000001R 11=A", "D 1000002R 11=B"]);
    let mut lone = million(999_998);
    lone.send("35=2|7=999998|16=999999");
    assert_eq!(lone.received(), ["4 999998R 36=999999 123=Y", "D 999999R 11=A", "D 1000000R 11=B"]);
}

/// Of a store that another engine wrote: what it repeated stands there as it was repeated.
#[test]
fn a_record_that_is_a_repetition_is_repeated_with_one_possdupflag() {
    let mut lone = Lone::asked(&["A"], "35=2|7=2|16=2");
    let (fetch, seq) = (lone.question(), SeqNum::SECOND);
    let raw = lone.node.store().records().find(|(at, _)| *at == seq).unwrap().1.unwrap();
    let raw = String::from_utf8(raw.to_vec()).unwrap();
    let body = raw.split_once("\u{1}35=").unwrap().1.rsplit_once("10=").unwrap().0;
    let body =
        format!("35={body}").replace("\u{1}34=2\u{1}", "\u{1}34=2\u{1}43=Y\u{1}122=20260921-14:00:00\u{1}");
    let raw = peer::framed(BeginString::Fix44, body.as_bytes());
    lone.event(Event::Stored { fetch, seq, raw: &raw });
    lone.event(Event::FetchEnd { fetch, through: seq });
    let sent = lone.received_whole();
    let text = sent[0].to_string();
    let times = |tag: &str| text.matches(&format!("|{tag}=")).count();
    assert_eq!((times("43"), times("122"), times("52")), (1, 1, 1), "{text}");
    assert_eq!(sent[0].get("122"), Some(&b"20260921-14:13:20.000"[..]), "when it was sent last");
}

/// Test case 2f: an OrigSendingTime after its SendingTime is an error, so a clock that is set back makes none.
#[test]
fn a_repeated_message_is_not_sent_before_it_was() {
    for (back_ms, sending_time) in [(-5, "20260921-14:13:20.005"), (5, "20260921-14:13:20.000")] {
        let mut lone = Lone::acceptor();
        lone.orders(&["A"]);
        lone.received();
        lone.now.utc_ns -= back_ms * 1_000_000;
        lone.send("35=2|7=2|16=0");
        let sent = lone.received_whole();
        let times = ["52", "122"].map(|tag| String::from_utf8_lossy(sent[0].get(tag).unwrap()));
        assert_eq!(times, [sending_time, "20260921-14:13:20.000"], "{back_ms} ms");
    }
}
