use alloc::vec::Vec;

use super::super::{Encoder, Message};
use super::*;

/// A message with the given fields after MsgType.
fn message(fields: &str) -> Vec<u8> {
    let mut buffer = Vec::new();
    let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"D");
    encoder.prebuilt(fields.replace('|', "\u{1}").as_bytes());
    encoder.finish();
    buffer
}

fn parse(bytes: &[u8]) -> Message<'_> {
    Message::parse(bytes).unwrap()
}

fn tags_of(fields: Fields<'_>) -> Vec<Tag> {
    fields.map(|field| field.unwrap().tag).collect()
}

#[test]
fn the_session_fields_are_found_in_any_order() {
    let bytes = message("56=TGT|122=b|52=a|97=Y|34=7|43=Y|49=SND|50=SUB|11=X|58=Y|");
    let message = parse(&bytes);
    assert_eq!(message.begin_string(), b"FIX.4.4");
    assert_eq!(message.msg_type(), b"D");
    assert_eq!(message.sender_comp_id(), Some(&b"SND"[..]));
    assert_eq!(message.target_comp_id(), Some(&b"TGT"[..]));
    assert_eq!(message.seq(), SeqNum::new(7));
    assert_eq!(message.msg_seq_num(), Some(&b"7"[..]));
    assert_eq!(message.sending_time(), Some(&b"a"[..]));
    assert_eq!(message.orig_sending_time(), Some(&b"b"[..]));
    assert!(message.poss_dup() && message.poss_resend());
    assert_eq!(tags_of(message.header_fields()), [56, 122, 52, 97, 34, 43, 49, 50]);
    assert_eq!(tags_of(message.body()), [11, 58]);
    assert_eq!(tags_of(message.fields()), [8, 9, 35, 56, 122, 52, 97, 34, 43, 49, 50, 11, 58, 10]);
    assert_eq!(message.header_field(50), Some(&b"SUB"[..]));
    assert_eq!(message.header_field(11), None);
    assert_eq!(message.get(11), Some(&b"X"[..]));
    assert_eq!(message.get(50), None);
    assert_eq!(Message::with_header(&bytes, *message.header()), message);
}

#[test]
fn the_first_of_each_counts() {
    let bytes = message("49=A|49=B|56=C|56=D|34=1|34=2|52=a|52=b|122=c|122=d|43=N|43=Y|97=N|97=Y|");
    let message = parse(&bytes);
    assert_eq!(message.sender_comp_id(), Some(&b"A"[..]));
    assert_eq!(message.target_comp_id(), Some(&b"C"[..]));
    assert_eq!(message.seq(), SeqNum::new(1));
    assert_eq!(message.sending_time(), Some(&b"a"[..]));
    assert_eq!(message.orig_sending_time(), Some(&b"c"[..]));
    assert!(!message.poss_dup() && !message.poss_resend());
    assert!(message.body().next().is_none());
}

#[test]
fn what_is_missing_is_looked_for_in_the_body() {
    let bytes = message("49=A|56=B|11=X|34=9|52=a|43=Y|122=b|49=C|");
    let message = parse(&bytes);
    assert_eq!(message.seq(), SeqNum::new(9));
    assert_eq!(message.sending_time(), Some(&b"a"[..]));
    assert_eq!(message.sender_comp_id(), Some(&b"A"[..]));
    assert!(!message.poss_dup(), "a flag in the body is no flag");
    assert_eq!(message.orig_sending_time(), None);
    assert_eq!(tags_of(message.body()), [11, 34, 52, 43, 122, 49]);
}

#[test]
fn each_of_the_four_is_looked_for_by_itself() {
    for missing in ["34=5|", "49=5|", "52=5|", "56=5|"] {
        let header = "34=5|49=5|52=5|56=5|".replace(missing, "");
        let bytes = message(&alloc::format!("{header}11=X|{missing}"));
        let found = *parse(&bytes).header();
        let four = [found.msg_seq_num, found.sender_comp_id, found.sending_time, found.target_comp_id];
        assert!(four.iter().all(|span| span.is_present()), "{missing}");
    }
}

#[test]
fn what_is_not_there_is_absent_and_what_is_empty_is_there() {
    let bytes = message("49=|34=0|11=X|");
    let message = parse(&bytes);
    assert_eq!(message.sender_comp_id(), Some(&b""[..]));
    assert_eq!(message.target_comp_id(), None);
    assert_eq!(message.seq(), None);
    assert_eq!(message.msg_seq_num(), Some(&b"0"[..]));
    assert_eq!(message.sending_time(), None);
}

#[test]
fn header_data_may_hold_soh() {
    let bytes = message("90=10|91=|34=5|49=Z|49=A|56=B|34=2|52=a|212=4|213=|11=|11=X|");
    let message = parse(&bytes);
    assert_eq!(message.sender_comp_id(), Some(&b"A"[..]));
    assert_eq!(message.seq(), SeqNum::new(2));
    assert_eq!(message.header_field(213), Some(&b"\x0111="[..]));
    assert_eq!(tags_of(message.body()), [11]);
}

#[test]
fn a_malformed_field_ends_the_header() {
    let bytes = message("49=A|56=B|34=2|52=a|nonsense|43=Y|");
    let message = parse(&bytes);
    assert!(!message.poss_dup());
    assert_eq!(message.body().next(), Some(Err(super::super::MalformedField { raw: b"nonsense" })));
}

#[test]
fn a_message_of_nothing_but_its_type_is_read() {
    let bytes = message("");
    let message = parse(&bytes);
    assert_eq!(message.msg_type(), b"D");
    assert!(message.header_fields().next().is_none());
    assert!(message.body().next().is_none());
}

#[test]
fn groups_are_found_in_the_body() {
    let bytes = message("49=A|56=B|34=2|52=a|11=X|78=2|79=acc1|80=5|79=acc2|80=6|54=1|");
    let entries: Vec<_> = parse(&bytes).group(78, &[79, 80]).map(|entry| entry.get(80).unwrap()).collect();
    assert_eq!(entries, [b"5", b"6"]);
}
