//! What a line looks like.

use sansfix::wire::{Precision, write_timestamp};

use super::FileLogOptions;
use super::queue::Kind;

/// Appends a line: the time, ` : `, the text, and a line feed.
pub(super) fn write_line(to: &mut Vec<u8>, options: &FileLogOptions, kind: Kind, utc_ns: i64, text: &[u8]) {
    if kind == Kind::Event || options.timestamps_for_messages {
        let precision = if options.milliseconds { Precision::Milliseconds } else { Precision::Seconds };
        write_timestamp(to, utc_ns, precision);
        to.extend_from_slice(b" : ");
    }
    to.extend_from_slice(text);
    to.push(b'\n');
}

/// What is written in place of lines that were not.
pub(super) fn not_logged(count: u64, why: &str) -> String {
    match count {
        1 => format!("1 line was not logged: {why}"),
        _ => format!("{count} lines were not logged: {why}"),
    }
}
