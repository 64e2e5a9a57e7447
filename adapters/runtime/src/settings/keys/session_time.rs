//! When a session may be logged on, and when its numbers begin anew.

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Custom, Flag},
};
use crate::settings::session_time::{
    DAY_ALLOWED, DAYS_ALLOWED, TIME_ALLOWED, ZONE_ALLOWED, day, put, wall_time, weekdays, zone,
};

pub(super) const KEYS: &[Key] = keys! {
    "NonStopSession", None, CPP_JAVA_NET, Flag(|draft, on| draft.session_time.non_stop = on);
        "N"; "Session time never ends, whatever the keys below say, and numbers never begin anew by themselves.";
    "StartTime", None, ALL,
        Custom(TIME_ALLOWED, |draft, _, value| put(&mut draft.session_time.start, value, wall_time));
        ""; "When session time begins, and the numbers begin at 1. Without it and EndTime session time never ends.";
    "EndTime", None, ALL,
        Custom(TIME_ALLOWED, |draft, _, value| put(&mut draft.session_time.end, value, wall_time));
        ""; "When session time ends: the session logs out. At or before StartTime: on the next day.";
    "StartDay", None, ALL,
        Custom(DAY_ALLOWED, |draft, _, value| put(&mut draft.session_time.start_day, value, day));
        ""; "One session a week, from StartTime of this day. Needs EndDay.";
    "EndDay", None, ALL,
        Custom(DAY_ALLOWED, |draft, _, value| put(&mut draft.session_time.end_day, value, day));
        ""; "The day on which the session of a week ends. The same as StartDay, with EndTime at or before StartTime: a week later.";
    "Weekdays", None, JAVA_NET_GO,
        Custom(DAYS_ALLOWED, |draft, _, value| put(&mut draft.session_time.weekdays, value, weekdays));
        ""; "One session on each of these days, the day on which it begins. Not together with StartDay and EndDay.";
    "TimeZone", None, JAVA_NET_GO,
        Custom(ZONE_ALLOWED, |draft, _, value| put(&mut draft.session_time.zone, value, zone));
        "UTC"; "The zone of these times and days. One that stands behind a time goes before it.";
    "UseLocalTime", None, CPP_NET, Flag(|draft, on| draft.session_time.local = on);
        "N"; "These times and days are of the machine's zone. Not together with TimeZone.";
    "LogonTime", None, CPP,
        Custom(TIME_ALLOWED, |draft, _, value| put(&mut draft.session_time.logon, value, wall_time));
        "as StartTime"; "When, within session time, the session may log on.";
    "LogoutTime", None, CPP,
        Custom(TIME_ALLOWED, |draft, _, value| put(&mut draft.session_time.logout, value, wall_time));
        "as EndTime"; "When, within session time, the session logs out. The numbers are kept.";
    "LogonDay", None, CPP,
        Custom(DAY_ALLOWED, |draft, _, value| put(&mut draft.session_time.logon_day, value, day));
        "as StartDay"; "The day of the week of LogonTime.";
    "LogoutDay", None, CPP,
        Custom(DAY_ALLOWED, |draft, _, value| put(&mut draft.session_time.logout_day, value, day));
        "as EndDay"; "The day of the week of LogoutTime.";
};
