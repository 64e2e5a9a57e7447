//! The two ends of an inbox: its sessions go, or whoever takes from it does; and waiting in a task.

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Reason};
use sansfix_registry::{CommandError, CommandOutcome};
use sansfix_runtime::inbox::{NothingTaken, Told};
use sansfix_runtime::{AcceptorOptions, SessionSetup, channel};

use crate::host::{Adapter, Runtime, on_both_adapters};
use crate::inbox::{message, start, text, until};
use crate::peer::Peer;
use crate::{GENEROUS, accept_with, desk, venue, wait, wait_logged_on};

fn the_inbox_is_over_when_its_sessions_have_ended(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    let peer = std::thread::spawn(move || {
        assert_eq!(peer.receive().msg_type(), "5");
        peer.send("5", &[]);
        peer.ends_in_silence();
    });
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    peer.join().unwrap();
    let mut reason = None;
    loop {
        match inbox.take(GENEROUS) {
            Ok(taken) => {
                if let Told::Ended(why) = taken.told {
                    reason = Some(why);
                }
            }
            Err(NothingTaken::Over) => break,
            Err(NothingTaken::TimedOut) => panic!("it is never over"),
        }
    }
    assert_eq!(reason, Some(Reason::OutsideSessionTime));
}

fn a_dropped_inbox_logs_its_sessions_out_and_ends_them(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    drop(inbox);
    assert_eq!(peer.receive().msg_type(), "5");
    peer.send("5", &[]);
    peer.ends_in_silence();
    gone(&registry);
    // Whoever comes now is sent away.
    let mut late = Peer::connect(acceptor.local_addr(), desk());
    late.log_on();
    late.ends_in_silence();
    // The same session can be started again, and the acceptor finds the new one.
    let (forward, inbox) = channel(16);
    acceptor.add(SessionSetup::new(crate::acceptor_config(), forward.session(&venue()))).unwrap();
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    peer.news("welcome back");
    let taken = message(&inbox);
    assert_eq!(text(&taken), "welcome back");
    taken.accept();
}

fn an_inbox_that_is_dropped_with_a_message_closes_without_a_logout(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    until(&inbox, |told| matches!(told, Told::StateChanged(status) if status.logged_on).then_some(()));
    peer.news("untaken");
    let started = std::time::Instant::now();
    while !format!("{inbox:?}").contains("waiting: 1") {
        assert!(started.elapsed() < GENEROUS, "{inbox:?}");
        std::thread::yield_now();
    }
    drop(inbox);
    peer.ends_in_silence();
    gone(&registry);
}

fn gone(registry: &sansfix_registry::Registry) {
    let started = std::time::Instant::now();
    while registry.is_logged_on(&venue()) != Err(CommandError::Unknown(venue())) {
        assert!(started.elapsed() < GENEROUS, "the session never ends");
        std::thread::yield_now();
    }
}

fn several_sessions_share_an_inbox_that_is_taken_from_in_tasks(on: Adapter) {
    let (forward, inbox) = channel(64);
    let venues: Vec<Identity> =
        (0..3).map(|n| Identity::new(BeginString::Fix44, "VENUE", &format!("DESK{n}"))).collect();
    let setups = venues
        .iter()
        .map(|venue| SessionSetup::new(Config::new(Role::Acceptor, venue.clone()), forward.session(venue)));
    let (acceptor, registry) = accept_with(on, setups.collect(), AcceptorOptions::default());
    drop(forward);
    let runtime = Runtime::new();
    let inbox = std::sync::Arc::new(inbox);
    let takers: Vec<_> = (0..2)
        .map(|_| {
            let inbox = inbox.clone();
            runtime.spawn(async move {
                let mut seen = Vec::new();
                while let Some(taken) = inbox.next().await {
                    if let Told::Message(message) = taken.told {
                        seen.push((taken.session.target.comp_id.to_string(), text(&message)));
                        message.accept();
                    }
                }
                seen
            })
        })
        .collect();
    let mut peers: Vec<_> =
        venues.iter().map(|venue| Peer::logged_on(acceptor.local_addr(), venue.reversed(), 1)).collect();
    for round in 0..20 {
        for peer in &mut peers {
            peer.news(&round.to_string());
        }
    }
    for venue in &venues {
        wait(&registry, venue, "through", |status| status.next_target.get() == 22);
    }
    peers.into_iter().for_each(Peer::log_out);
    assert_eq!(acceptor.shut_down(GENEROUS), Ok(()));
    let mut seen: Vec<_> = Vec::new();
    for taker in takers {
        seen.extend(runtime.block_on(taker).unwrap());
    }
    let mut expected: Vec<_> =
        (0..3).flat_map(|n| (0..20).map(move |round| (format!("DESK{n}"), round.to_string()))).collect();
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}

/// Engines close as soon as they have answered a Logout. What came before that is still looked at.
fn a_connection_is_not_over_while_what_came_before_its_end_is_unread(on: Adapter) {
    let (forward, inbox) = channel(16);
    let mut config = crate::acceptor_config();
    config.limits.logout_timeout_ms = u32::try_from(GENEROUS.as_millis()).unwrap();
    let setup = SessionSetup::new(config, forward.session(&venue()));
    let (acceptor, registry) = accept_with(on, vec![setup], AcceptorOptions::default());
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    let receipt = registry.logout(&venue(), "bye").unwrap();
    assert_eq!(peer.receive().msg_type(), "5");
    for text in ["on its way", "and this too"] {
        peer.news(text);
    }
    peer.send("5", &[]);
    drop(peer);
    for expected in ["on its way", "and this too"] {
        let delivery = message(&inbox);
        assert_eq!(text(&delivery), expected);
        // Long enough for the end of the connection to be seen.
        std::thread::sleep(std::time::Duration::from_millis(20));
        delivery.accept();
    }
    assert_eq!(receipt.wait(GENEROUS), Some(CommandOutcome::Completed));
    assert_eq!(registry.status(&venue()).unwrap().next_target.get(), 5);
}

/// The limit of 300 ms is that for the answer to a Logout.
fn a_message_that_is_never_answered_does_not_keep_a_connection_that_has_ended(on: Adapter) {
    let (acceptor, registry, inbox) = start(on, |session| session);
    let mut peer = Peer::logged_on(acceptor.local_addr(), desk(), 1);
    wait_logged_on(&registry, &venue());
    peer.news("never answered");
    let delivery = message(&inbox);
    drop(peer);
    let status = crate::wait_down(&registry, &venue());
    assert_eq!((status.ended, status.next_target.get()), (Some(Reason::ConnectionLost), 2));
    delivery.accept();
    assert_eq!(registry.status(&venue()).unwrap().next_target.get(), 2, "it comes again");
}

on_both_adapters!(
    a_connection_is_not_over_while_what_came_before_its_end_is_unread,
    a_message_that_is_never_answered_does_not_keep_a_connection_that_has_ended,
    the_inbox_is_over_when_its_sessions_have_ended,
    a_dropped_inbox_logs_its_sessions_out_and_ends_them,
    an_inbox_that_is_dropped_with_a_message_closes_without_a_logout,
    several_sessions_share_an_inbox_that_is_taken_from_in_tasks,
);
