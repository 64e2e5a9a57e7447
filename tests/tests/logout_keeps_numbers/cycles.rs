//! Cycles of traffic, a logout and what goes wrong with it, by chance.

use proptest::prelude::*;
use sansfix::{PhaseName, Reason};
use sansfix_sim::Side::{self, Acceptor, Initiator};
use sansfix_tests::property_cases;
use sansfix_tests::run::Op;

use crate::{PAST_EVERY_LIMIT_MS, Talk};

/// What goes wrong in a cycle, milliseconds after its Logout: a Logout and its answer take two.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Cut(u32),
    Crash(Side, u32),
    /// Nothing arrives any more, and nobody sees an end.
    Silence(u32),
}

/// Traffic, a logout and what goes wrong with it.
#[derive(Clone, Debug)]
struct Cycle {
    orders: Vec<Side>,
    logout: Side,
    crossed: bool,
    fault: Fault,
}

fn sides() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Initiator), Just(Acceptor)]
}

fn cycles() -> impl Strategy<Value = Vec<Cycle>> {
    let fault = prop_oneof![
        3 => Just(Fault::None),
        1 => (0u32..4).prop_map(Fault::Cut),
        1 => (sides(), 0u32..4).prop_map(|(side, ms)| Fault::Crash(side, ms)),
        1 => (0u32..4).prop_map(Fault::Silence),
    ];
    let orders = proptest::collection::vec(sides(), 0..6);
    let cycle = (orders, sides(), any::<bool>(), fault).prop_map(|(orders, logout, crossed, fault)| Cycle {
        orders,
        logout,
        crossed,
        fault,
    });
    proptest::collection::vec(cycle, 1..10)
}

impl Talk {
    /// The line falls silent, and what these sides have begun by a Logout given `ms` ago ends nevertheless: within the
    /// limit, because of it where no answer had come, and with the numbers of that moment.
    fn fall_silent(&mut self, ms: u32, logouts: &[Side]) {
        self.perform(&[Op::Pass(ms)]);
        self.run.pair.fall_silent();
        let waits = |talk: &Self, side: &Side| {
            let status = talk.run.pair.node(*side).status();
            (status.phase == PhaseName::LogoutSent, (status.next_sender, status.next_target))
        };
        let before: Vec<_> = logouts.iter().map(|side| waits(self, side)).collect();
        let limit_ms = self.run.pair.node(logouts[0]).session().config().limits.logout_timeout_ms;
        self.perform(&[Op::Pass(limit_ms - ms)]);
        for (side, (waited, numbers)) in logouts.iter().zip(before) {
            let node = self.run.pair.node(*side);
            assert_eq!(node.status().phase, PhaseName::Disconnected, "{side:?}: its Logout does not end");
            let reason = if waited { Reason::LogoutTimeout } else { Reason::LogoutCompleted };
            assert_eq!(node.ended(), Some(reason), "{side:?}");
            assert_eq!(waits(self, side).1, numbers, "{side:?}: the numbers stay");
        }
    }
}

proptest! {
    #![proptest_config(property_cases(200))]

    /// G5, G6, G24, G27: cycles with cuts, crashes and silence heal without loss, a logon after a whole logout goes on
    /// exactly, and a Logout that nobody answers ends at its limit.
    #[test]
    fn cycles_with_cuts_and_crashes_keep_the_numbers(seed: u64, cycles in cycles()) {
        let mut talk = Talk::new(seed);
        talk.log_on();
        for Cycle { orders, logout, crossed, fault } in cycles {
            orders.iter().for_each(|side| talk.perform(&[Op::Send(*side)]));
            talk.perform(&[Op::Logout(logout)]);
            if crossed {
                talk.perform(&[Op::Logout(logout.other())]);
            }
            let both = [logout, logout.other()];
            let logouts = if crossed { &both[..] } else { &both[..1] };
            match fault {
                Fault::None => {}
                Fault::Cut(ms) => talk.perform(&[Op::Pass(ms), Op::Cut]),
                Fault::Crash(side, ms) => talk.perform(&[Op::Pass(ms), Op::Crash(side)]),
                Fault::Silence(ms) => talk.fall_silent(ms, logouts),
            }
            talk.perform(&[Op::Pass(PAST_EVERY_LIMIT_MS)]);
            talk.assert_down(logouts);
            if matches!(fault, Fault::None) {
                talk.assert_goes_on_exactly();
            } else {
                talk.log_on();
            }
        }
        talk.assert_heals();
    }
}
