//! When the next fault, command or order is due.

use super::options::{HOUR_NS, Options};
use crate::pair::Side;
use crate::random::Random;

/// What a simulation does to its pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Deed {
    Order(Side),
    Cut,
    Silence,
    Crash,
    Logout,
    Logon(Side),
    Connect,
}

impl Deed {
    const ALL: [Self; 9] = [
        Self::Order(Side::Initiator),
        Self::Order(Side::Acceptor),
        Self::Cut,
        Self::Crash,
        Self::Logout,
        Self::Logon(Side::Initiator),
        Self::Logon(Side::Acceptor),
        Self::Connect,
        Self::Silence,
    ];

    fn place(self) -> usize {
        Self::ALL.iter().position(|deed| *deed == self).unwrap_or(0)
    }

    /// How often an hour it comes by itself.
    fn rate(self, options: &Options) -> f64 {
        match self {
            Self::Order(_) => options.orders,
            Self::Cut => options.cut,
            Self::Silence => options.silence,
            Self::Crash => options.crash,
            Self::Logout => options.logout,
            Self::Logon(_) | Self::Connect => 0.0,
        }
    }
}

/// What is due when, and the chance that decides it.
#[derive(Clone, Debug)]
pub(super) struct Agenda {
    pub(super) random: Random,
    due: [Option<u64>; Deed::ALL.len()],
}

impl Agenda {
    /// What comes by itself is due within its first interval.
    pub(super) fn new(options: &Options, now_ns: u64) -> Self {
        let mut agenda = Self { random: Random::new(options.seed), due: [None; Deed::ALL.len()] };
        for deed in Deed::ALL {
            agenda.again(deed, options, now_ns);
        }
        agenda
    }

    /// What is due first, and when. Of two at the same time the one that was listed first.
    pub(super) fn first(&self) -> Option<(u64, Deed)> {
        let due = |deed: Deed| self.due[deed.place()].map(|due| (due, deed.place(), deed));
        Deed::ALL
            .into_iter()
            .filter_map(due)
            .min_by_key(|(due, place, _)| (*due, *place))
            .map(|(due, _, deed)| (due, deed))
    }

    /// It has been done: when it comes by itself, it comes again after 0 to 2 times its mean interval.
    pub(super) fn again(&mut self, deed: Deed, options: &Options, now_ns: u64) {
        let rate = deed.rate(options);
        // Above 0 and at most 36,000 an hour, so the quotient is a time.
        let within = (rate > 0.0).then(|| (2.0 * HOUR_NS / rate) as u64);
        self.due[deed.place()] = within.map(|within| now_ns.saturating_add(1 + self.random.below(within)));
    }

    /// It is to be done within this many nanoseconds.
    pub(super) fn within(&mut self, deed: Deed, now_ns: u64, within_ns: u64) {
        self.due[deed.place()] = Some(now_ns.saturating_add(1 + self.random.below(within_ns)));
    }

    pub(super) fn is_due(&self, deed: Deed) -> bool {
        self.due[deed.place()].is_some()
    }

    /// One of the two sides, by chance.
    pub(super) fn side(&mut self) -> Side {
        Side::BOTH[self.random.below(2) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_by_itself_comes_as_often_as_was_asked() {
        let options = Options { orders: 100.0, cut: 7.0, ..Options::calm(3, 1.0) };
        let mut agenda = Agenda::new(&options, 0);
        let (mut orders, mut cuts) = (0, 0);
        while let Some((due, deed)) = agenda.first().filter(|(due, _)| *due < 100 * HOUR_NS as u64) {
            match deed {
                Deed::Order(Side::Acceptor) => orders += 1,
                Deed::Order(Side::Initiator) => {}
                Deed::Cut => cuts += 1,
                other => panic!("{other:?} was not asked for"),
            }
            agenda.again(deed, &options, due);
        }
        assert!((9_500..10_500).contains(&orders) && (640..760).contains(&cuts), "{orders} {cuts}");
    }
}
