//! One side does what its session wants done, as a driver would, until nothing is left to do or its process dies.

use std::sync::Arc;

use sansfix::wire::{Frame, Message, Readable, frame};
use sansfix::{
    Action, Actions, Event, FetchId, LogonWanted, Now, SECOND_NS, SeqNum, SeqRange, Session, Step,
};
use sansfix::{Inbound, Order, Verdict, msg_type};

use super::explorer::Explorer;
use super::guarantee::{Broken, Guarantee};
use super::judge::Heard;
use super::reached::Reached;
use super::replayed::Replayed;
use super::world::World;
use crate::pair::Side;

/// The clock of day of every world: 2026-09-21, 14:13:20. It stands still, so that no SendingTime tells two worlds apart.
pub(super) const UTC_NS: i64 = 1_790_000_000 * SECOND_NS as i64;

/// One side at work.
pub(super) struct Doing<'w> {
    explorer: &'w Explorer,
    world: &'w mut World,
    side: Side,
    now: Now,
    out: Actions,
    /// How many actions are left before the process dies.
    left: Option<u8>,
    crashed: bool,
    /// What is being answered.
    heard: Heard,
    replayed: Replayed,
    reached: Reached,
    sent: Vec<Arc<[u8]>>,
}

/// What one side did.
pub(super) struct Done {
    pub(super) reached: Reached,
    /// The messages that it handed to its transport.
    pub(super) sent: Vec<Arc<[u8]>>,
    /// Its process was to die later than it had anything to do.
    pub(super) outlived: bool,
}

impl<'w> Doing<'w> {
    pub(super) fn new(
        explorer: &'w Explorer,
        world: &'w mut World,
        side: Side,
        crash_after: Option<u8>,
    ) -> Self {
        let now = Now { mono_ns: world.party(side).clock_ns, utc_ns: UTC_NS };
        Self {
            explorer,
            world,
            side,
            now,
            out: Actions::new(),
            left: crash_after,
            crashed: false,
            heard: Heard::Nothing,
            replayed: Replayed::default(),
            reached: Reached::default(),
            sent: Vec::new(),
        }
    }

    /// The session takes an event, and everything that follows from it is done.
    pub(super) fn event(mut self, event: Event<'_>) -> Done {
        if event == Event::Tick {
            self.heard = Heard::Limit;
        }
        self.handle(event);
        if event == Event::Disconnected {
            self.hang_up();
        }
        self.pump(&[]);
        self.finish()
    }

    /// The application sends an order of this name. `None` when it may not: nothing has happened then.
    pub(super) fn send(mut self, name: &str) -> Option<Done> {
        let now = self.now;
        let (session, out) = self.parts();
        session.send(now, b"D", |body| _ = body.field(11, name), out).ok()?;
        self.pump(&[]);
        Some(self.finish())
    }

    /// A message arrives.
    pub(super) fn deliver(mut self, bytes: &[u8]) -> Done {
        if let Ok(message) = Message::parse(bytes) {
            self.heard = Heard::of(&message);
            let config = self.explorer.config(self.side);
            self.replayed.asked(&message, self.world.party(self.side), config);
        }
        self.pump(bytes);
        self.finish()
    }

    fn handle(&mut self, event: Event<'_>) {
        let now = self.now;
        let (session, out) = self.parts();
        session.handle(now, event, out);
    }

    fn parts(&mut self) -> (&mut Session, &mut Actions) {
        (&mut self.world.party_mut(self.side).session, &mut self.out)
    }

    fn pump(&mut self, mut input: &[u8]) {
        while self.world.broken.is_none() && !self.crashed {
            let now = self.now;
            let (session, out) = self.parts();
            match session.receive(now, &mut input, out) {
                Some(Step::Inbound(inbound)) => self.lent(&inbound),
                Some(Step::LogonWanted(wanted)) => self.logon(&wanted),
                Some(Step::Garbled { why, .. }) => {
                    self.check(Err(Broken::new(Guarantee::G20, format!("garbled: {why:?}"))));
                }
                None if self.act() => {}
                None => return,
            }
        }
    }

    fn lent(&mut self, inbound: &Inbound<'_>) {
        let message = inbound.message();
        match self.world.lent(self.side, &message, inbound.order) {
            Ok(reached) => self.reached |= reached,
            Err(broken) => return self.check(Err(broken)),
        }
        let now = self.now;
        let (session, out) = self.parts();
        // It was lent just now, so it cannot be stale.
        let _ = session.settle(now, inbound.id, Verdict::Accept, out);
        let logout = message.msg_type() == msg_type::LOGOUT && inbound.order == Order::Expected;
        if logout {
            self.world.party_mut(self.side).facts.peer_logout_consumed = true;
        }
    }

    fn logon(&mut self, wanted: &LogonWanted) {
        let now = self.now;
        let (session, out) = self.parts();
        // Neither error can come: it was asked for just now, and no field is added.
        let _ = session.logon(now, wanted.id, |_| {}, out);
    }

    /// Whether the process lives on to do one more thing.
    fn lives(&mut self) -> bool {
        match &mut self.left {
            Some(0) => self.crashed = true,
            Some(left) => *left -= 1,
            None => {}
        }
        !self.crashed
    }

    /// Does the next thing that the session wants done. False when there is none.
    fn act(&mut self) -> bool {
        enum Wanted {
            Nothing,
            Save,
            Fetch(FetchId, SeqRange, u32),
            Transmit(Vec<u8>),
            Disconnect,
        }
        let lives = self.left != Some(0);
        let wanted = match self.out.next() {
            None => return false,
            Some(Action::StateChanged(_)) => Wanted::Nothing,
            Some(Action::Save(batch)) if lives => {
                let checked = self.world.saved(self.side, &batch, &self.explorer.budget);
                let ticket = batch.ticket();
                if let Err(broken) = checked {
                    self.world.broken = Some(Arc::new(broken));
                }
                self.handle(Event::Saved(ticket));
                Wanted::Save
            }
            Some(Action::Save(_)) => Wanted::Save,
            Some(Action::Fetch { fetch, range, limit }) => Wanted::Fetch(fetch, range, limit),
            Some(Action::Transmit(wire)) => {
                let bytes = wire.bytes().to_vec();
                wire.sent(bytes.len());
                Wanted::Transmit(bytes)
            }
            Some(Action::Disconnect(_)) => Wanted::Disconnect,
        };
        match wanted {
            Wanted::Nothing => {}
            Wanted::Save => _ = self.lives(),
            Wanted::Fetch(fetch, range, limit) => self.fetch(fetch, range, limit),
            Wanted::Transmit(bytes) => self.transmit(&bytes),
            Wanted::Disconnect => {
                if self.lives() {
                    self.handle(Event::Disconnected);
                    self.hang_up();
                }
            }
        }
        true
    }

    fn fetch(&mut self, fetch: FetchId, range: SeqRange, limit: u32) {
        let through = range.end.min(range.begin.plus(u64::from(limit).saturating_sub(1)));
        for number in range.begin.get()..=through.get() {
            let record = self.world.party(self.side).disk.records.get(&number).cloned();
            let Some(seq) = SeqNum::new(number) else { continue };
            match record {
                Some(Some(raw)) => self.handle(Event::Stored { fetch, seq, raw: &raw }),
                Some(None) => {
                    self.handle(Event::Declined { fetch, range: SeqRange::one(seq) });
                }
                None => {}
            }
        }
        self.handle(Event::FetchEnd { fetch, through });
    }

    fn transmit(&mut self, mut bytes: &[u8]) {
        while let Frame::Message { message, taken } = frame(bytes, usize::MAX) {
            if !self.lives() || self.world.broken.is_some() {
                return;
            }
            let raw: Arc<[u8]> = Arc::from(message.bytes());
            self.replayed.sent(&message);
            match self.world.sent(self.side, &message, self.heard, &self.explorer.budget) {
                Ok(reached) => self.reached |= reached,
                Err(broken) => return self.check(Err(broken)),
            }
            let to = self.side.other();
            let open = self.world.party(to).is_connected() && !self.world.flight(to).ended;
            if open {
                self.world.flight_mut(to).messages.push_back(Arc::clone(&raw));
            }
            self.sent.push(raw);
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        if !bytes.is_empty() {
            let what = format!("{:?} sends what is no message: {:?}", self.side, Readable(bytes));
            self.check(Err(Broken::new(Guarantee::G20, what)));
        }
    }

    fn check(&mut self, result: Result<(), Broken>) {
        if let (Err(broken), None) = (result, &self.world.broken) {
            self.world.broken = Some(Arc::new(broken));
        }
    }

    fn hang_up(&mut self) {
        self.world.hang_up(self.side);
    }

    fn finish(mut self) -> Done {
        let outlived = self.left.is_some() && !self.crashed;
        if self.crashed {
            self.reached |= self.world.crash(self.side, self.explorer.config(self.side));
        } else if self.world.broken.is_none() {
            let complete = self.world.party(self.side).is_connected();
            self.check(self.replayed.check(complete));
            if self.out.unsaved() || self.out.unsent() > 0 {
                self.check(Err(Broken::new(Guarantee::G8, "something is left to do".into())));
            }
        }
        Done { reached: self.reached, sent: self.sent, outlived }
    }
}
