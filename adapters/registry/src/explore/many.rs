//! More threads than every order can be tried of: plans and orders drawn by a seed, under shuttle.

use super::model::{Class, Look, Owner, Plan, Wait, report};
use super::scheduler::{DRAWN, SEED};
use super::session::Pace;
use super::{handing, lives};
use crate::MAILBOX_BOUND;

/// The first seed, and how many plans are drawn, each in [`DRAWN`] orders.
const FIRST: &str = "SANSFIX_SHUTTLE_SEED";
const PLANS: &str = "SANSFIX_SHUTTLE_PLANS";

/// SplitMix64, as `sansfix_sim::Random` has it.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Four to six commanders with one to three commands each.
fn plan(seed: u64) -> Plan {
    use Class::{Logon, Logout, Other, Shutdown};
    let random = &mut Random(seed);
    let stops = random.below(3) == 0;
    let classes: &[Class] = if stops { &[Logout, Logon, Other, Shutdown] } else { &[Logout, Logon, Other] };
    let commands = |random: &mut Random| (0..=random.below(3)).map(|_| random.of(classes)).collect();
    Plan {
        commanders: (0..4 + random.below(3)).map(|_| commands(random)).collect(),
        wait: random.of(&[Wait::No, Wait::Blocking, Wait::Task]),
        owner: random.of(&[Owner::Thread, Owner::Task]),
        find: random.below(2) == 0,
        look: random.of(&[Look::Never, Look::AfterLogouts, Look::AfterEach]),
        pace: random.of(&[Pace::AtOnce, Pace::Later]),
        bound: random.of(&[1, 2, MAILBOX_BOUND, MAILBOX_BOUND]),
        preemptions: None,
    }
}

/// Tells how to run again what fails.
struct Told(u64);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            report(&format!("and it failed; again by {FIRST}={} {PLANS}=1, so far", self.0), 0);
        }
    }
}

fn drawn(what: &str, execute: impl Fn(u64)) {
    let number = |name, other| std::env::var(name).map_or(other, |text| text.parse().expect("a number"));
    let (first, plans) = (number(FIRST, 1_u64), number(PLANS, 40_u64));
    for seed in first..first + plans {
        let _told = Told(seed);
        SEED.set(seed);
        execute(seed);
    }
    report(&format!("{what}, {plans} plans from seed {first} on, {DRAWN} orders each"), plans * DRAWN as u64);
}

#[test]
fn four_to_six_commanders_with_up_to_three_commands_each() {
    drawn("4 to 6 commanders x 1 to 3 commands", |seed| {
        plan(seed).explore();
    });
}

/// Sessions come and go under one identity while commanders look for it: at most one is there at any time, and each
/// command has one outcome, whichever life of the session it met.
#[test]
fn sessions_that_are_added_and_removed_while_commands_are_given() {
    drawn("2 to 3 owners x 2 lives, 3 commanders", |seed| {
        lives::Plan { owners: 2 + Random(seed).below(2), lives: 2, commanders: 3, preemptions: None }
            .explore();
    });
}

/// Of those who hand connections over some wait and some do not, and the owner may be asked to end.
#[test]
fn four_to_seven_who_hand_connections_over() {
    drawn("4 to 7 connections handed over", |seed| {
        let random = &mut Random(seed);
        let plan = handing::Plan {
            hasty: random.below(4),
            owner: random.of(&[Owner::Thread, Owner::Task]),
            asked: random.below(2) == 0,
            ..handing::Plan::of(4)
        };
        plan.explore();
    });
}
