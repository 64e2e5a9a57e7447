//! The driver that the README shows, run: what it says is a whole one is one.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use sansfix::config::Role;
use sansfix::{BeginString, Session, Snapshot};
use sansfix_runtime::MemoryStore;
use sansfix_tests::lone::{START, config};
use sansfix_tests::peer::{message, messages, short};

// Its own lines, which formatting leaves as they are.
include!("readme_driver/driver.rs");

#[test]
fn the_driver_is_the_one_that_the_readme_shows() {
    let readme =
        include_str!("../../README.md").split_once("```rust\n").unwrap().1.split_once("```").unwrap().0;
    assert_eq!(include_str!("readme_driver/driver.rs"), readme);
}

/// Reads until this many messages have come.
fn read(stream: &mut TcpStream, count: usize) -> Vec<String> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    while bytes.windows(4).filter(|window| window == b"\x0110=").count() < count {
        let read = stream.read(&mut chunk).unwrap();
        assert!(read > 0, "closed after {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&chunk[..read]);
    }
    messages(bytes).iter().map(short).collect()
}

#[test]
fn it_logs_on_answers_logs_out_and_leaves_nothing_unsaved() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    peer.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let driver = std::thread::spawn(move || {
        let mut config = config(Role::Acceptor, BeginString::Fix44);
        // At the very end there is something to be saved.
        config.reset_on_disconnect = true;
        let snapshot = Snapshot::new(0);
        let mut store = MemoryStore::with_snapshot(snapshot.clone());
        let mut link = Link::new(Session::new(Arc::new(config), snapshot));
        let reason = drive(&mut link, &mut store, &mut stream, || START).unwrap();
        (reason, store.load().unwrap().unwrap(), link.snapshot().clone())
    });
    let mut send = |seq, text| peer.write_all(&message(BeginString::Fix44, START, seq, text)).unwrap();
    send(1, "35=A|98=0|108=30");
    send(2, "35=1|112=T");
    send(3, "35=2|7=1|16=0");
    send(4, "35=5|58=bye");
    assert_eq!(read(&mut peer, 4), ["A 1 98=0 108=30", "0 2 112=T", "4 1R 36=3 123=Y", "5 3"]);
    drop(peer);
    let (reason, saved, reached) = driver.join().unwrap();
    assert_eq!((reason, reached.next_sender.get()), (Reason::PeerLogout, 1));
    assert_eq!(saved, reached);
}
