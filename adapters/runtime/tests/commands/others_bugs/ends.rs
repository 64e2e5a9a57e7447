//! The end of an adapter and of one of its sessions, with commands racing.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sansfix::BeginString;
use sansfix::config::{Config, Identity, Role};
use sansfix_registry::{CommandError, Registry};
use sansfix_runtime::{AcceptorOptions, SessionSetup};

use super::any_time::every_command;
use super::everywhere;
use crate::application::{Hold, Holdable};
use crate::gate::GatedStore;
use crate::host::{Acceptor, Adapter, on_both_adapters};
use crate::peer::Peer;
use crate::state::logged_on;
use crate::world::{World, wait_until};
use crate::{GENEROUS, desk, venue};

fn counterparties(count: usize) -> Vec<Identity> {
    (0..count).map(|n| Identity::new(BeginString::Fix44, "VENUE", &format!("DESK{n}"))).collect()
}

fn setup(id: &Identity) -> SessionSetup {
    SessionSetup::new(Config::new(Role::Acceptor, id.clone()), Holdable(Hold::default()))
}

fn accept(on: Adapter, sessions: &[Identity], registry: &Registry) -> Acceptor {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sessions = sessions.iter().map(setup).collect();
    on.accept(listener, sessions, AcceptorOptions::default(), registry).unwrap()
}

/// One is down, one answers at once, one answers when the other has been gone for long: the shutdown waits for all.
fn quickfixj_130_a_shutdown_waits_for_the_last_session(on: Adapter) {
    let (registry, ids) = (Registry::new(), counterparties(3));
    let acceptor = accept(on, &ids, &registry);
    let [mut quick, mut slow] =
        [&ids[1], &ids[2]].map(|id| Peer::logged_on(acceptor.local_addr(), id.reversed(), 1));
    for id in &ids[1..] {
        registry.wait(id, GENEROUS, |status| status.logged_on).unwrap();
    }
    let ended = Arc::new(AtomicBool::new(false));
    let shut_down = {
        let ended = ended.clone();
        std::thread::spawn(move || {
            let result = acceptor.shut_down(GENEROUS);
            ended.store(true, Ordering::SeqCst);
            result
        })
    };
    for peer in [&mut quick, &mut slow] {
        assert_eq!(peer.receive().msg_type(), "5");
    }
    quick.send("5", &[]);
    quick.ends_in_silence();
    wait_until("the others do not end", || registry.sessions() == [ids[2].clone()]);
    assert!(!ended.load(Ordering::SeqCst), "the slow one is logged on");
    assert_eq!(registry.status(&ids[1]), Err(CommandError::Unknown(ids[1].clone())));
    slow.send("5", &[]);
    slow.ends_in_silence();
    assert_eq!(shut_down.join().unwrap(), Ok(()));
    assert_eq!(registry.sessions(), []);
}

/// Threads that give every command, again and again, until they are told to stop. How many were taken; each of them
/// has had its outcome.
struct Commanders {
    stop: Arc<AtomicBool>,
    taken: Arc<AtomicUsize>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Commanders {
    fn start(registry: &Registry, ids: &[Identity]) -> Self {
        let (stop, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let threads = ids
            .iter()
            .map(|id| {
                let (registry, id, stop, taken) = (registry.clone(), id.clone(), stop.clone(), taken.clone());
                std::thread::spawn(move || {
                    while !stop.load(Ordering::SeqCst) {
                        let mut receipts = Vec::new();
                        for given in every_command(&registry, &id) {
                            match given {
                                Ok(receipt) => receipts.push(receipt),
                                Err(CommandError::Busy) => {}
                                Err(error) => assert_eq!(error, CommandError::Unknown(id.clone())),
                            }
                        }
                        // What is given last is a Logout, so that nothing waits for a connection.
                        receipts.extend(registry.logout(&id, "last").ok());
                        taken.fetch_add(receipts.len(), Ordering::SeqCst);
                        for receipt in receipts {
                            assert!(receipt.wait(GENEROUS).is_some(), "no outcome");
                        }
                    }
                })
            })
            .collect();
        Self { stop, taken, threads }
    }

    /// Waits until a command has been taken since `before`; how many there are now.
    fn wait_for_more(&self, before: usize) -> usize {
        let taken = || self.taken.load(Ordering::SeqCst);
        wait_until("no command is taken", || taken() > before);
        taken()
    }

    fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        self.threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}

fn quickfixgo_524_523_531_commands_race_with_the_end_and_the_next_start(on: Adapter) {
    everywhere(|medium, role| {
        let registry = Registry::new();
        let id = if role == Role::Acceptor { venue() } else { desk() };
        let commanders = Commanders::start(&registry, &[id.clone(), id.clone()]);
        let (store, mut taken) = (GatedStore::default(), 0);
        for round in 0..10 {
            let (config, application) = (Config::new(role, id.clone()), Holdable(Hold::default()));
            let world = World::start_with(on, medium, config, application, &registry, store.clone());
            taken = commanders.wait_for_more(taken);
            if round % 2 == 0 {
                // Whoever is connected just then does not answer.
                let _ = world.shut_down(std::time::Duration::from_millis(20));
                let gone = || registry.status(&id).is_err();
                wait_until("it does not end", gone);
            } else {
                world.end();
            }
        }
        commanders.stop();
    });
}

fn sessions_are_added_and_removed_while_commands_race(on: Adapter) {
    let (registry, ids) = (Registry::new(), counterparties(3));
    let acceptor = accept(on, &[], &registry);
    let (commanders, mut taken) = (Commanders::start(&registry, &ids), 0);
    for _ in 0..10 {
        for id in &ids {
            acceptor.add(setup(id)).unwrap();
            assert!(acceptor.add(setup(id)).is_err(), "it is there");
        }
        taken = commanders.wait_for_more(taken);
        for id in &ids {
            assert_eq!(acceptor.remove(id, GENEROUS), Ok(true));
            assert_eq!(acceptor.remove(id, GENEROUS), Ok(false));
        }
        assert_eq!(registry.sessions(), []);
    }
    commanders.stop();
}

/// One session is taken away with commands waiting for it in a stuck handler: each is told.
fn the_commands_of_a_session_that_ends_are_told_so(on: Adapter) {
    everywhere(|medium, role| {
        let mut world = World::start(on, medium, role, None, |_| {});
        let mut they = logged_on(&mut world);
        let receipts = Mutex::new(Vec::new());
        world.hold.at(crate::application::Place::Message);
        they.news("held");
        world.hold.wait();
        receipts.lock().unwrap().extend(every_command(&world.registry, &world.id).into_iter().skip(2));
        let hold = world.hold.clone();
        let release = std::thread::spawn(move || hold.release());
        world.end();
        release.join().unwrap();
        for receipt in receipts.into_inner().unwrap() {
            assert!(receipt.unwrap().wait(GENEROUS).is_some(), "no outcome");
        }
    });
}

on_both_adapters!(
    quickfixj_130_a_shutdown_waits_for_the_last_session,
    quickfixgo_524_523_531_commands_race_with_the_end_and_the_next_start,
    sessions_are_added_and_removed_while_commands_race,
    the_commands_of_a_session_that_ends_are_told_so,
);
