//! A window that opens and closes again and again: daily, on some weekdays, or weekly.
//!
//! Its times are wall-clock times of a zone. Where a change of daylight saving time skips one, the window opens (or
//! closes) as much later as the clock was put forward; where a time comes twice, the first one counts. So each window
//! opens once for each day or week it begins on, and the same instants follow for everybody who knows the zone. A
//! window that closes before a skipped time lets it open is closed that day; its period begins all the same.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::Verdict;

/// The dates that can matter, counted from the one at the moment that is asked about. A weekly window can begin eight
/// days before: a week, and a day that the zone skips. It can begin as much later, and a weekday too.
const AROUND_A_WEEK: RangeInclusive<i32> = -8..=8;

/// A daily one can begin two days before: it lasts a day, and the zone can skip another. The next begins on the day after
/// at the latest.
const AROUND_A_DAY: RangeInclusive<i32> = -2..=1;

/// The days on which a window begins. Example: [`Window`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// Every day. Closing at or before the time of opening means the next day.
    Every,
    /// These days of the week only, at least one; closing as for every day.
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
///
/// ```
/// use jiff::{civil::{Weekday, time}, tz::TimeZone};
/// use sansfix_runtime::schedule::{Days, InvalidWindow, Schedule, Window};
///
/// let midnight = time(0, 0, 0, 0);
/// let week = Days::Week { start: Weekday::Monday, end: Weekday::Friday };
/// let week = Window::new(week, time(8, 0, 0, 0), time(17, 0, 0, 0))?
///     .with_start_zone(TimeZone::fixed(jiff::tz::offset(9))) // opens with Tokyo
///     .with_end_zone(TimeZone::UTC);
/// let schedule = Schedule::new(week, TimeZone::UTC);
/// let hour = 3_600_000_000_000;
/// // 1970-01-01 was a Thursday: the week opened three days before, at 08:00 in Tokyo.
/// assert_eq!(schedule.at(0).started_utc_ns, (-3 * 24 - 1) * hour);
/// assert_eq!(schedule.at(0).until_utc_ns, (24 + 17) * hour);
///
/// assert_eq!(Window::new(Days::Only(Vec::new()), midnight, midnight), Err(InvalidWindow));
/// # Ok::<(), InvalidWindow>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub(super) days: Days,
    pub(super) start: Edge,
    pub(super) end: Edge,
}

/// A time of the day, with a zone of its own or that of the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) time: Time,
    pub(super) zone: Option<TimeZone>,
}

/// A window that would never open. Example: [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("session time on no day of the week: name at least one")]
pub struct InvalidWindow;

impl Window {
    /// From `start` to `end`, which is no longer part of it, both to the nanosecond. Equal times are a full period: a day,
    /// or a week.
    ///
    /// # Errors
    /// [`InvalidWindow`] when no day is left to open on.
    pub fn new(days: Days, start: Time, end: Time) -> Result<Self, InvalidWindow> {
        if days == Days::Only(Vec::new()) {
            return Err(InvalidWindow);
        }
        let edge = |time| Edge { time, zone: None };
        Ok(Self { days, start: edge(start), end: edge(end) })
    }

    /// The same window, opening by the clock of another zone than the schedule's: its days are days of that zone.
    #[must_use]
    pub fn with_start_zone(mut self, zone: TimeZone) -> Self {
        self.start.zone = Some(zone);
        self
    }

    /// The same window, closing by the clock of another zone. When it differs from that of the start, the window
    /// closes at the first such time (on the first such day of the week) after it has opened.
    #[must_use]
    pub fn with_end_zone(mut self, zone: TimeZone) -> Self {
        self.end.zone = Some(zone);
        self
    }

    pub(super) fn at(&self, utc_ns: i64, zone: &TimeZone) -> Verdict {
        let start_zone = self.start.zone.as_ref().unwrap_or(zone);
        let today = start_zone.to_datetime(timestamp(utc_ns)).date();
        let mut verdict = Verdict { open: false, started_utc_ns: i64::MIN, until_utc_ns: i64::MAX };
        let around = match self.days {
            Days::Every => AROUND_A_DAY,
            Days::Only(_) | Days::Week { .. } => AROUND_A_WEEK,
        };
        for day in around {
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

    /// When the window opens that begins on `date`, and when it closes; never before it opens.
    fn beginning_on(&self, date: Date, zone: &TimeZone) -> Option<(i64, i64)> {
        let begins = match &self.days {
            Days::Every => true,
            Days::Only(days) => days.contains(&date.weekday()),
            Days::Week { start, .. } => *start == date.weekday(),
        };
        if !begins {
            return None;
        }
        let start_zone = self.start.zone.as_ref().unwrap_or(zone);
        let end_zone = self.end.zone.as_ref().unwrap_or(zone);
        let opens = instant(date, self.start.time, start_zone)?;
        let closes = if start_zone == end_zone {
            let end = date.checked_add(Span::new().days(self.days_to_the_end())).ok()?;
            instant(end, self.end.time, end_zone)?.max(opens)
        } else {
            self.first_end_after(opens, end_zone)?
        };
        Some((opens, closes))
    }

    /// By the calendar, when both times are of one zone.
    fn days_to_the_end(&self) -> i32 {
        let wraps = self.end.time <= self.start.time;
        match &self.days {
            Days::Every | Days::Only(_) => i32::from(wraps),
            Days::Week { start, end } => {
                let days = i32::from(end.since(*start));
                if days == 0 && wraps { 7 } else { days }
            }
        }
    }

    /// By the clock, when they are not: "a day later" means nothing between two calendars.
    fn first_end_after(&self, opens: i64, zone: &TimeZone) -> Option<i64> {
        let first = zone.to_datetime(timestamp(opens)).date();
        (0..=*AROUND_A_WEEK.end())
            .filter_map(|day| first.checked_add(Span::new().days(day)).ok())
            .filter(|date| match &self.days {
                Days::Every | Days::Only(_) => true,
                Days::Week { end, .. } => *end == date.weekday(),
            })
            .filter_map(|date| instant(date, self.end.time, zone))
            .find(|closes| *closes > opens)
    }
}

/// The instant of a wall-clock time. `compatible` is what calendars do: a skipped time moves forward, of a repeated
/// one the first counts.
fn instant(date: Date, time: Time, zone: &TimeZone) -> Option<i64> {
    let zoned = zone.to_ambiguous_zoned_datetime(date.to_datetime(time)).compatible().ok()?;
    i64::try_from(zoned.timestamp().as_nanosecond()).ok()
}

pub(super) fn timestamp(utc_ns: i64) -> Timestamp {
    // Every i64 of nanoseconds lies within what a timestamp can be.
    Timestamp::from_nanosecond(i128::from(utc_ns)).unwrap_or(Timestamp::UNIX_EPOCH)
}
