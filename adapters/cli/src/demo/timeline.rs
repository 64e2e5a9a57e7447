//! What the demo shows: one line for each thing that happens, with the time since the start.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sansfix::wire::Message;
use sansfix::{msg_type, tags};

use super::ledger::Ledger;

/// Where lines go.
type Print = Box<dyn FnMut(&str) + Send>;

/// Shared by both sides and the operator.
#[derive(Clone)]
pub(super) struct Timeline {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    started: Instant,
    print: Print,
    ledgers: [Ledger; 2],
}

/// One of the two parties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    /// The initiator: sends orders
    Desk,
    /// The acceptor: executes them
    Venue,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Venue => "venue",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Desk => Self::Venue,
            Self::Venue => Self::Desk,
        }
    }
}

impl Timeline {
    pub(super) fn new(print: impl FnMut(&str) + Send + 'static) -> Self {
        let shared = Shared { started: Instant::now(), print: Box::new(print), ledgers: Default::default() };
        Self { shared: Arc::new(Mutex::new(shared)) }
    }

    /// The numbers go on from where an earlier run has left them: next to send and next expected, of the desk and of
    /// the venue.
    pub(super) fn go_on_from(&self, desk: [u64; 2], venue: [u64; 2]) {
        self.lock().ledgers = [Ledger::from(desk[0], venue[1]), Ledger::from(venue[0], desk[1])];
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message that is about to leave: it has its number for good now.
    pub(super) fn sent(&self, from: Side, raw: &[u8]) {
        let mut shared = self.lock();
        let Ok(message) = Message::parse(raw) else {
            shared.line(from.name(), "bytes that are no message");
            return;
        };
        shared.sent(from, number(&message), &summary(&message));
    }

    /// A Logon that is about to leave.
    pub(super) fn sent_logon(&self, from: Side, seq: u64) {
        self.lock().sent(from, seq, &heading(seq, msg_type::LOGON));
    }

    /// A message that has arrived. Nothing is shown: it was when it left.
    pub(super) fn received(&self, by: Side, message: &Message<'_>) {
        let begin = number(message);
        // A GapFill stands for all numbers up to the one it names.
        let next = if message.msg_type() == msg_type::SEQUENCE_RESET {
            whole(message, tags::NEW_SEQ_NO)
        } else {
            None
        };
        let end = next.map_or(begin, |next| next - 1).max(begin);
        let duplicate = message.poss_dup();
        self.lock().ledgers[by.other() as usize].received(begin, end, duplicate);
    }

    /// Something that is no message.
    pub(super) fn note(&self, who: &str, what: &str) {
        self.lock().line(who, what);
    }

    /// The highest number that each side has used.
    pub(super) fn last(&self, side: Side) -> u64 {
        self.lock().ledgers[side as usize].last()
    }

    /// The first number that each side has used.
    pub(super) fn first(&self, side: Side) -> u64 {
        self.lock().ledgers[side as usize].first()
    }

    /// What is wrong with the numbers of both directions.
    pub(super) fn faults(&self) -> Vec<String> {
        let shared = self.lock();
        [Side::Desk, Side::Venue]
            .into_iter()
            .flat_map(|side| {
                let faults = shared.ledgers[side as usize].faults();
                faults.into_iter().map(move |fault| format!("from the {}: {fault}", side.name()))
            })
            .collect()
    }
}

impl Shared {
    fn sent(&mut self, from: Side, seq: u64, what: &str) {
        self.ledgers[from as usize].sent(seq);
        let who = format!("{} > {}", from.name(), from.other().name());
        self.line(&who, what);
    }

    fn line(&mut self, who: &str, what: &str) {
        let line = format!("{:>7.3}  {who:<12}  {what}", self.started.elapsed().as_secs_f64());
        (self.print)(line.trim_end());
    }
}

fn number(message: &Message<'_>) -> u64 {
    message.seq().map_or(0, sansfix::SeqNum::get)
}

fn whole(message: &Message<'_>, tag: tags::Tag) -> Option<u64> {
    std::str::from_utf8(message.get(tag)?).ok()?.parse().ok()
}

fn heading(seq: u64, msg_type: &[u8]) -> String {
    format!("34={seq:<4} {:<15}", name(msg_type))
}

fn summary(message: &Message<'_>) -> String {
    let field = |tag| message.get(tag).map(String::from_utf8_lossy);
    let mut text = heading(number(message), message.msg_type());
    let shown = [
        (tags::TEXT, "Text"),
        (CL_ORD_ID, "ClOrdID"),
        (SYMBOL, "Symbol"),
        (ORDER_QTY, "OrderQty"),
        (CUM_QTY, "CumQty"),
        (ORD_STATUS, "OrdStatus"),
    ];
    for (tag, name) in shown {
        if let Some(value) = field(tag) {
            text.push_str(&format!("  {name}={value}"));
        }
    }
    text
}

fn name(msg_type: &[u8]) -> String {
    let name = match msg_type {
        b"A" => "Logon",
        b"5" => "Logout",
        b"0" => "Heartbeat",
        b"1" => "TestRequest",
        b"2" => "ResendRequest",
        b"3" => "Reject",
        b"4" => "SequenceReset",
        b"D" => "NewOrderSingle",
        b"8" => "ExecutionReport",
        other => return String::from_utf8_lossy(other).into_owned(),
    };
    name.to_owned()
}

pub(super) const CL_ORD_ID: tags::Tag = 11;
pub(super) const CUM_QTY: tags::Tag = 14;
pub(super) const ORDER_QTY: tags::Tag = 38;
pub(super) const ORD_STATUS: tags::Tag = 39;
pub(super) const SYMBOL: tags::Tag = 55;
