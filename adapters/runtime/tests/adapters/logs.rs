//! What a session's logs are told, on both adapters, and that nothing a log does reaches the session.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use sansfix::tags::TEXT;
use sansfix::wire::{Message, is_secret};
use sansfix::{PhaseName, Verdict};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::log::{Entry, FileLogOptions, FileLogs, SessionLog};
use sansfix_runtime::{AcceptorOptions, Application, InitiatorOptions, Outlet, SessionSetup, pipe};

use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, Line, on_both_adapters};
use crate::peer::{Peer, text_of};
use crate::{
    Echo, GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait, wait_down, wait_logged_on,
};

/// Keeps what it is told, as `kind: text`.
#[derive(Clone, Default)]
struct Kept(Arc<(Mutex<Vec<String>>, Condvar)>);

impl SessionLog for Kept {
    fn note(&mut self, utc_ns: i64, entry: &Entry<'_>) {
        assert!(utc_ns > 1_700_000_000_000_000_000, "{utc_ns}");
        self.0.0.lock().unwrap().push(format!("{}: {entry}", entry.kind()));
        self.0.1.notify_all();
    }
}

impl Kept {
    /// Waits until a line holds `text`; all lines so far.
    fn until(&self, text: &str) -> Vec<String> {
        let lines = self.0.0.lock().unwrap();
        let missing = |lines: &mut Vec<String>| !lines.iter().any(|line| line.contains(text));
        let (lines, late) = self.0.1.wait_timeout_while(lines, GENEROUS, missing).unwrap();
        assert!(!late.timed_out(), "{text:?} is not told: {lines:#?}");
        lines.clone()
    }
}

fn start(on: Adapter, setup: SessionSetup) -> (Acceptor, Registry) {
    accept_with(on, vec![setup], AcceptorOptions::default())
}

fn kept(on: Adapter, application: impl Application + 'static) -> (Acceptor, Registry, Kept) {
    let kept = Kept::default();
    let setup = SessionSetup::new(acceptor_config(), application).with_log(kept.clone());
    let (acceptor, registry) = start(on, setup);
    (acceptor, registry, kept)
}

/// Of messages, `<35=A|34=1` for one that came and `>` for one that left; of the rest what it says.
fn short(lines: &[String]) -> Vec<String> {
    let message = |direction: char, text: &str| {
        let fields: Vec<&str> =
            text.split('|').filter(|field| field.starts_with("35=") || field.starts_with("34=")).collect();
        format!("{direction}{}", fields.join("|"))
    };
    let line = |line: &String| match line.split_once(": ") {
        Some(("incoming", text)) => message('<', text),
        Some(("outgoing", text)) => message('>', text),
        Some((_, text)) => text.to_owned(),
        None => line.clone(),
    };
    lines.iter().map(line).collect()
}

fn a_session_is_told_from_its_connection_to_its_end_in_the_order_of_the_wire(on: Adapter) {
    let (acceptor, registry, kept) = kept(on, Echo);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("hello");
    assert_eq!(peer.receive().msg_type(), "B");
    let receipt = registry.logout(&venue(), "lunch").unwrap();
    assert_eq!(peer.receive().msg_type(), "5");
    peer.send("5", &[]);
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    let told = short(&kept.until("logout completed"));
    let states: Vec<_> = told.iter().filter(|line| line.starts_with("state: ")).collect();
    assert!(
        states.iter().any(|line| line.starts_with("state: Active, logged on; next to send 2, next")),
        "{told:#?}"
    );
    assert!(
        states.iter().any(|line| line.starts_with("state: LogoutSent, not logged on, disabled")),
        "{told:#?}"
    );
    let others: Vec<_> =
        told.iter().filter(|line| !line.starts_with("state: ")).map(String::as_str).collect();
    assert_eq!(
        others,
        [
            "session started, acceptor: Disconnected, not logged on; next to send 1, next expected 1",
            "connected",
            "<35=A|34=1",
            ">35=A|34=1",
            "<35=B|34=2",
            ">35=B|34=2",
            "command Logout \"lunch\": done, or begun",
            ">35=5|34=3",
            "<35=5|34=3",
            "disconnected: logout completed",
        ]
    );
}

fn a_gap_and_a_replay_are_told_with_what_fills_them(on: Adapter) {
    let (acceptor, _registry, kept) = kept(on, Echo);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.next = 4;
    peer.news("above the gap");
    assert_eq!(peer.receive().msg_type(), "2");
    let told = short(&kept.until("gap found"));
    assert!(
        told.contains(&"<35=B|34=4".to_owned()),
        "a message above the gap is told as it comes: {told:#?}"
    );
    assert!(told.contains(&"gap found: 2 to 4".to_owned()), "{told:#?}");
    peer.next = 2;
    peer.send("4", &[(123, "Y"), (36, "4")]);
    let told = short(&kept.until("gap closed"));
    assert_eq!(told.last().unwrap(), "gap closed: 2 to 4");
    assert_eq!(told.iter().filter(|line| *line == "<35=B|34=4").count(), 1, "told once: {told:#?}");
    peer.next = 5;
    assert_eq!(peer.receive().msg_type(), "B");
    peer.send("2", &[(7, "1"), (16, "0")]);
    assert_eq!(peer.receive().msg_type(), "4");
    let told = short(&kept.until("replay ended"));
    let begun = told.iter().position(|line| line == "replay begun: 1 to 3").unwrap();
    let ended = told.iter().position(|line| line == "replay ended: 1 to 3").unwrap();
    assert!(begun < ended, "{told:#?}");
    assert_eq!(
        told.iter().filter(|line| *line == ">35=B|34=3").count(),
        2,
        "sent again, told again: {told:#?}"
    );
}

fn what_the_session_does_not_lend_is_told_too(on: Adapter) {
    let (acceptor, _registry, kept) = kept(on, Silent);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let mut garbled = peer.message("B", &[(554, "topsecret"), (TEXT, "x")]);
    let last = garbled.len() - 2;
    garbled[last] = if garbled[last] == b'0' { b'1' } else { b'0' };
    std::io::Write::write_all(&mut peer.stream, &garbled).unwrap();
    peer.next = 1;
    peer.news("number too low");
    assert_eq!(peer.receive().msg_type(), "5");
    let told = short(&kept.until("MsgSeqNum too low"));
    assert!(told.contains(&"<35=B|34=1".to_owned()), "{told:#?}");
    let garbled = told.iter().find(|line| line.starts_with("ignored, garbled (CheckSum(10)")).unwrap();
    assert!(garbled.contains("|35=B|34=2|"), "{garbled}");
    assert!(!told.iter().any(|line| line.contains("secret")), "{told:#?}");
}

/// Adds every secret there is to what it sends, and refuses every message with a secret in its reason.
struct Secretive;

const SECRET: &str = "topsecret";

impl Application for Secretive {
    fn logon_fields(&mut self, _wanted: &sansfix::LogonWanted, body: &mut sansfix::wire::Body<'_>) {
        body.field(553, "kim");
        body.field(554, SECRET).field(925, SECRET);
        body.data(95, 96, SECRET.as_bytes()).data(1401, 1402, SECRET.as_bytes());
    }

    fn message<'a>(&'a mut self, _message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let _ = outlet.send(b"B", |body| {
            body.field(554, SECRET).data(90, 91, SECRET.as_bytes()).data(1403, 1404, SECRET.as_bytes());
        });
        let reason = sansfix::SessionRejectReason::ValueIsIncorrect;
        Verdict::SessionReject { reason, tag: Some(554), text: "" }
    }
}

fn no_secret_reaches_a_file_whichever_way_it_goes(on: Adapter) {
    let directory = Directory::new(on, "secrets");
    let logs = FileLogs::start(FileLogOptions::in_directory(&directory.0)).unwrap();
    let setup = SessionSetup::new(acceptor_config(), Secretive).with_log(logs.session(&venue()).unwrap());
    let (acceptor, _registry) = start(on, setup);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let secrets: Vec<_> = [95, 96, 90, 91, 1401, 1402, 1403, 1404, 554, 925]
        .map(|tag| (tag, if is_secret(tag) { SECRET } else { "9" }))
        .into();
    peer.send("B", &secrets);
    assert_eq!([peer.receive().msg_type(), peer.receive().msg_type()], ["B", "3"]);
    peer.log_out();
    acceptor.shut_down(GENEROUS).unwrap();
    assert!(logs.flush(GENEROUS));
    let text = directory.text("FIX.4.4-VENUE-DESK.messages.current.log")
        + &directory.text("FIX.4.4-VENUE-DESK.event.current.log");
    assert!(!text.contains(SECRET), "{text}");
    assert_eq!(
        text.matches("=*********\u{1}").count(),
        2 + 4 + 2,
        "data in the Logon, in News, in its answer: {text}"
    );
    assert!(text.contains("\u{1}553=kim\u{1}554=***\u{1}925=***\u{1}"), "{text}");
    assert!(text.contains("\u{1}35=3\u{1}") && text.contains("\u{1}371=554\u{1}"), "{text}");
}

fn a_session_goes_on_and_logs_out_in_time_while_its_log_hangs_for_ever(on: Adapter) {
    let directory = Directory::new(on, "hangs");
    // Opening a pipe that nobody reads waits for ever, as a file on a network that is gone does.
    for name in ["messages", "event"] {
        let pipe = directory.0.join(format!("FIX.4.4-VENUE-DESK.{name}.current.log"));
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    let options = FileLogOptions { queue_bytes: 4 << 10, ..FileLogOptions::in_directory(&directory.0) };
    let logs = FileLogs::start(options).unwrap();
    let mut config = acceptor_config();
    config.limits.logout_timeout_ms = 500;
    let setup = SessionSetup::new(config, Echo).with_log(logs.session(&venue()).unwrap());
    let (acceptor, registry) = start(on, setup);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    for _ in 0..100 {
        peer.news("on and on");
        assert_eq!(peer.receive().msg_type(), "B");
    }
    assert!(logs.counts().missed > 100, "{:?}", logs.counts());
    let given = Instant::now();
    registry.logout(&venue(), "").unwrap();
    wait_down(&registry, &venue());
    // 0.5 s by its limit; the rest, up to what it is by default, is for a machine that is busy.
    assert!(given.elapsed() < Duration::from_secs(9), "{:?}", given.elapsed());
    acceptor.shut_down(GENEROUS).unwrap();
    let given = Instant::now();
    assert!(!logs.flush(Duration::from_millis(50)));
    assert!(given.elapsed() < GENEROUS, "flushing has its limit too");
}

fn a_slow_store_and_a_failed_connection_are_told(on: Adapter) {
    let (store, kept) = (GatedStore::default(), Kept::default());
    let setup = SessionSetup::new(acceptor_config(), Silent).with_store(store.clone()).with_log(kept.clone());
    let (acceptor, registry) = start(on, setup);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    store.shut();
    peer.send("1", &[(112, "are you there")]);
    store.wait_until_held();
    std::thread::sleep(Duration::from_millis(1_100));
    peer.news("so that the session looks");
    kept.until("the store is slow: it has not saved after");
    store.open();
    kept.until("the store is slow: it took");
    drop(registry);

    let (kept, registry) = (Kept::default(), Registry::new());
    let config = sansfix::config::Config::new(sansfix::config::Role::Initiator, desk());
    let setup = SessionSetup::new(config, Silent).with_log(kept.clone());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let _initiator = on.initiate(setup, InitiatorOptions::to(port), &registry).unwrap();
    kept.until(&format!("connect failed: {port}: "));
}

fn a_command_that_is_refused_and_a_message_that_is_not_sent_are_told(on: Adapter) {
    let (acceptor, registry, kept) = kept(on, Silent);
    let receipt = registry.test_request(&venue()).unwrap();
    assert!(receipt.wait(GENEROUS).is_some());
    kept.until("command TestRequest: not possible: the session is not logged on");
    let news = sansfix_registry::OwnedMessage::new("B", "58=x\u{1}554=topsecret\u{1}");
    assert!(registry.send(&venue(), news).unwrap().wait(GENEROUS).is_some());
    let told = kept.until("not sent: B not sent: ");
    assert!(!told.iter().any(|line| line.contains("secret")), "{told:#?}");
    drop(acceptor);
}

fn a_log_and_an_application_that_panic_cost_what_is_theirs(on: Adapter) {
    struct Panics;
    impl SessionLog for Panics {
        fn note(&mut self, _: i64, _: &Entry<'_>) {
            panic!("as this test wants it");
        }
    }
    impl Application for Panics {
        fn message<'a>(&'a mut self, _: Message<'a>, _: &mut Outlet<'_>) -> Verdict<'a> {
            panic!("as this test wants it");
        }
    }
    let kept = Kept::default();
    let setup = SessionSetup::new(acceptor_config(), Panics).with_log(Panics).with_log(kept.clone());
    let (acceptor, registry) = start(on, setup);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    peer.news("boom");
    kept.until("panicked: the application panicked");
    wait(&registry, &venue(), "down", |status| status.phase == PhaseName::Disconnected);
}

fn the_end_of_session_time_is_told_before_the_logout_that_it_brings(on: Adapter) {
    let (acceptor, _registry, kept) = kept(on, Silent);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    let ending = std::thread::spawn(move || acceptor.shut_down(GENEROUS));
    assert_eq!(peer.receive().msg_type(), "5");
    peer.send("5", &[]);
    ending.join().unwrap().unwrap();
    let told = short(&kept.until("disconnected"));
    let place =
        |text: &str| told.iter().position(|line| line == text).unwrap_or_else(|| panic!("{text}: {told:#?}"));
    assert!(place("session time is over") < place(">35=5|34=2"), "{told:#?}");
}

/// Sends twenty messages that are longer than what the connection holds.
struct Talks;

impl Application for Talks {
    fn state_changed(&mut self, status: &sansfix::Status, outlet: &mut Outlet<'_>) {
        for _ in 0..if status.logged_on { 20 } else { 0 } {
            outlet.send(b"B", text_of(&"x".repeat(10_000))).unwrap();
        }
    }
}

fn a_message_that_leaves_in_many_pieces_is_told_once_and_whole(on: Adapter) {
    let (acceptor, _registry, theirs) = kept(on, Silent);
    let (ours, line, registry) = (Kept::default(), Line::default(), Registry::new());
    let (one, other) = pipe(1_000);
    acceptor.admit(one);
    line.lock().unwrap().push_back(other);
    let config = sansfix::config::Config::new(sansfix::config::Role::Initiator, desk());
    let setup = SessionSetup::new(config, Talks).with_log(ours.clone());
    let initiator = on.initiate_over(line, setup, InitiatorOptions::to("anywhere"), &registry).unwrap();
    wait(&registry, &desk(), "through", |status| status.next_sender.get() == 22);
    initiator.shut_down(GENEROUS).unwrap();
    let messages = |lines: Vec<String>, direction: &str| -> Vec<String> {
        lines.iter().filter_map(|line| line.strip_prefix(direction)).map(str::to_owned).collect()
    };
    let (sent, received) = (
        messages(ours.until("disconnected"), "outgoing: "),
        messages(theirs.until("disconnected"), "incoming: "),
    );
    assert_eq!(sent.len(), 22, "Logon, twenty, Logout");
    assert_eq!(sent, received, "what one has sent the other has received");
}

/// A directory that goes with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(on: Adapter, name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("log-{name}-{on:?}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(std::fs::read(self.0.join(name)).unwrap()).unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

on_both_adapters!(
    a_session_is_told_from_its_connection_to_its_end_in_the_order_of_the_wire,
    a_gap_and_a_replay_are_told_with_what_fills_them,
    what_the_session_does_not_lend_is_told_too,
    no_secret_reaches_a_file_whichever_way_it_goes,
    a_session_goes_on_and_logs_out_in_time_while_its_log_hangs_for_ever,
    a_slow_store_and_a_failed_connection_are_told,
    a_command_that_is_refused_and_a_message_that_is_not_sent_are_told,
    a_log_and_an_application_that_panic_cost_what_is_theirs,
    the_end_of_session_time_is_told_before_the_logout_that_it_brings,
    a_message_that_leaves_in_many_pieces_is_told_once_and_whole,
);
