//! What session an input asks for: its first byte chooses version, role and profile, the next two what else can be
//! configured.

use sansfix::config::{Config, Identity, Profile, Role};
use sansfix::wire::Precision;
use sansfix::{BeginString, Now, SeqNum, Snapshot};

use crate::planted::plant;

/// When every input begins.
pub(super) const START: Now = Now { mono_ns: 1_000_000_000, utc_ns: 1_790_000_000_000_000_000 };

/// This many numbers from the last one an input begins, if it begins there.
const NEAR_THE_END: u64 = 40;

/// The session's configuration. Limits are small, so that a small input reaches them.
pub(super) fn config(variant: u8, options: [u8; 2]) -> Config {
    let version = BeginString::ALL[usize::from(variant >> 2) % BeginString::ALL.len()];
    let role = if variant & 1 == 0 { Role::Acceptor } else { Role::Initiator };
    let profile = if variant & 2 == 0 { Profile::Standard } else { Profile::Compatible };
    let mut identity = Identity::new(version, "US", "THEM");
    let first = |bit: u8| options[0] & 1 << bit != 0;
    let second = |bit: u8| options[1] & 1 << bit != 0;
    if first(7) {
        identity.sender.sub_id = Some("DESK".into());
        identity.target.sub_id = Some("FLOOR".into());
        identity.sender.location_id = Some("ZRH".into());
        identity.target.location_id = Some("LDN".into());
    }
    let mut config = plant(Config::new(role, identity).with_profile(profile));
    config.limits.queued_messages = 3;
    config.limits.replay_batch = 2;
    config.next_expected_msg_seq_num = variant & 64 != 0;
    config.last_msg_seq_num_processed = variant & 128 != 0;
    config.reset_on_logon = first(0);
    config.reset_on_logout = first(1);
    config.reset_on_disconnect = first(2);
    config.resend_request_chunk = first(3).then_some(2);
    config.persist_messages = !first(4);
    config.check_comp_id = !first(5);
    config.test_message_indicator = first(6).then_some(second(2));
    config.acceptor_heart_bt_int = second(0).then_some((10, 60));
    config.sending_time_tolerance = config.sending_time_tolerance.filter(|_| !second(1));
    config.limits.announce_max_message_size = second(2);
    config.timestamp_precision =
        [Precision::Milliseconds, Precision::Seconds, Precision::Microseconds, Precision::Nanoseconds]
            [usize::from(options[1] >> 3 & 3)];
    if second(5) {
        config.limits.unsent_bytes = 600;
        config.limits.max_message_size = 700;
        config.limits.queued_bytes = 200;
        config.limits.replay_low_water = 100;
    }
    if second(6) {
        config.heart_bt_int = 0;
    }
    config
}

/// What the session continues from.
pub(super) fn snapshot(options: [u8; 2]) -> Snapshot {
    let mut snapshot = Snapshot::new(START.utc_ns);
    if options[1] & 128 != 0 {
        let near = SeqNum::new(SeqNum::MAX.get() - NEAR_THE_END).unwrap_or(SeqNum::MAX);
        (snapshot.next_sender, snapshot.next_target) = (near, near);
    }
    snapshot
}
