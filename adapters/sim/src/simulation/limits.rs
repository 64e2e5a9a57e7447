//! How long a side may take, as its configuration says: nanoseconds, at most what 64 bits hold, so that a limit which is to
//! last for ever does.

use sansfix::SECOND_NS;
use sansfix::config::Config;

/// How many answers of its store a side may have to wait for.
const ANSWERS: u64 = 4;
/// How long healing may take at least: with the limits of the standard profile and a HeartBtInt(108) of 30 s it takes less.
const HEALED_WITHIN_NS: u64 = 600 * SECOND_NS;

fn ns(ms: u64) -> u64 {
    ms.saturating_mul(1_000_000)
}

fn stores_ms(slow_store_ms: u32) -> u64 {
    ANSWERS * u64::from(slow_store_ms)
}

/// How long a line may be silent before a side that is logged on gives it up, milliseconds: it sends a TestRequest after its
/// time of silence, and waits as long again.
fn noticed_ms(config: &Config) -> u64 {
    // HeartBtInt is in seconds, and the share of it in thousandths.
    let silence_ms = u64::from(config.heart_bt_int) * u64::from(config.limits.test_request_per_mille);
    silence_ms.saturating_mul(2)
}

/// From an operator's Logout to the end of the connection. Its limits add up: a gap may have to close first, the Logout waits
/// for its answer and for its store, and the last bytes have to leave.
pub(super) fn of_logout(config: &Config, slow_store_ms: u32) -> u64 {
    let limits = &config.limits;
    let waits = [
        limits.logon_timeout_ms,
        limits.logout_timeout_ms,
        limits.logout_recovery_ms,
        limits.flush_timeout_ms,
    ];
    ns(waits.map(u64::from).iter().sum::<u64>() + stores_ms(slow_store_ms))
}

/// From when the line falls silent to the end of the connection. A side may be about to log on or out, and waits then for
/// that.
pub(super) fn of_silence(config: &Config, slow_store_ms: u32) -> u64 {
    let limits = &config.limits;
    let logout_ms = limits.logout_timeout_ms.max(limits.await_disconnect_ms);
    let waits = [limits.logon_timeout_ms, logout_ms, limits.logout_recovery_ms, limits.flush_timeout_ms];
    let others_ms = waits.map(u64::from).iter().sum::<u64>() + stores_ms(slow_store_ms);
    ns(noticed_ms(config).saturating_add(others_ms))
}

/// From when the faults stop until all is well. What was lost last is missed with the next Heartbeat, a ResendRequest that
/// was lost is repeated as often as it may be, a connection that is dead is given up, or an end of it is waited for. What
/// comes of it is a new connection, on which the same may be found once more.
pub(super) fn of_healing(config: &Config, slow_store_ms: u32) -> u64 {
    let limits = &config.limits;
    let asked_ms =
        u64::from(limits.resend_request_timeout_ms) * (1 + u64::from(limits.resend_request_repeats));
    let heartbeat_ms = 1_000 * u64::from(config.heart_bt_int);
    let once_ns = ns(asked_ms + heartbeat_ms).saturating_add(of_silence(config, slow_store_ms));
    HEALED_WITHIN_NS.max(once_ns.saturating_mul(2))
}

#[cfg(test)]
mod tests {
    use sansfix::BeginString;
    use sansfix::config::{Identity, Role};

    use super::*;

    fn config(change: impl Fn(&mut Config)) -> Config {
        let mut config = Config::new(Role::Initiator, Identity::new(BeginString::Fix44, "A", "B"));
        change(&mut config);
        config
    }

    #[test]
    fn limits_follow_the_configuration() {
        let common = config(|_| {});
        // Logon 10 s, Logout 10 s, its recovery and the flush; a store that answers within 20 ms four times.
        let limits = &common.limits;
        let waits_ms = limits.logon_timeout_ms + limits.logout_timeout_ms + limits.logout_recovery_ms;
        let waits_ms = u64::from(waits_ms + limits.flush_timeout_ms) + 80;
        assert_eq!(of_logout(&common, 20), waits_ms * 1_000_000);
        assert_eq!(of_silence(&common, 20), (waits_ms + 72_000) * 1_000_000);
        assert_eq!(of_healing(&common, 20), 600 * SECOND_NS);
        let slow = config(|config| config.heart_bt_int = 900);
        assert_eq!(of_silence(&slow, 20), (waits_ms + 2_160_000) * 1_000_000);
        assert!(of_healing(&slow, 20) > 2 * (2_160 + 900) * SECOND_NS);
    }

    #[test]
    fn limits_that_last_for_ever_do() {
        let most = u32::MAX;
        let endless = config(|config| {
            let limits = &mut config.limits;
            config.heart_bt_int = most;
            (limits.logon_timeout_ms, limits.logout_timeout_ms, limits.await_disconnect_ms) =
                (most, most, most);
            (limits.logout_recovery_ms, limits.flush_timeout_ms) = (most, most);
            (limits.test_request_per_mille, limits.resend_request_timeout_ms) = (most, most);
            limits.resend_request_repeats = u8::MAX;
        });
        assert_eq!(of_logout(&endless, 10_000), (4 * u64::from(most) + 40_000) * 1_000_000);
        assert_eq!([of_silence(&endless, most), of_healing(&endless, most)], [u64::MAX; 2]);
    }
}
