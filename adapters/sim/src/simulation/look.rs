//! After each instant in which something happened: it is counted, kept for the ladder and checked, and what operators and
//! initiators do about it is planned.

use super::{DIAL_WITHIN_NS, DOWN_WITHIN_NS, Deed, START, Simulation};
use crate::invariants::Violation;
use crate::ladder::Kind;
use crate::pair::Side;

impl Simulation {
    pub(super) fn note(&mut self, side: Option<Side>, kind: Kind, text: impl Into<String>) {
        self.record.note(self.elapsed_ns(), side, kind, text);
    }

    pub(super) fn violated(&mut self, violation: Violation) -> Violation {
        let text = format!("{}: {}", violation.guarantee, violation.text);
        self.note(violation.side, Kind::Violation, text);
        self.violation = Some(violation.clone());
        violation
    }

    /// Looks at what has happened since the last look: counts it, keeps it for the ladder, and checks it.
    pub(super) fn look(&mut self) -> Result<(), Violation> {
        let now_ns = self.elapsed_ns();
        for side in Side::BOTH {
            let node = self.pair.node(side);
            let (connected, crashes) = (node.connected(), node.crashes());
            if std::mem::replace(&mut self.crashes[side as usize], crashes) != crashes {
                self.report.crashes += 1;
                self.record.note(now_ns, Some(side), Kind::Crash, "dies, and begins again");
            }
            if std::mem::replace(&mut self.connected[side as usize], connected) && !connected {
                self.record.cut(now_ns, side);
            }
            for status in node.states() {
                self.report.state(status);
                self.record.note(now_ns, Some(side), Kind::State, format!("{:?}", status.phase));
            }
            self.report.sent += node.sent().len() as u64;
            let new = node.inbox().iter().filter(|delivered| delivered.order == sansfix::Order::Expected);
            self.report.delivered += new.count() as u64;
            for written in self.pair.written(side) {
                self.report.written(side, written);
                self.record.written(START.mono_ns, side, written);
            }
        }
        let checked = self
            .invariants
            .check(&self.pair)
            .and_then(|()| self.promises.check(&self.pair))
            .and_then(|()| self.chatter.check(&self.pair));
        self.invariants.forget(&mut self.pair);
        self.plan();
        checked.map_err(|violation| self.violated(violation))
    }

    /// What operators and initiators do about what they see: a session that is down is brought up again.
    fn plan(&mut self) {
        let now_ns = self.pair.now().mono_ns;
        for side in Side::BOTH {
            if !self.pair.node(side).status().enabled && !self.agenda.is_due(Deed::Logon(side)) {
                self.agenda.within(Deed::Logon(side), now_ns, DOWN_WITHIN_NS);
            }
        }
        let connected = Side::BOTH.iter().any(|side| self.pair.node(*side).connected());
        if !connected && !self.agenda.is_due(Deed::Connect) {
            self.agenda.within(Deed::Connect, now_ns, DIAL_WITHIN_NS);
        }
    }
}
