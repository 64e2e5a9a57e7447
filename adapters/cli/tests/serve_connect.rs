//! `sansfix serve` and `sansfix connect` over loopback, as two processes, told what to do on their standard input.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Far beyond what anything here takes: a test that waits so long has failed.
const GENEROUS: Duration = Duration::from_secs(60);

/// A running `sansfix`.
struct Sansfix {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Sansfix {
    fn start(subcommand: &str, name: &str, config: &str) -> Self {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, config).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sansfix"))
            .args([subcommand, "--config"])
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let input = child.stdin.take();
        Self { child, input, lines, seen: Vec::new() }
    }

    fn say(&mut self, command: &str) {
        writeln!(self.input.as_mut().unwrap(), "{command}").unwrap();
    }

    /// Waits for a line that holds `text`, and returns it.
    fn hear(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(GENEROUS);
            let line = line.unwrap_or_else(|_| panic!("nothing says {text:?} after {:#?}", self.seen));
            self.seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Closes its input and waits for its end.
    fn end(&mut self) -> ExitStatus {
        drop(self.input.take());
        while let Ok(line) = self.lines.recv_timeout(GENEROUS) {
            self.seen.push(line);
        }
        self.child.wait().unwrap()
    }
}

impl Drop for Sansfix {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server on a free port, and the port.
fn serve(name: &str, more: &str) -> (Sansfix, String) {
    let config = format!(
        "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=THEM\nTargetCompID=US\n\
         SocketAcceptAddress=127.0.0.1\nSocketAcceptPort=0\n{more}"
    );
    let mut server = Sansfix::start("serve", name, &config);
    let line = server.hear("listening on 127.0.0.1:");
    let port = line.rsplit(':').next().unwrap().to_owned();
    (server, port)
}

fn connect(name: &str, port: &str, more: &str) -> Sansfix {
    let config = format!(
        "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\nHeartBtInt=30\n\
         SocketConnectHost=127.0.0.1\nSocketConnectPort={port}\nReconnectInterval=1\n{more}"
    );
    Sansfix::start("connect", name, &config)
}

const ORDER: &str = "35=D|11=ORDER|55=IBM|54=1|38=100|40=1|60=20260101-00:00:00";

#[test]
fn messages_logout_logon_and_status_over_loopback() {
    let (mut server, port) = serve("all-server.cfg", "");
    let mut client = connect("all-client.cfg", &port, "LogonTag=553=me\nLogonTag1=554=hush\n");
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
