//! Journals that a configuration asks for: they outlive `kill -9`, and `sansfix store` shows them.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use common::{GENEROUS, ORDER, Sansfix, connect, serve};

/// An empty directory of this test.
fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

/// What `sansfix store` prints, and whether it succeeds.
fn store(directory: &Path) -> (String, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_sansfix")).arg("store").arg(directory).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (said.replace(&directory.display().to_string(), "DIR"), output.status.success())
}

/// Waits until the journal that a process has open says this: the end of a connection is told before what it brought has
/// been saved. A copy can be looked at meanwhile.
fn wait_until_saved(journal: &Path, what: &str) {
    let (copy, started) = (journal.with_file_name("copy"), Instant::now());
    fs::create_dir_all(&copy).unwrap();
    loop {
        fs::copy(journal.join("journal"), copy.join("journal")).unwrap();
        let (said, _) = store(&copy);
        if said.contains(what) {
            break;
        }
        assert!(started.elapsed() < GENEROUS, "{what} is never saved: {said}");
    }
    fs::remove_dir_all(copy).unwrap();
}

fn kill(mut process: Sansfix) {
    process.child.kill().unwrap();
    process.child.wait().unwrap();
}

#[test]
fn both_sides_are_killed_and_go_on_from_their_journals() {
    let data = scratch("store-killed");
    let path = format!("FileStorePath={}\n", data.display());
    let (mut server, port) = serve("store-server.cfg", &path);
    let mut client = connect("store-client.cfg", &port, &path);
    client.say(&format!("send {ORDER}"));
    server.hear("<- D #2");
    server.say("send 35=8|37=1|17=1|150=0|39=0|55=IBM|54=1|151=100|14=0|6=0");
    client.hear("<- 8 #2");
    // In use: what it holds is not told, and it is not disturbed.
    let (said, success) = store(&data);
    assert!(said.contains("DIR/FIX.4.4~THEM~US\n  in use: a process holds its lock"), "{said}");
    assert!(!success);
    client.say("logout lunch");
    client.hear("disconnected");
    for session in ["FIX.4.4~THEM~US", "FIX.4.4~US~THEM"] {
        wait_until_saved(&data.join(session), "next to send 4, next expected 4");
    }
    kill(client);
    kill(server);

    let (said, success) = store(&data);
    assert!(success, "{said}");
    let [_, theirs, _, kept, _, _, ours, ..] = said.lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert_eq!(theirs, "  next to send 4, next expected 4");
    assert!(
        kept.starts_with("  2 messages of ") && kept.ends_with(" to resend, numbers without one: 1"),
        "{kept}"
    );
    assert!(ours.starts_with("  next to send 4, next expected 4; taken down by an operator at 2"), "{ours}");
    assert!(ours.ends_with(": lunch"), "{ours}");
    assert_eq!(store(&data.join("FIX.4.4~THEM~US")).0.lines().nth(1), Some(theirs));

    let (mut server, port) = serve("store-server.cfg", &path);
    assert!(server.seen.iter().any(|line| line.contains("goes on: next to send 4, next expected 4")));
    let mut client = connect("store-client.cfg", &port, &path);
    client.hear("taken down by an operator");
    // It stays down until an operator says otherwise.
    client.say("status");
    client.hear("not logged on, disabled; next to send 4, next expected 4");
    client.say("logon");
    let logon = server.hear("<- Logon(A) #4");
    assert!(!logon.contains("141="), "numbers were reset: {logon}");
    client.say(&format!("send {ORDER}"));
    server.hear("<- D #5");
    client.say("quit");
    assert!(client.end().success());
    server.say("quit");
    assert!(server.end().success());
    fs::remove_dir_all(&data).unwrap();
}

#[test]
fn damage_is_told_with_its_place_and_what_stands_before_it() {
    let data = scratch("store-damaged");
    let path = format!("FileStorePath={}\n", data.display());
    let (mut server, port) = serve("damaged-server.cfg", &path);
    let mut client = connect("damaged-client.cfg", &port, "");
    for _ in 0..3 {
        client.say(&format!("send {ORDER}"));
    }
    server.hear("<- D #4");
    client.say("quit");
    client.end();
    server.say("quit");
    server.end();
    let journal = data.join("FIX.4.4~THEM~US");
    let file = journal.join("journal");
    let whole = fs::read(&file).unwrap();

    // An end that is torn is told, and left to the next start.
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    let (said, success) = store(&data);
    assert!(success && said.contains("an unfinished record of "), "{said}");
    assert_eq!(fs::read(&file).unwrap().len(), whole.len() - 1, "nothing was cut");

    let mut damaged = whole.clone();
    // The second batch: the first frame's length stands at byte 36.
    let first = u32::from_le_bytes([whole[36], whole[37], whole[38], whole[39]]) as usize;
    damaged[32 + 24 + first + 30] ^= 1;
    fs::write(&file, &damaged).unwrap();
    let (said, success) = store(&data);
    let at = 32 + 24 + first;
    assert!(
        said.contains(&format!("DAMAGED: DIR/FIX.4.4~THEM~US/journal is damaged at byte {at}: ")),
        "{said}"
    );
    assert!(
        said.contains("  next to send 2, next expected ") && said.contains("more was saved than this"),
        "{said}"
    );
    assert!(!success);
    // And it is not served.
    let config = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("damaged-server.cfg");
    let output =
        Command::new(env!("CARGO_BIN_EXE_sansfix")).args(["serve", "--config"]).arg(config).output().unwrap();
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(says.contains(&format!("is damaged at byte {at}: ")) && !output.status.success(), "{says}");
    fs::remove_dir_all(&data).unwrap();
}

#[test]
fn a_directory_without_a_journal_is_refused() {
    let data = scratch("store-none");
    assert!(!store(&data).1);
    fs::create_dir_all(&data).unwrap();
    let (said, success) = store(&data);
    assert!(said.starts_with("error: DIR holds no journal") && !success, "{said}");
    fs::remove_dir_all(&data).unwrap();
}
