//! Times and sizes a session keeps to. Each bounds what a slow, silent or hostile counterparty can cost.

use super::switches::Profile;

/// Times and sizes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Limits {
    /// From the connection to a completed logon, milliseconds.
    pub logon_timeout_ms: u32,
    /// From our Logout to its answer, milliseconds (FIX 4.4 test case 12 says 10 s).
    pub logout_timeout_ms: u32,
    /// From our answer to the counterparty's Logout until it must have closed, milliseconds (test case 13b: 10 s).
    pub await_disconnect_ms: u32,
    /// How long a Logout that came above a gap waits for the gap to close before it is answered, milliseconds.
    pub logout_recovery_ms: u32,
    /// How long the last bytes may take to leave before the connection is closed, milliseconds.
    pub flush_timeout_ms: u32,
    /// Silence after which a TestRequest is sent, in thousandths of HeartBtInt (1200: HeartBtInt plus 20 %).
    pub test_request_per_mille: u32,
    /// A ResendRequest that brings nothing is repeated after this long, milliseconds.
    pub resend_request_timeout_ms: u32,
    /// How often a ResendRequest is repeated before the session logs out.
    pub resend_request_repeats: u8,
    /// The longest message accepted, bytes. Written in MaxMessageSize(383) when `announce_max_message_size` is on.
    pub max_message_size: u32,
    /// Write MaxMessageSize(383) on Logon, from FIX 4.2.
    pub announce_max_message_size: bool,
    /// How many messages are kept above a gap; more are dropped and requested again.
    pub queued_messages: u32,
    /// How many bytes are kept above a gap.
    pub queued_bytes: u32,
    /// How many bytes may wait to be sent, or to be saved, before `send` answers Full. At twice as many the connection is
    /// closed.
    pub unsent_bytes: u32,
    /// A replay asks its store for more only when fewer bytes than this wait to be sent.
    pub replay_low_water: u32,
    /// How many messages a replay asks its store for at a time.
    pub replay_batch: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            logon_timeout_ms: 10_000,
            logout_timeout_ms: 10_000,
            await_disconnect_ms: 10_000,
            logout_recovery_ms: 10_000,
            flush_timeout_ms: 2_000,
            test_request_per_mille: 1_200,
            resend_request_timeout_ms: 30_000,
            resend_request_repeats: 3,
            max_message_size: 1 << 20,
            announce_max_message_size: false,
            queued_messages: 10_000,
            queued_bytes: 16 << 20,
            unsent_bytes: 16 << 20,
            replay_low_water: 64 << 10,
            replay_batch: 256,
        }
    }
}

impl Limits {
    /// The limits of a profile: common engines wait 2 s for the answer to a Logout.
    #[must_use]
    pub fn of(profile: Profile) -> Self {
        match profile {
            Profile::Standard => Self::default(),
            Profile::Compatible => Self { logout_timeout_ms: 2_000, ..Self::default() },
        }
    }
}
