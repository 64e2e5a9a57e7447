//! Any bytes, cut in any way: the same messages come out, and whatever is a message is one by a plain reading too.

use sansfix::wire::{Fields, Frame, Message, frame, is_secret, parse_timestamp};

/// The longest message that is accepted here, bytes: short, so that a small input reaches it.
const LIMIT: usize = 600;

/// Streams up to this length are also read byte by byte.
const SHORT: usize = 300;

/// What came out of a stream.
#[derive(PartialEq, Eq, Debug, Default)]
struct Read {
    messages: Vec<Vec<u8>>,
    passed_over: usize,
    /// What waits for more bytes.
    waiting: Vec<u8>,
    /// The announcement that ended the reading.
    too_long: Option<u64>,
}

/// The first byte seeds the cuts; the rest is the stream. Returns how many messages were in it.
pub fn run(input: &[u8]) -> usize {
    let Some((seed, stream)) = input.split_first() else {
        return 0;
    };
    let whole = read(stream, |_| stream.len());
    let mut state = u32::from(*seed) + 1;
    let cut = read(stream, |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        1 + (state % 97) as usize
    });
    assert_eq!(cut, whole, "the cuts matter");
    if stream.len() <= SHORT {
        assert_eq!(read(stream, |_| 1), whole, "reading byte by byte matters");
    }
    for message in &whole.messages {
        check_message(message);
    }
    check_fields(stream);
    let parsed = Message::parse(stream);
    let is_one = whole.messages.len() == 1 && whole.messages[0].len() == stream.len();
    assert!(
        parsed.is_ok() == is_one || whole.too_long.is_some(),
        "{parsed:?} of {} messages",
        whole.messages.len()
    );
    whole.messages.len()
}

/// Reads the stream in pieces of the lengths that `next` gives.
fn read(stream: &[u8], mut next: impl FnMut(usize) -> usize) -> Read {
    let mut read = Read::default();
    let mut from = 0;
    while from < stream.len() {
        let to = (from + next(from)).min(stream.len());
        read.waiting.extend_from_slice(&stream[from..to]);
        from = to;
        while read.too_long.is_none() {
            let taken = match frame(&read.waiting, LIMIT) {
                Frame::Incomplete => break,
                Frame::TooLong { announced } => {
                    assert!(announced > LIMIT as u64);
                    read.too_long = Some(announced);
                    break;
                }
                Frame::Message { message, taken } => {
                    assert_eq!(message.bytes(), &read.waiting[..taken]);
                    read.messages.push(message.bytes().to_vec());
                    taken
                }
                Frame::Garbled { taken, .. } => {
                    read.passed_over += taken;
                    taken
                }
            };
            assert!(taken > 0, "no progress");
            read.waiting.drain(..taken);
        }
    }
    let messages: usize = read.messages.iter().map(Vec::len).sum();
    assert_eq!(messages + read.passed_over + read.waiting.len(), stream.len(), "bytes were lost");
    assert!(read.too_long.is_some() || read.waiting.len() < LIMIT, "nothing bounds what waits");
    read
}

/// The standard's rules, read off the bytes in the plainest way.
fn check_message(bytes: &[u8]) {
    let text = bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    let (head, rest) = text.split_once("\u{1}9=").expect("BodyLength is second");
    assert!(head.starts_with("8=FIX"));
    let (length, rest) = rest.split_once('\u{1}').expect("BodyLength ends");
    let length: usize = length.parse().expect("BodyLength is a number");
    assert_eq!(rest.chars().count(), length + 7, "BodyLength is right");
    assert!(rest.starts_with("35="), "MsgType is third");
    let end = bytes.len() - 7;
    let sum = bytes[..end].iter().map(|byte| u64::from(*byte)).sum::<u64>() % 256;
    assert_eq!(
        &text.chars().skip(end).collect::<String>(),
        &format!("10={sum:03}\u{1}"),
        "CheckSum is right"
    );
    let message = Message::parse(bytes).expect("what was framed is a message");
    assert_eq!(Message::with_header(bytes, *message.header()), message);
    check_header(&message);
}

fn check_header(message: &Message<'_>) {
    let first = |tag| message.header_field(tag).or_else(|| message.get(tag));
    assert_eq!(message.sender_comp_id(), first(49));
    assert_eq!(message.target_comp_id(), first(56));
    assert_eq!(message.msg_seq_num(), first(34));
    assert_eq!(message.sending_time(), first(52));
    assert_eq!(message.poss_dup(), message.header_field(43) == Some(b"Y"));
    assert_eq!(message.poss_resend(), message.header_field(97) == Some(b"Y"));
    assert_eq!(message.orig_sending_time(), message.header_field(122));
    if let Some(seq) = message.seq() {
        let written = message.msg_seq_num().expect("it is written");
        let digits = String::from_utf8(written.to_vec()).expect("digits");
        assert_eq!(digits.parse(), Ok(seq.get()));
    }
    let _ = message.sending_time().map(parse_timestamp);
    check_groups(message);
    check_shown(message);
    check_fields(message.bytes());
}

fn check_groups(message: &Message<'_>) {
    let members = [448, 447, 452, 802, 523, 803];
    let parties = message.group(453, &members);
    assert!(format!("{parties:?}").starts_with(&format!("{} announced: ", parties.announced())));
    assert!(parties.announced() > 0 || parties.clone().next().is_none());
    // Whatever member follows the count begins every entry.
    let mut delimiter = None;
    for entry in parties {
        let first = entry.fields().next().and_then(Result::ok);
        let tag = first.map(|field| field.tag).expect("an entry has a field");
        assert!(members.contains(&tag) && *delimiter.get_or_insert(tag) == tag);
        assert_eq!(entry.get(tag), first.map(|field| field.value));
        assert!(!format!("{entry:?}").is_empty());
        for inner in entry.group(802, &[523, 803]) {
            assert!(matches!(inner.fields().next(), Some(Ok(field)) if field.tag == 523 || field.tag == 803));
        }
    }
}

/// What is shown has every field of the message, but no value that is secret.
fn check_shown(message: &Message<'_>) {
    let shown = message.to_string();
    assert_eq!(format!("{message:?}"), shown);
    for field in message.fields().flatten() {
        let hidden = is_secret(field.tag);
        let tag = format!("{}=", field.tag);
        assert!(shown.contains(&tag) || field.value.is_empty(), "{tag} is not in {shown}");
        assert!(format!("{field:?}").starts_with(&tag) && (!hidden || format!("{field:?}").ends_with("***")));
    }
    assert!(format!("{:?}", message.body()).is_ascii());
}

/// Fields, each with its SOH, are all the bytes; and no field is empty-handed.
fn check_fields(bytes: &[u8]) {
    let mut fields = Fields::new(bytes);
    loop {
        let before = fields.rest();
        let Some(field) = fields.next() else { break };
        let taken = before.len() - fields.rest().len();
        let written = match field {
            Ok(field) => {
                assert!(field.tag > 0);
                [field.tag.to_string().as_bytes(), b"=", field.value].concat()
            }
            Err(malformed) => {
                let tag = malformed.written_tag();
                assert!(tag.is_none_or(|tag| malformed.raw.contains(&b'=') || tag == 0), "{tag:?}");
                malformed.raw.to_vec()
            }
        };
        assert!(before.starts_with(&written));
        assert!(taken == written.len() + 1 && before[written.len()] == 1 || fields.rest().is_empty());
    }
    assert!(fields.rest().is_empty());
}
