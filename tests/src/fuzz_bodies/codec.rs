//! Any list of fields: what is written is read again, in the order that the standard wants.

use sansfix::tags::{self, Tag, is_header, is_trailer};
use sansfix::wire::{
    Decimal, Encoder, Message, Precision, Value as _, data_tag_of, parse_timestamp, write_timestamp,
};

use super::source::Source;

/// The header fields that are written here one by one.
const HEADER: [Tag; 16] = [34, 43, 49, 50, 52, 56, 57, 97, 115, 128, 347, 627, 628, 630, 1128, 1129];

/// The data in the body and in the header: length, data.
const BODY_DATA: [(Tag, Tag); 4] = [(95, 96), (354, 355), (2372, 2371), (43109, 42684)];
const HEADER_DATA: [(Tag, Tag); 2] = [(90, 91), (212, 213)];

type Written = (Tag, Vec<u8>);

/// A tag that may stand in a body and announces no data.
fn body_tag(source: &mut Source<'_>) -> Tag {
    let tag = Tag::from(source.byte()) << 8 | Tag::from(source.byte());
    let free = tag > 0 && !is_header(tag) && !is_trailer(tag) && data_tag_of(tag).is_none();
    if free { tag } else { tags::TEXT }
}

/// A value without SOH.
fn value(source: &mut Source<'_>) -> Vec<u8> {
    let count = usize::from(source.byte() % 32);
    let mut value = source.bytes(count).to_vec();
    value.retain(|byte| *byte != 1);
    if value.is_empty() { b"-".to_vec() } else { value }
}

/// Writes the fields that the input lists and reads them. Returns how many there were.
pub fn run(input: &[u8]) -> usize {
    let mut source = Source::new(input);
    let (mut header, mut body): (Vec<Written>, Vec<Written>) = Default::default();
    let mut buffer = value(&mut source);
    let before = buffer.clone();
    let mut encoder = Encoder::begin(&mut buffer, b"FIXT.1.1", b"AE");
    while !source.is_empty() {
        match source.byte() % 5 {
            0 => write_body_field(&mut source, &mut encoder, &mut body),
            1 => write_header_field(&mut source, &mut encoder, &mut header),
            2 => write_data(&mut source, &mut encoder, &mut header, &mut body),
            3 => write_time(&mut source, &mut encoder, &mut header, &mut body),
            _ => {
                let (tag, value) = (body_tag(&mut source), value(&mut source));
                encoder.prebuilt(&[tag.to_string().as_bytes(), b"=", &value, b"\x01"].concat());
                body.push((tag, value));
            }
        }
    }
    assert!(format!("{encoder:?}").starts_with("8=FIXT.1.1|"));
    assert!(body.is_empty() || !encoder.body_bytes().is_empty());
    let written = encoder.finish();
    assert_eq!(&buffer[..written.start], &before[..]);
    assert_eq!(written.end, buffer.len());
    let message = Message::parse(&buffer[written]).expect("what is written is a message");
    header.sort_by_key(|(tag, _)| order(*tag));
    assert_eq!(fields(message.header_fields()), header);
    assert_eq!(fields(message.body()), body);
    header.len() + body.len()
}

fn fields(fields: sansfix::wire::Fields<'_>) -> Vec<Written> {
    fields.map(|field| field.map(|field| (field.tag, field.value.to_vec())).expect("a field")).collect()
}

/// Where a header field stands after MsgType: the three of FIXT first, then ascending, NoHops with its entries.
fn order(tag: Tag) -> u32 {
    match tag {
        1128 => 1,
        1156 => 2,
        1129 => 3,
        628..=630 => 627,
        tag => tag,
    }
}

fn write_body_field(source: &mut Source<'_>, encoder: &mut Encoder<'_>, body: &mut Vec<Written>) {
    let (tag, value) = (body_tag(source), value(source));
    if let Some(number) = Decimal::parse(&value) {
        let mut written = Vec::new();
        number.write(&mut written);
        assert_eq!(Decimal::parse(&written), Some(number), "{}", value.escape_ascii());
    }
    encoder.field(tag, &value[..]);
    body.push((tag, value));
}

fn write_header_field(source: &mut Source<'_>, encoder: &mut Encoder<'_>, header: &mut Vec<Written>) {
    let (tag, value) = (HEADER[usize::from(source.byte()) % HEADER.len()], value(source));
    encoder.header_field(tag, &value[..]);
    header.push((tag, value));
}

fn write_data(
    source: &mut Source<'_>,
    encoder: &mut Encoder<'_>,
    header: &mut Vec<Written>,
    body: &mut Vec<Written>,
) {
    let choice = usize::from(source.byte());
    let count = usize::from(source.byte());
    let data = source.bytes(count);
    let to_header = choice % 2 == 1;
    let (length_tag, data_tag) = if to_header {
        HEADER_DATA[choice / 2 % HEADER_DATA.len()]
    } else {
        BODY_DATA[choice / 2 % BODY_DATA.len()]
    };
    let list = if to_header { header } else { body };
    if to_header {
        // Two of the same in a header would not stand next to their lengths.
        if list.iter().any(|(tag, _)| *tag == length_tag) {
            return;
        }
        encoder.header_data(length_tag, data_tag, data);
    } else {
        encoder.data(length_tag, data_tag, data);
    }
    list.push((length_tag, data.len().to_string().into_bytes()));
    list.push((data_tag, data.to_vec()));
}

fn write_time(
    source: &mut Source<'_>,
    encoder: &mut Encoder<'_>,
    header: &mut Vec<Written>,
    body: &mut Vec<Written>,
) {
    let choice = source.byte();
    let precision =
        [Precision::Seconds, Precision::Milliseconds, Precision::Microseconds, Precision::Nanoseconds]
            [usize::from(choice / 2 % 4)];
    let utc_ns = source.number();
    let mut text = Vec::new();
    write_timestamp(&mut text, utc_ns, precision);
    let unit = [1_000_000_000, 1_000_000, 1_000, 1][usize::from(choice / 2 % 4)];
    if let Ok(read) = parse_timestamp(&text) {
        assert_eq!(read, utc_ns - utc_ns.rem_euclid(unit));
    } else {
        assert!(
            text.starts_with(b"1677") || text.starts_with(b"2262"),
            "only the years cut off are not read"
        );
    }
    if choice % 2 == 0 {
        encoder.timestamp(60, utc_ns, precision);
        body.push((60, text));
    } else {
        encoder.header_timestamp(122, utc_ns, precision);
        header.push((122, text));
    }
}
