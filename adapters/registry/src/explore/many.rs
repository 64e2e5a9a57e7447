//! More threads than every order can be tried of: plans and orders drawn by a seed, under shuttle.

use std::sync::Arc;

use super::handing;
use super::model::{Class, Look, Owner, Plan, Wait, identity, report};
use super::scheduler::{self, DRAWN, SEED, thread};
use super::session::Pace;
use crate::{AlreadyRegistered, CommandOutcome, MAILBOX_BOUND, Registry};

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
        let owners = 2 + Random(seed).below(2);
        scheduler::check(None, move || lives(owners));
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

#[test]
fn a_second_session_of_one_identity_is_found() {
    crate::seeded::set(Some(crate::seeded::Bug::SecondTaken), MAILBOX_BOUND);
    let found = std::panic::catch_unwind(|| scheduler::check(None, || lives(2)));
    crate::seeded::set(None, MAILBOX_BOUND);
    let why = found.expect_err("it was not found");
    let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(why.contains("two sessions of one identity"), "it was found in another way: {why}");
}

fn lives(owners: usize) {
    let registry = Registry::new();
    // A plain count: shuttle runs all threads of a model one at a time.
    let alive = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let owners: Vec<_> = (0..owners)
        .map(|_| {
            let (registry, alive) = (registry.clone(), alive.clone());
            thread::spawn(move || (0..2).map(|_| usize::from(live(&registry, &alive))).sum::<usize>())
        })
        .collect();
    let commanders: Vec<_> = (0..3)
        .map(|_| {
            thread::spawn({
                let registry = registry.clone();
                move || give(&registry)
            })
        })
        .collect();
    let lived: usize = owners.into_iter().map(|owner| owner.join().unwrap()).sum();
    assert!(lived > 0, "the first to register is refused by nobody");
    for commander in commanders {
        commander.join().unwrap();
    }
    assert!(registry.sessions().is_empty(), "whoever is gone is forgotten");
}

/// Whether the identity was free.
fn live(registry: &Registry, alive: &std::sync::atomic::AtomicUsize) -> bool {
    use std::sync::atomic::Ordering::SeqCst;
    let standing = super::model::up();
    let mut mailbox = match registry.register(identity(), standing.status) {
        Ok(mailbox) => mailbox,
        Err(AlreadyRegistered(taken)) => {
            assert_eq!(taken, identity());
            return false;
        }
    };
    assert_eq!(alive.fetch_add(1, SeqCst), 0, "two sessions of one identity");
    for _ in 0..2 {
        thread::yield_now();
        while mailbox.take().is_some() {
            let _ = mailbox.open();
            mailbox.carried_out(sansfix::Outcome::Done);
            mailbox.publish(standing);
        }
    }
    alive.fetch_sub(1, SeqCst);
    drop(mailbox);
    true
}

fn give(registry: &Registry) {
    for _ in 0..3 {
        let Ok(receipt) = registry.test_request(&identity()) else {
            thread::yield_now();
            continue;
        };
        let outcome = receipt.wait(super::model::FOR_EVER).expect("it waits for ever");
        assert!(matches!(outcome, CommandOutcome::Completed | CommandOutcome::ShutDown), "{outcome:?}");
        assert_eq!(receipt.outcome(), Some(outcome), "an outcome stays what it is");
    }
}
