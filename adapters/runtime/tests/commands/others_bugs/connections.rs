//! Clocks, dead connections, and who may connect.

use std::time::Duration;

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Origin, tags};
use sansfix_registry::{CommandOutcome, Registry};
use sansfix_runtime::{InitiatorOptions, SessionSetup};

use super::{everywhere, up};
use crate::GENEROUS;
use crate::application::{Hold, Holdable, Place};
use crate::host::{Adapter, on_both_adapters};
use crate::peer::Came;
use crate::state::{FIRST, State, logged_on};
use crate::world::{Medium, They, World};

/// They ask, and are answered.
fn is_alive(they: &mut They) {
    they.send("1", &[(tags::TEST_REQ_ID, "alive")]);
    assert_eq!(they.receive().msg_type(), "0");
}

fn cpp_qfn_with_heartbtint_0_a_logout_ends_within_its_limit(on: Adapter) {
    everywhere(|medium, role| {
        let mut world = World::start(on, medium, role, None, |config| {
            config.heart_bt_int = 0;
            config.limits.logout_timeout_ms = 200;
        });
        let mut they = world.connect();
        if role == Role::Initiator {
            assert_eq!(they.receive().msg_type(), "A");
        }
        they.send("A", &[(tags::ENCRYPT_METHOD, "0"), (tags::HEART_BT_INT, "0")]);
        world.wait("logged on", |status| status.logged_on);
        let receipt = world.registry.logout(&world.id, FIRST).unwrap();
        assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::TimedOut));
        assert_eq!(world.registry.is_logged_on(&world.id), Ok(false));
        world.wait_down();
    });
}

/// A Logout that moved the deadline would never let the session go down here.
fn artio_a_logout_given_again_and_again_moves_no_deadline(on: Adapter) {
    everywhere(|medium, role| {
        let mut world = World::start(on, medium, role, None, |config| config.limits.logout_timeout_ms = 300);
        let mut they = logged_on(&mut world);
        let first = world.registry.logout(&world.id, FIRST).unwrap();
        assert_eq!(they.receive().msg_type(), "5");
        let started = std::time::Instant::now();
        while first.outcome().is_none() {
            assert!(started.elapsed() < GENEROUS, "it never ends");
            let again = world.registry.logout(&world.id, "again").unwrap();
            let _ = again.wait(Duration::from_millis(5));
        }
        assert_eq!(first.outcome(), Some(CommandOutcome::TimedOut));
        assert_eq!(&*world.store.snapshot().intent.why, FIRST, "the first text stands");
        assert_eq!(they.receive(), Came::End, "one Logout");
    });
}

/// The timers of the first connection would fire within the wait.
fn quickfixgo_timers_of_an_old_connection_do_not_cut_the_next(on: Adapter) {
    let tune = |config: &mut Config| {
        config.limits.logon_timeout_ms = 2_500;
        config.limits.logout_timeout_ms = 2_500;
    };
    let mut logon = World::start(on, Medium::Pipe, Role::Initiator, None, tune);
    assert_eq!(logon.connect().receive().msg_type(), "A");
    let mut logout = World::start(on, Medium::Tcp, Role::Initiator, None, tune);
    let mut they = logged_on(&mut logout);
    logout.registry.logout(&logout.id, FIRST).unwrap();
    assert_eq!(they.receive().msg_type(), "5");
    drop(they);
    let mut both = [logon, logout].map(|mut world| {
        world.wait_down();
        world.registry.logon(&world.id).unwrap();
        let mut they = world.connect();
        they.next = world.status().next_target.get();
        assert_eq!(they.receive().msg_type(), "A");
        they.log_on();
        world.wait("logged on", |status| status.logged_on);
        (world, they)
    });
    std::thread::sleep(Duration::from_secs(3));
    for (world, they) in &mut both {
        assert_eq!(world.status().connection, 2);
        is_alive(they);
    }
}

fn quickfixj_1243_292_bytes_of_a_dead_connection_do_not_reach_the_next(on: Adapter) {
    everywhere(|medium, role| {
        let (mut world, mut they) = up(on, medium, role);
        let next = they.next;
        let whole = they.message("B", &[(tags::TEXT, "never whole")]);
        std::io::Write::write_all(&mut they.stream, &whole[..whole.len() - 3]).unwrap();
        drop(they);
        world.wait_down();
        world.registry.logon(&world.id).unwrap();
        let mut they = world.connect();
        they.next = next;
        if role == Role::Initiator {
            assert_eq!(they.receive().msg_type(), "A");
        }
        they.log_on();
        if role == Role::Acceptor {
            assert_eq!(they.receive().msg_type(), "A");
        }
        is_alive(&mut they);
    });
}

fn quickfixj_1243_292_the_logon_of_a_dead_connection_that_waited_does_not_reach_the_session(on: Adapter) {
    for medium in super::MEDIA {
        let (mut world, first) = up(on, medium, Role::Acceptor);
        // It waits for the place of the first, and is gone before that is free.
        let mut dead = world.connect();
        dead.next = 2;
        dead.log_on();
        // Later than it in the same thread or task, so that it has been looked at.
        let mut stranger = world.connect();
        stranger.news("no Logon");
        assert_eq!(stranger.receive(), Came::End);
        drop(dead);
        drop(first);
        world.wait_down();
        let mut they = world.connect();
        they.next = 2;
        they.log_on();
        assert_eq!(they.receive(), Came::Message { msg_type: "A".into(), seq: 2, text: String::new() });
        is_alive(&mut they);
        assert_eq!(world.status().connection, 2, "the session never heard of the dead one");
    }
}

/// Their Logout is with the application when ours is given, and crosses it in the other order.
fn quickfixj_359_360_531_a_logout_that_crosses_theirs_stays_given(on: Adapter) {
    everywhere(|medium, role| {
        for held in [true, false] {
            let (world, mut they) = up(on, medium, role);
            if held {
                world.hold.at(Place::Admin);
                they.send("5", &[]);
                world.hold.wait();
            }
            let receipt = world.registry.logout(&world.id, FIRST).unwrap();
            assert_eq!(world.registry.is_logged_on(&world.id), Ok(false));
            if !held {
                assert_eq!(they.receive().msg_type(), "5");
                they.send("5", &[]);
            }
            world.hold.release();
            if held {
                assert_eq!(they.receive().msg_type(), "5", "the answer");
            }
            drop(they);
            assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
            let status = world.wait_down();
            assert_eq!((status.next_sender.get(), status.next_target.get()), (3, 3));
            let intent = world.store.snapshot().intent;
            assert_eq!((intent.enabled, intent.by, &*intent.why), (false, Origin::Operator, FIRST));
            assert!(!world.end(), "it dials");
        }
    });
}

fn quickfixj_126_531_after_their_logout_an_acceptor_takes_the_next_logon(on: Adapter) {
    for medium in super::MEDIA {
        let (mut world, mut they) = up(on, medium, Role::Acceptor);
        they.send("5", &[]);
        assert_eq!(they.receive().msg_type(), "5");
        drop(they);
        let mut they = world.connect();
        they.next = 3;
        they.log_on();
        assert_eq!(they.receive(), Came::Message { msg_type: "A".into(), seq: 3, text: String::new() });
    }
}

fn quickfixn_516_a_disabled_acceptor_refuses_without_a_number_and_accepts_at_once_after_logon(on: Adapter) {
    for medium in super::MEDIA {
        let mut held = State::Disabled.reach(on, medium, Role::Acceptor);
        let before = held.world.status();
        for _ in 0..3 {
            let mut they = held.world.connect();
            they.log_on();
            assert_eq!(they.receive(), Came::End);
        }
        assert_eq!(held.world.status(), before, "nobody has come as far as the session");
        let receipt = held.world.registry.logon(&held.world.id).unwrap();
        held.world.settle();
        let they = logged_on(&mut held.world);
        assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::LoggedOn));
        assert_eq!(they.next, 2);
    }
}

/// A Logon that fails says why: by the counterparty's text, by its silence, or because the connection was lost.
fn quickfixgo_458_431_why_a_logon_has_failed_is_told(on: Adapter) {
    let refused = CommandOutcome::RefusedByPeer { text: "not today".into() };
    for medium in super::MEDIA {
        for expected in [&refused, &CommandOutcome::TimedOut, &CommandOutcome::ConnectionLost] {
            let tune = |config: &mut Config| {
                if *expected == CommandOutcome::TimedOut {
                    config.limits.logon_timeout_ms = 300;
                }
            };
            let mut world = World::start(on, medium, Role::Initiator, None, tune);
            let mut they = world.connect();
            assert_eq!(they.receive().msg_type(), "A");
            let receipt = world.registry.logon(&world.id).unwrap();
            world.settle();
            if *expected == refused {
                they.send("5", &[(tags::TEXT, "not today")]);
            }
            let kept = (*expected == CommandOutcome::TimedOut).then_some(they);
            assert_eq!(receipt.wait(GENEROUS).as_ref(), Some(expected));
            drop(kept);
            let status = world.wait_down();
            assert!(status.enabled, "it will try again");
            assert_eq!(status.next_sender.get(), 2, "one number for one Logon");
        }
    }
}

/// One session cannot connect and has an hour to wait, one waits for an answer that never comes.
fn quickfixn_945_958_the_failures_of_one_session_do_not_delay_anothers_logon(on: Adapter) {
    let registry = Registry::new();
    let hour = Duration::from_secs(3600);
    let start = |name: &str, address: String| {
        let id = Identity::new(BeginString::Fix44, name, "VENUE");
        let options = InitiatorOptions { reconnect_interval: hour, ..InitiatorOptions::to(address) };
        let setup = SessionSetup::new(Config::new(Role::Initiator, id), Holdable(Hold::default()));
        on.initiate(setup, options, &registry).unwrap()
    };
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let _others =
        [start("FAILING", refusing.to_string()), start("WAITING", silent.local_addr().unwrap().to_string())];
    let failing = Identity::new(BeginString::Fix44, "FAILING", "VENUE");
    let failed = registry.logon(&failing).unwrap().wait(GENEROUS);
    assert_eq!(failed, Some(CommandOutcome::NoConnection));

    let mut held = State::Down.reach(on, Medium::Tcp, Role::Initiator);
    let receipt = held.world.registry.logon(&held.world.id).unwrap();
    let _they = {
        let mut they = held.world.connect();
        assert_eq!(they.receive().msg_type(), "A");
        they.log_on();
        they
    };
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::LoggedOn));
}

on_both_adapters!(
    cpp_qfn_with_heartbtint_0_a_logout_ends_within_its_limit,
    artio_a_logout_given_again_and_again_moves_no_deadline,
    quickfixgo_timers_of_an_old_connection_do_not_cut_the_next,
    quickfixj_1243_292_bytes_of_a_dead_connection_do_not_reach_the_next,
    quickfixj_1243_292_the_logon_of_a_dead_connection_that_waited_does_not_reach_the_session,
    quickfixj_359_360_531_a_logout_that_crosses_theirs_stays_given,
    quickfixj_126_531_after_their_logout_an_acceptor_takes_the_next_logon,
    quickfixn_516_a_disabled_acceptor_refuses_without_a_number_and_accepts_at_once_after_logon,
    quickfixgo_458_431_why_a_logon_has_failed_is_told,
    quickfixn_945_958_the_failures_of_one_session_do_not_delay_anothers_logon,
);
