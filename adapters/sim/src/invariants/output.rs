//! What one side has written.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use sansfix::BeginString;
use sansfix::wire::parse_timestamp;

use super::replay::{Asked, Repeated, Replays};
use super::{Broken, must};
use crate::node::Node;
use crate::pair::Written;
use crate::received::Received;

/// FIX.4.0 and 4.1 write whole seconds.
const ROUNDED_MS: i64 = 1_000;

/// What is known of one side's output.
#[derive(Debug, Default)]
pub(super) struct Output {
    connection: u64,
    epoch: u64,
    /// The epoch whose first message has left. Until then messages of the numbering before it may leave, while the
    /// session and its store are ahead.
    begun: u64,
    /// The number of the last new message of this connection.
    last_new: Option<u64>,
    /// The highest number that was ever used, in this numbering.
    highest: u64,
    /// The contents of every number that left, in this numbering.
    contents: BTreeMap<u64, u64>,
    logged_out: bool,
    /// When a ResendRequest from each number was made, on this connection: nanoseconds since 1970.
    requests: BTreeMap<u64, i64>,
    replays: Replays,
    /// The beginning of a message whose rest had no room.
    unfinished: Vec<u8>,
    unfinished_on: u64,
    unchecked: Vec<Seen>,
}

/// A message, and where it was written.
#[derive(Debug)]
struct Seen {
    connection: u64,
    epoch: u64,
    message: Received,
}

impl Output {
    /// Reads what was written, and notes in `asked` what is asked for.
    pub(super) fn read(
        &mut self,
        written: &[Written],
        asked: &mut Asked,
        version: BeginString,
    ) -> Result<(), Broken> {
        for Written { connection, epoch, bytes, passage, .. } in written {
            if self.unfinished_on != *connection {
                self.unfinished_on = *connection;
                self.unfinished.clear();
            }
            self.unfinished.extend_from_slice(bytes);
            while let Some(message) = Received::take(&mut self.unfinished).map_err(|text| ("G20", text))? {
                asked.note(*connection, *passage, &message, version);
                let seen = Seen { connection: *connection, epoch: *epoch, message };
                self.unchecked.push(seen);
            }
        }
        Ok(())
    }

    /// Checks what was read. Whether a reset was among it.
    pub(super) fn check(&mut self, asked: &Asked, node: &Node) -> Result<bool, Broken> {
        let mut reset = false;
        for seen in std::mem::take(&mut self.unchecked) {
            reset |= self.one(&seen, asked, node)?;
        }
        Ok(reset)
    }

    fn one(&mut self, seen: &Seen, asked: &Asked, node: &Node) -> Result<bool, Broken> {
        let mut reset = false;
        if seen.connection != self.connection {
            self.connection = seen.connection;
            self.begun = seen.epoch;
            if seen.epoch != self.epoch {
                // The answer to the other side's reset was lost on its way: the numbering began anew all the same.
                self.renumbered();
                reset = true;
            }
            self.last_new = None;
            self.logged_out = false;
            self.requests.clear();
            self.replays.begin_anew();
        }
        self.epoch = seen.epoch;
        let message = &seen.message;
        let seq = message.number("34").ok_or_else(|| ("G2", format!("without MsgSeqNum: {message}")))?;
        if message.get("43") == Some(b"Y") {
            self.repeated(seq, seen, asked, node)?;
            return Ok(reset);
        }
        if message.get("141") == Some(b"Y") {
            self.begun = seen.epoch;
            self.renumbered();
            reset = true;
        }
        self.replays.interrupted(seen.epoch, || message.to_string())?;
        self.numbers_are_consecutive(seq, message)?;
        if self.begun == seen.epoch {
            what_left_is_durable(seq, seen, node)?;
        }
        self.nothing_new_after_logout(message)?;
        self.one_request_for_a_gap(seen, node)?;
        Ok(reset)
    }

    fn renumbered(&mut self) {
        self.last_new = None;
        self.highest = 0;
        self.contents.clear();
        self.requests.clear();
        self.replays.call_off();
    }

    /// G2: new messages are numbered without holes, and no number has two contents.
    fn numbers_are_consecutive(&mut self, seq: u64, message: &Received) -> Result<(), Broken> {
        match self.last_new {
            Some(last) => must(seq == last + 1, "G2", || format!("after {last} came {message}"))?,
            None => must(seq > self.highest, "G2", || format!("{seq} was used before: {message}"))?,
        }
        self.last_new = Some(seq);
        self.highest = self.highest.max(seq);
        let before = self.contents.insert(seq, contents(message));
        must(before.is_none(), "G2", || format!("{seq} was used twice: {message}"))
    }

    /// G26: after a Logout only replays follow, and another Logout at most.
    fn nothing_new_after_logout(&mut self, message: &Received) -> Result<(), Broken> {
        let logout = message.get("35") == Some(b"5");
        must(!self.logged_out || logout, "G26", || format!("after the Logout: {message}"))?;
        self.logged_out |= logout;
        Ok(())
    }

    /// G15: one ResendRequest is outstanding for a gap.
    fn one_request_for_a_gap(&mut self, seen: &Seen, node: &Node) -> Result<(), Broken> {
        let message = &seen.message;
        if message.get("35") != Some(b"2") {
            return Ok(());
        }
        let begin = message.number("7").ok_or_else(|| ("G15", format!("without BeginSeqNo: {message}")))?;
        let limit_ms = i64::from(node.session().config().limits.resend_request_timeout_ms);
        // When it was made, not when a slow store let it leave.
        let made = message.get("52").and_then(|time| parse_timestamp(time).ok());
        let made = made.ok_or_else(|| ("G15", format!("without SendingTime: {message}")))?;
        let Some(before) = self.requests.insert(begin, made) else { return Ok(()) };
        let after_ms = (made - before) / 1_000_000;
        must(after_ms + ROUNDED_MS >= limit_ms, "G15", || {
            format!("asked again after {after_ms} ms: {message}")
        })
    }

    /// G13, G14: what is repeated may be, and is what was asked for.
    fn repeated(&mut self, seq: u64, seen: &Seen, asked: &Asked, node: &Node) -> Result<(), Broken> {
        let message = &seen.message;
        let next = match message.get("35") {
            Some(b"4") => message.number("36").unwrap_or(0),
            _ => seq + 1,
        };
        let repeated = Repeated { seq, next, connection: seen.connection, epoch: seen.epoch };
        self.replays.repeated(repeated, self.highest, asked, || message.to_string())?;
        let snapshot = node.session().snapshot();
        let exists = snapshot.epoch != seen.epoch || next <= snapshot.next_sender.get();
        must(exists, "G14", || {
            format!("{} comes next, and this is repeated: {message}", snapshot.next_sender)
        })?;
        must(message.get("122").is_some(), "G13", || format!("without OrigSendingTime: {message}"))?;
        let repeatable = !matches!(message.get("35"), Some(b"0" | b"1" | b"2" | b"5" | b"A"));
        must(repeatable, "G13", || format!("an administrative message is repeated: {message}"))?;
        if message.get("35") == Some(b"4") {
            return Ok(());
        }
        // A number that was saved and never left on the lost connection is seen here first.
        let known = *self.contents.entry(seq).or_insert_with(|| contents(message));
        must(known == contents(message), "G2", || format!("{seq} has two contents: {message}"))
    }
}

/// G3: a number that left is below the one that the store would go on with.
fn what_left_is_durable(seq: u64, seen: &Seen, node: &Node) -> Result<(), Broken> {
    let saved = node.store().snapshot();
    let durable = saved.epoch != seen.epoch || seq < saved.next_sender.get();
    must(durable, "G3", || {
        format!("the store goes on with {}, and this has left: {}", saved.next_sender, seen.message)
    })
}

/// What two transmissions of one message must share.
fn contents(message: &Received) -> u64 {
    let mut hasher = DefaultHasher::new();
    for field in message.fields.iter().filter(|(tag, _)| ![9, 10, 43, 52, 122].contains(tag)) {
        field.hash(&mut hasher);
    }
    hasher.finish()
}
