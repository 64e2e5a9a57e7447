//! The order of what leaves, against a model that keeps whole messages in a plain list.

use alloc::vec;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Op {
    /// A message is sent.
    Send(usize),
    /// An application panics while it writes one.
    Panic(usize),
    /// The batch that forms is taken to be saved; what follows is in the next.
    NextBatch,
    /// The oldest batch that was taken is saved.
    Save,
    /// A replay begins, or takes its place behind the one under way.
    Replay,
    /// A message is repeated, if a replay is under way.
    Repeat(usize),
    /// The replay under way ends.
    ReplayOver,
    /// The last of the replays that wait moves behind what was sent since.
    WaitLonger,
    /// All replays are forgotten.
    Cancel,
    /// The transport takes bytes.
    Take(usize),
    /// The connection ends.
    Clear,
}

/// What was put into the queue, whole.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Item {
    Message {
        bytes: Vec<u8>,
        ticket: Option<u64>,
    },
    /// A replay that waits
    Place,
}

/// Everything in the order it leaves. Before the first place is what leaves before and with the replay under way.
#[derive(Default, Debug)]
struct Model {
    before: Vec<Item>,
    behind: Vec<Item>,
    replaying: bool,
    taken: usize,
    ticket: u64,
    saved: u64,
    written: u8,
}

impl Model {
    /// Bytes that no other message has in its place.
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        self.written = self.written.wrapping_add(1);
        (0..len).map(|at| self.written.wrapping_add((at % 251) as u8)).collect()
    }

    fn replay_over(&mut self) {
        let place = self.behind.iter().position(|item| *item == Item::Place);
        let rest = self.behind.split_off(place.unwrap_or(self.behind.len()));
        self.before.append(&mut self.behind);
        self.behind = rest.into_iter().skip(1).collect();
        self.replaying = place.is_some();
    }

    fn sendable(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for item in &self.before {
            match item {
                Item::Message { ticket: Some(ticket), .. } if *ticket > self.saved => break,
                Item::Message { bytes: message, .. } => bytes.extend_from_slice(message),
                Item::Place => {}
            }
        }
        bytes.split_off(self.taken)
    }

    /// Without what is a replay's.
    fn unsent_but_replay(&self) -> usize {
        let (mut taken, mut left) = (self.taken, 0);
        for item in self.before.iter().chain(&self.behind) {
            let Item::Message { bytes, ticket } = item else { continue };
            let gone = taken.min(bytes.len());
            taken -= gone;
            left += if ticket.is_some() { bytes.len() - gone } else { 0 };
        }
        left
    }

    fn unsent(&self) -> usize {
        let length = |item: &Item| match item {
            Item::Message { bytes, .. } => bytes.len(),
            Item::Place => 0,
        };
        self.before.iter().chain(&self.behind).map(length).sum::<usize>() - self.taken
    }

    fn perform(&mut self, op: Op, queue: &mut WireQueue) {
        match op {
            Op::Send(len) => {
                let bytes = self.bytes(len);
                let range = put(queue.compose(), &bytes);
                assert_eq!(queue.composed(&range), bytes);
                queue.commit(&range, Ticket(self.ticket + 1));
                let message = Item::Message { bytes, ticket: Some(self.ticket + 1) };
                if self.replaying { self.behind.push(message) } else { self.before.push(message) }
            }
            Op::Panic(len) => _ = put(queue.compose(), &vec![0; len]),
            Op::NextBatch => self.ticket += 1,
            Op::Save if self.saved < self.ticket => {
                self.saved += 1;
                queue.saved(Ticket(self.saved));
            }
            Op::Replay if self.replaying => {
                queue.replay_waits();
                self.behind.push(Item::Place);
            }
            Op::Replay => {
                queue.replay_begins();
                self.replaying = true;
            }
            Op::Repeat(len) if self.replaying => {
                let bytes = self.bytes(len);
                let range = put(queue.compose_replay(), &bytes);
                queue.commit_replay(&range);
                self.before.push(Item::Message { bytes, ticket: None });
            }
            Op::ReplayOver if self.replaying => {
                queue.replay_over();
                self.replay_over();
            }
            Op::WaitLonger => {
                queue.last_replay_waits_longer();
                if let Some(last) = self.behind.iter().rposition(|item| *item == Item::Place) {
                    let place = self.behind.remove(last);
                    self.behind.push(place);
                }
            }
            Op::Cancel if self.replaying => {
                queue.replays_cancelled();
                self.behind.retain(|item| *item != Item::Place);
                self.replay_over();
            }
            Op::Take(count) => {
                let count = count.min(self.sendable().len());
                queue.note_sent(count);
                self.taken += count;
            }
            Op::Clear => {
                queue.clear();
                (self.before, self.behind) = (Vec::new(), Vec::new());
                (self.taken, self.replaying) = (0, false);
            }
            Op::Save | Op::Repeat(_) | Op::ReplayOver | Op::Cancel => {}
        }
    }
}

fn put(buffer: &mut Vec<u8>, bytes: &[u8]) -> Range<usize> {
    let start = buffer.len();
    buffer.extend_from_slice(bytes);
    start..buffer.len()
}

fn op() -> impl Strategy<Value = Op> {
    // Small messages for many orders, large ones so that sent bytes are moved out.
    let length = || prop_oneof![4 => 1usize..9, 1 => 20_000usize..50_000];
    prop_oneof![
        8 => length().prop_map(Op::Send),
        1 => length().prop_map(Op::Panic),
        3 => Just(Op::NextBatch),
        4 => Just(Op::Save),
        3 => Just(Op::Replay),
        5 => length().prop_map(Op::Repeat),
        3 => Just(Op::ReplayOver),
        1 => Just(Op::WaitLonger),
        1 => Just(Op::Cancel),
        5 => prop_oneof![length(), Just(usize::MAX)].prop_map(Op::Take),
        1 => Just(Op::Clear),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_leave_whole_saved_and_in_order(ops in proptest::collection::vec(op(), 1..80)) {
        let (mut model, mut queue) = (Model::default(), WireQueue::default());
        for op in ops {
            model.perform(op, &mut queue);
            prop_assert!(queue.sendable() == model.sendable(), "after {op:?}");
            prop_assert_eq!(queue.unsent(), model.unsent(), "after {:?}", op);
            prop_assert_eq!(queue.unsent_but_replay(), model.unsent_but_replay(), "after {:?}", op);
            prop_assert_eq!(queue.wants_to_transmit(), !model.sendable().is_empty());
        }
        // In the end everything leaves.
        while model.replaying {
            model.perform(Op::ReplayOver, &mut queue);
        }
        for op in [Op::NextBatch, Op::Save] {
            (0..80).for_each(|_| model.perform(op, &mut queue));
        }
        prop_assert!(queue.sendable() == model.sendable());
        prop_assert_eq!(queue.sendable().len(), queue.unsent());
    }
}
