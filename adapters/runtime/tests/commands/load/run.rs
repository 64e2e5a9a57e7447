//! The sessions, and the threads that command them and look at them.

use std::net::TcpListener;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, SeqNum, Status};
use sansfix_registry::{OwnedMessage, Registry};
use sansfix_runtime::{AcceptorOptions, InitiatorOptions, SessionSetup};

use super::history::{Command, What};
use super::ledger::Ledger;
use super::log::{Log, Moments};
use crate::host::{Acceptor, Adapter, Initiator};
use crate::world::wait_until;

/// Connections, with a session of ours at each end.
const PAIRS: usize = 2;
const THREADS: u64 = 4;
/// Between two calls of a thread, so that the owners have their turn.
const PAUSE: Duration = Duration::from_micros(200);
/// So far a number is set upwards: more than a run sends, so that it is never set back.
const STRIDE: u64 = 1_000_000;

pub(super) struct Load {
    registry: Registry,
    pub(super) ids: Vec<Identity>,
    pub(super) ledgers: Vec<Ledger>,
    /// To what the number of each session was set last. It is held while that is given: each is above those before.
    set: Vec<Mutex<u64>>,
    /// Kept, so that they run.
    _hosts: Mutex<(Acceptor, Vec<Initiator>)>,
}

/// xorshift64*
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

/// The roles of the sessions: acceptors first, then their counterparties in the same order.
pub(super) fn roles() -> Vec<Role> {
    [[Role::Acceptor; PAIRS], [Role::Initiator; PAIRS]].concat()
}

/// Who is at the other end.
pub(super) fn counterparty(session: usize) -> usize {
    (session + PAIRS) % (2 * PAIRS)
}

impl Load {
    pub(super) fn start(on: Adapter) -> Self {
        let registry = Registry::new();
        let venues: Vec<_> =
            (0..PAIRS).map(|n| Identity::new(BeginString::Fix44, "VENUE", &format!("DESK{n}"))).collect();
        let ids: Vec<_> = venues.iter().cloned().chain(venues.iter().map(Identity::reversed)).collect();
        let ledgers: Vec<_> = ids.iter().map(|_| Ledger::default()).collect();
        let setup = |session: usize| {
            let config = Config::new(roles()[session], ids[session].clone());
            SessionSetup::new(config, ledgers[session].clone())
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let venues = (0..PAIRS).map(setup).collect();
        let acceptor = on.accept(listener, venues, AcceptorOptions::default(), &registry).unwrap();
        let again = Duration::from_millis(10);
        let options = InitiatorOptions {
            reconnect_interval: again,
            reconnect_limit: again,
            ..InitiatorOptions::to(acceptor.local_addr())
        };
        let initiate = |session| on.initiate(setup(session), options.clone(), &registry).unwrap();
        let initiators = (PAIRS..2 * PAIRS).map(initiate).collect();
        let set = ids.iter().map(|_| Mutex::new(0)).collect();
        Self { registry, ids, ledgers, set, _hosts: Mutex::new((acceptor, initiators)) }
    }

    pub(super) fn status(&self, session: usize) -> Status {
        self.registry.status(&self.ids[session]).unwrap()
    }

    /// Commands on several threads, for so long. What each did.
    pub(super) fn command<'m>(&self, seed: u64, load: Duration, moments: &'m Moments) -> Vec<Log<'m>> {
        let until = Instant::now() + load;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (1..=THREADS)
                .map(|thread| {
                    scope.spawn(move || {
                        let mut chance = Chance(seed.wrapping_mul(2 * thread + 1) | 1);
                        let mut log = Log::new(moments);
                        while Instant::now() < until {
                            self.call(&mut chance, &mut log, thread);
                            std::thread::sleep(PAUSE);
                        }
                        log
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    /// A call or a few.
    fn call(&self, chance: &mut Chance, log: &mut Log<'_>, thread: u64) {
        if let Some(told) = log.ask() {
            // What has been told is so.
            self.look(log, told);
        }
        let session = chance.below(self.ids.len() as u64) as usize;
        let command = match chance.below(100) {
            0..30 => {
                return log.look(session, || {
                    What::LoggedOn(self.registry.is_logged_on(&self.ids[session]).unwrap())
                });
            }
            30..50 => return self.look(log, session),
            50..78 => Command::Send,
            78..80 => Command::SetNextSender(STRIDE),
            80 => Command::SetNextTarget(u64::MAX),
            81..84 => Command::TestRequest,
            84 => Command::Disconnect,
            85..96 => Command::Logon,
            _ => Command::Logout,
        };
        let text = format!("{thread}-{}", log.commands());
        let Some(key) = self.give(log, session, command, text) else { return };
        let waits = match command {
            // An acceptor's may have no outcome until its counterparty is given one too.
            Command::Logon => false,
            Command::Send => chance.below(8) == 0,
            _ => chance.below(2) == 0,
        };
        if waits {
            log.wait(key);
            self.look(log, session);
        }
    }

    fn look(&self, log: &mut Log<'_>, session: usize) {
        log.look(session, || What::Stood(self.status(session)));
    }

    fn give(&self, log: &mut Log<'_>, session: usize, command: Command, text: String) -> Option<usize> {
        let (registry, id) = (&self.registry, &self.ids[session]);
        let number = |number| SeqNum::new(number).unwrap();
        match command {
            Command::Logon => log.give(session, command, text, || registry.logon(id)),
            Command::Logout => log.give(session, command, String::new(), || registry.logout(id, &text)),
            Command::Disconnect => log.give(session, command, text, || registry.disconnect(id)),
            Command::TestRequest => log.give(session, command, text, || registry.test_request(id)),
            Command::Send => {
                let news = OwnedMessage::new("B", format!("58={text}\u{1}"));
                log.give(session, command, text, || registry.send(id, news))
            }
            Command::SetNextSender(stride) => {
                let mut set = self.set[session].lock().unwrap();
                *set += stride;
                let seq = *set;
                log.give(session, Command::SetNextSender(seq), text, || {
                    registry.set_next_sender(id, number(seq))
                })
            }
            Command::SetNextTarget(seq) => {
                log.give(session, command, text, || registry.set_next_target(id, number(seq)))
            }
        }
    }

    /// Brings every session up and everything that was sent across. Nothing happens any more after that.
    pub(super) fn settle<'m>(&self, logs: &mut Vec<Log<'m>>, moments: &'m Moments) {
        let mut last = Log::new(moments);
        let all = 0..self.ids.len();
        for session in all.clone() {
            self.give(&mut last, session, Command::Logon, String::new()).expect("nobody else commands");
        }
        logs.iter_mut().for_each(Log::end);
        last.end();
        for session in all.clone() {
            wait_until("a session stays down", || self.status(session).logged_on);
        }
        for session in all.clone() {
            // The counterparty learns to what the number was set.
            let text = format!("the last of {session}");
            self.give(&mut last, session, Command::Send, text).expect("nobody else commands");
        }
        last.end();
        let across = |one: Status, other: Status| one.logged_on && one.next_sender == other.next_target;
        for session in all.clone() {
            wait_until("not everything comes across", || {
                across(self.status(session), self.status(counterparty(session)))
            });
        }
        for session in all {
            self.look(&mut last, session);
        }
        logs.push(last);
    }
}
