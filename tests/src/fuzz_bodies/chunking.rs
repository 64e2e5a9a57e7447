//! The same bytes and calls, the bytes cut into reads in several ways: the session does the same (G19).

use sansfix::config::{Profile, Role};
use sansfix::{BeginString, Command, Event, Now, Origin, ResetMode, SeqNum};
use sansfix_sim::Settings;

use super::source::Source;
use crate::lone::{Lone, START, config};
use crate::observed::Observed;
use crate::peer;
use crate::scenario::Echo;

/// Scripts with at most this many bytes on the wire are also read byte by byte.
const SHORT: usize = 2_000;

/// How many ResendRequests one stretch has at most: as many as the session keeps apart while it serves another.
const WAITING_RESEND_REQUESTS: usize = 8;

/// What the counterparty sends: MsgType and body, `|` for SOH.
const MESSAGES: [&str; 20] = [
    "35=D|11=A",
    "35=0",
    "35=1|112=T",
    "35=2|7=1|16=0",
    "35=2|7=2|16=2",
    "35=2|7=3|16=9",
    "35=3|45=1",
    "35=4|123=Y|36=5",
    "35=4|123=Y|43=Y|122=20260921-14:13:19|36=4",
    "35=4|36=6",
    "35=4|36=1",
    "35=5",
    "35=5|58=over",
    "35=A|98=0|108=30",
    "35=A|98=0|108=30|141=Y",
    "35=D|43=Y|122=20260921-14:13:19|11=D",
    "35=D|43=Y|11=D",
    "35=D|11=A|95=3|96=a|b",
    "35=j|45=2|372=D|380=0",
    "35=Q|128=NOBODY|11=B",
];

/// One thing that happens to the session. Bytes are whatever the counterparty sent until the next call.
enum Call {
    Bytes(Vec<u8>),
    Order,
    Pass(u8),
    Command(u8),
    Connection,
}

/// Plays the script in `input`; returns how many bytes of the counterparty it held.
pub fn run(input: &[u8]) -> usize {
    let mut source = Source::new(input);
    let (variant, seed) = (source.byte(), source.byte());
    let calls = calls(variant, &mut source);
    let whole = play(variant, &calls, |bytes| bytes);
    let mut state = u32::from(seed) + 1;
    let cut = play(variant, &calls, |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        1 + (state % 61) as usize
    });
    assert_eq!(cut, whole, "the cuts matter");
    let bytes = calls.iter().map(|call| if let Call::Bytes(bytes) = call { bytes.len() } else { 0 }).sum();
    if bytes <= SHORT {
        assert_eq!(play(variant, &calls, |_| 1), whole, "reading byte by byte matters");
    }
    bytes
}

fn version(variant: u8) -> BeginString {
    BeginString::ALL[usize::from(variant >> 2) % BeginString::ALL.len()]
}

/// The script. It does not depend on what the session says.
///
/// Stretches of bytes end where the session's answer depends on what the store has answered until then, which it does
/// after each read. A reset gives up what is being repeated and has not left yet; and of the ResendRequests that come while
/// one is being served only some are kept apart.
fn calls(variant: u8, source: &mut Source<'_>) -> Vec<Call> {
    let (mut calls, mut stream) = (Vec::new(), Vec::new());
    let (mut now, mut next, mut requests) = (START, 2, 0);
    while !source.is_empty() && calls.len() < 200 {
        let (step, value) = (source.byte(), source.byte());
        let call = match step % 12 {
            0..=5 => {
                let text = MESSAGES[usize::from(value) % MESSAGES.len()];
                let resets = text.contains("141=Y");
                requests += usize::from(text.starts_with("35=2"));
                if resets || requests > WAITING_RESEND_REQUESTS {
                    requests = 0;
                    calls.push(Call::Bytes(std::mem::take(&mut stream)));
                }
                let offset = if step % 12 < 4 { 0 } else { i64::from(source.byte() % 8) - 3 };
                let seq = if resets { 1 } else { (next + offset).max(1) };
                next = if resets { 2 } else { next + 1 };
                stream.extend(message(variant, now, seq.unsigned_abs(), text, step));
                continue;
            }
            6 => {
                stream.extend_from_slice(source.bytes(usize::from(value % 64)));
                continue;
            }
            7 => Call::Order,
            8 => {
                now = now.plus_seconds(u64::from(value % 64));
                Call::Pass(value % 64)
            }
            9 => Call::Command(value),
            10 => {
                next = next.max(1) - i64::from(value % 2);
                Call::Connection
            }
            _ => {
                stream.extend_from_slice(b"8=FIX\x01noise=8=\x01");
                continue;
            }
        };
        calls.push(Call::Bytes(std::mem::take(&mut stream)));
        calls.push(call);
    }
    calls.push(Call::Bytes(stream));
    calls
}

/// A message; some steps break its CheckSum or cut its end off.
fn message(variant: u8, now: Now, seq: u64, text: &str, step: u8) -> Vec<u8> {
    let mut bytes = peer::message(version(variant), now, seq, text);
    match step / 12 % 8 {
        6 => {
            let at = bytes.len() - 2;
            bytes[at] ^= 1;
        }
        7 => bytes.truncate(bytes.len() * 2 / 3),
        _ => {}
    }
    bytes
}

/// Plays the calls, reading each stretch of bytes in pieces of the lengths that `next` gives.
fn play(variant: u8, calls: &[Call], mut next: impl FnMut(usize) -> usize) -> Observed {
    let role = if variant & 1 == 0 { Role::Acceptor } else { Role::Initiator };
    let profile = if variant & 2 == 0 { Profile::Standard } else { Profile::Compatible };
    let mut config = config(role, version(variant)).with_profile(profile);
    config.reset_on_logout = variant & 64 != 0;
    config.resend_request_chunk = (variant & 128 != 0).then_some(2);
    config.limits.queued_messages = 4;
    config.limits.replay_batch = 2;
    let application = Box::new(Echo::default());
    let mut lone = Lone::logged_on_with(Settings { application, record: false, ..Settings::new(config) });
    for call in calls {
        match call {
            Call::Bytes(bytes) => {
                let mut rest = &bytes[..];
                while !rest.is_empty() {
                    let (piece, later) = rest.split_at(next(rest.len()).min(rest.len()));
                    lone.node.feed(lone.now, piece);
                    rest = later;
                }
            }
            Call::Order => _ = lone.order("X"),
            Call::Pass(seconds) => lone.pass(f64::from(*seconds)),
            Call::Command(value) => _ = lone.command(command(*value)),
            Call::Connection => {
                let event = if lone.node.connected() { Event::Disconnected } else { Event::Connected };
                lone.event(event);
            }
        }
    }
    Observed::of(&mut lone)
}

fn command(value: u8) -> Command<'static> {
    let seq = SeqNum::new(u64::from(value / 16) + 1).unwrap_or(SeqNum::FIRST);
    match value % 8 {
        0 => Command::Logon { by: Origin::Operator },
        1 => Command::Logout { text: "operator", by: Origin::Operator },
        2 => Command::Reset(ResetMode::Offline),
        3 => Command::Reset(ResetMode::LogoutThenReset),
        4 => Command::Reset(ResetMode::InSession),
        5 => Command::SetNextSender(seq),
        6 => Command::SetNextTarget(seq),
        _ => Command::TestRequest { id: "" },
    }
}
