//! Session time, from the settings that the reports name. When it is open is asked of the schedule itself, what comes
//! of it of a session that is told so.

use sansfix::config::Role;
use sansfix::wire::parse_timestamp;
use sansfix::{BeginString, Event, PhaseName};
use sansfix_runtime::schedule::{Schedule, Verdict};
use sansfix_runtime::settings::parse;
use sansfix_tests::lone::{Lone, config};

const HOUR: i64 = 3_600_000_000_000;

fn schedule(lines: &str) -> Schedule {
    let text = format!(
        "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n\
         SocketAcceptPort=1\n{lines}"
    );
    parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}")).sessions.remove(0).schedule
}

/// A moment of UTC.
fn utc(text: &str) -> i64 {
    parse_timestamp(text.as_bytes()).unwrap()
}

fn verdict(open: bool, started: &str, until: &str) -> Verdict {
    Verdict { open, started_utc_ns: utc(started), until_utc_ns: utc(until) }
}

#[test]
fn quickfixj_1074_a_session_of_two_zones_ends_at_midnight_utc() {
    let schedule = schedule("StartTime=23:30:00 UTC\nEndTime=17:30:00 America/New_York\n");
    let session = verdict(true, "20251104-23:30:00", "20251105-22:30:00");
    for moment in ["20251104-23:30:00", "20251105-00:00:00", "20251105-01:48:31", "20251105-22:29:59"] {
        assert_eq!(schedule.at(utc(moment)), session, "{moment}");
    }
    let pause = verdict(false, "20251104-23:30:00", "20251105-23:30:00");
    assert_eq!(schedule.at(utc("20251105-22:30:00")), pause);
}

#[test]
fn quickfixj_486_times_of_different_zones_make_an_interval_that_ends_before_it_begins() {
    let schedule = schedule("StartTime=08:00:00 Asia/Tokyo\nEndTime=17:00:00 America/New_York\n");
    let mut at = utc("20260101-00:00:00");
    let mut sessions = 0;
    while at < utc("20270101-00:00:00") {
        let verdict = schedule.at(at);
        assert!(verdict.until_utc_ns > at);
        if verdict.open {
            sessions += 1;
            // From eight in Tokyo, 23:00 UTC, to five in New York, 22:00 or in summer 21:00 UTC.
            let lasts = (verdict.until_utc_ns - verdict.started_utc_ns) / HOUR;
            assert!([22, 23].contains(&lasts), "{lasts} hours");
        }
        at = verdict.until_utc_ns;
    }
    assert_eq!(sessions, 366, "one each day, and the one that the year begins with");
}

#[test]
fn quickfixj_1146_the_week_of_a_session_depends_on_the_first_day_of_the_machines_week() {
    let schedule = schedule(
        "StartDay=Sunday\nStartTime=13:00:00 Australia/Victoria\nEndDay=Saturday\nEndTime=17:00:00 America/New_York\n",
    );
    let week = verdict(true, "20260222-02:00:00", "20260228-22:00:00");
    // Sunday, Monday at ten in Victoria, and the last moment.
    for moment in ["20260222-02:00:00", "20260222-23:00:00", "20260228-21:59:59"] {
        assert_eq!(schedule.at(utc(moment)), week, "{moment}");
    }
    let weekend = verdict(false, "20260222-02:00:00", "20260301-02:00:00");
    assert_eq!(schedule.at(utc("20260228-22:00:00")), weekend);
}

#[test]
fn quickfix_335_a_week_of_equal_times_is_reset_every_midnight() {
    let schedule = schedule("StartDay=Sun\nEndDay=Sun\nStartTime=00:00:00\nEndTime=00:00:00\n");
    let week = verdict(true, "20201122-00:00:00", "20201129-00:00:00");
    for day in 22..29 {
        for time in ["00:00:00", "23:59:59"] {
            assert_eq!(schedule.at(utc(&format!("202011{day}-{time}"))), week, "{day} {time}");
        }
    }
    // Whoever wants no week either says so.
    assert!(self::schedule("NonStopSession=Y\n").is_non_stop());
}

#[test]
fn quickfixgo_607_a_nightly_pause_cannot_be_had_without_a_reset() {
    // One session a day resets each day, since that is what a session is. A pause is a logon window.
    let paused = schedule("NonStopSession=Y\nLogonTime=07:03:00\nLogoutTime=07:00:00\n");
    let daily = schedule("StartTime=07:03:00\nEndTime=07:00:00\n");
    let mut lone = Lone::new(config(Role::Initiator, BeginString::Fix44));
    lone.now.utc_ns = utc("20231228-06:59:00");
    // Its numbers begin in the session that runs.
    let told = daily.at(lone.now.utc_ns);
    lone.event(Event::Period { open: told.open, started_utc_ns: told.started_utc_ns });
    lone.log_on();
    let mut tell = |schedule: &Schedule, moment: &str| {
        lone.now.utc_ns = utc(moment);
        let told = schedule.at(lone.now.utc_ns);
        lone.event(Event::Period { open: told.open, started_utc_ns: told.started_utc_ns });
        if lone.phase() == PhaseName::LogoutSent {
            lone.send("35=5");
        }
        (lone.phase(), lone.numbers())
    };
    assert_eq!(tell(&paused, "20231228-07:00:00"), (PhaseName::Disconnected, (3, 3)));
    assert_eq!(tell(&paused, "20231228-07:03:00"), (PhaseName::Disconnected, (3, 3)));
    assert_eq!(tell(&daily, "20231228-07:03:00"), (PhaseName::Disconnected, (1, 1)));
}

#[test]
fn quickfixj_568_quickfixgo_718_quickfixn_845_a_night_that_begins_on_a_listed_day_ends_at_midnight_or_never()
{
    let schedule = schedule(
        "StartTime=19:00:00\nEndTime=06:00:00\nWeekdays=Sun,Mon,Tue,Wed,Thu\nTimeZone=America/New_York\n",
    );
    // Thursday evening, and Friday before six, which is no day of the list.
    let night = verdict(true, "20250612-23:00:00", "20250613-10:00:00");
    for moment in ["20250612-23:00:00", "20250613-04:00:00", "20250613-09:59:59"] {
        assert_eq!(schedule.at(utc(moment)), night, "{moment}");
    }
    let weekend = verdict(false, "20250612-23:00:00", "20250615-23:00:00");
    for moment in ["20250613-10:00:00", "20250613-23:00:00", "20250614-12:00:00"] {
        assert_eq!(schedule.at(utc(moment)), weekend, "{moment}");
    }
}

#[test]
fn quickfixn_151_139_254_numbers_are_reset_at_the_end_of_a_session_or_by_a_restart() {
    let schedule = schedule("StartTime=07:00:00\nEndTime=22:00:00\n");
    let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    let mut tell = |moment: &str| {
        lone.now.utc_ns = utc(moment);
        let told = schedule.at(lone.now.utc_ns);
        lone.event(Event::Period { open: told.open, started_utc_ns: told.started_utc_ns });
        lone.node.session().snapshot().epoch
    };
    // Started in the middle of a day: the end resets nothing, the next beginning does, and a start after it does not.
    let first = tell("20140220-12:00:00");
    assert_eq!(tell("20140220-22:00:00"), first);
    assert_eq!(tell("20140221-07:00:00"), first + 1);
    for restart in ["20140221-12:00:00", "20140221-13:00:00", "20140221-22:00:10"] {
        assert_eq!(tell(restart), first + 1, "{restart}");
    }
}

#[test]
fn quickfixj_1319_a_session_that_starts_outside_its_window_is_reset_for_ever() {
    let schedule = schedule("StartTime=09:00:00\nEndTime=17:00:00\n");
    let mut lone = Lone::new(config(Role::Acceptor, BeginString::Fix44));
    lone.now.utc_ns = utc("20260907-08:00:00");
    for moment in ["20260907-08:00:00", "20260907-09:00:00"] {
        lone.now.utc_ns = utc(moment);
        let told = schedule.at(lone.now.utc_ns);
        lone.event(Event::Period { open: told.open, started_utc_ns: told.started_utc_ns });
    }
    lone.log_on();
    for _ in 0..10 {
        lone.pass(1.0);
        let told = schedule.at(lone.now.utc_ns);
        lone.event(Event::Period { open: told.open, started_utc_ns: told.started_utc_ns });
    }
    assert_eq!((lone.phase(), lone.numbers()), (PhaseName::Active, (2, 2)));
}
