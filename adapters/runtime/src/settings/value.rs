//! Values as they are written.

use std::time::Duration;

use jiff::tz::TimeZone;
use sansfix::ApplVerId;
use sansfix::config::Profile;
use sansfix::wire::Precision;

use crate::store::SyncPolicy;

pub(crate) const FLAG_ALLOWED: &str = "Y or N";

/// Y or N, in either case (QuickFIX/Go takes both).
pub(crate) fn flag(value: &str) -> Option<bool> {
    match value {
        "Y" | "y" => Some(true),
        "N" | "n" => Some(false),
        _ => None,
    }
}

/// Decimal digits alone: no sign, no fraction.
pub(crate) fn number(value: &str, from: u64, to: u64) -> Option<u64> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| value.parse().ok()).flatten().filter(|number| (from..=to).contains(number))
}

/// A decimal fraction of at most three places, in thousandths: `0.5` is 500.
pub(crate) fn thousandths(value: &str) -> Option<u32> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let whole = number(whole, 0, MAX_WHOLE)?;
    let places = (1..=3).contains(&fraction.len()).then(|| number(fraction, 0, 999)).flatten()?;
    let scale = [100, 10, 1][fraction.len() - 1];
    u32::try_from(whole * 1000 + places * scale).ok()
}

/// A multiple of HeartBtInt above this is no multiple but a time.
const MAX_WHOLE: u64 = 100;

pub(crate) const PRECISION_ALLOWED: &str = "0, 3, 6 or 9 (digits), or SECONDS, MILLIS, MICROS or NANOS";

/// A precision as each of the engines writes it.
pub(crate) fn precision(value: &str) -> Option<Precision> {
    Some(match value.to_ascii_lowercase().as_str() {
        "0" | "seconds" | "second" => Precision::Seconds,
        "3" | "millis" | "millisecond" => Precision::Milliseconds,
        "6" | "micros" | "microsecond" => Precision::Microseconds,
        "9" | "nanos" | "nanosecond" => Precision::Nanoseconds,
        _ => return None,
    })
}

pub(crate) fn profile(value: &str) -> Option<Profile> {
    [("standard", Profile::Standard), ("compatible", Profile::Compatible)]
        .into_iter()
        .find_map(|(name, profile)| value.eq_ignore_ascii_case(name).then_some(profile))
}

/// The longest interval between syncs, milliseconds: a day. Who wants more wants None.
const MAX_SYNC_INTERVAL: u64 = 86_400_000;

pub(crate) const SYNC_POLICY_ALLOWED: &str = "Batch, None, or milliseconds from 1 to 86400000";

/// When a journal is synced.
pub(crate) fn sync_policy(value: &str) -> Option<SyncPolicy> {
    if value.eq_ignore_ascii_case("batch") {
        Some(SyncPolicy::EveryBatch)
    } else if value.eq_ignore_ascii_case("none") {
        Some(SyncPolicy::Never)
    } else {
        number(value, 1, MAX_SYNC_INTERVAL).map(Duration::from_millis).map(SyncPolicy::Interval)
    }
}

/// The smallest FileLogMaxBytes, bytes: less would be a file for every few lines.
const MIN_LOG_BYTES: u64 = 4 << 10;
/// The largest, bytes.
const MAX_LOG_BYTES: u64 = 1 << 40;

pub(crate) const LOG_BYTES_ALLOWED: &str = "0, or a whole number from 4096 to 1099511627776";

/// The size of a log file; 0 for no bound.
pub(crate) fn log_bytes(value: &str) -> Option<u64> {
    number(value, 0, 0).or_else(|| number(value, MIN_LOG_BYTES, MAX_LOG_BYTES))
}

pub(crate) const ZONE_ALLOWED: &str = "UTC or a name of the IANA time zone database, like America/New_York";

pub(crate) fn zone(value: &str) -> Option<TimeZone> {
    if value.eq_ignore_ascii_case("UTC") { Some(TimeZone::UTC) } else { TimeZone::get(value).ok() }
}

/// An application version: `FIX.5.0SP2`, or the value of ApplVerID(1128): `9`. In any case.
pub(crate) fn version(value: &str) -> Option<ApplVerId> {
    let upper = value.to_ascii_uppercase();
    ApplVerId::from_name(if upper == "FIX.LATEST" { "FIX.Latest" } else { &upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_read_exactly() {
        for (value, expected) in [
            ("0", Some(0)),
            ("0.5", Some(500)),
            ("1.4", Some(1400)),
            ("0.05", Some(50)),
            ("2.125", Some(2125)),
        ] {
            assert_eq!(thousandths(value), expected, "{value}");
        }
        for wrong in ["", ".5", "1.", "-1", "0.5555", "101", "a", "1.a", "1,5", "99999999999999999999"] {
            assert_eq!(thousandths(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_digits_within_their_range() {
        assert_eq!(number("10", 1, 10), Some(10));
        for wrong in ["0", "11", "+5", " 5", "5s", "", "99999999999999999999999"] {
            assert_eq!(number(wrong, 1, 10), None, "{wrong}");
        }
    }
}
