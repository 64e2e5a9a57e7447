//! What `sansfix serve` and `sansfix connect` write to log files, print, and trace.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{ORDER, connect, serve};

fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    path
}

/// What follows the time in each line, which has one.
fn lines(directory: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(directory.join(name)).unwrap();
    let line = |line: &str| {
        let (time, text) = line.split_once(" : ").unwrap();
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "00000000-00:00:00.000", "{line}");
        text.to_owned()
    };
    text.lines().map(line).collect()
}

#[test]
fn both_sides_have_every_message_in_their_files_when_they_have_ended() {
    let directory = directory("cli-logs");
    let files = format!("FileLogPath={}\n", directory.display());
    let (mut server, port) = serve("logs-server.cfg", &files);
    let mut client =
        connect("logs-client.cfg", &port, &format!("{files}LogonTag=554=hush\nLogonPasswordInClear=Y\n"));
    client.say(&format!("send {ORDER}|554=hush"));
    let printed = [client.hear("-> D #2"), server.hear("<- D #2")];
    assert!(printed.iter().all(|line| line.ends_with("|554=***")), "{printed:?}");
    client.say("quit");
    assert!(client.end().success(), "{:#?}", client.seen);
    server.say("quit");
    assert!(server.end().success(), "{:#?}", server.seen);

    let [ours, theirs] =
        ["US-THEM", "THEM-US"].map(|who| lines(&directory, &format!("FIX.4.4-{who}.messages.current.log")));
    let kinds = |lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| line.split('\u{1}').nth(2).unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&ours), ["35=A", "35=A", "35=D", "35=5", "35=5"]);
    assert_eq!(ours, theirs, "what one has sent the other has received");
    assert!(ours[0].contains("\u{1}554=***\u{1}"), "{}", ours[0]);
    assert!(!ours.concat().contains("hush"), "{ours:#?}");
    let events = lines(&directory, "FIX.4.4-US-THEM.event.current.log");
    for text in
        ["session started, initiator", "connected", "command Logout: done", "disconnected: logout completed"]
    {
        assert!(events.iter().any(|line| line.contains(text)), "{text}: {events:#?}");
    }
}

#[test]
fn what_is_not_to_be_printed_is_not() {
    let (mut server, port) = serve("screen-server.cfg", "ScreenLogShowIncoming=N\n");
    let mut client = connect(
        "screen-client.cfg",
        &port,
        "ScreenLogShowEvents=N\nScreenLogShowOutgoing=N\nLogonTag=554=hush\nLogonPasswordInClear=Y\n",
    );
    client.say("send 35=B|148=x|33=1|58=y|554=hush");
    client.hear("<- Logon(A) #1");
    assert!(client.end().success());
    server.hear("disconnected: ");
    server.say("quit");
    assert!(server.end().success());
    assert!(client.seen.iter().all(|line| line.contains(" <- ")), "{:#?}", client.seen);
    assert!(!server.seen.iter().any(|line| line.contains(" <- ")), "{:#?}", server.seen);
}

#[test]
fn a_log_directory_that_cannot_be_made_keeps_the_session_from_starting() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nowhere.cfg");
    std::fs::write(
        &file,
        "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=A\nTargetCompID=B\n\
         SocketAcceptPort=0\nFileLogPath=/dev/null/log\n",
    )
    .unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_sansfix")).args(["serve", "--config"]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.starts_with(
            "error: FIX.4.4:A->B: the log directory /dev/null/log is not there and cannot be made: "
        ),
        "{said}"
    );
    assert!(!output.status.success());
}

#[test]
fn sansfix_log_prints_what_happens_on_standard_error() {
    let demo = |level: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_sansfix"))
            .arg("demo")
            .env("SANSFIX_LOG", level)
            .output()
            .unwrap();
        (String::from_utf8_lossy(&output.stderr).into_owned(), output.status)
    };
    let (said, status) = demo("info");
    assert!(status.success());
    let logon =
        said.lines().find(|line| line.contains("msg_type=\"Logon\"")).unwrap_or_else(|| panic!("{said}"));
    assert!(logon.contains(" INFO session{begin_string=\"FIX"), "{logon}");
    assert!(!said.contains(" TRACE ") && !said.contains(" DEBUG "), "{said}");
    let (said, status) = demo("loud");
    assert_eq!(said, "error: SANSFIX_LOG=loud: must be error, warn, info, debug, trace\n");
    assert_eq!(status.code(), Some(2));
}
