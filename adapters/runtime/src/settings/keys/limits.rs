//! Times and sizes.

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Flag, Number},
};

/// The longest time that a key takes, seconds: a day. Above it, milliseconds are meant.
pub(super) const MAX_SECONDS: u64 = 86_400;
/// The smallest MaxMessageSize, bytes: room for a Logon with a signature.
const MIN_MESSAGE_BYTES: u64 = 1 << 10;
/// The largest size of anything, bytes: what a session may be asked to hold in memory.
const MAX_BYTES: u64 = 1 << 30;

const fn ms(seconds: u64) -> u32 {
    (seconds * 1000) as u32
}

pub(super) const KEYS: &[Key] = keys! {
    "LogonTimeout", None, ALL, Number(1, MAX_SECONDS, |draft, n| draft.config.limits.logon_timeout_ms = ms(n));
        "10"; "Seconds from the connection to a completed logon.";
    "LogoutTimeout", None, ALL, Number(1, MAX_SECONDS, |draft, n| draft.config.limits.logout_timeout_ms = ms(n));
        "10 (2 with Profile=Compatible)"; "Seconds from our Logout to its answer.";
    "AwaitDisconnectTimeout", None, OURS,
        Number(1, MAX_SECONDS, |draft, n| draft.config.limits.await_disconnect_ms = ms(n));
        "10"; "Seconds from our answer to a Logout until the counterparty must have closed.";
    "LogoutRecoveryTimeout", None, OURS,
        Number(1, MAX_SECONDS, |draft, n| draft.config.limits.logout_recovery_ms = ms(n));
        "10"; "Seconds that a Logout above a gap waits for the gap to close.";
    "FlushTimeout", None, OURS, Number(1, MAX_SECONDS, |draft, n| draft.config.limits.flush_timeout_ms = ms(n));
        "2"; "Seconds that the last bytes may take to leave before the connection is closed.";
    "ResendRequestTimeout", None, OURS,
        Number(1, MAX_SECONDS, |draft, n| draft.config.limits.resend_request_timeout_ms = ms(n));
        "30"; "Seconds after which a ResendRequest that brings nothing is repeated.";
    "ResendRequestRepeats", None, OURS,
        Number(0, 255, |draft, n| draft.config.limits.resend_request_repeats = n as u8);
        "3"; "How often a ResendRequest is repeated before the session logs out.";
    "MaxMessageSize", None, OURS,
        Number(MIN_MESSAGE_BYTES, MAX_BYTES, |draft, n| draft.config.limits.max_message_size = n as u32);
        "1048576"; "The longest message accepted, bytes.";
    "AnnounceMaxMessageSize", None, OURS,
        Flag(|draft, on| draft.config.limits.announce_max_message_size = on);
        "N"; "MaxMessageSize(383) is written on the Logon, from FIX.4.2 on.";
    "QueuedMessages", None, OURS,
        Number(0, 10_000_000, |draft, n| draft.config.limits.queued_messages = n as u32);
        "10000"; "How many messages are kept above a gap; more are dropped and requested again.";
    "QueuedBytes", None, OURS, Number(0, MAX_BYTES, |draft, n| draft.config.limits.queued_bytes = n as u32);
        "16777216"; "How many bytes are kept above a gap.";
    "UnsentBytes", None, OURS,
        Number(MIN_MESSAGE_BYTES, MAX_BYTES, |draft, n| draft.config.limits.unsent_bytes = n as u32);
        "16777216"; "How many bytes may wait to be sent before sending is refused.";
};
