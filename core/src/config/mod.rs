//! What a session is configured with. Nothing here changes while it runs.

mod identity;
mod limits;
mod switches;

pub use identity::{Identity, Ids};
pub use limits::Limits;
pub use switches::{Profile, Switches};

use crate::version::{ApplVerId, BeginString};
use crate::wire::Precision;

/// Which side connects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Connects and sends the first Logon
    Initiator,
    /// Waits for a Logon and answers it
    Acceptor,
}

/// A session's configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Which side connects.
    pub role: Role,
    /// BeginString(8) and both parties.
    pub identity: Identity,
    /// HeartBtInt(108) in seconds. An initiator proposes it. An acceptor adopts what the initiator proposes, unless
    /// [`Self::acceptor_heart_bt_int`] bounds it. 0 sends no Heartbeats.
    pub heart_bt_int: u32,
    /// The least and the largest HeartBtInt(108) an acceptor agrees to, in seconds. Any by default.
    pub acceptor_heart_bt_int: Option<(u32, u32)>,
    /// DefaultApplVerID(1137), FIXT.1.1 only.
    pub default_appl_ver_id: Option<ApplVerId>,
    /// Fraction of SendingTime(52) and OrigSendingTime(122). FIX.4.0 and 4.1 always write seconds.
    pub timestamp_precision: Precision,
    /// TestMessageIndicator(464): `Some` writes it and refuses a counterparty that says otherwise.
    pub test_message_indicator: Option<bool>,
    /// Set both numbers to 1 at each logon. An initiator says so with ResetSeqNumFlag(141)=Y.
    pub reset_on_logon: bool,
    /// Set both numbers to 1 after a Logout from either side.
    pub reset_on_logout: bool,
    /// Set both numbers to 1 whenever the connection ends.
    pub reset_on_disconnect: bool,
    /// Ask for at most this many messages with one ResendRequest; `None` asks for everything.
    pub resend_request_chunk: Option<u64>,
    /// Keep sent messages for resending. Off: every ResendRequest is answered with a gap fill.
    pub persist_messages: bool,
    /// Write and honour NextExpectedMsgSeqNum(789) at logon, from FIX 4.4. Both sides must agree to it.
    pub next_expected_msg_seq_num: bool,
    /// Write LastMsgSeqNumProcessed(369) on every message, from FIX 4.2.
    pub last_msg_seq_num_processed: bool,
    /// Compare SenderCompID(49) and TargetCompID(56) of every message with the identity.
    pub check_comp_id: bool,
    /// How far SendingTime(52) may be from now, in seconds; `None` does not compare (MaxLatency, 120 by default).
    pub sending_time_tolerance: Option<u32>,
    /// Times and sizes.
    pub limits: Limits,
    /// Where the standard and common engines differ.
    pub switches: Switches,
    /// The mistake that is made. For sansfix's own tests.
    #[cfg(feature = "seeded-bugs")]
    #[doc(hidden)]
    pub planted: Option<crate::session::Planted>,
}

impl Config {
    /// The configuration of an initiator or acceptor with the defaults of [`Profile::Standard`].
    #[must_use]
    pub fn new(role: Role, identity: Identity) -> Self {
        let fixt = identity.begin_string == BeginString::Fixt11;
        Self {
            role,
            identity,
            heart_bt_int: 30,
            acceptor_heart_bt_int: None,
            default_appl_ver_id: fixt.then_some(ApplVerId::Fix50Sp2),
            timestamp_precision: Precision::Milliseconds,
            test_message_indicator: None,
            reset_on_logon: false,
            reset_on_logout: false,
            reset_on_disconnect: false,
            resend_request_chunk: None,
            persist_messages: true,
            next_expected_msg_seq_num: false,
            last_msg_seq_num_processed: false,
            check_comp_id: true,
            sending_time_tolerance: Some(120),
            limits: Limits::default(),
            switches: Switches::default(),
            #[cfg(feature = "seeded-bugs")]
            planted: None,
        }
    }

    /// The same configuration with the switches and limits of `profile`.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.switches = Switches::of(profile);
        self.limits = Limits::of(profile);
        self
    }

    /// The precision that is written: seconds for FIX.4.0 and 4.1, else as configured.
    #[must_use]
    pub fn written_precision(&self) -> Precision {
        if self.identity.begin_string.seconds_only() { Precision::Seconds } else { self.timestamp_precision }
    }
}
