//! When a session's schedule is asked.
//!
//! Decides the moments, on two clocks that drift apart: what the schedule says holds until a time of UTC, and waiting
//! is done on the monotonic clock. A clock of UTC that is set forward or back, and a machine that has slept, are
//! noticed whenever the session has something else to do, and after [`ASK_EVERY`] at the latest. What session time is
//! stands in `schedule`, what it does in the session.

use sansfix::{Event, Now};

use crate::link::Link;
use crate::schedule::{ASK_EVERY, Schedule};

pub(super) struct SessionTime {
    schedule: Option<Schedule>,
    last: Option<Asked>,
}

/// What was said last, and when.
#[derive(Clone, Copy)]
struct Asked {
    open: bool,
    started_utc_ns: i64,
    at_utc_ns: i64,
    until_utc_ns: i64,
    /// When to ask again, whatever the clock of UTC says by then.
    due_mono_ns: u64,
}

/// What the session is to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Told {
    open: bool,
    started_utc_ns: i64,
    /// Session time was closed until now, or of an earlier period.
    begins: bool,
}

impl SessionTime {
    /// Without a schedule, or one that has nothing to say: always open, and nothing is ever told.
    pub(super) fn new(schedule: Option<Schedule>) -> Self {
        Self { schedule: schedule.filter(|schedule| !schedule.is_non_stop()), last: None }
    }

    /// When to ask again, on the monotonic clock, nanoseconds.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.last.map(|last| last.due_mono_ns)
    }

    /// Asks when it is due, and tells the session what the schedule says. Whether a period of session time begins, or
    /// goes on after a pause.
    pub(super) fn tell(&mut self, link: &mut Link, now: Now) -> bool {
        let Some(told) = self.ask(now) else { return false };
        link.handle(now, Event::Period { open: told.open, started_utc_ns: told.started_utc_ns });
        told.begins
    }

    fn ask(&mut self, now: Now) -> Option<Told> {
        let schedule = self.schedule.as_ref()?;
        if self.last.is_some_and(|last| last.still_holds(now)) {
            return None;
        }
        let verdict = schedule.at(now.utc_ns);
        // It can be more than what an i64 holds.
        let left = verdict.until_utc_ns.saturating_sub(now.utc_ns);
        let wait = u64::try_from(left).unwrap_or(0).min(ASK_EVERY.as_nanos() as u64);
        let before = self.last.replace(Asked {
            open: verdict.open,
            started_utc_ns: verdict.started_utc_ns,
            at_utc_ns: now.utc_ns,
            until_utc_ns: verdict.until_utc_ns,
            due_mono_ns: now.mono_ns.saturating_add(wait),
        });
        let same = |last: Asked| last.open && last.started_utc_ns == verdict.started_utc_ns;
        Some(Told {
            open: verdict.open,
            started_utc_ns: verdict.started_utc_ns,
            begins: verdict.open && !before.is_some_and(same),
        })
    }
}

impl Asked {
    fn still_holds(&self, now: Now) -> bool {
        (self.at_utc_ns..self.until_utc_ns).contains(&now.utc_ns) && now.mono_ns < self.due_mono_ns
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::civil::time;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::schedule::{Days, Window};

    const HOUR: u64 = 3_600_000_000_000;

    /// From nine to five, UTC.
    fn office_hours() -> SessionTime {
        let window = Window::new(Days::Every, time(9, 0, 0, 0), time(17, 0, 0, 0)).unwrap();
        SessionTime::new(Some(Schedule::new(window, TimeZone::UTC)))
    }

    /// An hour of the second day, with a monotonic clock that began at midnight.
    fn at(hour: u64) -> Now {
        Now { mono_ns: hour * HOUR, utc_ns: ((24 + hour) * HOUR) as i64 }
    }

    fn told(open: bool, started: u64, begins: bool) -> Option<Told> {
        Some(Told { open, started_utc_ns: (started * HOUR) as i64, begins })
    }

    #[test]
    fn it_is_asked_at_the_start_and_at_each_change() {
        let mut time = office_hours();
        assert_eq!(time.deadline(), None);
        assert_eq!(time.ask(at(8)), told(false, 9, false));
        assert_eq!(time.ask(at(8)), None, "it has just been asked");
        assert_eq!(time.ask(at(9)), told(true, 24 + 9, true));
        assert_eq!(time.ask(at(17)), told(false, 24 + 9, false));
    }

    #[test]
    fn the_wait_ends_at_the_change_or_after_the_limit() {
        let mut time = office_hours();
        time.ask(at(8));
        let limit = ASK_EVERY.as_nanos() as u64;
        assert_eq!(time.deadline(), Some(8 * HOUR + limit));
        let before = Now { mono_ns: 9 * HOUR - 5, utc_ns: (33 * HOUR) as i64 - 5 };
        time.ask(before);
        assert_eq!(time.deadline(), Some(9 * HOUR));
        // The monotonic clock is a little fast: asked again after what is left.
        let told = time.ask(Now { mono_ns: 9 * HOUR, utc_ns: (33 * HOUR) as i64 - 2 }).unwrap();
        assert!(!told.open);
        assert_eq!(time.deadline(), Some(9 * HOUR + 2));
    }

    #[test]
    fn a_clock_that_was_set_is_noticed_by_whoever_looks_and_after_the_limit_at_the_latest() {
        for (from, to, expected) in [
            (8, 10, told(true, 24 + 9, true)),
            (10, 8, told(false, 9, false)),
            (10, 8 + 24, told(false, 24 + 9, false)),
        ] {
            let mut time = office_hours();
            time.ask(at(from));
            let set = Now { utc_ns: at(to).utc_ns, ..at(from) };
            assert_eq!(time.ask(set), expected, "{from} to {to}");
        }
        // Set within the period, so that what was said holds: asked all the same, after the limit.
        let mut time = office_hours();
        time.ask(at(10));
        let set = Now { utc_ns: at(12).utc_ns, ..at(10) };
        assert_eq!(time.ask(set), None);
        assert!(time.ask(set.plus_ns(Duration::as_nanos(&ASK_EVERY) as u64)).is_some());
    }

    #[test]
    fn without_a_schedule_nothing_is_ever_due() {
        for schedule in [None, Some(Schedule::non_stop())] {
            let mut time = SessionTime::new(schedule);
            assert_eq!((time.ask(at(8)), time.deadline()), (None, None));
        }
    }
}
