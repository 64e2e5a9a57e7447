//! What each act does: to a session, to the line, to a process, to what has to be remembered.

use std::sync::Arc;

use sansfix::config::Config;
use sansfix::wire::Message;
use sansfix::{Command, Event, Origin, PhaseName, ResetMode, Session, Timer, msg_type};

use super::drive::{Doing, Done};
use super::explorer::{Explorer, Performed};
use super::reached::Reached;
use super::step::{Act, Step};
use super::world::{Flight, World};
use crate::pair::Side;

/// What the sides of a step did.
#[derive(Default)]
struct Noted {
    reached: Reached,
    sent: Vec<(Side, Arc<[u8]>)>,
    outlived: bool,
}

impl Noted {
    fn note(&mut self, side: Side, done: Done) {
        self.reached |= done.reached;
        self.outlived |= done.outlived;
        self.sent.extend(done.sent.into_iter().map(|raw| (side, raw)));
    }
}

impl Explorer {
    pub(super) fn act(&self, mut world: World, step: Step) -> Option<Performed> {
        let early = !world.is_quiet();
        let mut noted = Noted::default();
        let crash = step.crash_after;
        match step.act {
            Act::Connect => {
                world.begin_connection();
                let accepted = world.party(Side::Acceptor).enabled();
                noted.note(
                    Side::Acceptor,
                    Doing::new(self, &mut world, Side::Acceptor, None).event(Event::Connected),
                );
                if world.broken.is_none() {
                    noted.note(
                        Side::Initiator,
                        Doing::new(self, &mut world, Side::Initiator, crash).event(Event::Connected),
                    );
                }
                if !accepted {
                    noted.reached |= Reached::DIALLED_IN_VAIN;
                }
            }
            Act::Deliver(side) => {
                let message = world.flight_mut(side).messages.pop_front()?;
                noted.note(side, Doing::new(self, &mut world, side, crash).deliver(&message));
            }
            Act::End(side) => {
                noted.note(side, Doing::new(self, &mut world, side, crash).event(Event::Disconnected))
            }
            Act::Cut => noted.reached |= world.cut(),
            Act::Send(side) => {
                let left = world.budget.application[side as usize];
                let name = format!("{}{left}", if side == Side::Initiator { 'I' } else { 'A' });
                noted.note(side, Doing::new(self, &mut world, side, crash).send(&name)?);
            }
            Act::Logon(side) => {
                if matches!(world.party(side).phase(), PhaseName::LogoutSent | PhaseName::LogoutAnswered) {
                    noted.reached |= Reached::LOGON_REMEMBERED;
                }
                world.party_mut(side).facts.meant_down = false;
                let command = Command::Logon { by: Origin::Operator };
                noted.note(side, Doing::new(self, &mut world, side, crash).event(Event::Command(command)));
            }
            Act::Logout(side) => {
                world.party_mut(side).facts.meant_down = true;
                let command = Command::Logout { text: "", by: Origin::Operator };
                noted.note(side, Doing::new(self, &mut world, side, crash).event(Event::Command(command)));
            }
            Act::Reset(side) => {
                let party = world.party_mut(side);
                party.facts.reset_given_at = Some(party.session.snapshot().next_sender.get());
                let command = Command::Reset(ResetMode::InSession);
                noted.note(side, Doing::new(self, &mut world, side, crash).event(Event::Command(command)));
            }
            Act::SetNextSender(side, seq) => {
                noted.reached |= world.sender_set(side, seq.get());
                let command = Command::SetNextSender(seq);
                noted.note(side, Doing::new(self, &mut world, side, crash).event(Event::Command(command)));
            }
            Act::SetNextTarget(side, seq) => {
                noted.reached |= world.target_set(side, seq.get());
                let command = Command::SetNextTarget(seq);
                noted.note(side, Doing::new(self, &mut world, side, crash).event(Event::Command(command)));
            }
            Act::Limit(side) => {
                let (at, timer) = world.party(side).session.deadline()?;
                let party = world.party_mut(side);
                party.clock_ns = party.clock_ns.max(at);
                if early {
                    world.clean = false;
                }
                if timer == Timer::Logout {
                    noted.reached |= Reached::LOGOUT_LIMIT;
                }
                noted.note(side, Doing::new(self, &mut world, side, crash).event(Event::Tick));
            }
            Act::Lose(side) => {
                world.clean = false;
                let message = world.flight_mut(side).messages.pop_front()?;
                noted.reached |= of_kind(&message, Reached::LOST_REQUEST, Reached::LOST_LOGOUT);
            }
            Act::Duplicate(side) => {
                world.clean = false;
                let copy = Arc::clone(world.flight(side).messages.front()?);
                noted.reached |= of_kind(&copy, Reached::default(), Reached::DUPLICATED_LOGOUT);
                world.flight_mut(side).messages.push_back(copy);
            }
            Act::Crash(side) => noted.reached |= world.crash(side, self.config(side)),
        }
        let Noted { reached, sent, outlived } = noted;
        (!outlived).then_some(Performed { world, reached, sent })
    }
}

fn of_kind(raw: &[u8], request: Reached, logout: Reached) -> Reached {
    match Message::parse(raw).map(|message| message.msg_type().to_vec()) {
        Ok(kind) if kind == msg_type::RESEND_REQUEST => request,
        Ok(kind) if kind == msg_type::LOGOUT => logout,
        _ => Reached::default(),
    }
}

/// What happens to connections, processes and numbers.
impl World {
    /// Whether the last connection has ended with a clean Logout decides what the next one must do (G5). A Logout that was
    /// lent in sequence was consumed, whether or not the number says so: that it does is what G5 promises.
    fn begin_connection(&mut self) {
        let consumed = Side::BOTH.into_iter().all(|side| {
            let [here, there] = [self.party(side), self.party(side.other())];
            let lent = here.facts.peer_logout_consumed;
            there.facts.logout_left.is_some_and(|logout| lent || here.next_target() > logout)
                && here.next_target() <= there.next_sender()
        });
        self.clean = consumed && self.one_numbering();
        self.flights = [Flight::default(), Flight::default()];
        Side::BOTH.into_iter().for_each(|side| self.party_mut(side).facts.connected());
    }

    fn cut(&mut self) -> Reached {
        self.clean = false;
        let mut reached = Reached::default();
        for side in Side::BOTH {
            let connected = self.party(side).is_connected();
            let flight = self.flight_mut(side);
            let order =
                |raw: &Arc<[u8]>| Message::parse(raw).is_ok_and(|read| !msg_type::is_admin(read.msg_type()));
            if flight.messages.iter().any(order) {
                reached |= Reached::CUT_WITH_ORDER;
            }
            *flight = Flight { ended: connected, ..Flight::default() };
        }
        reached
    }

    /// This side is gone: nothing reaches it any more, and the other one will see that.
    pub(super) fn hang_up(&mut self, side: Side) {
        let other = side.other();
        *self.flight_mut(side) = Flight::default();
        if self.party(other).is_connected() {
            self.flight_mut(other).ended = true;
        } else {
            *self.flight_mut(other) = Flight::default();
        }
    }

    pub(super) fn crash(&mut self, side: Side, config: &Arc<Config>) -> Reached {
        self.clean = false;
        let mut reached = Reached::default();
        let party = self.party_mut(side);
        if party.is_connected() && party.facts.gap_open(party.next_target()) {
            reached |= Reached::CRASH_IN_GAP;
        }
        let saved = party.disk.snapshot.next_sender.get();
        if party.session.snapshot().next_sender.get() > saved {
            reached |= Reached::NEVER_SAVED;
        } else if party.is_connected() && saved > party.facts.highest_left + 1 {
            reached |= Reached::SAVED_NEVER_LEFT;
        }
        party.session = Session::new(Arc::clone(config), party.disk.snapshot.clone());
        let (next_target, enabled) = (party.next_target(), party.enabled());
        party.facts.crashed(next_target, enabled);
        self.hang_up(side);
        reached
    }

    /// What was delivered in a numbering that is over says nothing about the next one, and a reset that is over or given
    /// up loses nothing any more.
    pub(super) fn forget_old_numbering(&mut self, before: &Self) {
        for side in Side::BOTH {
            let party = self.party(side);
            if party.facts.reset_given_at.is_some() && !party.session.resetting() {
                self.party_mut(side).facts.reset_given_at = None;
            }
            let [old, new] = [before, self].map(|world| {
                let snapshot = &world.party(side).disk.snapshot;
                (snapshot.epoch, snapshot.next_target)
            });
            if new.0 > 0 && new.1 < old.1 {
                let facts = &mut self.party_mut(side).facts;
                facts.delivered.clear();
                facts.again.clear();
                facts.last_delivered = 0;
            }
        }
    }

    /// An operator sets the next number sent: numbers from there on begin again, and nothing was clean.
    fn sender_set(&mut self, side: Side, next: u64) -> Reached {
        let lowered = next < self.party(side).next_sender();
        self.forget_exchanges();
        let facts = &mut self.party_mut(side).facts;
        facts.highest_left = facts.highest_left.min(next - 1);
        let peer = &mut self.party_mut(side.other());
        let expected = peer.next_target();
        peer.facts.set_ahead = peer.facts.set_ahead.max(expected);
        peer.facts.delivered.retain(|seq| *seq < next);
        peer.facts.again.retain(|seq| *seq < next);
        peer.facts.last_delivered = peer.facts.last_delivered.min(next - 1);
        if lowered { Reached::LOWERED } else { Reached::RAISED }
    }

    /// An operator sets the next number expected: what lies below counts as delivered, what lies above comes again.
    fn target_set(&mut self, side: Side, next: u64) -> Reached {
        let lowered = next < self.party(side).next_target();
        self.forget_exchanges();
        let passed_over: Vec<u64> = self.undelivered(side).filter(|seq| *seq < next).collect();
        let facts = &mut self.party_mut(side).facts;
        facts.set_ahead = next;
        facts.delivered.extend(passed_over);
        facts.again = facts.delivered.iter().copied().filter(|seq| *seq >= next).collect();
        facts.last_delivered = facts.last_delivered.min(next - 1);
        if lowered { Reached::LOWERED } else { Reached::RAISED }
    }

    /// What was exchanged before says nothing of the numbers that stand now.
    fn forget_exchanges(&mut self) {
        self.clean = false;
        for side in Side::BOTH {
            let facts = &mut self.party_mut(side).facts;
            facts.logout_left = None;
            facts.asked = None;
        }
    }
}
