//! Session time: when a session may be up, and when its numbers begin anew.
//!
//! A pure function of time and configuration: nothing here reads a clock or keeps a state. The driver asks
//! [`Schedule::at`] and tells the session with [`sansfix::Event::Period`]; it acts whether or not the session is
//! enabled. The standard leaves session time to the parties (FIX 4.4 volume 2, "FIX Session"); the forms here are
//! those that configurations of common engines have.

mod window;
mod words;

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::tz::TimeZone;
pub use window::{Days, InvalidWindow, Window};

/// How long a driver goes at most without asking. The schedule says when something changes next, in UTC, and a driver
/// waits for that on a clock that nobody sets: when the clock of UTC is set meanwhile, or the machine sleeps, the wait
/// is of the wrong length by so much. Five seconds late is little for a session that others wait for, and asking costs
/// next to nothing. It cannot be set.
///
/// ```
/// use sansfix_runtime::schedule::{ASK_EVERY, Schedule};
///
/// let verdict = Schedule::non_stop().at(0);
/// let next = verdict.until_utc_ns.min(ASK_EVERY.as_nanos() as i64);
/// assert_eq!(next, 5_000_000_000, "a driver that has asked at 0 asks again after 5 s");
/// ```
pub const ASK_EVERY: Duration = Duration::from_secs(5);

/// When session time is, in a time zone. QuickFIX: StartTime, EndTime, StartDay, EndDay, Weekdays, TimeZone, NonStopSession.
///
/// ```
/// use jiff::{civil::time, tz::TimeZone};
/// use sansfix_runtime::schedule::{Days, Schedule, Window};
///
/// let all_week = Schedule::non_stop();
/// assert!(all_week.is_non_stop() && all_week.never_ends() && all_week.at(0).open);
///
/// let office = Window::new(Days::Every, time(8, 0, 0, 0), time(17, 0, 0, 0))?;
/// let connected_by_day = Schedule::non_stop_in(TimeZone::UTC).with_logon_window(office);
/// assert!(!connected_by_day.is_non_stop() && connected_by_day.never_ends());
/// assert!(!connected_by_day.at(0).open, "midnight, 1970-01-01");
/// # Ok::<(), sansfix_runtime::schedule::InvalidWindow>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// `None`: session time never ends, and the numbers never begin anew by themselves.
    session: Option<Window>,
    /// Logged on only in this part of session time. Leaving it is an ordinary Logout, with the numbers kept.
    logon: Option<Window>,
    zone: TimeZone,
}

/// What the schedule says of one moment. Example: [`Schedule::at`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The session may be logged on.
    pub open: bool,
    /// When the period of session time began that the moment lies in, or else the last one before it; nanoseconds
    /// since 1970-01-01T00:00:00Z. Numbers from before are of an earlier session. `i64::MIN` when session time never
    /// ends.
    pub started_utc_ns: i64,
    /// When to ask again: nothing changes before. `i64::MAX` for never.
    pub until_utc_ns: i64,
}

impl Schedule {
    /// Session time never ends, and the numbers never begin anew by themselves.
    #[must_use]
    pub fn non_stop() -> Self {
        Self::non_stop_in(TimeZone::UTC)
    }

    /// The same, for a logon window in `zone`.
    #[must_use]
    pub fn non_stop_in(zone: TimeZone) -> Self {
        Self { session: None, logon: None, zone }
    }

    /// Session time is `session`, in `zone`. Each of its periods begins with both numbers at 1. Example: [`Self::at`].
    #[must_use]
    pub fn new(session: Window, zone: TimeZone) -> Self {
        Self { session: Some(session), logon: None, zone }
    }

    /// The session is logged on only while `window`, in the same zone, is open too. Its end is an ordinary Logout: the
    /// numbers go on.
    #[must_use]
    pub fn with_logon_window(mut self, window: Window) -> Self {
        self.logon = Some(window);
        self
    }

    /// Whether session time never ends and no logon window narrows it, so that there is nothing to ask.
    #[must_use]
    pub fn is_non_stop(&self) -> bool {
        self.session.is_none() && self.logon.is_none()
    }

    /// Whether session time never ends, though a logon window may narrow it.
    #[must_use]
    pub fn never_ends(&self) -> bool {
        self.session.is_none()
    }

    /// What holds at `utc_ns`, nanoseconds since 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// use jiff::{civil::time, tz::TimeZone};
    /// use sansfix_runtime::schedule::{Days, Schedule, Window};
    ///
    /// let office_hours = Window::new(Days::Every, time(9, 0, 0, 0), time(17, 30, 0, 0))?;
    /// let schedule = Schedule::new(office_hours, TimeZone::UTC);
    /// let hour = 3_600_000_000_000;
    /// let at_ten = schedule.at(10 * hour);
    /// assert!(at_ten.open);
    /// assert_eq!(at_ten.started_utc_ns, 9 * hour);
    /// assert_eq!(at_ten.until_utc_ns, 17 * hour + hour / 2);
    /// # Ok::<(), sansfix_runtime::schedule::InvalidWindow>(())
    /// ```
    #[must_use]
    pub fn at(&self, utc_ns: i64) -> Verdict {
        let always = Verdict { open: true, started_utc_ns: i64::MIN, until_utc_ns: i64::MAX };
        let session = self.session.as_ref().map_or(always, |window| window.at(utc_ns, &self.zone));
        let logon = self.logon.as_ref().map_or(always, |window| window.at(utc_ns, &self.zone));
        Verdict {
            open: session.open && logon.open,
            started_utc_ns: session.started_utc_ns,
            until_utc_ns: session.until_utc_ns.min(logon.until_utc_ns),
        }
    }
}
