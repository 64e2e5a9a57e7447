use alloc::string::String;
use alloc::vec;
use proptest::prelude::*;

use super::super::Message;
use super::*;
use crate::seq::SeqNum;

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\u{1}', "|")
}

#[test]
fn a_message_is_framed_at_the_end_of_the_buffer() {
    let mut buffer = b"before".to_vec();
    let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.2", b"0");
    encoder.header_field(tags::MSG_SEQ_NUM, &2u64);
    encoder.header_field(tags::SENDER_COMP_ID, "A");
    encoder.header_timestamp(tags::SENDING_TIME, 1_000_000_000, Precision::Seconds);
    encoder.header_field(tags::TARGET_COMP_ID, "B");
    encoder.field(tags::TEST_REQ_ID, "hello");
    encoder.timestamp(60, 0, Precision::Milliseconds);
    encoder.data(95, 96, b"\x01=");
    encoder.prebuilt(b"58=x\x01");
    assert_eq!(shown(encoder.body_bytes()), "112=hello|60=19700101-00:00:00.000|95=2|96=|=|58=x|");
    let range = encoder.finish();
    assert_eq!(range, 6..buffer.len());
    let expected = "before8=FIX.4.2|9=92|35=0|34=2|49=A|52=19700101-00:00:01|56=B|112=hello|\
                    60=19700101-00:00:00.000|95=2|96=|=|58=x|10=";
    assert_eq!(&shown(&buffer)[..expected.len()], expected);
    assert!(Message::parse(&buffer[range]).is_ok());
}

#[test]
fn body_length_has_as_many_digits_as_it_needs() {
    for length in [1, 2, 3, 4, 90, 91, 92, 99, 100, 990, 991, 992, 998, 999, 1000, 9_989, 10_000, 123_456] {
        let mut buffer = vec![b'x'];
        let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"B");
        encoder.field(58, &vec![b't'; length][..]);
        let range = encoder.finish();
        let body = length + "35=B|58=|".len();
        let head = alloc::format!("8=FIX.4.4\u{1}9={body}\u{1}35=B\u{1}58=t");
        assert!(buffer[range.clone()].starts_with(head.as_bytes()), "{length}");
        assert_eq!(Message::parse(&buffer[range]).unwrap().get(58).unwrap().len(), length);
    }
}

#[test]
fn a_body_length_of_one_digit_and_a_check_sum_with_leading_zeros() {
    let mut buffer = vec![];
    Encoder::begin(&mut buffer, b"FIX.4.4", b"0").finish();
    assert_eq!(shown(&buffer), "8=FIX.4.4|9=5|35=0|10=163|");
    let mut buffer = vec![];
    let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"0");
    encoder.field(58, "5P");
    encoder.finish();
    assert_eq!(shown(&buffer), "8=FIX.4.4|9=11|35=0|58=5P|10=000|");
}

#[test]
fn header_fields_find_their_place() {
    let mut buffer = vec![];
    let mut encoder = Encoder::begin(&mut buffer, b"FIXT.1.1", b"D");
    encoder.header_field(56, "B");
    encoder.header_field(34, &1u8);
    encoder.field(11, "X");
    encoder.header_field(115, "C");
    encoder.header_field(1129, "c");
    encoder.header_field(301, "own");
    encoder.header_field(1128, "9");
    encoder.header_data(212, 213, b"\x0134=5\x01");
    encoder.header_field(1156, "e");
    encoder.header_data(90, 91, b"s");
    encoder.header_field(347, "UTF-8");
    encoder.header_timestamp(52, 0, Precision::Seconds);
    encoder.field(58, "Y");
    assert_eq!(shown(encoder.body_bytes()), "11=X|58=Y|");
    assert!(encoder.has_header_field(115) && !encoder.has_header_field(11));
    encoder.finish();
    assert!(Message::parse(&buffer).is_ok());
    let expected = "|35=D|1128=9|1156=e|1129=c|34=1|52=19700101-00:00:00|56=B|90=1|91=s|115=C|\
                    212=6|213=|34=5||347=UTF-8|301=own|11=X|58=Y|10=";
    assert!(shown(&buffer).contains(expected), "{}", shown(&buffer));
}

#[test]
fn the_entries_of_no_hops_stay_together() {
    let mut buffer = vec![];
    let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"D");
    encoder.header_field(1128, "9");
    encoder.field(11, "X");
    for (tag, value) in [(627, "2"), (628, "H1"), (630, "r"), (628, "H2"), (629, "t"), (34, "1"), (370, "u")]
    {
        encoder.header_field(tag, value);
    }
    encoder.finish();
    assert!(
        shown(&buffer).contains("|1128=9|34=1|370=u|627=2|628=H1|630=r|628=H2|629=t|11=X|"),
        "{}",
        shown(&buffer)
    );
}

#[test]
fn an_abandoned_message_leaves_nothing() {
    let mut buffer = b"before".to_vec();
    let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"0");
    encoder.field(58, "x");
    encoder.abandon();
    assert_eq!(buffer, b"before");
}

/// A tag of the body, and a value without SOH.
fn body_field() -> impl Strategy<Value = (Tag, Vec<u8>)> {
    let tag = (1u32..60_000).prop_filter("body tags", |tag| {
        !tags::is_header(*tag) && *tag != 10 && super::super::data_tag_of(*tag).is_none()
    });
    (tag, proptest::collection::vec(2u8..=255, 1..20))
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        fields in proptest::collection::vec(body_field(), 0..60),
        data in proptest::collection::vec(any::<u8>(), 0..40),
        number in 1u64..=SeqNum::MAX.get(),
        before in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut buffer = before.clone();
        let mut encoder = Encoder::begin(&mut buffer, b"FIXT.1.1", b"AE");
        encoder.header_field(34, &number);
        encoder.header_field(49, "S");
        encoder.header_field(52, "t");
        encoder.header_field(56, "T");
        encoder.header_data(212, 213, &data);
        for (tag, value) in &fields {
            encoder.field(*tag, &value[..]);
        }
        encoder.data(95, 96, &data);
        let range = encoder.finish();
        prop_assert_eq!(range.end, buffer.len());
        prop_assert_eq!(&buffer[..range.start], &before[..]);
        let message = Message::parse(&buffer[range]).unwrap();
        prop_assert_eq!(message.seq(), SeqNum::new(number));
        prop_assert_eq!(message.sender_comp_id(), Some(&b"S"[..]));
        prop_assert_eq!(message.header_field(213), Some(&data[..]));
        let mut read: Vec<(Tag, Vec<u8>)> =
            message.body().map(|field| field.map(|field| (field.tag, field.value.to_vec())).unwrap()).collect();
        prop_assert_eq!(read.pop(), Some((96, data.clone())));
        prop_assert_eq!(read.pop().map(|(tag, _)| tag), Some(95));
        prop_assert_eq!(read, fields);
    }
}
