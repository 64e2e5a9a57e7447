//! What the keys say of session time, and the schedule that follows.
//!
//! Decides how times, days and zones are written, and which of them make a schedule together. When such a schedule is
//! open is decided in `schedule`.

use jiff::civil::{Time, Weekday};
use jiff::tz::{TimeZone, db};

use super::draft::Missing;
use super::nearest::nearest;
use crate::schedule::{Days, Schedule, Window};

pub(crate) const TIME_ALLOWED: &str =
    "HH:MM:SS from 00:00:00 to 23:59:59, with or without a zone behind it (17:00:00 America/New_York)";
pub(crate) const DAY_ALLOWED: &str =
    "a day of the week, in full or by its first two letters or more (Monday, Mon, mo)";
pub(crate) const DAYS_ALLOWED: &str =
    "days of the week with commas between them (Mon,Tue,Fri), in full or by their first two letters or more";
pub(crate) const ZONE_ALLOWED: &str =
    "the name of a zone in the IANA database (America/New_York, UTC), or Local for the machine's";

/// A time of the day, and the zone that is written behind it.
#[derive(Clone, Debug)]
pub(crate) struct WallTime {
    time: Time,
    zone: Option<TimeZone>,
}

/// What the keys have said so far. An empty value takes an inherited one away.
#[derive(Clone, Default, Debug)]
pub(crate) struct SessionTimeDraft {
    pub(crate) non_stop: bool,
    pub(crate) start: Option<WallTime>,
    pub(crate) end: Option<WallTime>,
    pub(crate) start_day: Option<Weekday>,
    pub(crate) end_day: Option<Weekday>,
    pub(crate) weekdays: Option<Vec<Weekday>>,
    pub(crate) logon: Option<WallTime>,
    pub(crate) logout: Option<WallTime>,
    pub(crate) logon_day: Option<Weekday>,
    pub(crate) logout_day: Option<Weekday>,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) local: bool,
}

/// Puts what `parse` makes of the value into its place. Whether the value is allowed.
pub(crate) fn put<T>(place: &mut Option<T>, value: &str, parse: fn(&str) -> Option<T>) -> bool {
    *place = parse(value);
    value.is_empty() || place.is_some()
}

/// `17:00:00` or, as QuickFIX/J has it, `17:00:00 America/New_York`.
pub(crate) fn wall_time(value: &str) -> Option<WallTime> {
    let (digits, zone_name) = time_and_zone(value);
    let two = |at: usize| -> Option<i8> {
        let pair = digits.get(at..at + 2)?;
        pair.bytes().all(|byte| byte.is_ascii_digit()).then(|| pair.parse().ok()).flatten()
    };
    let colons = digits.len() == 8 && digits.get(2..3) == Some(":") && digits.get(5..6) == Some(":");
    let time = colons.then(|| Time::new(two(0)?, two(3)?, two(6)?, 0).ok()).flatten()?;
    let zone = if zone_name.is_empty() { None } else { Some(zone(zone_name)?) };
    Some(WallTime { time, zone })
}

fn time_and_zone(value: &str) -> (&str, &str) {
    let (digits, zone) = value.split_once(' ').unwrap_or((value, ""));
    (digits, zone.trim_start())
}

pub(crate) fn day(value: &str) -> Option<Weekday> {
    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let written = value.to_ascii_lowercase();
    let named = |(name, _): &&(&str, Weekday)| written.len() >= 2 && name.starts_with(&written);
    DAYS.iter().find(named).map(|(_, day)| *day)
}

pub(crate) fn weekdays(value: &str) -> Option<Vec<Weekday>> {
    let mut days = Vec::new();
    for part in value.split(',') {
        let day = day(part.trim())?;
        if !days.contains(&day) {
            days.push(day);
        }
    }
    Some(days)
}

pub(crate) fn zone(value: &str) -> Option<TimeZone> {
    // As QuickFIX/Go has it.
    if value.eq_ignore_ascii_case("Local") {
        return TimeZone::try_system().ok();
    }
    TimeZone::get(value).ok()
}

/// The zone that a wrong value probably means: one that is written nearly so, or whose city it is.
pub(crate) fn zone_meant(value: &str) -> Option<String> {
    let (digits, rest) = time_and_zone(value);
    let written = if digits.contains(':') { rest } else { value };
    if written.is_empty() || zone(written).is_some() {
        return None;
    }
    let names: Vec<String> = db().available().map(|name| name.as_str().to_owned()).collect();
    let city = written.replace(' ', "_");
    let of_city =
        |name: &&String| name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&city));
    let nearest = names.iter().find(of_city).map(String::as_str);
    nearest.or_else(|| nearest_of(written, &names)).map(str::to_owned)
}

fn nearest_of<'n>(written: &str, names: &'n [String]) -> Option<&'n str> {
    nearest(written, names.iter().map(String::as_str))
}

impl SessionTimeDraft {
    /// What is missing or contradicts itself is reported; then what is returned only serves to find more mistakes.
    pub(crate) fn finish(&self, missing: &mut Missing<'_>) -> Schedule {
        let zone = self.zone(missing);
        let session = if self.non_stop { None } else { self.session(missing) };
        let logon = self.logon_window(missing);
        let schedule = match session {
            Some(session) => Schedule::new(session, zone),
            None => Schedule::non_stop_in(zone),
        };
        let Some(logon) = logon else { return schedule };
        let schedule = schedule.with_logon_window(logon);
        if is_never_open(&schedule) {
            missing.contradict("LogonTime", "no part of it lies in session time, from StartTime to EndTime");
        }
        schedule
    }

    fn zone(&self, missing: &mut Missing<'_>) -> TimeZone {
        if !self.local {
            return self.zone.clone().unwrap_or(TimeZone::UTC);
        }
        if self.zone.is_some() {
            missing.contradict("UseLocalTime", "TimeZone names a zone: leave one of them out");
        }
        TimeZone::try_system().unwrap_or_else(|_| {
            missing.contradict("UseLocalTime", "the machine does not say what its zone is: write TimeZone");
            TimeZone::UTC
        })
    }

    fn session(&self, missing: &mut Missing<'_>) -> Option<Window> {
        let days = self.days(missing);
        if self.start.is_none() && self.end.is_none() && days == Days::Every {
            return None;
        }
        if self.start.is_none() {
            missing.report("StartTime", "session time needs it, and EndTime: write when it begins");
        }
        if self.end.is_none() {
            missing.report("EndTime", "session time needs it, and StartTime: write when it ends");
        }
        window(days, self.start.as_ref()?, self.end.as_ref()?)
    }

    fn days(&self, missing: &mut Missing<'_>) -> Days {
        match (self.start_day, self.end_day, &self.weekdays) {
            (None, None, None) => Days::Every,
            (None, None, Some(days)) => Days::Only(days.clone()),
            (_, _, Some(days)) => {
                let why =
                    "StartDay and EndDay make one session of a week, Weekdays one of each day: leave one out";
                missing.contradict("Weekdays", why);
                Days::Only(days.clone())
            }
            (Some(start), Some(end), None) => Days::Week { start, end },
            (Some(start), None, None) => {
                missing
                    .report("EndDay", "StartDay needs it: write the day on which the session of a week ends");
                Days::Week { start, end: start }
            }
            (None, Some(end), None) => {
                missing.report(
                    "StartDay",
                    "EndDay needs it: write the day on which the session of a week begins",
                );
                Days::Week { start: end, end }
            }
        }
    }

    /// What is not said of the logon window is as it is for session time.
    fn logon_window(&self, missing: &mut Missing<'_>) -> Option<Window> {
        let times = self.logon.is_some() || self.logout.is_some();
        if !times && self.logon_day.is_none() && self.logout_day.is_none() {
            return None;
        }
        let within = |time: &Option<WallTime>| time.clone().filter(|_| !self.non_stop);
        let start = self.logon.clone().or_else(|| within(&self.start));
        let end = self.logout.clone().or_else(|| within(&self.end));
        if start.is_none() {
            missing.report(
                "LogonTime",
                "there is no StartTime that would stand for it: write when logons begin",
            );
        }
        if end.is_none() {
            missing
                .report("LogoutTime", "there is no EndTime that would stand for it: write when logons end");
        }
        window(self.logon_days(missing), &start?, &end?)
    }

    fn logon_days(&self, missing: &mut Missing<'_>) -> Days {
        let session_day = |day: Option<Weekday>| day.filter(|_| !self.non_stop);
        let weekdays = self.weekdays.as_ref().filter(|_| !self.non_stop);
        let said = self.logon_day.is_some() || self.logout_day.is_some();
        match (self.logon_day.or(session_day(self.start_day)), self.logout_day.or(session_day(self.end_day)))
        {
            (Some(_), _) | (_, Some(_)) if said && weekdays.is_some() => {
                let key = if self.logon_day.is_some() { "LogonDay" } else { "LogoutDay" };
                missing.contradict(key, "Weekdays makes a session of each day: leave one of them out");
                Days::Every
            }
            (Some(start), Some(end)) => Days::Week { start, end },
            (None, None) => weekdays.cloned().map_or(Days::Every, Days::Only),
            (Some(_), None) => {
                missing.report("LogoutDay", "LogonDay needs it, when there is no EndDay");
                Days::Every
            }
            (None, Some(_)) => {
                missing.report("LogonDay", "LogoutDay needs it, when there is no StartDay");
                Days::Every
            }
        }
    }
}

fn window(days: Days, start: &WallTime, end: &WallTime) -> Option<Window> {
    let mut window = Window::new(days, start.time, end.time).ok()?;
    if let Some(zone) = &start.zone {
        window = window.with_start_zone(zone.clone());
    }
    if let Some(zone) = &end.zone {
        window = window.with_end_zone(zone.clone());
    }
    Some(window)
}

/// A Thursday: any week shows whether two windows meet, but for those that a change of daylight saving time parts.
const SOME_WEEK: i64 = 1_767_225_600_000_000_000;

/// More changes than two windows make in two weeks.
const CHANGES_OF_TWO_WEEKS: usize = 64;

fn is_never_open(schedule: &Schedule) -> bool {
    let mut at = SOME_WEEK;
    for _ in 0..CHANGES_OF_TWO_WEEKS {
        let verdict = schedule.at(at);
        if verdict.open {
            return false;
        }
        at = verdict.until_utc_ns;
    }
    true
}
