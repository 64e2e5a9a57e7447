//! The same bytes give the same actions and the same bytes, however they were cut into reads.

use proptest::prelude::*;
use sansfix::BeginString;
use sansfix::config::Role;
use sansfix_tests::lone::{Lone, config};
use sansfix_tests::observed::Observed;
use sansfix_tests::property_cases;

/// A session that has sent two orders, then reads `stream`, cut after each of `cuts`.
fn run(role: Role, stream: &[u8], cuts: &[usize]) -> Observed {
    let mut lone = prepared(role);
    let mut from = 0;
    for cut in cuts.iter().copied().chain([stream.len()]) {
        let cut = cut.clamp(from, stream.len());
        lone.node.feed(lone.now, &stream[from..cut]);
        from = cut;
    }
    Observed::of(&mut lone)
}

fn prepared(role: Role) -> Lone {
    let mut lone = Lone::logged_on(config(role, BeginString::Fix44));
    for id in ["A", "B"] {
        lone.order(id).unwrap();
    }
    lone.received();
    lone
}

/// Messages of the counterparty that begin with its number 2.
fn stream(lone: &Lone, texts: &[(u64, &str)]) -> Vec<u8> {
    texts.iter().flat_map(|(seq, text)| lone.message(*seq, text)).collect()
}

const REQUEST: &str = "35=2|7=1|16=0";

/// Cut at every byte, and into single bytes.
fn split_everywhere(texts: &[(u64, &str)]) -> Vec<String> {
    let mut sent = Vec::new();
    for role in [Role::Acceptor, Role::Initiator] {
        let stream = stream(&prepared(role), texts);
        let whole = run(role, &stream, &[]);
        for cut in 0..=stream.len() {
            assert_eq!(run(role, &stream, &[cut]), whole, "{role:?} cut at {cut}");
        }
        let every: Vec<usize> = (0..stream.len()).collect();
        assert_eq!(run(role, &stream, &every), whole, "{role:?} in single bytes");
        sent = whole.sent;
    }
    sent
}

const REPLAY: [&str; 3] = ["4 1R 36=2 123=Y", "D 2R 11=A", "D 3R 11=B"];

#[test]
fn resend_request_and_order() {
    let sent = split_everywhere(&[(2, REQUEST), (3, "35=D|11=X")]);
    assert_eq!(sent, [&REPLAY[..], &["D 4 11=X"]].concat());
}

#[test]
fn resend_request_and_test_request() {
    let sent = split_everywhere(&[(2, REQUEST), (3, "35=1|112=X")]);
    assert_eq!(sent, [&REPLAY[..], &["0 4 112=X"]].concat());
}

#[test]
fn resend_request_and_logout() {
    let sent = split_everywhere(&[(2, REQUEST), (3, "35=5")]);
    assert_eq!(sent, [&REPLAY[..], &["5 4"]].concat());
}

#[test]
fn two_resend_requests_and_an_order() {
    let sent = split_everywhere(&[(2, "35=2|7=3|16=3"), (3, "35=2|7=2|16=2"), (4, "35=D|11=X")]);
    assert_eq!(sent, ["D 3R 11=B", "D 2R 11=A", "D 4 11=X"]);
}

#[test]
fn an_order_between_two_resend_requests() {
    let sent =
        split_everywhere(&[(2, "35=2|7=3|16=3"), (3, "35=D|11=X"), (4, "35=2|7=2|16=0"), (5, "35=1|112=X")]);
    assert_eq!(sent, ["D 3R 11=B", "D 4 11=X", "D 2R 11=A", "D 3R 11=B", "D 4R 11=X", "0 5 112=X"]);
}

#[test]
fn a_gap_that_is_filled() {
    let sent = split_everywhere(&[(3, "35=D|11=Y"), (2, "35=D|43=Y|122=20260921-14:13:19|11=X")]);
    assert_eq!(sent, ["2 4 7=2 16=0", "D 5 11=X", "D 6 11=Y"]);
}

#[test]
fn logon_and_order() {
    let mut whole = None;
    let lone = || Lone::new(config(Role::Acceptor, BeginString::Fix44));
    let bytes = stream(&lone(), &[(1, "35=A|98=0|108=30"), (2, "35=D|11=X")]);
    for cut in 0..bytes.len() {
        let mut lone = lone();
        lone.event(sansfix::Event::Connected);
        lone.node.feed(lone.now, &bytes[..cut]);
        lone.node.feed(lone.now, &bytes[cut..]);
        let result = (lone.received(), lone.delivered(), lone.numbers());
        assert_eq!(result, whole.get_or_insert_with(|| result.clone()).clone(), "cut at {cut}");
    }
    let expected = (["A 1 98=0 108=30", "D 2 11=X"].map(String::from).to_vec(), vec!["X".to_owned()], (3, 3));
    assert_eq!(whole, Some(expected));
}

/// What a possible duplicate has in its header.
const DUPLICATE: &str = "43=Y|122=20260921-14:13:19";

/// One message of a random stream. Numbers are relative to a count that goes up by one with each.
fn item() -> impl Strategy<Value = (i64, String)> {
    let text = prop_oneof![
        4 => "[A-C]".prop_map(|id| format!("35=D|11={id}")),
        2 => Just("35=1|112=T".to_owned()),
        1 => Just("35=0".to_owned()),
        1 => Just("35=3|45=1".to_owned()),
        3 => (1u64..5, prop_oneof![Just(0u64), 1u64..6]).prop_map(|(b, e)| format!("35=2|7={b}|16={e}")),
        1 => (1u64..12).prop_map(|new| format!("35=4|{DUPLICATE}|123=Y|36={new}")),
        1 => (1u64..12).prop_map(|new| format!("35=4|36={new}")),
        1 => Just("35=5".to_owned()),
        1 => Just("35=A|98=0|108=30|141=Y".to_owned()),
        1 => Just(format!("35=D|{DUPLICATE}|11=D")),
        1 => Just("35=D|43=Y|11=D".to_owned()),
        1 => Just("garbled".to_owned()),
        1 => Just("noise".to_owned()),
    ];
    (prop_oneof![8 => Just(0i64), 1 => Just(2i64), 1 => Just(-1i64)], text)
}

proptest! {
    #![proptest_config(property_cases(150))]

    #[test]
    fn any_stream_in_any_chunks(
        initiator: bool,
        items in proptest::collection::vec(item(), 1..12),
        cuts in proptest::collection::vec(0usize..1_500, 0..40),
    ) {
        let role = if initiator { Role::Initiator } else { Role::Acceptor };
        let lone = prepared(role);
        let mut bytes = Vec::new();
        for (at, (offset, text)) in items.iter().enumerate() {
            let seq = (at as i64 + 2 + offset).max(1) as u64;
            match text.as_str() {
                "garbled" => {
                    let mut message = lone.message(seq, "35=D|11=G");
                    let end = message.len() - 2;
                    message[end] ^= 1;
                    bytes.extend(message);
                }
                "noise" => bytes.extend(b"8=FIX\x01noise=8=\x01"),
                text => bytes.extend(lone.message(seq, text)),
            }
        }
        let mut cuts = cuts;
        cuts.sort_unstable();
        prop_assert_eq!(run(role, &bytes, &cuts), run(role, &bytes, &[]));
    }
}
