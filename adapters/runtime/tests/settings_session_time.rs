//! Session time in a `.cfg` file: the schedule that each form makes, and what makes none.

use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;
use sansfix_runtime::schedule::{Days, Schedule, Window};
use sansfix_runtime::settings::{Settings, parse};

const SESSION: &str = "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=US\n\
    TargetCompID=THEM\nSocketAcceptPort=5001\n";

fn good(text: &str) -> Settings {
    parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

fn schedule(lines: &str) -> Schedule {
    let mut settings = good(&format!("{SESSION}{lines}\n"));
    assert_eq!(settings.warnings, [], "{lines}");
    settings.sessions.remove(0).schedule
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// From nine to five.
fn nine_to_five(days: Days) -> Window {
    Window::new(days, time(9, 0, 0, 0), time(17, 0, 0, 0)).unwrap()
}

const TIMES: &str = "StartTime=09:00:00\nEndTime=17:00:00\n";

#[test]
fn without_times_session_time_never_ends() {
    assert_eq!(schedule(""), Schedule::non_stop());
    assert_eq!(schedule("NonStopSession=Y"), Schedule::non_stop());
    let inherited = format!("[DEFAULT]\n{TIMES}Weekdays=Mon\n{SESSION}NonStopSession=Y\n");
    let settings = good(&inherited);
    assert_eq!((settings.sessions[0].schedule.clone(), settings.warnings), (Schedule::non_stop(), vec![]));
}

#[test]
fn the_forms_of_every_engine_make_the_same_schedules() {
    let utc = |days| Schedule::new(nine_to_five(days), TimeZone::UTC);
    assert_eq!(schedule(TIMES), utc(Days::Every));
    let days = vec![Weekday::Monday, Weekday::Tuesday, Weekday::Friday];
    for weekdays in ["Mon,Tue,Fri", "mo, tu, fr", "MONDAY,Tuesday,Mon,friday"] {
        assert_eq!(schedule(&format!("{TIMES}Weekdays={weekdays}")), utc(Days::Only(days.clone())));
    }
    let week = Days::Week { start: Weekday::Sunday, end: Weekday::Friday };
    for (from, to) in [("Sunday", "Friday"), ("su", "fr"), ("SUN", "frid")] {
        assert_eq!(schedule(&format!("{TIMES}StartDay={from}\nEndDay={to}")), utc(week.clone()));
    }
    // Equal times are a full day, not the whole of time.
    let midnight = time(0, 0, 0, 0);
    assert_eq!(
        schedule("StartTime=00:00:00\nEndTime=00:00:00"),
        Schedule::new(Window::new(Days::Every, midnight, midnight).unwrap(), TimeZone::UTC)
    );
}

#[test]
fn zones_are_of_all_times_or_of_one() {
    let daily = || nine_to_five(Days::Every);
    let new_york = Schedule::new(daily(), zone("America/New_York"));
    assert_eq!(schedule(&format!("{TIMES}TimeZone=America/New_York")), new_york);
    assert_eq!(schedule(&format!("{TIMES}TimeZone=america/new_york")), new_york);
    let each = "StartTime=09:00:00 Asia/Kolkata\nEndTime=17:00:00 America/New_York";
    let apart = daily().with_start_zone(zone("Asia/Kolkata")).with_end_zone(zone("America/New_York"));
    assert_eq!(schedule(each), Schedule::new(apart, TimeZone::UTC));
    let one = "StartTime=09:00:00\nEndTime=17:00:00 UTC\nTimeZone=Europe/London";
    let one_apart = daily().with_end_zone(TimeZone::get("UTC").unwrap());
    assert_eq!(schedule(one), Schedule::new(one_apart, zone("Europe/London")));
    let machine = Schedule::new(daily(), TimeZone::try_system().unwrap());
    assert_eq!(schedule(&format!("{TIMES}UseLocalTime=Y")), machine);
    assert_eq!(schedule(&format!("{TIMES}TimeZone=Local")), machine);
    let taken_away =
        format!("[DEFAULT]\n{TIMES}TimeZone=Asia/Kolkata\nWeekdays=Mon\n{SESSION}TimeZone=\nWeekdays=\n");
    assert_eq!(good(&taken_away).sessions[0].schedule, Schedule::new(daily(), TimeZone::UTC));
}

#[test]
fn what_the_logon_window_does_not_say_is_as_session_time_says() {
    let week = Days::Week { start: Weekday::Sunday, end: Weekday::Friday };
    let session = Schedule::new(nine_to_five(week.clone()), TimeZone::UTC);
    let weekly = format!("{TIMES}StartDay=Sun\nEndDay=Fri\n");
    let logon = |days, from, to| {
        session.clone().with_logon_window(Window::new(days, time(from, 0, 0, 0), time(to, 0, 0, 0)).unwrap())
    };
    assert_eq!(schedule(&format!("{weekly}LogonTime=10:00:00")), logon(week.clone(), 10, 17));
    assert_eq!(schedule(&format!("{weekly}LogoutTime=16:00:00")), logon(week, 9, 16));
    let days = Days::Week { start: Weekday::Monday, end: Weekday::Thursday };
    assert_eq!(schedule(&format!("{weekly}LogonDay=Mon\nLogoutDay=Thu")), logon(days, 9, 17));
    let days = Days::Week { start: Weekday::Monday, end: Weekday::Friday };
    assert_eq!(schedule(&format!("{weekly}LogonDay=Mon")), logon(days, 9, 17));
    let only = Days::Only(vec![Weekday::Monday]);
    let mornings = Window::new(only.clone(), time(9, 0, 0, 0), time(11, 0, 0, 0)).unwrap();
    assert_eq!(
        schedule(&format!("{TIMES}Weekdays=Mon\nLogoutTime=11:00:00")),
        Schedule::new(nine_to_five(only), TimeZone::UTC).with_logon_window(mornings)
    );
    assert_eq!(
        schedule("NonStopSession=Y\nLogonTime=09:00:00\nLogoutTime=17:00:00\nTimeZone=Asia/Kolkata"),
        Schedule::non_stop_in(zone("Asia/Kolkata")).with_logon_window(nine_to_five(Days::Every))
    );
}

#[test]
fn halves_and_contradictions_are_errors_that_name_the_key() {
    for (lines, expected) in [
        ("StartTime=09:00:00", "line 1: the session has no EndTime: session time needs it, and StartTime"),
        ("EndTime=09:00:00", "line 1: the session has no StartTime: session time needs it, and EndTime"),
        ("StartDay=Mon\nEndDay=Fri", "line 1: the session has no StartTime: "),
        ("Weekdays=Mon", "line 1: the session has no EndTime: "),
        ("StartTime=09:00:00\nEndTime=17:00:00\nStartDay=Mon", "line 1: the session has no EndDay: "),
        ("StartTime=09:00:00\nEndTime=17:00:00\nEndDay=Mon", "line 1: the session has no StartDay: "),
        (
            "StartTime=09:00:00\nEndTime=17:00:00\nStartDay=Mon\nEndDay=Fri\nWeekdays=Mon",
            "line 11: Weekdays contradicts another key: StartDay and EndDay",
        ),
        (
            "StartTime=09:00:00\nEndTime=17:00:00\nTimeZone=UTC\nUseLocalTime=Y",
            "line 10: UseLocalTime contradicts another key: TimeZone",
        ),
        (
            "StartTime=09:00:00\nEndTime=17:00:00\nWeekdays=Mon\nLogonDay=Mon",
            "line 10: LogonDay contradicts another key: Weekdays",
        ),
        (
            "StartTime=09:00:00\nEndTime=17:00:00\nWeekdays=Mon\nLogoutDay=Mon",
            "line 10: LogoutDay contradicts another key: Weekdays",
        ),
        ("StartTime=09:00:00\nEndTime=17:00:00\nLogonDay=Mon", "line 1: the session has no LogoutDay: "),
        ("StartTime=09:00:00\nEndTime=17:00:00\nLogoutDay=Mon", "line 1: the session has no LogonDay: "),
        ("LogonTime=09:00:00", "line 1: the session has no LogoutTime: there is no EndTime"),
        (
            "NonStopSession=Y\nStartTime=09:00:00\nLogoutTime=09:00:00",
            "line 1: the session has no LogonTime: there is no StartTime",
        ),
        (
            "StartTime=09:00:00\nEndTime=17:00:00\nLogonTime=18:00:00\nLogoutTime=19:00:00",
            "line 9: LogonTime contradicts another key: no part",
        ),
        (
            "TimeZone=Europe/Londn",
            "line 7: TimeZone=Europe/Londn: must be the name of a zone in the IANA database (America/New_York, UTC), or Local for the machine's; did you mean Europe/London?",
        ),
        ("TimeZone=London", "; did you mean Europe/London?"),
        ("TimeZone=New York", "; did you mean America/New_York?"),
        (
            "StartTime=09:00:00 Asia/Calcuta",
            "StartTime=09:00:00 Asia/Calcuta: must be HH:MM:SS from 00:00:00 to 23:59:59, with or without a zone behind it (17:00:00 America/New_York); did you mean Asia/Calcutta?",
        ),
    ] {
        let text = format!("{SESSION}{lines}\n");
        let errors = parse(text.as_bytes()).expect_err(&text).to_string();
        assert!(errors.contains(expected), "{lines}\n{errors}");
    }
}

#[test]
fn a_wrong_value_is_told_once_and_not_as_missing_too() {
    let text = format!("{SESSION}StartTime=9am\nEndTime=17:00:00\n");
    let errors = parse(text.as_bytes()).unwrap_err();
    assert_eq!(errors.errors.len(), 1, "{errors}");
}

#[test]
fn what_a_session_says_in_vain_is_a_warning() {
    let said = |lines: &str| -> Vec<String> {
        good(&format!("{SESSION}{lines}\n")).warnings.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        said("NonStopSession=Y\nStartTime=09:00:00\nTimeZone=Asia/Kolkata"),
        [
            "line 8: StartTime has no effect: NonStopSession=Y",
            "line 9: TimeZone has no effect: session time never ends"
        ]
    );
    assert_eq!(said("UseLocalTime=Y"), ["line 7: UseLocalTime has no effect: session time never ends"]);
}

#[test]
fn a_schedule_in_words() {
    for (lines, words) in [
        ("", "never ends"),
        (TIMES, "daily from 09:00:00 to 17:00:00 (UTC)"),
        (
            "StartTime=23:30:00 UTC\nEndTime=17:30:00\nTimeZone=America/New_York\nWeekdays=mo,fr",
            "Monday, Friday from 23:30:00 (UTC) to 17:30:00 (America/New_York)",
        ),
        (
            "StartTime=17:00:00\nEndTime=16:00:00\nStartDay=Sun\nEndDay=Fri\nTimeZone=Europe/London\nLogonTime=18:00:00",
            "weekly from Sunday 17:00:00 to Friday 16:00:00 (Europe/London); \
             logged on only weekly from Sunday 18:00:00 to Friday 16:00:00 (Europe/London)",
        ),
    ] {
        assert_eq!(schedule(lines).to_string(), words);
    }
}

#[test]
fn an_outlook_says_what_comes_next_in_the_zone_and_in_utc() {
    // Thursday, 1 January 1970, midnight UTC.
    let outlook = |lines: &str, hour: i64| schedule(lines).outlook(hour * 3_600_000_000_000);
    assert_eq!(outlook("", 0), "open now, and stays so");
    assert_eq!(outlook(TIMES, 8), "closed now; opens Thursday 1970-01-01 09:00:00 UTC");
    assert_eq!(outlook(TIMES, 9), "open now; closes Thursday 1970-01-01 17:00:00 UTC");
    assert_eq!(
        outlook(&format!("{TIMES}TimeZone=Asia/Tokyo"), 9),
        "closed now; opens Friday 1970-01-02 09:00:00 (Asia/Tokyo), 00:00:00 UTC"
    );
    assert_eq!(
        outlook(&format!("{TIMES}TimeZone=Pacific/Auckland"), 9),
        "closed now; opens Friday 1970-01-02 09:00:00 (Pacific/Auckland), 1970-01-01 21:00:00 UTC"
    );
    assert_eq!(
        outlook("StartTime=17:00:00\nEndTime=17:00:00", 9),
        "open now; the next period begins Thursday 1970-01-01 17:00:00 UTC"
    );
    // The logon window opens and closes on days without session time: the next time that counts is Monday's.
    assert_eq!(
        outlook(&format!("{TIMES}StartDay=Mon\nEndDay=Wed\nLogonTime=10:00:00"), 9),
        "closed now; opens Monday 1970-01-05 10:00:00 UTC"
    );
}

#[test]
fn a_time_is_two_digits_each_of_a_time_that_there_is() {
    for value in [
        "9:00:00",
        "09:00",
        "09.00.00",
        "09:00:0",
        "09:00:000",
        "0a:00:00",
        "09:-1:00",
        "09:00:+1",
        "24:00:00",
        "09:60:00",
        "09:00:60",
        "0é:00:0",
        "é9:00:0",
        "09:00:é",
        "09:00:00 Nowhere/Here",
    ] {
        let text = format!("{SESSION}StartTime={value}\nEndTime=17:00:00\n");
        let errors = parse(text.as_bytes()).expect_err(value).to_string();
        assert!(errors.starts_with(&format!("line 7: StartTime={value}: must be HH:MM:SS")), "{errors}");
    }
    assert!(parse(format!("{SESSION}StartTime=23:59:59\nEndTime=00:00:00\n").as_bytes()).is_ok());
}

#[test]
fn every_day_has_its_name() {
    let days = "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday";
    let schedule = schedule(&format!("{TIMES}Weekdays={}", days.replace(' ', "")));
    assert_eq!(schedule.to_string(), format!("{days} from 09:00:00 to 17:00:00 (UTC)"));
}
