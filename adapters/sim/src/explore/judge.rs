//! What must hold, by guarantee: of every message that leaves, of every message that is lent, of every batch that is saved,
//! and of every world.

use std::sync::Arc;

use sansfix::wire::{Message, parse_u64};
use sansfix::{Batch, Order, PhaseName, Reason, SeqNum, msg_type, tags};

use super::budget::Budget;
use super::facts::Asked;
use super::guarantee::{Broken, Guarantee};
use super::reached::Reached;
use super::world::{Party, World};
use crate::pair::Side;

/// How many steps in a row may cost nothing: many times more than two sides ever take to become quiet.
pub(super) const LONGEST_FREE_RUN: u32 = 400;

/// What a session is answering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Heard {
    Nothing,
    /// A limit has passed.
    Limit,
    /// A message with this number has come.
    Message(u64),
}

impl Heard {
    pub(super) fn of(message: &Message<'_>) -> Self {
        message.seq().map_or(Self::Nothing, |seq| Self::Message(seq.get()))
    }
}

type Judged = Result<Reached, Broken>;

fn broken<T>(guarantee: Guarantee, what: impl Into<String>) -> Result<T, Broken> {
    Err(Broken::new(guarantee, what.into()))
}

/// Messages that leave.
impl World {
    pub(super) fn sent(&mut self, side: Side, message: &Message<'_>, heard: Heard, whole: &Budget) -> Judged {
        let Some(seq) = message.seq().map(SeqNum::get) else {
            return broken(Guarantee::G20, "a message without MsgSeqNum");
        };
        self.continues_exactly(side, message)?;
        if message.poss_dup() {
            self.repeated(side, seq, message, whole)
        } else {
            self.new_sent(side, seq, message, heard, whole)
        }
    }

    /// G5
    fn continues_exactly(&self, side: Side, message: &Message<'_>) -> Result<(), Broken> {
        if !self.clean {
            return Ok(());
        }
        let kind = message.msg_type();
        let recovers =
            kind == msg_type::RESEND_REQUEST || kind == msg_type::SEQUENCE_RESET || message.poss_dup();
        let resets = message.get(tags::RESET_SEQ_NUM_FLAG) == Some(b"Y");
        let too_low = self.party(side).session.status().ended == Some(Reason::MsgSeqNumTooLow);
        if recovers || resets || too_low {
            return broken(
                Guarantee::G5,
                format!("{side:?} sends MsgType {}", String::from_utf8_lossy(kind)),
            );
        }
        Ok(())
    }

    fn new_sent(
        &mut self,
        side: Side,
        seq: u64,
        message: &Message<'_>,
        heard: Heard,
        whole: &Budget,
    ) -> Judged {
        let mut reached = Reached::default();
        let crashed = whole.crash > self.budget.crash;
        let nothing_lost = whole.kept_everything_since(&self.budget);
        let peer = self.party(side.other());
        let peer_asked = peer.facts.gap_open(peer.next_target());
        let peer_logout = peer.facts.logout_left;
        let Party { disk, facts, session, .. } = self.party_mut(side);
        let kind = message.msg_type();
        if seq <= facts.highest_left {
            let guarantee = if crashed { Guarantee::G7 } else { Guarantee::G2 };
            return broken(guarantee, format!("{side:?} sends {seq} after {}", facts.highest_left));
        }
        let saved = disk.records.get(&seq);
        // What is never repeated may be a hole.
        let may_be_hole = msg_type::is_admin(kind);
        let kept = saved.is_some_and(|raw| raw.as_ref().map_or(may_be_hole, |raw| **raw == *message.bytes()));
        if !kept || disk.snapshot.next_sender.get() <= seq {
            return broken(Guarantee::G3, format!("{side:?} sends {seq}, and the disk holds {saved:?}"));
        }
        facts.highest_left = seq;
        if facts.logout_left.is_some() && kind != msg_type::LOGOUT {
            let kind = String::from_utf8_lossy(kind);
            return broken(Guarantee::G26, format!("{side:?} sends MsgType {kind} after its Logout"));
        }
        let next_target = session.snapshot().next_target.get();
        if kind == msg_type::LOGOUT {
            if facts.logout_left.is_none()
                && peer_logout.is_some()
                && !facts.peer_logout_consumed
                && heard == Heard::Nothing
            {
                reached |= Reached::CROSSING_LOGOUTS;
            }
            if facts.gap_open(next_target) && heard == Heard::Nothing {
                reached |= Reached::LOGOUT_IN_GAP;
            }
            if session.status().ended == Some(Reason::MsgSeqNumTooLow) {
                reached |= Reached::TOO_LOW;
            }
            facts.logout_left = Some(seq);
        }
        if kind == msg_type::TEST_REQUEST && heard == Heard::Limit {
            reached |= Reached::PROBED;
        }
        if kind == msg_type::RESEND_REQUEST {
            let number = |tag| message.get(tag).and_then(parse_u64).unwrap_or_default();
            let begin = number(tags::BEGIN_SEQ_NO);
            let everything = session.config().identity.begin_string.end_of_infinity();
            let end = Some(number(tags::END_SEQ_NO)).filter(|end| *end != everything);
            let next_chunk = facts.is_next_chunk(begin);
            let high = match heard {
                Heard::Message(high) if !next_chunk => high,
                Heard::Message(_) | Heard::Limit | Heard::Nothing => {
                    facts.asked.map_or(begin, |asked| asked.high)
                }
            };
            if facts.gap_open(begin) && heard != Heard::Limit && !next_chunk {
                let asked = facts.asked;
                return broken(Guarantee::G15, format!("{side:?} asks from {begin}, having asked {asked:?}"));
            }
            facts.asked = Some(Asked { begin, end, high });
            if heard == Heard::Limit {
                reached |= Reached::REQUEST_REPEATED;
                if nothing_lost {
                    return broken(
                        Guarantee::G15,
                        format!("{side:?} asks from {begin} once more, and nothing was lost"),
                    );
                }
            } else if !next_chunk {
                facts.requests = facts.requests.saturating_add(1);
            }
            if peer_asked {
                reached |= Reached::BOTH_ASK;
            }
        }
        Ok(reached)
    }

    /// G13
    fn repeated(&self, side: Side, seq: u64, message: &Message<'_>, whole: &Budget) -> Judged {
        let mut reached = Reached::default();
        let kind = message.msg_type();
        let party = self.party(side);
        if message.orig_sending_time().is_none() {
            return broken(Guarantee::G13, format!("{side:?} repeats {seq} without OrigSendingTime"));
        }
        if seq >= party.disk.snapshot.next_sender.get() {
            return broken(Guarantee::G13, format!("{side:?} repeats {seq}, which was never sent"));
        }
        if kind == msg_type::SEQUENCE_RESET {
            let filled = message.get(tags::GAP_FILL_FLAG) == Some(b"Y");
            return if filled { Ok(reached) } else { broken(Guarantee::G13, "a Reset in a replay") };
        }
        let Some(Some(raw)) = party.disk.records.get(&seq) else {
            return broken(Guarantee::G13, format!("{side:?} repeats {seq}, which it does not have"));
        };
        let original = Message::parse(raw).ok();
        let same = original.is_some_and(|original| {
            original.msg_type() == kind && original.body().rest() == message.body().rest()
        });
        if !same || (msg_type::is_admin(kind) && kind != msg_type::REJECT) {
            return broken(Guarantee::G13, format!("{side:?} repeats {seq} as something else"));
        }
        if whole.crash > self.budget.crash {
            reached |= Reached::RESEND_AFTER_CRASH;
        }
        Ok(reached)
    }

    /// A batch is saved: a number that has left stays what it was.
    pub(super) fn saved(&mut self, side: Side, batch: &Batch<'_>, whole: &Budget) -> Result<(), Broken> {
        let crashed = whole.crash > self.budget.crash;
        if batch.snapshot().epoch != self.party(side).disk.snapshot.epoch {
            self.loses_nothing_since(side)?;
        }
        let Party { disk, facts, .. } = self.party_mut(side);
        if batch.snapshot().epoch != disk.snapshot.epoch {
            facts.highest_left = 0;
        }
        let lowest = batch.records().map(|record| record.range.begin.get()).min();
        if let Some(seq) = lowest.filter(|seq| *seq <= facts.highest_left) {
            let guarantee = if crashed { Guarantee::G7 } else { Guarantee::G2 };
            return broken(guarantee, format!("{side:?} saves {seq} after {} left", facts.highest_left));
        }
        disk.save(batch);
        Ok(())
    }

    /// G9: a reset gives up the numbering of this side. Who commands it accepts that what has not been delivered by then is
    /// lost, but not what the session takes afterwards, whether the reset is being prepared or announced once more.
    fn loses_nothing_since(&self, side: Side) -> Result<(), Broken> {
        let party = self.party(side);
        let given_at = if party.disk.snapshot.reset_owed { Some(1) } else { party.facts.reset_given_at };
        let lost = given_at.and_then(|first| self.undelivered(side.other()).find(|seq| *seq >= first));
        match lost {
            Some(seq) => broken(Guarantee::G9, format!("{side:?} resets, and {seq} was never delivered")),
            None => Ok(()),
        }
    }
}

/// Messages that are lent.
impl World {
    pub(super) fn lent(&mut self, side: Side, message: &Message<'_>, order: Order) -> Judged {
        let mut reached = Reached::default();
        let kind = message.msg_type();
        let Some(seq) = message.seq().map(SeqNum::get) else { return Ok(reached) };
        if kind == msg_type::LOGOUT && order == Order::High {
            reached |= Reached::LOGOUT_ABOVE_GAP;
        }
        if msg_type::is_admin(kind) || order != Order::Expected {
            return Ok(reached);
        }
        let same_numbering = self.one_numbering();
        let committed = self.party(side.other()).disk.records.get(&seq).cloned().flatten();
        let party = self.party_mut(side);
        let phase = party.phase();
        let next_target = party.next_target();
        let facts = &mut party.facts;
        let logged_on =
            matches!(phase, PhaseName::Active | PhaseName::LogoutSent | PhaseName::LogoutAnswered);
        if !logged_on || facts.peer_logout_consumed {
            return broken(Guarantee::G12, format!("{side:?} delivers {seq} in {phase:?}"));
        }
        let again = facts.again.contains(&seq);
        if facts.delivered.contains(&seq) && !again {
            return broken(Guarantee::G11, format!("{side:?} delivers {seq} twice"));
        }
        if seq != next_target {
            return broken(Guarantee::G9, format!("{side:?} delivers {seq}, expecting {next_target}"));
        }
        if seq <= facts.last_delivered {
            return broken(Guarantee::G9, format!("{side:?} delivers {seq} after {}", facts.last_delivered));
        }
        if again {
            facts.again.retain(|other| *other != seq);
            reached |= Reached::DELIVERED_AGAIN;
        } else {
            facts.delivered.push(seq);
        }
        facts.last_delivered = seq;
        if same_numbering {
            let original = committed.as_deref().and_then(|raw| Message::parse(raw).ok());
            let same = original.is_some_and(|original| {
                original.msg_type() == kind && original.body().rest() == message.body().rest()
            });
            if !same {
                return broken(Guarantee::G9, format!("{side:?} delivers {seq}, which was not committed so"));
            }
        }
        Ok(reached)
    }
}

/// Worlds.
impl World {
    /// What holds of every world, seen from the one before; `overridden` is the side whose operator has set a number.
    pub(super) fn judge(
        &self,
        before: &Self,
        overridden: Option<Side>,
        whole: &Budget,
    ) -> Result<(), Broken> {
        for side in Side::BOTH {
            if overridden != Some(side) {
                self.numbers_stand(before, side, whole)?;
            }
            self.side_holds(side, whole)?;
            if !Arc::ptr_eq(&before.parties[side as usize], &self.parties[side as usize]) {
                self.refuses_to_send(side)?;
            }
            if self.one_numbering() {
                self.received(side)?;
            }
        }
        if self.free_run > LONGEST_FREE_RUN {
            return broken(Guarantee::G16, format!("{} steps without an end", self.free_run));
        }
        Ok(())
    }

    /// G1
    fn numbers_stand(&self, before: &Self, side: Side, whole: &Budget) -> Result<(), Broken> {
        let [old, new] = [before, self].map(|world| &world.party(side).disk.snapshot);
        let commanded = whole.reset > self.budget.reset;
        let under_way = !before.one_numbering() || before.party(side).session.resetting();
        let anew = old.epoch != new.epoch;
        if anew && !(commanded && under_way) {
            return broken(Guarantee::G1, format!("{side:?} has reset, and nobody asked for it"));
        }
        // Whoever has announced a reset expects 1 from when it is confirmed.
        let confirmed = old.reset_owed && !new.reset_owed;
        let fell = (new.next_sender < old.next_sender, new.next_target < old.next_target);
        if !anew && (fell.0 || (fell.1 && !confirmed)) {
            return broken(Guarantee::G1, format!("{side:?}: {old:?}, and now {new:?}"));
        }
        Ok(())
    }

    fn side_holds(&self, side: Side, whole: &Budget) -> Result<(), Broken> {
        let party = self.party(side);
        if *party.session.snapshot() != party.disk.snapshot {
            let (memory, disk) = (party.session.snapshot(), &party.disk.snapshot);
            return broken(Guarantee::G8, format!("{side:?} has {memory:?}, and on disk {disk:?}"));
        }
        if party.enabled() == party.facts.meant_down {
            return broken(Guarantee::G24, format!("{side:?} enabled: {}", party.enabled()));
        }
        if party.phase() == PhaseName::Active && !party.enabled() {
            return broken(Guarantee::G24, format!("{side:?} is active though taken down"));
        }
        if party.next_sender() > whole.ceiling() {
            return broken(Guarantee::G16, format!("{side:?} has come to {}", party.next_sender()));
        }
        // A fault can open one gap on each side. Whoever has set a number has made as many as it likes.
        let overridden = whole.set_next > self.budget.set_next;
        if !overridden && u64::from(party.facts.requests) > whole.faults_spent(&self.budget) {
            let requests = party.facts.requests;
            return broken(Guarantee::G15, format!("{side:?} has sent {requests} ResendRequests"));
        }
        Ok(())
    }

    /// G4, G10
    fn received(&self, side: Side) -> Result<(), Broken> {
        let [party, peer] = [self.party(side), self.party(side.other())];
        let (next, sent) = (party.next_target(), peer.disk.snapshot.next_sender.get());
        if next > sent.max(party.facts.set_ahead) {
            return broken(Guarantee::G4, format!("{side:?} expects {next}, and the other is at {sent}"));
        }
        match self.undelivered(side).find(|seq| *seq < next) {
            Some(lost) => {
                broken(Guarantee::G10, format!("{side:?} expects {next} and never delivered {lost}"))
            }
            None => Ok(()),
        }
    }

    /// The application messages that the counterparty has committed and this side has not delivered.
    pub(super) fn undelivered(&self, side: Side) -> impl Iterator<Item = u64> {
        let facts = &self.party(side).facts;
        self.party(side.other()).disk.records.iter().filter_map(|(seq, raw)| {
            let message = Message::parse(raw.as_deref()?).ok()?;
            (!msg_type::is_admin(message.msg_type())
                && !facts.delivered.contains(seq)
                && *seq >= facts.set_ahead)
                .then_some(*seq)
        })
    }
}
