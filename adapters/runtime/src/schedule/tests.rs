//! The schedule against a slow reading of the same configuration, minute by minute around every change of daylight
//! saving time of a year.

use jiff::civil::{DateTime, Time, Weekday, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::*;

const MINUTE: i64 = 60_000_000_000;
const HOUR: i64 = 60 * MINUTE;

/// Northern and southern, whole and half hours, a change at midnight, and a zone without any.
const ZONES: [&str; 8] = [
    "America/New_York",
    "Europe/London",
    "Europe/Zurich",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Tokyo",
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn ns(timestamp: Timestamp) -> i64 {
    i64::try_from(timestamp.as_nanosecond()).unwrap()
}

/// The instants of 2026 at which the zone's offset changes.
fn changes(zone: &TimeZone) -> Vec<i64> {
    let year = date(2026, 1, 1).to_zoned_datetime(zone.clone()).unwrap().timestamp();
    let end = ns(date(2027, 1, 1).to_zoned_datetime(zone.clone()).unwrap().timestamp());
    zone.following(year).map(|change| ns(change.timestamp())).take_while(|at| *at < end).collect()
}

/// The wall clock of the zone shows this at that moment.
fn wall(zone: &TimeZone, utc_ns: i64) -> DateTime {
    zone.to_datetime(Timestamp::from_nanosecond(i128::from(utc_ns)).unwrap())
}

fn every_configuration() -> Vec<(Days, Time, Time)> {
    let times = [
        (time(0, 0, 0, 0), time(0, 0, 0, 0)),
        (time(9, 0, 0, 0), time(17, 30, 0, 0)),
        (time(17, 0, 0, 0), time(16, 0, 0, 0)),
        (time(1, 30, 0, 0), time(2, 30, 0, 0)),
        (time(2, 30, 0, 0), time(1, 30, 0, 0)),
        (time(23, 59, 0, 0), time(0, 1, 0, 0)),
        (time(2, 0, 0, 0), time(3, 0, 0, 0)),
    ];
    let days = [
        Days::Every,
        Days::Only(vec![Weekday::Monday, Weekday::Saturday, Weekday::Sunday]),
        Days::Week { start: Weekday::Sunday, end: Weekday::Friday },
        Days::Week { start: Weekday::Sunday, end: Weekday::Sunday },
        Days::Week { start: Weekday::Friday, end: Weekday::Sunday },
    ];
    days.iter().flat_map(|days| times.map(|(start, end)| (days.clone(), start, end))).collect()
}

fn every_window() -> Vec<Window> {
    let all = every_configuration().into_iter().map(|(days, start, end)| Window::new(days, start, end));
    all.map(Result::unwrap).collect()
}

/// The instant of a wall-clock time, found by walking the clock from minute to minute: the first minute that shows it.
/// When the clock jumps over it, as long after the jump as the time lies after where the clock stood.
fn walked(zone: &TimeZone, wanted: DateTime) -> i64 {
    // No zone is further than 16 hours from UTC.
    let mut at = ns(wanted.to_zoned_datetime(TimeZone::UTC).unwrap().timestamp()) - 16 * HOUR;
    while wall(zone, at) < wanted {
        at += MINUTE;
    }
    if wall(zone, at) == wanted {
        return at;
    }
    let stood = wall(zone, at - MINUTE).checked_add(1.minute()).unwrap();
    at + i64::try_from(wanted.duration_since(stood).as_nanos()).unwrap()
}

/// The windows that begin within nine days of a moment, as a person with a calendar would list them.
fn listed(days: &Days, start: Time, end: Time, zone: &TimeZone, around: i64) -> Vec<(i64, i64)> {
    let today = wall(zone, around).date();
    let mut windows = Vec::new();
    for day in -9..=9_i32 {
        let begins = today.checked_add(day.days()).unwrap();
        let weekday = begins.weekday();
        let ends = match days {
            Days::Only(only) if !only.contains(&weekday) => continue,
            Days::Week { start, .. } if *start != weekday => continue,
            Days::Every | Days::Only(_) if start < end => begins,
            Days::Every | Days::Only(_) => begins.tomorrow().unwrap(),
            Days::Week { end: last, .. } => {
                let first = if *last == weekday && start < end { begins } else { begins.tomorrow().unwrap() };
                let mut ends = first;
                while ends.weekday() != *last {
                    ends = ends.tomorrow().unwrap();
                }
                ends
            }
        };
        windows.push((walked(zone, begins.to_datetime(start)), walked(zone, ends.to_datetime(end))));
    }
    windows
}

#[test]
fn around_every_change_of_a_year_the_windows_open_and_close_as_the_wall_clock_says() {
    let mut compared = 0;
    for name in ZONES {
        let zone = zone(name);
        for change in changes(&zone) {
            for (days, start, end) in every_configuration() {
                let window = Window::new(days.clone(), start, end).unwrap();
                let listed = listed(&days, start, end, &zone, change);
                let edges = listed.iter().flat_map(|(opens, closes)| [*opens, *closes]);
                let near = edges.filter(|at| (at - change).abs() < 40 * HOUR).chain([change]);
                for at in near.flat_map(|at| [at - 1, at, at + 1, at + 90 * MINUTE]) {
                    let open = listed.iter().any(|(opens, closes)| *opens <= at && at < *closes);
                    let started = listed.iter().map(|(opens, _)| *opens).filter(|opens| *opens <= at).max();
                    let verdict = window.at(at, &zone);
                    let case = format!("{name} {window:?} at {}", wall(&zone, at));
                    assert_eq!((verdict.open, Some(verdict.started_utc_ns)), (open, started), "{case}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 5_000, "only {compared} moments were compared");
}

#[test]
fn nothing_changes_before_the_moment_to_ask_again() {
    for name in ZONES {
        let zone = zone(name);
        for change in changes(&zone) {
            for window in every_window() {
                let mut at = change - 30 * HOUR;
                while at < change + 30 * HOUR {
                    let verdict = window.at(at, &zone);
                    assert!(verdict.until_utc_ns > at);
                    for probe in [at + 1, at + 17 * MINUTE, verdict.until_utc_ns - 1] {
                        if probe < verdict.until_utc_ns {
                            assert_eq!(window.at(probe, &zone), verdict, "{name} {window:?}");
                        }
                    }
                    let then = window.at(verdict.until_utc_ns, &zone);
                    assert_ne!(
                        (then.open, then.started_utc_ns),
                        (verdict.open, verdict.started_utc_ns),
                        "{name} {window:?}: asked again for nothing at {}",
                        wall(&zone, verdict.until_utc_ns)
                    );
                    at = verdict.until_utc_ns.min(at + 3 * HOUR);
                }
            }
        }
    }
}

#[test]
fn equal_times_are_full_periods_without_a_break() {
    for name in ZONES {
        let zone = zone(name);
        let midnight = time(0, 0, 0, 0);
        let daily = Window::new(Days::Every, midnight, midnight).unwrap();
        let weekly =
            Window::new(Days::Week { start: Weekday::Sunday, end: Weekday::Sunday }, midnight, midnight)
                .unwrap();
        let begin = ns(date(2026, 1, 1).to_zoned_datetime(zone.clone()).unwrap().timestamp());
        let (mut days, mut weeks) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
        for hour in 0..365 * 24 {
            let at = begin + hour * HOUR;
            let (day, week) = (daily.at(at, &zone), weekly.at(at, &zone));
            assert!(day.open && week.open, "{name} {}", wall(&zone, at));
            days.insert(day.started_utc_ns);
            weeks.insert(week.started_utc_ns);
        }
        assert!((365..=366).contains(&days.len()), "{name}: {} daily periods", days.len());
        assert_eq!(weeks.len(), 53, "{name}");
    }
}

#[test]
fn a_week_from_sunday_evening_to_friday_evening() {
    let zone = zone("America/New_York");
    let days = Days::Week { start: Weekday::Sunday, end: Weekday::Friday };
    let window = Window::new(days, time(17, 0, 0, 0), time(17, 0, 0, 0)).unwrap();
    let at = |day: i8, hour: i8| {
        ns(date(2026, 3, day).at(hour, 0, 0, 0).to_zoned_datetime(zone.clone()).unwrap().timestamp())
    };
    // Sunday 8 March 2026 is the day the clocks go forward.
    let opened = at(8, 17);
    assert!(!window.at(at(8, 16), &zone).open);
    assert_eq!(window.at(at(8, 16), &zone).until_utc_ns, opened);
    assert!(window.at(at(11, 3), &zone).open);
    assert_eq!(window.at(at(11, 3), &zone).started_utc_ns, opened);
    assert_eq!(window.at(at(11, 3), &zone).until_utc_ns, at(13, 17));
    assert!(!window.at(at(13, 17), &zone).open);
    assert!(!window.at(at(14, 12), &zone).open);
    assert_eq!(window.at(at(14, 12), &zone).started_utc_ns, opened);
}

#[test]
fn a_logon_window_narrows_session_time_and_begins_no_new_period() {
    let full = Window::new(Days::Every, time(0, 0, 0, 0), time(0, 0, 0, 0)).unwrap();
    let morning = Window::new(Days::Every, time(6, 0, 0, 0), time(12, 0, 0, 0)).unwrap();
    let schedule = Schedule::new(full, TimeZone::UTC).with_logon_window(morning);
    assert_eq!(schedule.at(5 * HOUR), Verdict { open: false, started_utc_ns: 0, until_utc_ns: 6 * HOUR });
    assert_eq!(schedule.at(6 * HOUR), Verdict { open: true, started_utc_ns: 0, until_utc_ns: 12 * HOUR });
    assert_eq!(schedule.at(13 * HOUR), Verdict { open: false, started_utc_ns: 0, until_utc_ns: 24 * HOUR });
}

#[test]
fn non_stop_never_begins_anew() {
    let verdict = Schedule::non_stop().at(1_700_000_000_000_000_000);
    assert_eq!(verdict, Verdict { open: true, started_utc_ns: i64::MIN, until_utc_ns: i64::MAX });
}

#[test]
fn a_window_on_no_day_is_refused_and_extremes_do_not_panic() {
    assert_eq!(Window::new(Days::Only(Vec::new()), Time::MIN, Time::MAX), Err(InvalidWindow));
    let schedule = Schedule::new(every_window().remove(0), zone("Europe/Zurich"));
    for at in [i64::MIN, i64::MIN + 1, 0, i64::MAX - 1, i64::MAX] {
        let verdict = schedule.at(at);
        assert!(verdict.until_utc_ns >= at);
    }
}
