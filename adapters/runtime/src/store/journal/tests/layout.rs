//! The bytes of a file, as `format.rs` lays them out: a journal that was written yesterday is read tomorrow.

use super::super::bytes::Cursor;
use super::super::format::{HEAD_LEN, HEADER_LEN, Head, Header, HeaderFault, seal};
use super::super::reader::{Found, Reader};
use super::super::{Files, JOURNAL};
use super::disk::Disk;

const HEADER: Header = Header { epoch: 0x0102_0304_0506_0708, generation: 9 };

/// A file with these frames: the number of the batch, whether it goes on, the payload.
fn file(frames: &[(u64, bool, &[u8])]) -> Vec<u8> {
    let mut bytes = HEADER.encode().to_vec();
    for (batch, goes_on, payload) in frames {
        let at = bytes.len();
        bytes.extend_from_slice(&[0; HEAD_LEN]);
        bytes.extend_from_slice(payload);
        seal(&mut bytes[at..], HEADER.seed(), at as u64, *batch, *goes_on);
    }
    bytes
}

#[test]
fn a_header_is_thirty_two_bytes() {
    let bytes = HEADER.encode();
    assert_eq!(bytes.len(), HEADER_LEN);
    assert_eq!(bytes[..12], *b"SANSFIXJ\x01\0\0\0");
    // CRC-32 of all the others.
    let rest = [&bytes[..12], &bytes[16..]].concat();
    assert_eq!(bytes[12..16], crc32fast::hash(&rest).to_le_bytes());
    assert_eq!(bytes[16..], [8, 7, 6, 5, 4, 3, 2, 1, 9, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(Header::decode(&bytes), Ok(HEADER));
    for at in 0..HEADER_LEN {
        let mut wrong = bytes;
        wrong[at] ^= 4;
        let fault = if (8..12).contains(&at) {
            HeaderFault::Version(1 ^ 4 << (8 * (at - 8)))
        } else {
            HeaderFault::NotAJournal
        };
        assert_eq!(Header::decode(&wrong), Err(fault), "byte {at}");
        assert_eq!(Header::decode(&bytes[..at]), Err(HeaderFault::NotAJournal), "{at} bytes");
    }
}

#[test]
fn a_frame_is_a_head_of_twenty_four_bytes_and_its_payload() {
    let payload = b"whatever";
    for (goes_on, mark) in [(false, 0), (true, 0x80)] {
        let bytes = file(&[(0x0A0B, goes_on, payload)]);
        let (head, rest) = bytes[HEADER_LEN..].split_at(HEAD_LEN);
        assert_eq!(rest, payload);
        assert_eq!(head[..4], [0xFA, 0xCE, 0x1F, 0x9D]);
        assert_eq!(head[4..16], [8, 0, 0, mark, 0x0B, 0x0A, 0, 0, 0, 0, 0, 0]);
        assert_eq!(head[16..20], crc32fast::hash(payload).to_le_bytes());
        // That of the header, the place of the frame, and the head so far.
        let mut hasher = crc32fast::Hasher::new_with_initial(HEADER.seed());
        hasher.update(&(HEADER_LEN as u64).to_le_bytes());
        hasher.update(&head[..20]);
        assert_eq!(head[20..], hasher.finalize().to_le_bytes());
        let decoded = Head::decode(head, HEADER.seed(), HEADER_LEN as u64).unwrap();
        assert_eq!((decoded.length, decoded.goes_on, decoded.batch), (8, goes_on, 0x0A0B));
        assert!(decoded.fits(payload) && !decoded.fits(b"Whatever"));
        assert_eq!(Head::decode(head, HEADER.seed(), HEADER_LEN as u64 + 1), None, "in another place");
        assert_eq!(Head::decode(head, HEADER.seed() ^ 1, HEADER_LEN as u64), None, "of another file");
        for at in 0..HEAD_LEN {
            let mut wrong = head.to_vec();
            wrong[at] ^= 1;
            assert_eq!(Head::decode(&wrong, HEADER.seed(), HEADER_LEN as u64), None, "byte {at}");
            assert_eq!(Head::decode(&head[..at], HEADER.seed(), HEADER_LEN as u64), None, "{at} bytes");
        }
    }
}

#[test]
fn numbers_are_little_endian() {
    let mut cursor =
        Cursor(&[7, 1, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 1, 0xFE, 255, 255, 255, 255, 255, 255, 255, 5]);
    assert_eq!((cursor.u8(), cursor.u32()), (Some(7), Some(0x201)));
    assert_eq!((cursor.u64(), cursor.i64()), (Some(0x0100_0000_0000_0003), Some(-2)));
    assert_eq!((cursor.bytes(2), cursor.u32(), cursor.bytes(1)), (None, None, Some(&[5][..])));
    assert_eq!((cursor.u8(), cursor.array::<0>(), cursor.bytes(0)), (None, Some([]), Some(&[][..])));
}

/// What stands at the place, in few words.
fn at(reader: &mut Reader, disk: &Disk, place: usize) -> Result<(u64, Vec<u8>), &'static str> {
    let mut file = disk.open(JOURNAL).unwrap().unwrap();
    match reader.frame(&mut file, HEADER.seed(), place as u64).unwrap() {
        Found::Frame { head, payload } => Ok((head.batch, payload.to_vec())),
        Found::End => Err("end"),
        Found::Bad(why) => Err(why),
    }
}

fn disk(bytes: &[u8]) -> Disk {
    Disk::with(&[(JOURNAL.to_owned(), bytes.to_vec())].into())
}

#[test]
fn a_reader_finds_a_frame_whatever_it_has_read_before() {
    let long = [b'x'; 300];
    let frames: [(u64, bool, &[u8]); 4] =
        [(1, false, b"a"), (2, true, &long), (2, false, b""), (3, false, b"bc")];
    let bytes = file(&frames);
    let mut places = vec![HEADER_LEN];
    for (_, _, payload) in frames {
        places.push(places[places.len() - 1] + HEAD_LEN + payload.len());
    }
    let disk = disk(&bytes);
    for read_ahead in [0, 1, HEAD_LEN, HEAD_LEN + 1, 90, 1_000] {
        for first in 0..places.len() {
            for second in 0..places.len() {
                let mut reader = Reader::new(read_ahead);
                for index in [first, second] {
                    let expected =
                        frames.get(index).map(|(batch, _, payload)| (*batch, payload.to_vec())).ok_or("end");
                    assert_eq!(
                        at(&mut reader, &disk, places[index]),
                        expected,
                        "{first} {second} {read_ahead}"
                    );
                }
            }
        }
        for cut in HEADER_LEN + 1..bytes.len() {
            let begin = *places.iter().rfind(|place| **place <= cut).unwrap();
            let expected = if begin == cut { "end" } else { "the file ends within a record" };
            let found = at(&mut Reader::new(read_ahead), &self::disk(&bytes[..cut]), begin);
            assert_eq!(found, Err(expected), "cut at {cut}");
        }
    }
    assert_eq!(at(&mut Reader::new(90), &disk, HEADER_LEN + 1), Err("no record begins there"));
}

#[test]
fn what_has_been_read_is_forgotten_when_the_file_is_to_change() {
    let mut reader = Reader::new(90);
    assert_eq!(at(&mut reader, &disk(&file(&[(1, false, b"old")])), HEADER_LEN), Ok((1, b"old".to_vec())));
    let other = disk(&file(&[(1, false, b"new")]));
    assert_eq!(at(&mut reader, &other, HEADER_LEN), Ok((1, b"old".to_vec())), "it is still known");
    reader.clear();
    assert_eq!(at(&mut reader, &other, HEADER_LEN), Ok((1, b"new".to_vec())));
}

/// A later batch behind a damaged place, wherever it stands among bytes that are nothing, and up to its last byte.
#[test]
fn a_later_frame_is_found_at_any_distance_and_at_the_very_end() {
    for nothing in 0..130 {
        let mut bytes = file(&[(1, false, b"a")]);
        let damaged = bytes.len();
        bytes.resize(damaged + nothing, 0xFA);
        let place = bytes.len();
        bytes.extend_from_slice(&[0; HEAD_LEN]);
        seal(&mut bytes[place..], HEADER.seed(), place as u64, 3, false);
        let later = |bytes: &[u8], from: usize, batch: u64| {
            let mut file = disk(bytes).open(JOURNAL).unwrap().unwrap();
            Reader::new(50).later_frame(&mut file, HEADER.seed(), from as u64, batch).unwrap()
        };
        for from in [HEADER_LEN, damaged, place] {
            assert_eq!(later(&bytes, from, 2), Some(place as u64), "{nothing} from {from}");
            assert_eq!(later(&bytes, from, 3), None, "no later one than that");
        }
        assert_eq!(later(&bytes, HEADER_LEN, 0), Some(HEADER_LEN as u64), "the first of them");
        assert_eq!(later(&bytes, place + 1, 2), None, "behind it there is none");
        assert_eq!(later(&bytes[..bytes.len() - 1], damaged, 2), None, "it is not whole");
    }
}
