//! A schedule in words, for people who check a configuration.

use std::fmt::{self, Display, Formatter};

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::window::{Edge, timestamp};
use super::{Days, Schedule, Window};

impl Display for Schedule {
    /// `daily from 09:00:00 to 17:30:00 (Europe/London)`
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.session {
            Some(session) => write!(f, "{}", Named(session, &self.zone))?,
            None => write!(f, "never ends")?,
        }
        match &self.logon {
            Some(logon) => write!(f, "; logged on only {}", Named(logon, &self.zone)),
            None => Ok(()),
        }
    }
}

/// A window in the zone of its schedule.
struct Named<'s>(&'s Window, &'s TimeZone);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(Window { days, start, end }, zone) = self;
        let (start_zone, end_zone) = (zone_of(start, zone), zone_of(end, zone));
        let (start_day, end_day) = match days {
            Days::Every => {
                write!(f, "daily ")?;
                (None, None)
            }
            Days::Only(days) => {
                for (index, day) in days.iter().enumerate() {
                    let before = if index == 0 { "" } else { ", " };
                    write!(f, "{before}{}", day_name(*day))?;
                }
                write!(f, " ")?;
                (None, None)
            }
            Days::Week { start, end } => {
                write!(f, "weekly ")?;
                (Some(*start), Some(*end))
            }
        };
        let day = |day: Option<Weekday>| day.map(|day| format!("{} ", day_name(day))).unwrap_or_default();
        write!(f, "from {}{}", day(start_day), start.time)?;
        if start_zone != end_zone {
            write!(f, " ({start_zone})")?;
        }
        write!(f, " to {}{} ({end_zone})", day(end_day), end.time)
    }
}

fn zone_of(edge: &Edge, zone: &TimeZone) -> String {
    zone_name(edge.zone.as_ref().unwrap_or(zone)).to_owned()
}

fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("the machine's zone")
}

fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// How many changes are looked at for one that a person would call one: a logon window can open and close while
/// session time is over.
const MOST_CHANGES: usize = 64;

impl Schedule {
    /// Whether session time is open at `utc_ns` (nanoseconds since 1970-01-01T00:00:00Z), and what comes next and
    /// when, in the schedule's zone and in UTC.
    ///
    /// ```
    /// use jiff::{civil::time, tz::TimeZone};
    /// use sansfix_runtime::schedule::{Days, Schedule, Window};
    ///
    /// let window = Window::new(Days::Every, time(9, 0, 0, 0), time(17, 30, 0, 0))?;
    /// let schedule = Schedule::new(window, TimeZone::get("Asia/Kolkata")?);
    /// assert_eq!(schedule.to_string(), "daily from 09:00:00 to 17:30:00 (Asia/Kolkata)");
    /// assert_eq!(
    ///     schedule.outlook(0),
    ///     "closed now; opens Thursday 1970-01-01 09:00:00 (Asia/Kolkata), 03:30:00 UTC"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn outlook(&self, utc_ns: i64) -> String {
        let now = self.at(utc_ns);
        let state = if now.open { "open now" } else { "closed now" };
        let mut then = now;
        for _ in 0..MOST_CHANGES {
            let at = then.until_utc_ns;
            if at == i64::MAX {
                break;
            }
            then = self.at(at);
            let what = match (now.open, then.open) {
                (true, false) => "closes",
                (false, true) => "opens",
                (true, true) if then.started_utc_ns != now.started_utc_ns => "the next period begins",
                (true, true) | (false, false) => continue,
            };
            return format!("{state}; {what} {}", self.moment(at));
        }
        format!("{state}, and stays so")
    }

    fn moment(&self, utc_ns: i64) -> String {
        let utc = TimeZone::UTC.to_datetime(timestamp(utc_ns));
        let local = self.zone.to_datetime(timestamp(utc_ns));
        let day = day_name(local.date().weekday());
        if self.zone == TimeZone::UTC {
            return format!("{day} {} {} UTC", local.date(), local.time());
        }
        let other_day = if utc.date() == local.date() { String::new() } else { format!("{} ", utc.date()) };
        let zone = zone_name(&self.zone);
        format!("{day} {} {} ({zone}), {other_day}{} UTC", local.date(), local.time(), utc.time())
    }
}
