//! What one message costs: found and read, iterated, written. `cargo bench -p sansfix --bench wire`.
#![allow(missing_docs)] // criterion's macros write undocumented functions

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sansfix::wire::{Encoder, Fields, Frame, Precision, checksum, frame, parse_timestamp, write_timestamp};

/// How many different messages are gone through, so that no branch is learnt by heart.
const MESSAGES: u64 = 256;

const LIMIT: usize = 1 << 20;

const UTC_NS: i64 = 1_768_487_400_123_456_789;

/// Numbers that look random and are the same every time.
fn mixed(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 29;
    mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 20
}

const SYMBOLS: [&str; 8] = ["AAPL", "MSFT", "VOD.L", "SAP.DE", "NESN", "BNP.PA", "GOOGL", "EURUSD"];

fn header(encoder: &mut Encoder<'_>, seq: u64) {
    let time = UTC_NS + (mixed(seq) % 60_000) as i64 * 1_000_000;
    encoder.header_field(34, &(10_000 + mixed(seq) % 90_000));
    encoder.header_field(49, "CLIENT");
    encoder.header_timestamp(52, time, Precision::Milliseconds);
    encoder.header_field(56, "SERVER");
}

/// The body of a NewOrderSingle of about 180 bytes in all.
fn order(seq: u64) -> String {
    let (symbol, side) = (SYMBOLS[(mixed(seq) % 8) as usize], 1 + mixed(seq + 1) % 2);
    let (quantity, price) = ((1 + mixed(seq + 2) % 98) * 100, 1000 + mixed(seq + 3) % 98_999);
    format!(
        "11=ORD{seq:09}|1=ACC-7701|55={symbol}|54={side}|60=20260115-14:30:{:02}.{:03}|38={quantity}|40=2|44={}.{:02}|\
         59=0|21=1|",
        mixed(seq) % 60,
        mixed(seq) % 1000,
        price / 100,
        price % 100
    )
    .replace('|', "\u{1}")
}

/// The body of an ExecutionReport of about 340 bytes in all.
fn report(seq: u64) -> String {
    let (symbol, side) = (SYMBOLS[(mixed(seq) % 8) as usize], 1 + mixed(seq + 1) % 2);
    let (quantity, price) = ((2 + mixed(seq + 2) % 97) * 100, 1000 + mixed(seq + 3) % 98_999);
    let price = format!("{}.{:02}", price / 100, price % 100);
    format!(
        "37=XCHG{seq:010}|11=ORD{seq:09}|17=EXEC{seq:012}|150=F|39=1|1=ACC-7701|55={symbol}|54={side}|38={quantity}|40=2|\
         44={price}|59=0|32=100|31={price}|30=XLON|151={}|14=100|6={price}|64=20260119|75=20260115|\
         60=20260115-14:30:{:02}.{:03}|58=Partial fill on primary book|528=A|29=1|",
        quantity - 100,
        mixed(seq) % 60,
        mixed(seq) % 1000
    )
    .replace('|', "\u{1}")
}

fn messages(msg_type: &[u8], body: fn(u64) -> String) -> Vec<Vec<u8>> {
    let written = |seq| {
        let mut buffer = Vec::new();
        let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", msg_type);
        header(&mut encoder, seq);
        encoder.prebuilt(body(seq).as_bytes());
        encoder.finish();
        buffer
    };
    (0..MESSAGES).map(written).collect()
}

/// Runs `read` on every message; figures are for one.
fn each(c: &mut Criterion, name: &str, messages: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    let mut group = c.benchmark_group("wire");
    group.throughput(Throughput::Elements(1));
    let mut next = 0;
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            next = (next + 1) % messages.len();
            read(black_box(&messages[next]));
        });
    });
    group.finish();
}

/// Something that needs every tag and value.
fn sum_of(fields: Fields<'_>) -> usize {
    fields.flatten().map(|field| field.tag as usize + field.value.len()).sum()
}

fn reading(c: &mut Criterion) {
    for (name, messages) in [("order", messages(b"D", order)), ("report", messages(b"8", report))] {
        let bytes: usize = messages.iter().map(Vec::len).sum();
        println!("{name}: {} bytes on average", bytes / messages.len());
        each(c, &format!("frame {name}"), &messages, |input| {
            assert!(matches!(black_box(frame(input, LIMIT)), Frame::Message { .. }));
        });
        each(c, &format!("checksum {name}"), &messages, |input| {
            black_box(checksum(input));
        });
        each(c, &format!("frame {name} and read every field"), &messages, |input| {
            let Frame::Message { message, .. } = frame(input, LIMIT) else { unreachable!("garbled") };
            black_box(sum_of(message.fields()));
        });
        each(c, &format!("read every field of {name}"), &messages, |input| {
            black_box(sum_of(Fields::new(input)));
        });
    }
}

fn writing(c: &mut Criterion) {
    let mut group = c.benchmark_group("wire");
    let body = report(7);
    let mut buffer = Vec::with_capacity(1024);
    group.bench_function("encode prebuilt report", |bencher| {
        bencher.iter(|| {
            buffer.clear();
            let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"8");
            header(&mut encoder, 7);
            encoder.prebuilt(black_box(body.as_bytes()));
            black_box(encoder.finish())
        });
    });
    group.bench_function("write a timestamp", |bencher| {
        bencher.iter(|| {
            buffer.clear();
            write_timestamp(&mut buffer, black_box(UTC_NS), Precision::Milliseconds);
        });
    });
    group.bench_function("read a timestamp", |bencher| {
        bencher.iter(|| black_box(parse_timestamp(black_box(b"20260115-14:30:00.123"))));
    });
    group.finish();
    garbage(c);
}

/// A message that comes byte by byte, and one whose BodyLength is wrong: no read may cost more than a glance.
fn garbage(c: &mut Criterion) {
    let mut group = c.benchmark_group("wire");
    let mut long = b"8=FIX.4.4\x019=1000000\x0135=B\x01".to_vec();
    long.resize(1_000_000, b'x');
    group.bench_function("look at a megabyte that is not complete", |bencher| {
        bencher.iter(|| assert!(matches!(frame(black_box(&long), 1 << 21), Frame::Incomplete)));
    });
    let mut wrong = b"8=FIX.4.4\x019=5\x0135=B\x01".to_vec();
    wrong.resize(8_000, b'x');
    group.bench_function("look for a trailer that does not come", |bencher| {
        bencher.iter(|| assert!(matches!(frame(black_box(&wrong), 1 << 21), Frame::Incomplete)));
    });
    group.finish();
}

criterion_group!(benches, reading, writing);
criterion_main!(benches);
