//! A clock that is set forward or back, and a machine that has slept.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sansfix::Now;
use sansfix::config::Role;
use sansfix_runtime::schedule::ASK_EVERY;
use sansfix_runtime::{Clock, ManualClock, TimeSource};

use crate::host::{Adapter, on_both_adapters};
use crate::peer::Peer;
use crate::session_time::{accept, at, expect_logout, initiate, looked, numbers, office_hours, setup};
use crate::{GENEROUS, desk, venue, wait, wait_down, wait_logged_on};

fn a_clock_that_is_set_back_before_the_window_and_forward_again_resets_nothing(on: Adapter) {
    let clock = ManualClock::at(at(2, 9, 0));
    let (_initiator, registry, connections) =
        initiate(on, setup(Role::Initiator, office_hours(), clock.clone()));
    for round in 0..3 {
        let mut peer = connections.recv_timeout(GENEROUS).unwrap();
        peer.next = 1 + 2 * round;
        assert_eq!(peer.receive().msg_type(), "A");
        peer.log_on();
        wait_logged_on(&registry, &desk());
        clock.set_utc(at(2, 8, 59));
        expect_logout(&mut peer, "Session time is over");
        peer.ends_in_silence();
        assert_eq!(numbers(&wait_down(&registry, &desk())), (3 + 2 * round, 3 + 2 * round));
        clock.set_utc(at(2, 9, 1));
    }
}

/// The wrong year, then the right one: the numbers that were reset in the wrong one count as begun now.
fn a_clock_that_was_a_year_ahead_does_not_keep_periods_from_beginning(on: Adapter) {
    let year = 365 * 86_400_000_000_000;
    let clock = ManualClock::at(at(2, 10, 0) + year);
    let (acceptor, registry) = accept(on, setup(Role::Acceptor, office_hours(), clock.clone()));
    Peer::logged_on(acceptor.local_addr(), desk(), 1).log_out();
    wait_down(&registry, &venue());
    clock.set_utc(at(2, 10, 0));
    assert_eq!(numbers(&looked(&registry, &venue())), (3, 3), "a clock that is set is no new period");
    clock.set_utc(at(3, 9, 0));
    assert_eq!(numbers(&looked(&registry, &venue())), (1, 1));
}

fn a_machine_that_slept_over_several_periods_resets_once_when_it_wakes(on: Adapter) {
    let clock = ManualClock::at(at(2, 10, 0));
    let (acceptor, registry) = accept(on, setup(Role::Acceptor, office_hours(), clock.clone()));
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    clock.set_utc(at(6, 10, 0));
    expect_logout(&mut peer, "A new session period begins");
    peer.ends_in_silence();
    assert_eq!(numbers(&wait_down(&registry, &venue())), (1, 1));
    Peer::logged_on(acceptor.local_addr(), desk(), 1).log_out();
    wait_down(&registry, &venue());
    clock.advance(ASK_EVERY);
    assert_eq!(numbers(&looked(&registry, &venue())), (3, 3), "once");
}

/// The machine's clock, with UTC moved by nanoseconds. Nobody is woken when that changes.
#[derive(Clone)]
struct Moved(Clock, Arc<AtomicI64>);

impl TimeSource for Moved {
    fn now(&self) -> Now {
        let now = self.0.now();
        Now { utc_ns: at(2, 12, 0) + self.1.load(Ordering::SeqCst), ..now }
    }
}

fn a_clock_that_is_set_without_a_word_is_noticed_all_the_same(on: Adapter) {
    let clock = Moved(Clock::start(), Arc::default());
    let (_acceptor, registry) = accept(on, setup(Role::Acceptor, office_hours(), clock.clone()));
    looked(&registry, &venue());
    for (hours, open) in [(6, false), (0, true)] {
        clock.1.store(hours * 3_600_000_000_000, Ordering::SeqCst);
        wait(&registry, &venue(), "in the other state", |status| status.in_session_time == open);
    }
}

on_both_adapters!(
    a_clock_that_is_set_back_before_the_window_and_forward_again_resets_nothing,
    a_clock_that_was_a_year_ahead_does_not_keep_periods_from_beginning,
    a_machine_that_slept_over_several_periods_resets_once_when_it_wakes,
    a_clock_that_is_set_without_a_word_is_noticed_all_the_same,
);
