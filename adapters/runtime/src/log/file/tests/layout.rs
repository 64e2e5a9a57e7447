//! What stands in the files, byte for byte.

use sansfix::config::Identity;
use sansfix::wire::Encoder;
use sansfix::{BeginString, Reason, tags};

use super::disk::*;
use crate::log::{Entry, FileLogError, FileLogOptions, SessionLog};

fn logon() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::begin(&mut bytes, b"FIX.4.4", b"A");
    encoder.header_field(tags::MSG_SEQ_NUM, &1u64);
    encoder.header_field(tags::SENDER_COMP_ID, "A");
    encoder.header_field(tags::TARGET_COMP_ID, "B");
    encoder.field(98, "0");
    encoder.field(108, "30");
    encoder.data(95, 96, b"li\nne\x01");
    encoder.field(553, "kim");
    encoder.field(554, "topsecret");
    encoder.finish();
    bytes
}

fn heartbeat() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::begin(&mut bytes, b"FIX.4.4", b"0");
    encoder.header_field(tags::MSG_SEQ_NUM, &2u64);
    encoder.finish();
    bytes
}

fn written(options: FileLogOptions) -> (String, String) {
    let disk = Disk::default();
    let logs = disk.logs(options);
    let mut log = logs.session(&identity()).unwrap();
    log.note(START, &Entry::Connected);
    incoming(&mut log, START + 123_456_789, &logon());
    incoming(&mut log, START + SECOND, &heartbeat());
    log.note(
        START + 2 * SECOND,
        &Entry::Garbled {
            why: sansfix::wire::Garbled::CheckSum,
            bytes: b"8=FIX.4.4\x019=5\x0135=A\x01554=topsecret\x01",
        },
    );
    log.note(START + 3 * SECOND, &Entry::Ended(Reason::LogoutCompleted));
    flush(&logs);
    (disk.text(MESSAGES), disk.text(EVENTS))
}

#[test]
fn the_files_are_these() {
    let (messages, events) = written(options());
    assert_eq!(
        messages,
        "20260921-14:13:20.123 : 8=FIX.4.4\x019=69\x0135=A\x0134=1\x0149=A\x0156=B\x0198=0\x01108=30\x0195=6\x01\
         96=******\x01553=kim\x01554=***\x0110=199\x01\n\
         20260921-14:13:21.000 : 8=FIX.4.4\x019=10\x0135=0\x0134=2\x0110=166\x01\n"
    );
    assert_eq!(
        events,
        "20260921-14:13:20.000 : connected\n\
         20260921-14:13:22.000 : ignored, garbled (CheckSum(10) is not the sum of the bytes): \
         8=FIX.4.4|9=5|35=A|554=*** (10 bytes hidden)\n\
         20260921-14:13:23.000 : disconnected: logout completed\n"
    );
}

#[test]
fn heartbeats_milliseconds_and_the_time_of_messages_can_be_left_out() {
    let (messages, events) = written(FileLogOptions {
        heartbeats: false,
        milliseconds: false,
        timestamps_for_messages: false,
        ..options()
    });
    assert!(messages.starts_with("8=FIX.4.4\x019=69\x01"), "{messages}");
    assert_eq!(messages.lines().count(), 1);
    assert!(events.starts_with("20260921-14:13:20 : connected\n20260921-14:13:22 : ignored"), "{events}");
}

#[test]
fn two_identities_never_share_a_file_and_one_may_come_again() {
    let disk = Disk::default();
    let logs = disk.logs(options());
    let first = logs.session(&identity()).unwrap();
    assert!(logs.session(&identity()).is_ok(), "the same session again");
    assert!(format!("{first:?}").contains("prefix: \"fix.4.4-a-b\"") && format!("{logs:?}").contains("log"));
    let lower = logs.session(&Identity::new(BeginString::Fix44, "a", "B"));
    assert!(lower.is_ok(), "a name of its own");
    // What cannot be told apart by its name is refused, should the check of names ever let it through.
    let key = first.key.clone();
    logs.shared.sessions().get_mut(&key).unwrap().0 = Identity::new(BeginString::Fix44, "OTHER", "B");
    assert!(matches!(logs.session(&identity()), Err(FileLogError::SameName(..))));
    // As long as one of its logs is there, and no longer.
    let second = logs.session(&Identity::new(BeginString::Fix44, "OTHER", "B"));
    assert!(second.is_ok(), "its files have another name");
    drop(first);
    assert!(logs.session(&identity()).is_ok());
}
