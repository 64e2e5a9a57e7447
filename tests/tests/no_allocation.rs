//! The warm path allocates nothing, in and out: messages are framed in place, lent from the input buffer, saved from
//! where they were framed, and sent from there.

use sansfix::{Action, Event, Session, Verdict};
use sansfix_runtime::Link;
use sansfix_runtime::link::Next;
use sansfix_tests::lone::{Lone, START};

/// How many messages warm the buffers up: they reach their size with the first ones.
const WARM_UP: u64 = 1_000;
const MEASURED: u64 = 10_000;

/// A store that borrows what it is given, and keeps the last batch only.
#[derive(Default)]
struct Borrowing {
    last: Vec<u8>,
    records: u64,
}

impl Borrowing {
    fn save(&mut self, batch: &sansfix::Batch<'_>) {
        self.last.clear();
        for record in batch.records() {
            self.last.extend_from_slice(record.raw.unwrap_or_default());
            self.records += 1;
        }
        assert!(batch.snapshot().next_sender.get() > 1);
    }
}

struct Driver {
    link: Link,
    store: Borrowing,
    received: u64,
    sent_bytes: u64,
}

impl Driver {
    fn new(session: Session) -> Self {
        Self { link: Link::new(session), store: Borrowing::default(), received: 0, sent_bytes: 0 }
    }

    /// Does what is to be done; every order is answered when `echo` is on.
    fn run(&mut self, echo: bool) {
        loop {
            let saved = match self.link.next(START) {
                None => return,
                Some(Next::Message(lent, mut reply)) => {
                    self.received += 1;
                    if echo {
                        let id = lent.message().get(11).unwrap();
                        let sent = reply.send(b"8", |body| {
                            body.field(37, &7u64).field(11, id).field(58, "filled");
                        });
                        assert!(sent.is_ok());
                    }
                    reply.settle(Verdict::Accept).unwrap();
                    continue;
                }
                Some(Next::Action(Action::Save(batch))) => {
                    self.store.save(&batch);
                    batch.ticket()
                }
                Some(Next::Action(Action::Transmit(wire))) => {
                    let count = wire.bytes().len();
                    self.sent_bytes += count as u64;
                    wire.sent(count);
                    continue;
                }
                Some(Next::Action(other)) => panic!("{other:?}"),
                Some(Next::Garbled { why, .. }) => panic!("{why}"),
                Some(Next::LogonWanted(..)) => panic!("logged on already"),
            };
            self.link.handle(START, Event::Saved(saved));
        }
    }

    /// As a socket would: into the buffer that the link offers.
    fn read(&mut self, bytes: &[u8]) {
        let (room, _) = self.link.io();
        room[..bytes.len()].copy_from_slice(bytes);
        self.link.received(bytes.len());
    }
}

fn orders(count: u64) -> Vec<Vec<u8>> {
    let lone = Lone::acceptor();
    let text = "35=D|11=ORDER-1|21=1|55=IBM|54=1|60=20260921-14:13:20.000|38=100|40=2|44=101.25|59=0";
    (0..count).map(|at| lone.message(at + 2, text)).collect()
}

fn measured(mut work: impl FnMut(u64)) -> u64 {
    (0..WARM_UP).for_each(&mut work);
    let counted = allocation_counter::measure(|| (WARM_UP..WARM_UP + MEASURED).for_each(&mut work));
    counted.count_total
}

#[test]
fn the_counter_counts() {
    let count = measured(|at| drop(std::hint::black_box(vec![at; 10])));
    assert_eq!(count, MEASURED);
}

#[test]
fn messages_in() {
    let orders = orders(WARM_UP + MEASURED);
    let mut driver = Driver::new(Lone::acceptor().node.session().clone());
    let count = measured(|at| {
        driver.read(&orders[at as usize]);
        driver.run(false);
    });
    assert_eq!(driver.received, WARM_UP + MEASURED);
    assert_eq!(count, 0, "allocations in {MEASURED} messages");
}

#[test]
fn many_messages_in_one_read() {
    let orders = orders(WARM_UP + MEASURED);
    let reads: Vec<Vec<u8>> = orders.chunks(20).map(<[Vec<u8>]>::concat).collect();
    let mut driver = Driver::new(Lone::acceptor().node.session().clone());
    let mut work = |at: usize| {
        driver.read(&reads[at]);
        driver.run(true);
    };
    let warm_up = WARM_UP as usize / 20;
    (0..warm_up).for_each(&mut work);
    let counted = allocation_counter::measure(|| (warm_up..reads.len()).for_each(&mut work));
    assert_eq!((driver.received, driver.store.records), (WARM_UP + MEASURED, WARM_UP + MEASURED));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn messages_out() {
    let mut driver = Driver::new(Lone::acceptor().node.session().clone());
    let count = measured(|at| {
        let sent = driver.link.send(START, b"8", |body| {
            body.field(37, &at).field(11, "ORDER-1").field(17, &at).field(39, "0").field(55, "IBM");
        });
        assert!(sent.is_ok());
        driver.run(false);
    });
    assert!(driver.sent_bytes > 100 * MEASURED);
    assert_eq!(driver.store.records, WARM_UP + MEASURED);
    assert_eq!(count, 0, "allocations in {MEASURED} messages");
}

#[test]
fn a_message_in_and_one_out() {
    let orders = orders(WARM_UP + MEASURED);
    let mut driver = Driver::new(Lone::acceptor().node.session().clone());
    let count = measured(|at| {
        driver.read(&orders[at as usize]);
        driver.run(true);
    });
    assert_eq!((driver.received, driver.store.records), (WARM_UP + MEASURED, WARM_UP + MEASURED));
    assert_eq!(count, 0, "allocations in {MEASURED} round trips");
}

#[test]
fn heartbeats_and_test_requests() {
    let lone = Lone::acceptor();
    let messages: Vec<Vec<u8>> =
        (0..WARM_UP + MEASURED).map(|at| lone.message(at + 2, "35=1|112=ARE YOU THERE")).collect();
    let mut driver = Driver::new(lone.node.session().clone());
    let count = measured(|at| {
        driver.read(&messages[at as usize]);
        driver.run(false);
    });
    assert_eq!(driver.store.records, WARM_UP + MEASURED);
    assert_eq!(count, 0);
}
