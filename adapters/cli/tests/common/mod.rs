//! A `sansfix` that runs as a process of its own, told what to do on its standard input.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Far beyond what anything here takes: a test that waits so long has failed.
pub(crate) const GENEROUS: Duration = Duration::from_secs(60);

/// A running `sansfix`.
pub(crate) struct Sansfix {
    pub(crate) child: Child,
    pub(crate) input: Option<ChildStdin>,
    lines: Receiver<String>,
    pub(crate) seen: Vec<String>,
}

impl Sansfix {
    pub(crate) fn start(subcommand: &str, name: &str, config: &str) -> Self {
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

    pub(crate) fn say(&mut self, command: &str) {
        writeln!(self.input.as_mut().unwrap(), "{command}").unwrap();
    }

    /// Waits for a line that holds `text`, and returns it.
    pub(crate) fn hear(&mut self, text: &str) -> String {
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
    pub(crate) fn end(&mut self) -> ExitStatus {
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
pub(crate) fn serve(name: &str, more: &str) -> (Sansfix, String) {
    let config = format!(
        "[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=THEM\nTargetCompID=US\n\
         SocketAcceptAddress=127.0.0.1\nSocketAcceptPort=0\n{more}"
    );
    let mut server = Sansfix::start("serve", name, &config);
    let line = server.hear("listening on 127.0.0.1:");
    let port = line.rsplit(':').next().unwrap().to_owned();
    (server, port)
}

pub(crate) fn connect(name: &str, port: &str, more: &str) -> Sansfix {
    let config = format!(
        "[SESSION]\nConnectionType=initiator\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\nHeartBtInt=30\n\
         SocketConnectHost=127.0.0.1\nSocketConnectPort={port}\nReconnectInterval=1\n{more}"
    );
    Sansfix::start("connect", name, &config)
}

pub(crate) const ORDER: &str = "35=D|11=ORDER|55=IBM|54=1|38=100|40=1|60=20260101-00:00:00";
