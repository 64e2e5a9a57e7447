//! The sessions, the threads that command them, and what has to be true afterwards.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sansfix::config::{Config, Identity, Role};
use sansfix::{BeginString, Status};
use sansfix_registry::{CommandError, CommandOutcome, OwnedMessage, Receipt, Registry};
use sansfix_runtime::{AcceptorOptions, InitiatorOptions, SessionSetup};

use super::history::{Span, What, contradictions, fallen};
use super::ledger::Ledger;
use crate::GENEROUS;
use crate::host::{Acceptor, Adapter, Initiator};
use crate::world::wait_until;

/// Connections, with a session of ours at each end.
const PAIRS: usize = 2;
const THREADS: u64 = 4;
/// Between two calls of a thread, so that the owners have their turn.
const PAUSE: Duration = Duration::from_micros(200);

pub(super) struct Load {
    registry: Registry,
    ids: Vec<Identity>,
    ledgers: BTreeMap<Identity, Ledger>,
    moment: AtomicU64,
    /// Kept, so that they run.
    _hosts: Mutex<(Acceptor, Vec<Initiator>)>,
}

/// What one thread did to one session.
pub(super) struct Done {
    id: Identity,
    span: Span,
    what: Did,
}

enum Did {
    Saw(What),
    Gave(What, Receipt),
    /// With this text.
    Sent(String, Receipt),
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

impl Load {
    pub(super) fn start(on: Adapter) -> Self {
        let registry = Registry::new();
        let venues: Vec<_> =
            (0..PAIRS).map(|n| Identity::new(BeginString::Fix44, "VENUE", &format!("DESK{n}"))).collect();
        let desks: Vec<_> = venues.iter().map(Identity::reversed).collect();
        let ids: Vec<_> = venues.iter().chain(&desks).cloned().collect();
        let ledgers: BTreeMap<_, _> = ids.iter().map(|id| (id.clone(), Ledger::default())).collect();
        let setup =
            |role, id: &Identity| SessionSetup::new(Config::new(role, id.clone()), ledgers[id].clone());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sessions = venues.iter().map(|id| setup(Role::Acceptor, id)).collect();
        let acceptor = on.accept(listener, sessions, AcceptorOptions::default(), &registry).unwrap();
        let again = Duration::from_millis(10);
        let options = InitiatorOptions {
            reconnect_interval: again,
            reconnect_limit: again,
            ..InitiatorOptions::to(acceptor.local_addr())
        };
        let initiate = |id| on.initiate(setup(Role::Initiator, id), options.clone(), &registry).unwrap();
        let initiators = desks.iter().map(initiate).collect();
        let moment = AtomicU64::new(1);
        Self { registry, ids, ledgers, moment, _hosts: Mutex::new((acceptor, initiators)) }
    }

    /// Commands on several threads, for so long. What each did.
    pub(super) fn command(&self, seed: u64, load: Duration) -> Vec<Done> {
        let until = Instant::now() + load;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (1..=THREADS)
                .map(|thread| {
                    scope.spawn(move || {
                        let mut chance = Chance(seed.wrapping_mul(2 * thread + 1) | 1);
                        let mut done = Vec::new();
                        while Instant::now() < until {
                            let text = format!("{thread}-{}", done.len());
                            done.extend(self.one(&mut chance, text));
                            std::thread::sleep(PAUSE);
                        }
                        done
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        })
    }

    /// One call. `None`: it was refused because the mailbox is full, or what it saw says nothing.
    fn one(&self, chance: &mut Chance, text: String) -> Option<Done> {
        let id = &self.ids[chance.below(self.ids.len() as u64) as usize];
        let now = || self.moment.fetch_add(1, Ordering::SeqCst);
        let kind = chance.below(100);
        let begin = now();
        let did = match kind {
            0..40 => self.registry.is_logged_on(id).unwrap().then_some(Did::Saw(What::LoggedOn(None))),
            40..60 => {
                let status = self.registry.status(id).unwrap();
                let seen = if status.logged_on {
                    What::LoggedOn(Some(status.connection))
                } else {
                    What::LoggedOff(status.connection)
                };
                Some(Did::Saw(seen))
            }
            60..90 => {
                let news = OwnedMessage::new("B", format!("58={text}\u{1}"));
                taken(self.registry.send(id, news)).map(|receipt| Did::Sent(text, receipt))
            }
            90..96 => taken(self.registry.logon(id)).map(|receipt| Did::Gave(What::Logon, receipt)),
            _ => taken(self.registry.logout(id, &text)).map(|receipt| Did::Gave(What::Logout, receipt)),
        };
        let span = Span { begin, end: now() };
        did.map(|what| Done { id: id.clone(), span, what })
    }

    /// Brings every session up and everything that was sent across, and looks at what has been seen and told.
    pub(super) fn judge(&self, done: Vec<Done>) -> String {
        for id in &self.ids {
            self.registry.logon(id).unwrap();
        }
        let status = |id: &Identity| self.registry.status(id).unwrap();
        let across = |one: &Status, other: &Status| one.logged_on && one.next_sender == other.next_target;
        for id in &self.ids {
            wait_until("not everything comes across", || across(&status(id), &status(&id.reversed())));
        }
        let (mut counts, mut sent) = (BTreeMap::new(), BTreeMap::new());
        let mut histories: BTreeMap<Identity, Vec<(Span, What)>> = BTreeMap::new();
        for Done { id, span, what } in done {
            let (what, receipt) = match what {
                Did::Saw(what) => (what, None),
                Did::Gave(what, receipt) => (what, Some(receipt)),
                Did::Sent(text, receipt) => match outcome_of(&receipt) {
                    CommandOutcome::Sent(seq) => {
                        sent.entry(id.clone()).or_insert_with(Vec::new).push((seq.get(), text));
                        (What::Sent(seq.get()), Some(receipt))
                    }
                    other => {
                        *counts.entry(format!("{other}")).or_insert(0) += 1;
                        continue;
                    }
                },
            };
            if let Some(receipt) = receipt {
                let outcome = outcome_of(&receipt);
                assert!(!matches!(outcome, CommandOutcome::Failed(_)), "{id}: {outcome}");
                let name =
                    if let CommandOutcome::Sent(_) = outcome { "sent".into() } else { format!("{outcome}") };
                *counts.entry(name).or_insert(0) += 1;
            }
            histories.entry(id).or_default().push((span, what));
        }
        let mut after_the_end = 0;
        for (id, history) in &histories {
            let mut wrong = contradictions(history);
            let counterparty = histories.get(&id.reversed()).map_or(&[][..], Vec::as_slice);
            let (count, unexplained) = fallen(history, counterparty);
            after_the_end += count;
            wrong.extend(unexplained);
            assert!(wrong.is_empty(), "{id}: {} contradictions:\n{}", wrong.len(), wrong.join("\n"));
        }
        assert!(after_the_end > 0, "no session was seen logged on and then not: nothing was judged");
        for (id, mut sent) in sent {
            sent.sort();
            let came = self.ledgers[&id.reversed()].lines();
            assert_eq!(came, sent, "{id}: what came is what was sent, once and in order");
        }
        let connections: u64 = self.ids.iter().map(|id| status(id).connection).sum();
        format!(
            "{} calls looked at, {connections} connections, {after_the_end} looks at one that was over, {counts:?}",
            self.moment.load(Ordering::SeqCst) / 2
        )
    }
}

fn taken(given: Result<Receipt, CommandError>) -> Option<Receipt> {
    match given {
        Ok(receipt) => Some(receipt),
        Err(CommandError::Busy) => None,
        Err(error) => panic!("{error}"),
    }
}

/// The one outcome.
fn outcome_of(receipt: &Receipt) -> CommandOutcome {
    let outcome = receipt.wait(GENEROUS).expect("a command without an outcome");
    assert_eq!(receipt.outcome().as_ref(), Some(&outcome), "a second outcome");
    outcome
}
