//! A journal under a session that runs: nothing leaves that the disk does not have, and a disk that fails ends the
//! session and nothing else.

use std::io;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use sansfix::config::{Config, Role};
use sansfix::msg_type::LOGON;
use sansfix::tags::{RESET_SEQ_NUM_FLAG, TEXT};
use sansfix::wire::{Frame, Message, frame};
use sansfix::{Reason, ResetMode, SeqRange, Verdict};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::{
    AcceptorOptions, Application, InitiatorOptions, JournalOptions, JournalStore, Outlet, Pipe, SessionSetup,
    Store, StoreError, Stored, SyncPolicy, Transport, pipe,
};

use crate::disk::{Disk, Refuses};
use crate::host::{Adapter, Line, on_both_adapters};
use crate::peer::{Came, Peer, text_of};
use crate::{Echo, GENEROUS, Silent, accept_with, acceptor_config, desk, venue, wait_down, wait_logged_on};

/// One end of a connection that looks at the disk whenever bytes leave.
struct Watched {
    pipe: Pipe,
    disk: Disk,
    out: Vec<u8>,
    found: Arc<Mutex<Found>>,
}

/// What was seen to leave.
#[derive(Default)]
struct Found {
    messages: usize,
    resets: usize,
    /// What a failure of the machine would have taken back.
    early: Vec<String>,
}

impl Transport for Watched {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        self.pipe.poll_read(context, into)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // Before the write: what the disk has afterwards proves nothing.
        let disk = self.disk.after_a_failure();
        let written = self.pipe.poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.out.extend_from_slice(&bytes[..count]);
            self.look(disk);
        }
        written
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pipe.poll_close(context)
    }
}

impl Watched {
    fn look(&mut self, disk: Disk) {
        let mut store = JournalStore::open_in(disk, JournalOptions::default()).unwrap();
        let snapshot = store.load().unwrap();
        let mut found = self.found.lock().unwrap();
        while let Frame::Message { message, taken } = frame(&self.out, 1 << 20) {
            found.messages += 1;
            let mut stored = Vec::new();
            let range = SeqRange::one(message.seq().unwrap());
            store
                .fetch(range, 1, &mut |one| match one {
                    Stored::Message { raw, .. } => stored.extend_from_slice(raw),
                    Stored::Hole(_) => {}
                })
                .unwrap();
            let durable = match message.msg_type() {
                // Its record is a hole; its number is durable with it.
                LOGON => snapshot.as_ref().is_some_and(|snapshot| range.begin < snapshot.next_sender),
                // A message that is sent again differs from the stored one; its number and its record are the same.
                _ if message.poss_dup() => !stored.is_empty(),
                _ => stored == self.out[..taken],
            };
            if !durable {
                found.early.push(format!("{message:?}"));
            }
            if message.get(RESET_SEQ_NUM_FLAG) == Some(b"Y") {
                found.resets += 1;
                if !snapshot.as_ref().is_some_and(|snapshot| snapshot.reset_owed) {
                    found.early.push(format!("the reset is not owed: {message:?}"));
                }
            }
            self.out.drain(..taken);
        }
    }
}

/// Answers each message with a hundred.
struct Generous;

impl Application for Generous {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        for _ in 0..100 {
            let text = String::from_utf8_lossy(message.get(TEXT).unwrap_or_default());
            outlet.send(b"B", text_of(&text)).unwrap();
        }
        Verdict::Accept
    }
}

/// Asks three questions in each numbering, and tells of what comes.
struct Asking {
    tell: mpsc::Sender<u64>,
    asked_in: Option<u64>,
}

impl Application for Asking {
    fn turn(&mut self, outlet: &mut Outlet<'_>) {
        let epoch = outlet.session().snapshot().epoch;
        if self.asked_in == Some(epoch) || outlet.send(b"B", text_of("a question")).is_err() {
            return;
        }
        self.asked_in = Some(epoch);
        for _ in 0..2 {
            outlet.send(b"B", text_of("another question")).unwrap();
        }
    }

    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        self.tell.send(message.seq().unwrap().get()).unwrap();
        Verdict::Accept
    }
}

/// Lets a session on a journal say much, reset its numbers in session, and log out. What was seen to leave, and how
/// often the disk was written and synced.
fn watched(on: Adapter, sync: SyncPolicy) -> (Found, (usize, usize)) {
    let (disk, found, registry) = (Disk::default(), Arc::new(Mutex::new(Found::default())), Registry::new());
    let store = JournalStore::open_in(disk.clone(), JournalOptions { sync, keep_messages: true }).unwrap();
    let setup = SessionSetup::new(acceptor_config(), Generous).with_store(store);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let acceptor = on.accept(listener, vec![setup], AcceptorOptions::default(), &registry).unwrap();
    let (one, other) = pipe(64 << 10);
    acceptor.admit(Watched { pipe: one, disk: disk.clone(), out: Vec::new(), found: found.clone() });
    let (tell, told) = mpsc::channel();
    let setup = SessionSetup::new(Config::new(Role::Initiator, desk()), Asking { tell, asked_in: None });
    let line = Line::default();
    line.lock().unwrap().push_back(other);
    let initiator = on.initiate_over(line, setup, InitiatorOptions::to("a pipe"), &registry).unwrap();
    for n in 0..300 {
        assert_eq!(told.recv_timeout(GENEROUS).unwrap(), n + 2);
    }
    let reset = registry.reset(&venue(), ResetMode::InSession).unwrap();
    assert_eq!(reset.wait(GENEROUS), Some(CommandOutcome::Completed));
    // The questions are asked again in the new numbering.
    for _ in 0..300 {
        told.recv_timeout(GENEROUS).unwrap();
    }
    registry.logout(&venue(), "done").unwrap();
    wait_down(&registry, &venue());
    let counts = disk.counts();
    drop((initiator, acceptor));
    let found = std::mem::take(&mut *found.lock().unwrap());
    (found, counts)
}

fn each_transmit_is_preceded_by_its_sync_and_a_reset_by_its_debt(on: Adapter) {
    let (found, (appends, syncs)) = watched(on, SyncPolicy::EveryBatch);
    assert_eq!(found.early, Vec::<String>::new());
    assert!(
        found.messages > 600 && found.resets == 1,
        "{} messages, {} resets",
        found.messages,
        found.resets
    );
    // The header of a new file is written by itself.
    assert!(syncs + 2 >= appends, "{appends} writes, {syncs} syncs: something was not synced");
    assert!(syncs < 60, "{syncs} syncs for {} messages: a batch costs one", found.messages);
}

fn without_syncs_bytes_leave_before_the_disk_has_them(on: Adapter) {
    let (found, _) = watched(on, SyncPolicy::Never);
    assert!(found.early.len() > 100, "what the other test asserts can be false: {}", found.early.len());
}

fn an_interval_passes_and_what_was_saved_is_durable_though_nothing_more_is_said(on: Adapter) {
    let disk = Disk::default();
    let options = JournalOptions { sync: SyncPolicy::Interval(Duration::from_secs(1)), keep_messages: true };
    let store = JournalStore::open_in(disk.clone(), options).unwrap();
    let setup = SessionSetup::new(acceptor_config(), Echo).with_store(store);
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::connect(acceptor.local_addr(), desk());
    // Without Heartbeats nothing more happens.
    peer.send("A", &[(98, "0"), (108, "0")]);
    assert_eq!(peer.receive().msg_type(), "A");
    let mut unsynced = 0;
    for _ in 0..20 {
        peer.news("hello");
        assert_eq!(peer.receive().msg_type(), "B");
        unsynced += usize::from(!disk.is_durable());
    }
    assert!(unsynced > 0, "twenty messages took more than twenty intervals");
    let started = Instant::now();
    while !disk.is_durable() {
        assert!(started.elapsed() < GENEROUS, "it is never synced");
        std::thread::sleep(Duration::from_millis(5));
    }
    let (appends, syncs) = disk.counts();
    assert!(syncs < appends / 2, "{appends} writes, {syncs} syncs");
    // A sync that fails closes the connection, and is not tried again before something is saved.
    disk.refuse(Some(Refuses::Syncs));
    peer.news("is it durable");
    // By its answer, unless the machine is so slow that the interval has passed already.
    let answered = peer.receive();
    assert!(["B", "end"].contains(&answered.msg_type()), "{answered:?}");
    assert_eq!(wait_down(&registry, &venue()).ended, Some(Reason::StoreFailed));
    assert!(disk.refused() < 10, "{} attempts", disk.refused());
}

/// Sends everything back, and hands on what the store complains of.
struct Complaining(mpsc::Sender<String>);

impl Application for Complaining {
    fn message<'a>(&'a mut self, message: Message<'a>, outlet: &mut Outlet<'_>) -> Verdict<'a> {
        Echo.message(message, outlet);
        Verdict::Accept
    }

    fn store_failed(&mut self, error: &StoreError) {
        self.0.send(error.to_string()).unwrap();
    }
}

fn a_disk_that_fails_ends_the_session_and_the_numbers_go_on_when_it_works_again(on: Adapter) {
    for (refuses, complaint) in
        [(Refuses::Writes, "append to disk/journal"), (Refuses::Syncs, "sync disk/journal")]
    {
        let disk = Disk::default();
        let store = JournalStore::open_in(disk.clone(), JournalOptions::default()).unwrap();
        let (tell, told) = mpsc::channel();
        let setup = SessionSetup::new(acceptor_config(), Complaining(tell)).with_store(store);
        let other = sansfix::config::Identity::new(sansfix::BeginString::Fix44, "VENUE", "OTHER");
        let beside = SessionSetup::new(Config::new(Role::Acceptor, other.clone()), Echo);
        let (acceptor, registry) = accept_with(on, vec![setup, beside], AcceptorOptions::default());
        let mut neighbour = Peer::logged_on(acceptor.local_addr(), other.reversed(), 1);
        let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
        disk.refuse(Some(refuses));
        peer.news("is it saved");
        peer.ends_in_silence();
        let said = told.recv_timeout(GENEROUS).unwrap();
        assert!(said.contains(&format!("could not save a batch: cannot {complaint}")), "{said}");
        assert_eq!(wait_down(&registry, &venue()).ended, Some(Reason::StoreFailed));
        neighbour.news("what of me");
        assert_eq!(neighbour.receive().msg_type(), "B");

        disk.refuse(None);
        let mut peer = Peer::connect(acceptor.local_addr(), desk());
        peer.next = 3;
        peer.log_on();
        let logon = peer.receive();
        assert_eq!(
            logon,
            Came::Message { msg_type: "A".into(), seq: 3, text: String::new() },
            "2 is not used again"
        );
        peer.send("2", &[(7, "2"), (16, "0")]);
        let answer = peer.receive();
        assert_eq!(answer, Came::Message { msg_type: "B".into(), seq: 2, text: "is it saved".into() });
        wait_logged_on(&registry, &venue());
        drop(acceptor);
    }
}

/// The Logout closes the session, so that no connection comes with which its save would be tried again.
fn a_logout_that_the_disk_refused_is_durable_once_it_is_given_again(on: Adapter) {
    let disk = Disk::default();
    let store = JournalStore::open_in(disk.clone(), JournalOptions::default()).unwrap();
    let (tell, told) = mpsc::channel();
    let setup = SessionSetup::new(acceptor_config(), Complaining(tell)).with_store(store);
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    disk.refuse(Some(Refuses::Writes));
    let logout = || registry.logout(&venue(), "lunch").unwrap().wait(GENEROUS);
    assert_eq!(logout(), Some(CommandOutcome::Failed(Reason::StoreFailed)));
    peer.ends_in_silence();
    assert_eq!(logout(), Some(CommandOutcome::Failed(Reason::StoreFailed)), "it still fails");
    disk.refuse(None);
    assert_eq!(logout(), Some(CommandOutcome::Already));
    assert_eq!(told.try_iter().count(), 2);
    drop(acceptor);
    let stored = JournalStore::open_in(disk, JournalOptions::default()).unwrap().load().unwrap().unwrap();
    assert!(!stored.intent.enabled, "the session stays down over a restart");
}

/// The store is asked for what it has when the session starts.
fn a_session_does_not_start_on_a_journal_that_is_damaged(on: Adapter) {
    struct Broken;
    impl Store for Broken {
        fn load(&mut self) -> Result<Option<sansfix::Snapshot>, StoreError> {
            Err(StoreError { doing: "load", why: "it is damaged".into() })
        }

        fn save(&mut self, _batch: &sansfix::Batch<'_>) -> Result<(), StoreError> {
            unreachable!("a session without its numbers does not run")
        }

        fn fetch(
            &mut self,
            _range: SeqRange,
            _limit: u32,
            _sink: &mut dyn FnMut(Stored<'_>),
        ) -> Result<sansfix::SeqNum, StoreError> {
            unreachable!("a session without its numbers does not run")
        }
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = SessionSetup::new(acceptor_config(), Silent).with_store(Broken);
    let error = on.accept(listener, vec![setup], AcceptorOptions::default(), &Registry::new()).unwrap_err();
    assert_eq!(error.to_string(), "the store could not load: it is damaged");
}

on_both_adapters!(
    each_transmit_is_preceded_by_its_sync_and_a_reset_by_its_debt,
    without_syncs_bytes_leave_before_the_disk_has_them,
    an_interval_passes_and_what_was_saved_is_durable_though_nothing_more_is_said,
    a_disk_that_fails_ends_the_session_and_the_numbers_go_on_when_it_works_again,
    a_logout_that_the_disk_refused_is_durable_once_it_is_given_again,
    a_session_does_not_start_on_a_journal_that_is_damaged,
);
