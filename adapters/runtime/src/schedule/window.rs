//! A window that opens and closes again and again: daily, on some weekdays, or weekly.
//!
//! Its times are wall-clock times of a zone. Where a change of daylight saving time skips one, the window opens (or
//! closes) as much later as the clock was put forward; where a time comes twice, the first one counts. So each window
//! opens once for each day or week it begins on, and the same instants follow for everybody who knows the zone.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::Verdict;

/// A window of a day can begin eight days before the moment it is asked about: a week, and a day for the zone.
const DAYS_AROUND: i32 = 8;

/// The days on which a window begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// Every day. Closing at or before the time of opening means the next day.
    Every,
    /// These days of the week only.
    Only(Vec<Weekday>),
    /// Once a week, from a day to a day. The same day and an end at or before the start mean a week later.
    Week {
        /// The day it opens.
        start: Weekday,
        /// The day it closes.
        end: Weekday,
    },
}

/// When a window opens and closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    days: Days,
    start: Time,
    end: Time,
}

/// A window that would never open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("session time on no day of the week: name at least one")]
pub struct InvalidWindow;

impl Window {
    /// From `start` to `end`, which is no longer part of it. Equal times are a full period: a day, or a week.
    ///
    /// # Errors
    /// [`InvalidWindow`] when no day is left to open on.
    pub fn new(days: Days, start: Time, end: Time) -> Result<Self, InvalidWindow> {
        if days == Days::Only(Vec::new()) {
            return Err(InvalidWindow);
        }
        Ok(Self { days, start, end })
    }

    pub(super) fn at(&self, utc_ns: i64, zone: &TimeZone) -> Verdict {
        let today = zone.to_datetime(timestamp(utc_ns)).date();
        let mut verdict = Verdict { open: false, started_utc_ns: i64::MIN, until_utc_ns: i64::MAX };
        for day in -DAYS_AROUND..=DAYS_AROUND {
            let Ok(date) = today.checked_add(Span::new().days(day)) else { continue };
            let Some((opens, closes)) = self.beginning_on(date, zone) else { continue };
            for change in [opens, closes] {
                if change > utc_ns {
                    verdict.until_utc_ns = verdict.until_utc_ns.min(change);
                }
            }
            if opens <= utc_ns {
                verdict.started_utc_ns = verdict.started_utc_ns.max(opens);
                verdict.open |= utc_ns < closes;
            }
        }
        verdict
    }

    /// When the window opens that begins on `date`, and when it closes.
    fn beginning_on(&self, date: Date, zone: &TimeZone) -> Option<(i64, i64)> {
        let wraps = self.end <= self.start;
        let days = match &self.days {
            Days::Every => i32::from(wraps),
            Days::Only(days) if days.contains(&date.weekday()) => i32::from(wraps),
            Days::Only(_) => return None,
            Days::Week { start, .. } if *start != date.weekday() => return None,
            Days::Week { start, end } => {
                let days = i32::from(end.since(*start));
                if days == 0 && wraps { 7 } else { days }
            }
        };
        let end = date.checked_add(Span::new().days(days)).ok()?;
        Some((instant(date, self.start, zone)?, instant(end, self.end, zone)?))
    }
}

/// The instant of a wall-clock time. `compatible` is what calendars do: a skipped time moves forward, of a repeated
/// one the first counts.
fn instant(date: Date, time: Time, zone: &TimeZone) -> Option<i64> {
    let zoned = zone.to_ambiguous_zoned_datetime(date.to_datetime(time)).compatible().ok()?;
    i64::try_from(zoned.timestamp().as_nanosecond()).ok()
}

fn timestamp(utc_ns: i64) -> Timestamp {
    // Every i64 of nanoseconds lies within what a timestamp can be.
    Timestamp::from_nanosecond(i128::from(utc_ns)).unwrap_or(Timestamp::UNIX_EPOCH)
}
