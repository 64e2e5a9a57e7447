//! Real links on journals: nothing is transmitted that the disk does not have.

use std::sync::Arc;

use sansfix::config::{Config, Identity, Role};
use sansfix::{
    Action, BeginString, Command, Event, Now, Origin, PhaseName, SeqRange, Session, Snapshot, Verdict,
};

use super::super::{JournalOptions, JournalStore, SyncPolicy};
use super::disk::{Counts, Disk};
use super::history::contents;
use crate::link::{Link, Next};
use crate::store::Store;

const START: Now = Now { mono_ns: 1_000_000_000, utc_ns: 1_767_607_200_000_000_000 };

/// A link on a journal.
struct Side {
    link: Link,
    store: JournalStore<Disk>,
    disk: Disk,
    out: Vec<u8>,
    saves: usize,
    transmits: usize,
    messages: usize,
}

impl Side {
    fn new(role: Role, disk: Disk, sync: SyncPolicy) -> Self {
        let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE");
        let identity = if role == Role::Initiator { identity } else { identity.reversed() };
        let options = JournalOptions { sync, keep_messages: true };
        let mut store = JournalStore::open_in(disk.clone(), options).unwrap();
        let snapshot = store.load().unwrap().unwrap_or_else(|| Snapshot::new(START.utc_ns));
        let link = Link::new(Session::new(Arc::new(Config::new(role, identity)), snapshot));
        Self { link, store, disk, out: Vec::new(), saves: 0, transmits: 0, messages: 0 }
    }

    fn drive(&mut self, durable: bool) {
        while let Some(next) = self.link.next(START) {
            match next {
                Next::Message(_, reply) => {
                    self.messages += 1;
                    reply.settle(Verdict::Accept).unwrap();
                }
                Next::LogonWanted(..) | Next::Garbled { .. } => unreachable!("neither was asked for"),
                Next::Action(Action::Save(batch)) => {
                    self.saves += 1;
                    let ticket = batch.ticket();
                    self.store.save(&batch).unwrap();
                    self.link.handle(START, Event::Saved(ticket));
                }
                Next::Action(Action::Fetch { fetch, range, limit }) => {
                    let through = self.store.fetch(range, limit, &mut |stored| {
                        self.link.handle(START, stored.answer(fetch));
                    });
                    self.link.handle(START, Event::FetchEnd { fetch, through: through.unwrap() });
                }
                Next::Action(Action::Transmit(wire)) => {
                    assert!(!durable || self.disk.is_durable(), "bytes leave that a crash would take back");
                    self.transmits += 1;
                    self.out.extend_from_slice(wire.bytes());
                    let count = wire.bytes().len();
                    wire.sent(count);
                }
                Next::Action(Action::StateChanged(_)) => {}
                Next::Action(Action::Disconnect(_)) => {
                    self.link.handle(START, Event::Disconnected);
                }
            }
        }
    }

    fn send(&mut self, count: usize) {
        for _ in 0..count {
            self.link
                .send(START, b"B", |body| {
                    body.field(sansfix::tags::TEXT, "hello");
                })
                .unwrap();
        }
    }
}

/// Lets both talk until neither has anything to say.
fn settle(sides: &mut [Side; 2], durable: bool) {
    loop {
        let [a, b] = sides;
        a.drive(durable);
        b.drive(durable);
        let (from_a, from_b) = (std::mem::take(&mut a.out), std::mem::take(&mut b.out));
        if from_a.is_empty() && from_b.is_empty() {
            return;
        }
        a.link.feed(&from_b);
        b.link.feed(&from_a);
    }
}

fn pair(disks: [Disk; 2], sync: SyncPolicy) -> [Side; 2] {
    let [ours, theirs] = disks;
    [Side::new(Role::Initiator, ours, sync), Side::new(Role::Acceptor, theirs, sync)]
}

fn connect(sides: &mut [Side; 2], durable: bool) {
    for side in sides.iter_mut() {
        side.link.handle(START, Event::Connected);
    }
    settle(sides, durable);
    assert!(sides.iter().all(|side| side.link.status().phase == PhaseName::Active));
}

#[test]
fn each_transmit_is_preceded_by_the_sync_of_its_batch_and_each_batch_costs_one() {
    let mut sides = pair(Default::default(), SyncPolicy::EveryBatch);
    connect(&mut sides, true);
    for count in [1, 100, 1, 1_000, 7] {
        let saves = sides[0].saves;
        let Counts { appends, syncs, .. } = sides[0].disk.counts();
        sides[0].send(count);
        sides[0].drive(true);
        let after = sides[0].disk.counts();
        assert_eq!(sides[0].saves, saves + 1, "{count} messages are one batch");
        assert_eq!(
            (after.appends, after.syncs),
            (appends + 1, syncs + 1),
            "one write and one sync for {count}"
        );
        settle(&mut sides, true);
    }
    let logout = Command::Logout { text: "done", by: Origin::Operator };
    sides[0].link.handle(START, Event::Command(logout));
    settle(&mut sides, true);
    assert!(sides[0].transmits >= 7);
    assert_eq!(sides[1].messages, 1_109 + 1, "every message and the Logon");
    for side in &mut sides {
        assert_eq!(side.disk.counts().syncs, side.saves, "one sync for each batch");
        assert!(side.disk.is_durable());
        let snapshot = side.link.snapshot().clone();
        assert_eq!(contents(&mut side.store).0, Some(snapshot), "the disk says what the session does");
    }
}

#[test]
fn a_resent_message_is_as_durable_as_a_new_one() {
    let mut sides = pair(Default::default(), SyncPolicy::EveryBatch);
    connect(&mut sides, true);
    sides[0].send(500);
    sides[0].drive(true);
    // Everything is lost on the way, and the process ends; the machine goes on.
    let disks = [sides[0].disk.clone(), sides[1].disk.clone()];
    drop(sides);
    let mut sides = pair(disks, SyncPolicy::EveryBatch);
    connect(&mut sides, true);
    assert_eq!(sides[1].messages, 500 + 1, "every message and the Logon");
    assert_eq!(sides[1].link.status().next_target, sides[0].link.status().next_sender);
}

#[test]
fn without_a_sync_for_every_batch_bytes_do_leave_before() {
    for sync in [SyncPolicy::Never, SyncPolicy::Interval(std::time::Duration::MAX)] {
        let mut sides = pair(Default::default(), sync);
        connect(&mut sides, false);
        sides[0].send(3);
        settle(&mut sides, false);
        assert!(!sides[0].disk.is_durable(), "what the other test asserts can be false");
        assert_eq!(sides[0].disk.counts().syncs, 1, "the new file alone was synced");
        sides[0].store.sync().unwrap();
        assert!(sides[0].disk.is_durable());
    }
}

#[test]
fn an_interval_that_has_passed_syncs_with_the_next_batch() {
    let mut sides = pair(Default::default(), SyncPolicy::Interval(std::time::Duration::ZERO));
    connect(&mut sides, true);
    assert_eq!(sides[0].disk.counts().syncs, sides[0].saves);
    let range = SeqRange::one(sansfix::SeqNum::FIRST);
    assert_eq!(super::history::fetch(&mut sides[0].store, range, 1).0.len(), 1);
}
