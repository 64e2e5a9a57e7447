//! `sansfix serve` and `sansfix connect` over loopback, as two processes, told what to do on their standard input.

mod common;

use std::path::PathBuf;
use std::process::Command;

use common::{ORDER, Sansfix, connect, serve};

#[test]
fn messages_logout_logon_and_status_over_loopback() {
    let (mut server, port) = serve("all-server.cfg", "");
    let mut client =
        connect("all-client.cfg", &port, "LogonTag=553=me\nLogonTag1=554=hush\nLogonPasswordInClear=Y\n");
    client.say(&format!("send {ORDER}"));
    client.hear("-> D #2 11=ORDER|55=IBM|54=1");
    let logon = server.hear("<- Logon(A) #1");
    assert!(logon.contains("553=me|554=***"), "{logon}");
    server.hear("<- D #2 11=ORDER|55=IBM|54=1|38=100");

    server.say("send 35=8|37=1|17=1|150=0|39=0|55=IBM|54=1|151=100|14=0|6=0");
    client.hear("<- 8 #2 37=1|17=1|150=0");

    client.say("logout end of day");
    server.hear("<- Logout(5) #3 58=end of day");
    client.hear("disconnected: ");
    client.say("status");
    let status = client.hear("1: FIX.4.4:US->THEM ");
    assert!(status.contains("not logged on, disabled; next to send 4, next expected 4"), "{status}");
    client.say(&format!("send {ORDER}"));
    client.hear("error: not sent: ");

    client.say("logon");
    let logon = server.hear("<- Logon(A) #4");
    assert!(!logon.contains("141="), "numbers were reset: {logon}");
    client.say(&format!("send {ORDER}"));
    server.hear("<- D #5 11=ORDER");

    client.say("quit");
    server.hear("<- Logout(5) #6");
    assert!(client.end().success(), "{:#?}", client.seen);
    server.say("quit");
    assert!(server.end().success(), "{:#?}", server.seen);
}

#[test]
fn the_end_of_the_input_logs_out() {
    let (mut server, port) = serve("end-server.cfg", "");
    let mut client = connect("end-client.cfg", &port, "");
    client.say(&format!("send {ORDER}"));
    assert!(client.end().success(), "{:#?}", client.seen);
    server.hear("<- D #2");
    server.hear("<- Logout(5) #3");
    // A server does not end with its input: the next client is served.
    drop(server.input.take());
    let mut next = connect("end-next.cfg", &port, "ResetOnLogon=Y\n");
    next.say(&format!("send {ORDER}"));
    server.hear("<- Logon(A) #1");
    server.hear("<- D #2");
    assert!(next.end().success(), "{:#?}", next.seen);
}

/// As Ctrl-C and a service manager do.
#[cfg(unix)]
#[test]
fn a_signal_logs_out_first() {
    let (mut server, port) = serve("signal-server.cfg", "");
    let mut client = connect("signal-client.cfg", &port, "");
    client.say(&format!("send {ORDER}"));
    server.hear("<- D #2");
    let kill = Command::new("kill").args(["-TERM", &client.child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    server.hear("<- Logout(5) #3");
    assert!(client.child.wait().unwrap().success());
}

#[test]
fn a_dictionary_rejects_what_it_does_not_know() {
    let Some(dictionaries) = acceptance_dictionaries() else { return };
    let file = dictionaries.join("FIX44.xml");
    let (mut server, port) = serve("checked-server.cfg", &format!("DataDictionary={}\n", file.display()));
    let mut client = connect("checked-client.cfg", &port, "");
    client.say("send 35=D|11=ORDER|9999=1");
    let line = server.hear("<- NewOrderSingle(D) #2 11=ORDER|9999=1");
    assert!(line.contains("[rejected: "), "{line}");
    client.hear("<- Reject(3) #2 ");
    client.say(&format!("send {ORDER}"));
    let line = server.hear("<- NewOrderSingle(D) #3");
    assert!(!line.contains("rejected"), "{line}");
}

/// The dictionaries that come with the acceptance scripts, which are not part of this repository.
fn acceptance_dictionaries() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/acceptance");
    let folder = std::env::var_os("SANSFIX_ACCEPTANCE").map_or_else(|| beside.into(), PathBuf::from);
    let folder = folder.join("dictionaries");
    if !folder.is_dir() {
        eprintln!("not tried: {} is not there; set SANSFIX_ACCEPTANCE", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn a_file_without_sessions_of_the_role_is_refused() {
    let mut nothing = connect("role.cfg", "1", "");
    nothing.child.kill().unwrap();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("role.cfg");
    let output =
        Command::new(env!("CARGO_BIN_EXE_sansfix")).args(["serve", "--config"]).arg(&file).output().unwrap();
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(says.contains("has no acceptor session") && says.contains("`sansfix connect`"), "{says}");
    assert!(!output.status.success());
}

#[test]
fn a_template_makes_sessions_for_whoever_fits_it() {
    let template = "[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSocketAcceptAddress=127.0.0.1\nSocketAcceptPort=0\n\
         AllowedRemoteAddresses=127.0.0.1\n[SESSION]\nAcceptorTemplate=Y\nSenderCompID=THEM\nTargetCompID=*\n";
    let mut server = Sansfix::start("serve", "template.cfg", template);
    let port = server.hear("listening on 127.0.0.1:").rsplit(':').next().unwrap().to_owned();
    let mut client = connect("template-client.cfg", &port, "");
    client.say(&format!("send {ORDER}"));
    server.hear("FIX.4.4:THEM->US is made from a template");
    server.hear("<- D #2 11=ORDER");
    let mut other = connect("template-other.cfg", &port, "");
    other.hear("disconnected: ");
    server.say("status");
    server.hear("1: FIX.4.4:THEM->US Active, logged on");
    client.say("quit");
    assert!(client.end().success(), "{:#?}", client.seen);
}

#[test]
fn an_address_that_is_not_allowed_is_closed() {
    let (mut server, port) = serve("allowed-server.cfg", "AllowedRemoteAddresses=192.0.2.1, 2001:db8::1\n");
    let mut client = connect("allowed-client.cfg", &port, "");
    client.hear("disconnected: ");
    server.hear("its address is not one of those that may connect");
}
