//! Session time in `sansfix serve` and `sansfix connect`, by the clock of the machine.

mod common;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{ORDER, connect, serve};

fn seconds_since_1970() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A time of the day in UTC, so many seconds from now.
fn in_seconds(from_now: u64) -> String {
    let second = (seconds_since_1970() + from_now) % 86_400;
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// A day of the week that is neither today nor next to it.
fn another_day() -> &'static str {
    // The first of January 1970 was a Thursday.
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    days[(seconds_since_1970() / 86_400 + 3) as usize % 7]
}

fn closed() -> String {
    format!("StartTime=00:00:00\nEndTime=00:00:00\nWeekdays={}\n", another_day())
}

#[test]
fn a_server_outside_session_time_sends_a_client_away() {
    let (mut server, port) = serve("closed-server.cfg", &closed());
    let mut client = connect("closed-server-client.cfg", &port, "");
    client.hear("-- disconnected: ");
    server.say("status");
    let status = server.hear("FIX.4.4:THEM->US ");
    assert!(status.contains("outside session time; next to send 1, next expected 1"), "{status}");
}

#[test]
fn a_client_outside_session_time_does_not_connect() {
    let (mut server, port) = serve("closed-client-server.cfg", "");
    let mut client = connect("closed-client.cfg", &port, &closed());
    client.say("logon");
    client.say("status");
    let status = client.hear("Disconnected");
    assert!(status.contains("outside session time"), "{status}");
    // Another one of the same name is the first that the server sees.
    let mut other = connect("closed-client-other.cfg", &port, "");
    other.say(&format!("send {ORDER}"));
    server.hear("<- D #2");
    let logons = server.seen.iter().filter(|line| line.contains("Logon(A)")).count();
    assert_eq!(logons, 1, "{:#?}", server.seen);
}

#[test]
fn a_client_connects_when_session_time_begins() {
    let (mut server, port) = serve("opening-server.cfg", "");
    // On a machine so slow that this has begun before the client runs, it connects at once, and no sooner.
    let hours = format!("StartTime={}\nEndTime={}\n", in_seconds(4), in_seconds(40_000));
    let started = SystemTime::now();
    let mut client = connect("opening-client.cfg", &port, &hours);
    server.hear("<- Logon(A) #1");
    let waited = started.elapsed().unwrap();
    assert!(waited > Duration::from_secs(2), "it did not wait for its time: {waited:?}");
    client.say(&format!("send {ORDER}"));
    server.hear("<- D #2");
    assert!(client.end().success(), "{:#?}", client.seen);
}
