use alloc::string::ToString;
use alloc::vec::Vec;
use proptest::prelude::*;

use super::*;

const LIMIT: usize = 4096;

/// A whole message: BodyLength and CheckSum are computed.
fn message(begin: &str, body: &str) -> Vec<u8> {
    with_length(begin, &body.len().to_string(), body)
}

fn with_length(begin: &str, length: &str, body: &str) -> Vec<u8> {
    let fields = alloc::format!("8={begin}|9={length}|{body}").replace('|', "\u{1}");
    let sum: u64 = fields.bytes().map(u64::from).sum();
    alloc::format!("{fields}10={:03}\u{1}", sum % 256).into_bytes()
}

fn soh(text: &str) -> Vec<u8> {
    text.replace('|', "\u{1}").into_bytes()
}

const BODY: &str = "35=0|49=A|56=B|34=2|52=20260115-14:30:00|";

/// What one look says: `Ok(taken)` for a message, the reason and length for garbled bytes.
fn look(input: &[u8]) -> Option<Result<usize, (Garbled, usize)>> {
    match frame(input, LIMIT) {
        Frame::Message { taken, message } => {
            assert_eq!(message.bytes(), &input[..taken]);
            Some(Ok(taken))
        }
        Frame::Garbled { why, taken } => Some(Err((why, taken))),
        Frame::Incomplete => None,
        Frame::TooLong { announced } => panic!("too long: {announced}"),
    }
}

/// Reads a stream that comes in the given cuts: the messages, and how many bytes were passed over.
fn read(stream: &[u8], cuts: &[usize]) -> (Vec<Vec<u8>>, usize, Vec<u8>) {
    let (mut messages, mut garbled, mut buffer) = (Vec::new(), 0, Vec::new());
    let mut from = 0;
    for to in cuts.iter().copied().chain([stream.len()]) {
        let to = to.clamp(from, stream.len());
        buffer.extend_from_slice(&stream[from..to]);
        from = to;
        loop {
            let taken = match frame(&buffer, LIMIT) {
                Frame::Message { message, taken } => {
                    messages.push(message.bytes().to_vec());
                    taken
                }
                Frame::Garbled { taken, .. } => {
                    garbled += taken;
                    taken
                }
                // As a session that ends: nothing is read any more.
                Frame::TooLong { .. } => return (messages, garbled, Vec::new()),
                Frame::Incomplete => break,
            };
            assert!(taken > 0 && taken <= buffer.len());
            buffer.drain(..taken);
        }
    }
    (messages, garbled, buffer)
}

#[test]
fn a_message_is_found_and_nothing_after_it_is_looked_at() {
    for begin in ["FIX.4.0", "FIX.4.4", "FIXT.1.1", "FIX.10.22"] {
        let mut input = message(begin, BODY);
        let taken = input.len();
        assert_eq!(look(&input), Some(Ok(taken)));
        input.extend_from_slice(b"anything");
        assert_eq!(look(&input), Some(Ok(taken)));
        for cut in 0..taken {
            assert_eq!(look(&input[..cut]), None, "{cut}");
        }
    }
}

#[test]
fn leading_zeros_in_body_length_are_accepted() {
    let input = with_length("FIX.4.4", &alloc::format!("000{}", BODY.len()), BODY);
    assert_eq!(look(&input), Some(Ok(input.len())));
}

#[test]
fn a_digit_before_8_fix_makes_it_no_beginning() {
    let good = message("FIX.4.4", BODY);
    for noise in ["x", "58=FIX", "58=FIX.4.4|9=5|", "8=8=8=FI", "|", "35=0|", "8=FIY", "588=FIX1"] {
        let mut input = soh(noise);
        input.push(b' ');
        let taken = input.len();
        input.extend_from_slice(&good);
        assert_eq!(look(&input), Some(Err((Garbled::Noise, taken))), "{noise}");
        assert_eq!(look(&input[taken..]), Some(Ok(good.len())));
    }
}

#[test]
fn only_an_end_that_may_begin_a_message_is_kept() {
    for (input, kept) in [
        ("xyz", 0),
        ("xyz8", 1),
        ("xyz8=FI", 4),
        ("xyz58=FI", 5),
        ("xyz558=", 3),
        ("xyz8=8=", 2),
        ("xyz9", 1),
        ("xyz88", 2),
        ("x8=FIY", 0),
    ] {
        let expected = Some(Err((Garbled::Noise, input.len() - kept)));
        assert_eq!(look(input.as_bytes()), expected, "{input}");
    }
    for input in ["", "8", "8=F", "8=FIX", "5", "58=FI", "88"] {
        assert_eq!(look(input.as_bytes()), None, "{input}");
    }
}

#[test]
fn a_wrong_head_is_garbled_at_the_first_byte_that_shows_it() {
    let begin = Garbled::BeginString;
    let length = Garbled::BodyLength;
    for (head, why) in [
        ("8=FIX4", begin),
        ("8=FIXX", begin),
        ("8=FIX..", begin),
        ("8=FIX.4|", begin),
        ("8=FIX.4.|", begin),
        ("8=FIX.4.4.", begin),
        ("8=FIX.4.4S", begin),
        ("8=FIXTT", begin),
        ("8=FIX.4.44444444444", begin),
        ("8=FIX.4.4|3", length),
        ("8=FIX.4.4|95", length),
        ("8=FIX.4.4|9=|", length),
        ("8=FIX.4.4|9=-", length),
        ("8=FIX.4.4|9=12a", length),
        ("8=FIX.4.4|9=1:", length),
        ("8=FIX.4.4|9=1/", length),
        ("8=FIX.4.4|9=0000000000000000001", length),
    ] {
        let head = soh(head);
        assert!(matches!(look(&head), Some(Err((found, _))) if found == why), "{head:?}");
        assert_eq!(look(&head[..head.len() - 1]), None, "{head:?}");
        let mut stream = head.clone();
        stream.push(b' ');
        stream.extend_from_slice(&message("FIX.4.4", BODY));
        assert_eq!(look(&stream), Some(Err((why, head.len() + 1))));
    }
}

#[test]
fn a_body_length_that_is_too_long_swallows_the_next_message() {
    let next = message("FIX.4.4", BODY);
    for more in [1, 6, 7, 8, 14, 30, next.len() - 1] {
        let mut stream = with_length("FIX.4.4", &(BODY.len() + more).to_string(), BODY);
        stream.extend_from_slice(&next);
        let swallowed = stream.len();
        stream.extend_from_slice(&next);
        assert_eq!(look(&stream), Some(Err((Garbled::LengthMismatch, swallowed))), "{more}");
    }
}

#[test]
fn a_body_length_that_is_too_short_loses_one_message() {
    let next = message("FIX.4.4", BODY);
    for less in 1..=BODY.len() {
        let mut stream = with_length("FIX.4.4", &(BODY.len() - less).to_string(), BODY);
        let lost = stream.len();
        stream.extend_from_slice(&next);
        assert_eq!(look(&stream), Some(Err((Garbled::LengthMismatch, lost))), "{less}");
        assert_eq!(look(&stream[lost..]), Some(Ok(next.len())));
    }
}

#[test]
fn the_search_for_a_trailer_has_an_end() {
    let mut input = soh("8=FIX.4.4|9=5|35=0|");
    let body_end = input.len();
    input.resize(1 << 20, b'x');
    let Frame::Garbled { why: Garbled::LengthMismatch, taken } = frame(&input, 1 << 20) else {
        panic!("not cut");
    };
    assert_eq!(taken, body_end + TRAILER_LEN + TRAILER_SEARCH);
    assert!(matches!(frame(&input[..taken - 1], 1 << 20), Frame::Incomplete));
    assert_eq!(look(&input), Some(Err((Garbled::LengthMismatch, LIMIT))));
}

#[test]
fn check_sum_and_msg_type_are_judged_and_the_cut_is_the_whole_message() {
    let good = message("FIX.4.4", BODY);
    let sum = good.len() - 4;
    for (digits, why) in [
        ("999", Garbled::CheckSum),
        ("00a", Garbled::CheckSumFormat),
        (" 12", Garbled::CheckSumFormat),
        ("-12", Garbled::CheckSumFormat),
    ] {
        let mut bad = good.clone();
        bad[sum..sum + 3].copy_from_slice(digits.as_bytes());
        assert_eq!(look(&bad), Some(Err((why, bad.len()))), "{digits}");
    }
    let bad = message("FIX.4.4", "49=A|35=0|56=B|34=2|");
    assert_eq!(look(&bad), Some(Err((Garbled::MsgType, bad.len()))));
    let bad = message("FIX.4.4", "");
    assert_eq!(look(&bad), Some(Err((Garbled::MsgType, bad.len()))));
}

#[test]
fn a_check_sum_of_other_than_three_digits_is_cut_after_its_soh() {
    let good = message("FIX.4.4", BODY);
    for trailer in ["10=1|", "10=|", "10=0123|", "10=0123456789|"] {
        let mut stream = good[..good.len() - TRAILER_LEN].to_vec();
        stream.extend_from_slice(&soh(trailer));
        let cut = stream.len();
        stream.extend_from_slice(&good);
        assert_eq!(look(&stream), Some(Err((Garbled::CheckSumFormat, cut))), "{trailer}");
    }
}

#[test]
fn an_announcement_above_the_limit_is_told_at_once() {
    let announced = |input: &str, limit| match frame(&soh(input), limit) {
        Frame::TooLong { announced } => Some(announced),
        Frame::Message { .. } | Frame::Garbled { .. } | Frame::Incomplete => None,
    };
    let head = "8=FIX.4.4|9=100|".len() as u64;
    assert_eq!(announced("8=FIX.4.4|9=100|", 122), Some(head + 107));
    assert_eq!(announced("8=FIX.4.4|9=100|", 123), None);
    assert_eq!(announced("8=FIX.4.4|9=999999999999999999|", usize::MAX), Some(1_000_000_000_000_000_037));
    assert_eq!(announced("8=FIX.4.4|9=4294967295|", usize::MAX), Some(4_294_967_325));
}

#[test]
fn parse_takes_one_whole_message_only() {
    let good = message("FIX.4.4", BODY);
    assert_eq!(Message::parse(&good).unwrap().bytes(), good);
    assert_eq!(Message::parse(&good[..good.len() - 1]), Err(Garbled::Truncated));
    assert_eq!(Message::parse(b""), Err(Garbled::Truncated));
    assert_eq!(Message::parse(b"8=FIX.4.4\x019=99999999999\x01"), Err(Garbled::Truncated));
    assert_eq!(Message::parse(b"hello"), Err(Garbled::Noise));
    let twice = [good.clone(), good].concat();
    assert_eq!(Message::parse(&twice), Err(Garbled::Trailing));
}

/// Pieces of which streams are made that come close to messages.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[A-Z]{0,20}".prop_map(|text| message("FIX.4.4", &alloc::format!("{BODY}58={text}|"))),
        1 => (0usize..200).prop_map(|length| with_length("FIX.4.4", &length.to_string(), BODY)),
        1 => Just(with_length("FIX.4.4", "99999", BODY)),
        2 => "[8=FIXT.4|1093x]{1,12}".prop_map(|text| soh(&text)),
        1 => "(8=FIX|8=FIX.4.4[|]9=|10=|[|]10=|5|[|])".prop_map(|text| soh(&text)),
        1 => proptest::collection::vec(any::<u8>(), 0..10),
    ]
}

proptest! {
    #[test]
    fn the_cutting_of_the_stream_does_not_matter(
        pieces in proptest::collection::vec(piece(), 0..8),
        cuts in proptest::collection::vec(0usize..600, 0..6),
    ) {
        let stream = pieces.concat();
        let mut cuts = cuts;
        cuts.sort_unstable();
        let whole = read(&stream, &[]);
        prop_assert_eq!(&read(&stream, &cuts), &whole);
        let every: Vec<usize> = (0..stream.len()).collect();
        prop_assert_eq!(&read(&stream, &every), &whole);
    }

    #[test]
    fn a_message_after_anything_harmless_is_found(
        noise in "[a-zA-Z|]{0,40}",
        text in "[ -~]{1,60}",
    ) {
        let mut stream = soh(&noise);
        let good = message("FIX.4.4", &alloc::format!("{BODY}58={text}|").replace('|', "\u{1}"));
        stream.extend_from_slice(&good);
        prop_assert_eq!(read(&stream, &[]), (alloc::vec![good], noise.len(), Vec::new()));
    }

    #[test]
    fn any_bytes_make_progress_and_never_panic(input in proptest::collection::vec(any::<u8>(), 0..200), limit in 0usize..300) {
        match frame(&input, limit) {
            Frame::Message { message, taken } => {
                prop_assert_eq!(message.bytes().len(), taken);
            }
            Frame::Garbled { taken, .. } => prop_assert!(taken > 0 && taken <= input.len()),
            Frame::Incomplete => {}
            Frame::TooLong { announced } => prop_assert!(announced > limit as u64),
        }
    }
}
