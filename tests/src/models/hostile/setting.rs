//! The sessions that are searched, and the words that each search begins with.

use std::sync::Arc;

use sansfix::BeginString;
use sansfix::config::{Config, Identity, Profile, Role};

/// A session under search.
#[derive(Clone, Debug)]
pub struct Setting {
    /// How it is called
    pub name: &'static str,
    /// Its configuration
    pub config: Arc<Config>,
}

/// How many messages are kept above a gap.
pub(super) const QUEUED_MESSAGES: u32 = 1;

/// What a search begins with: nothing, or what brings a session into a state from which more can be reached.
pub(super) const BEGINNINGS: [&str; 11] = [
    "",
    "connect",
    "connect; Logon; send",
    "connect; Logon; send; order +2",
    "connect; Logon; tick; tick; tick",
    "connect; Logon; send; command Logout",
    "connect; Logon; Logout",
    "connect; Logon; send; lost",
    "connect; Logon; send; lost; connect",
    "connect; Logon; send; command Reset after Logout",
    "connect; Logon; command Reset in session; Heartbeat right TestReqID",
];

impl Setting {
    /// Whether the words of this session go on from the beginning: where nobody sends Heartbeats, nothing is due on a
    /// connection that is logged on.
    pub(super) fn has(&self, beginning: &str) -> bool {
        let initiator = self.config.role == Role::Initiator;
        !(beginning.contains("tick") && initiator && self.config.heart_bt_int == 0)
    }
}

/// Both roles in several versions and both profiles. `tweak` changes each configuration.
#[must_use]
pub fn settings(tweak: impl Fn(&mut Config)) -> Vec<Setting> {
    use BeginString::{Fix42, Fix44, Fixt11};
    use Profile::{Compatible, Standard};
    use Role::{Acceptor, Initiator};
    let all = [
        ("acceptor FIX.4.4", Acceptor, Fix44, Standard),
        ("initiator FIX.4.4", Initiator, Fix44, Standard),
        ("acceptor FIX.4.2", Acceptor, Fix42, Standard),
        ("initiator FIX.4.2", Initiator, Fix42, Standard),
        ("acceptor FIXT.1.1", Acceptor, Fixt11, Standard),
        ("initiator FIXT.1.1", Initiator, Fixt11, Standard),
        ("acceptor FIX.4.2 compatible", Acceptor, Fix42, Compatible),
        ("initiator FIX.4.4 compatible", Initiator, Fix44, Compatible),
    ];
    let setting = |(name, role, version, profile)| {
        let mut config = Config::new(role, Identity::new(version, "US", "THEM")).with_profile(profile);
        config.limits.queued_messages = QUEUED_MESSAGES;
        config.limits.resend_request_repeats = 1;
        // An initiator without Heartbeats: G27 is not to depend on them. An acceptor takes what is proposed.
        config.heart_bt_int = if version == Fix42 && role == Initiator { 0 } else { 30 };
        config.next_expected_msg_seq_num = version == Fixt11;
        tweak(&mut config);
        Setting { name, config: Arc::new(config) }
    };
    all.into_iter().map(setting).collect()
}
