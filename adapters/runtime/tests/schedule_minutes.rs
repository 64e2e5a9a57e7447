//! The schedule against somebody with a wall clock and an agenda, minute by minute around every change of a year.
//!
//! The oracle knows no calendar of instants: it walks from minute to minute, reads what the clock of the zone shows,
//! and keeps a note of when each time was first shown, or would have been if the clock had not jumped over it. Then it
//! walks once more and opens and closes the session as its notes say. What is tested goes the other way round, from a
//! date and a time to an instant.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time, Weekday, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use sansfix_runtime::schedule::{Days, Schedule, Verdict, Window};

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Zones with a year in which they change: an hour in either hemisphere, half an hour, never, at midnight, for a month
/// of the moon, and over the date line.
const ZONES: [(&str, i16); 7] = [
    ("America/New_York", 2026),
    ("Europe/London", 2026),
    ("Asia/Kolkata", 2026),
    ("Australia/Lord_Howe", 2026),
    ("America/Sao_Paulo", 2018),
    ("Africa/Casablanca", 2026),
    ("Pacific/Apia", 2011),
];

/// How far around a change every minute is compared.
const AROUND: i64 = 27 * HOUR;
/// How far around it the agenda is kept: more than the longest window lasts.
const NOTED: i64 = 9 * 24 * HOUR;

/// A window as it is written.
#[derive(Clone, Debug)]
struct Form {
    days: Days,
    start: Time,
    end: Time,
}

impl Form {
    fn window(&self) -> Window {
        Window::new(self.days.clone(), self.start, self.end).unwrap()
    }

    fn begins_on(&self, weekday: Weekday) -> bool {
        match &self.days {
            Days::Every => true,
            Days::Only(days) => days.contains(&weekday),
            Days::Week { start, .. } => *start == weekday,
        }
    }

    /// The day on which the window ends that begins on a date, counted on fingers.
    fn ends_on(&self, begins: Date) -> Date {
        let mut ends = if self.start < self.end { begins } else { begins.tomorrow().unwrap() };
        if let Days::Week { start, end } = self.days {
            if start != end && ends != begins {
                ends = begins;
            }
            while ends.weekday() != end {
                ends = ends.tomorrow().unwrap();
            }
        }
        ends
    }
}

fn forms() -> Vec<Form> {
    let at = |hour, minute, second| time(hour, minute, second, 0);
    let times = [
        (at(9, 0, 0), at(17, 30, 0)),
        (at(17, 0, 0), at(16, 0, 0)),
        (at(0, 0, 0), at(0, 0, 0)),
        (at(2, 15, 45), at(2, 15, 45)),
        (at(1, 30, 15), at(2, 30, 0)),
        (at(2, 30, 0), at(3, 0, 0)),
        (at(23, 59, 30), at(0, 0, 15)),
    ];
    let days = [
        Days::Every,
        Days::Only(vec![Weekday::Saturday, Weekday::Sunday, Weekday::Tuesday]),
        Days::Week { start: Weekday::Sunday, end: Weekday::Friday },
        Days::Week { start: Weekday::Friday, end: Weekday::Sunday },
        Days::Week { start: Weekday::Sunday, end: Weekday::Sunday },
    ];
    let all = days.iter().flat_map(|days| times.map(|(start, end)| Form { days: days.clone(), start, end }));
    // Of a week only every other: what tells its times apart is told by the days.
    all.enumerate().filter(|(number, _)| *number < 14 || number % 2 == 0).map(|(_, form)| form).collect()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn midnight_of(year: i16, zone: &TimeZone) -> Timestamp {
    date(year, 1, 1).to_zoned_datetime(zone.clone()).unwrap().timestamp()
}

fn ns(timestamp: Timestamp) -> i64 {
    i64::try_from(timestamp.as_nanosecond()).unwrap()
}

/// When the clock of the zone is put forward or back in that year; two days without an event for a zone without any.
fn changes(zone: &TimeZone, year: i16) -> Vec<i64> {
    let (from, to) = (midnight_of(year, zone), ns(midnight_of(year + 1, zone)));
    let changes: Vec<i64> =
        zone.following(from).map(|change| ns(change.timestamp())).take_while(|at| *at < to).collect();
    if changes.is_empty() { vec![ns(from) + 100 * HOUR, ns(from) + 4000 * HOUR] } else { changes }
}

/// When each minute of the wall clock comes.
struct Notes {
    first: BTreeMap<DateTime, i64>,
    days: Vec<Date>,
}

impl Notes {
    fn walk(zone: &TimeZone, from: i64, to: i64) -> Self {
        let shown = |at: i64| zone.to_datetime(Timestamp::from_nanosecond(i128::from(at)).unwrap());
        let mut first = BTreeMap::new();
        let mut expected = shown(from);
        for at in (from..to).step_by(MINUTE as usize) {
            let shows = shown(at);
            // The clock has jumped ahead: what it did not show comes as much later.
            let mut late = at;
            while expected < shows {
                first.entry(expected).or_insert(late);
                late += MINUTE;
                expected += 1.minute();
            }
            first.entry(shows).or_insert(at);
            expected = shows + 1.minute();
        }
        let mut days: Vec<Date> = first.keys().map(|shown| shown.date()).collect();
        days.dedup();
        Self { first, days }
    }

    fn comes(&self, day: Date, wanted: Time) -> Option<i64> {
        let minute = day.at(wanted.hour(), wanted.minute(), 0, 0);
        Some(self.first.get(&minute)? + i64::from(wanted.second()) * SECOND)
    }

    /// When windows of this form open, and when they close.
    fn agenda(&self, form: &Form) -> BTreeMap<i64, i64> {
        let begins = self.days.iter().filter(|day| form.begins_on(day.weekday()));
        begins
            .filter_map(|day| {
                Some((self.comes(*day, form.start)?, self.comes(form.ends_on(*day), form.end)?))
            })
            .collect()
    }
}

/// Somebody who goes through an agenda, forward only.
struct Walker<'a> {
    agenda: &'a BTreeMap<i64, i64>,
    started: i64,
    closes: i64,
    last: i64,
}

impl<'a> Walker<'a> {
    fn new(agenda: &'a BTreeMap<i64, i64>) -> Self {
        Self { agenda, started: i64::MIN, closes: i64::MIN, last: i64::MIN }
    }

    /// Open or not, and since when the period is.
    fn go_to(&mut self, at: i64) -> (bool, i64) {
        for (opens, closes) in self.agenda.range(self.last + 1..=at) {
            self.started = *opens;
            self.closes = self.closes.max(*closes);
        }
        self.last = at;
        (at < self.closes, self.started)
    }
}

/// Every minute around the change, and every quarter of a minute close to it.
fn moments(change: i64) -> Vec<i64> {
    let minutes = (change - AROUND..change + AROUND).step_by(MINUTE as usize);
    let close = (change - 2 * HOUR..change + 2 * HOUR).step_by((15 * SECOND) as usize);
    let mut all: Vec<i64> = minutes.chain(close).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What must hold between one look and the next, whatever the schedule.
fn in_order(before: Option<(i64, Verdict)>, at: i64, now: Verdict, case: &dyn Fn() -> String) {
    assert!(now.until_utc_ns > at, "{}", case());
    assert!(now.started_utc_ns <= at, "{}", case());
    let Some((_, then)) = before else { return };
    assert!(then.started_utc_ns <= now.started_utc_ns, "{}", case());
    if at < then.until_utc_ns {
        assert_eq!(now, then, "it changes before it is asked again: {}", case());
    }
}

fn compare(name: &str, year: i16) -> usize {
    let zone = zone(name);
    let mut compared = 0;
    for change in changes(&zone, year) {
        let notes = Notes::walk(&zone, change - NOTED, change + NOTED);
        let moments = moments(change);
        for form in forms() {
            let agenda = notes.agenda(&form);
            let schedule = Schedule::new(form.window(), zone.clone());
            let mut walker = Walker::new(&agenda);
            let mut before = None;
            for at in &moments {
                let verdict = schedule.at(*at);
                let case =
                    || format!("{name} {form:?} at {}", Timestamp::from_nanosecond(i128::from(*at)).unwrap());
                assert_eq!((verdict.open, verdict.started_utc_ns), walker.go_to(*at), "{}", case());
                in_order(before, *at, verdict, &case);
                before = Some((*at, verdict));
                compared += 1;
            }
        }
    }
    compared
}

/// A logon window within session time: open when both are, and no period of its own.
fn compare_logon_windows(name: &str, year: i16) -> usize {
    let zone = zone(name);
    let forms = forms();
    let mut compared = 0;
    for change in changes(&zone, year) {
        let notes = Notes::walk(&zone, change - NOTED, change + NOTED);
        for (session, logon) in [(2, 0), (3, 4), (14, 7), (16, 1), (21, 5), (23, 11)] {
            let (session, logon) = (&forms[session], &forms[logon]);
            let agendas = (notes.agenda(session), notes.agenda(logon));
            let schedule = Schedule::new(session.window(), zone.clone()).with_logon_window(logon.window());
            let (mut in_session, mut may_log_on) = (Walker::new(&agendas.0), Walker::new(&agendas.1));
            let mut before = None;
            for at in moments(change) {
                let verdict = schedule.at(at);
                let case = || format!("{name} {session:?} {logon:?} at {at}");
                let (open, started) = in_session.go_to(at);
                assert_eq!(
                    (verdict.open, verdict.started_utc_ns),
                    (open && may_log_on.go_to(at).0, started),
                    "{}",
                    case()
                );
                in_order(before, at, verdict, &case);
                before = Some((at, verdict));
                compared += 1;
            }
        }
    }
    compared
}

/// Goes from one change to the next through the whole year: one beginning for each day that it begins on.
fn count_periods(name: &str, year: i16) {
    let zone = zone(name);
    let (from, to) = (ns(midnight_of(year, &zone)), ns(midnight_of(year + 1, &zone)));
    let dates: Vec<Date> = date(year, 1, 1).series(1.day()).take_while(|date| date.year() == year).collect();
    for form in forms() {
        let schedule = Schedule::new(form.window(), zone.clone());
        let mut begun = Vec::new();
        let mut at = from;
        while at < to {
            let verdict = schedule.at(at);
            assert!(verdict.until_utc_ns > at, "{name} {form:?}");
            if verdict.started_utc_ns >= from && begun.last() != Some(&verdict.started_utc_ns) {
                begun.push(verdict.started_utc_ns);
            }
            at = verdict.until_utc_ns;
        }
        // A day that the zone skipped falls on the next one, which may begin a period anyway.
        let skipped = |date: &Date| date.to_zoned_datetime(zone.clone()).unwrap().date() != *date;
        let merged = |date: &Date| skipped(date) && form.begins_on(date.tomorrow().unwrap().weekday());
        let expected = dates.iter().filter(|date| form.begins_on(date.weekday()) && !merged(date)).count();
        assert_eq!(begun.len(), expected, "{name} {form:?}");
        assert!(begun.is_sorted());
    }
}

macro_rules! zones {
    ($($test:ident: $index:literal),* $(,)?) => { $(#[test]
    fn $test() {
        let (name, year) = ZONES[$index];
        let compared = compare(name, year) + compare_logon_windows(name, year);
        assert!(compared > 100_000, "only {compared} moments were compared");
        count_periods(name, year);
    })* };
}
zones!(
    new_york: 0,
    london: 1,
    kolkata_never_changes: 2,
    lord_howe_changes_by_half_an_hour: 3,
    sao_paulo_changed_at_midnight: 4,
    casablanca_changes_for_ramadan: 5,
    apia_lost_a_day: 6,
);
