//! Long histories, by a seed: batches of every kind, operations that fail, processes and machines that do, what that
//! leaves taken by chance, and openings that do not come to their end.

use super::super::{JournalError, JournalStore, SyncPolicy};
use super::disk::{Disk, FAILURES, Inode, Plan, State, set_name};
use super::explore::FOUND;
use super::history::{Contents, History, NOTHING, Step, contents, expected, open};
use super::images::{Image, TEARS};

/// The first seed, and how many; see `assurance.md`.
pub(super) const SEED: &str = "SANSFIX_JOURNAL_SEED";
pub(super) const WALKS: &str = "SANSFIX_JOURNAL_WALKS";

/// How often what happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Tally {
    batches: u64,
    failures: u64,
    restarts: u64,
    crashes: u64,
    second: u64,
    /// Ends of a walk without syncs whose unsynced writes came back in pieces.
    damaged: u64,
}

/// SplitMix64, as `sansfix_sim::Random` has it.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn step(&mut self) -> Step {
        match self.below(10) {
            0..=2 => Step::Send(1 + self.below(3), self.below(120) as usize),
            3..=5 => Step::Receive,
            6 => Step::Up(1 + self.below(9)),
            7 => Step::Down(1 + self.below(9), self.one_in(2)),
            8 => Step::Intent,
            _ => Step::Reset(self.below(3)),
        }
    }
}

/// Takes one disk that a crash can leave, and whether what it lost came after what it kept.
fn crash(disk: &Disk, random: &mut Random) -> Image {
    let state: &State = &disk.lock();
    let mut names = state.durable_names.clone();
    for (name, inode) in &state.unsynced_names {
        if random.one_in(2) {
            set_name(&mut names, name, *inode);
        }
    }
    names.into_iter().map(|(name, inode)| (name, left(&state.inodes[inode], random))).collect()
}

fn left(inode: &Inode, random: &mut Random) -> Vec<u8> {
    let mut bytes = inode.durable.clone();
    // Mostly a beginning of what was written, for a walk without syncs can go on from that.
    let beginning = (!random.one_in(4)).then(|| random.below(inode.unsynced.len() as u64 + 1));
    for (at, write) in inode.unsynced.iter().enumerate() {
        match beginning {
            Some(count) if at as u64 > count => break,
            Some(count) if at as u64 == count => {
                write.torn(TEARS[random.below(2) as usize], random.below(200) as usize).apply(&mut bytes);
            }
            Some(_) => write.apply(&mut bytes),
            None if random.one_in(3) => {}
            None if random.one_in(3) => {
                write.torn(TEARS[random.below(3) as usize], random.below(200) as usize).apply(&mut bytes);
            }
            None => write.apply(&mut bytes),
        }
    }
    bytes
}

/// A walk under way.
struct Walk {
    random: Random,
    sync: SyncPolicy,
    disk: Disk,
    store: Option<JournalStore<Disk>>,
    history: History,
    /// What may be found, the last of it what has been acknowledged or, within a save, may be.
    possible: Vec<Contents>,
    tried: u64,
    tally: Tally,
}

/// Walks. `Err` tells what must not be.
pub(super) fn walk(seed: u64, batches: u64) -> Result<Tally, String> {
    let mut random = Random(seed);
    let sync = if random.one_in(3) { SyncPolicy::Never } else { SyncPolicy::EveryBatch };
    let disk = Disk::default();
    let store = Some(open(disk.clone(), sync).map_err(|error| error.to_string())?);
    let (history, possible) = (History::new(), vec![NOTHING]);
    let mut walk = Walk { random, sync, disk, store, history, possible, tried: 0, tally: Tally::default() };
    while walk.tally.batches < batches {
        if !walk.batch().map_err(|why| format!("{why}{FOUND}batch {} of seed {seed}", walk.tally.batches))? {
            break;
        }
    }
    Ok(walk.tally)
}

impl Walk {
    /// Makes everything durable, or fails to: then the next batch has to.
    fn sync(&mut self) {
        let how = FAILURES[self.random.below(3) as usize];
        let fails = self.random.one_in(2).then_some(Plan { at: 1, how, for_good: false });
        self.disk.plan(fails);
        let all = self.possible.len() - 1;
        if self.store.as_mut().is_some_and(|store| store.sync_file().is_ok()) {
            self.possible.drain(..all);
        }
    }

    /// One batch, and what goes wrong with it. False when the walk cannot go on.
    fn batch(&mut self) -> Result<bool, String> {
        if self.random.one_in(10) {
            self.sync();
        }
        self.tally.batches += 1;
        self.tried += 1;
        let steps: Vec<Step> = (0..=self.random.below(3)).map(|_| self.random.step()).collect();
        let batch = self.history.batch(&steps);
        let Some(acknowledged) = self.possible.last() else { return Ok(false) };
        let after = expected(acknowledged, std::slice::from_ref(&batch)).pop().unwrap_or(NOTHING);
        let how = FAILURES[self.random.below(3) as usize];
        let plan = self.random.one_in(4).then(|| Plan {
            at: 1 + self.random.below(6) as usize,
            how,
            for_good: self.random.one_in(2),
        });
        self.disk.plan(plan);
        let renames = self.disk.counts().renames;
        let store = self.store.as_mut().ok_or("no store")?;
        let begins = store.volume.as_ref().is_none_or(|volume| volume.header.epoch != batch.snapshot.epoch);
        let mut saved = batch.save(store).is_ok();
        let mut machine = false;
        if !saved {
            self.tally.failures += 1;
            self.possible.push(after.clone());
            machine = plan.is_some_and(|plan| plan.for_good) || self.random.one_in(3);
            // What a disk forgot that failed, no other process can know: so none is started then.
            if !machine && (self.disk.lock().forgetful() || self.random.one_in(2)) {
                self.disk.plan(None);
                batch.save(store).map_err(|error| format!("saved again: {error}"))?;
                self.possible.pop();
                saved = true;
            }
        }
        if saved {
            self.possible.push(after);
            let all = self.possible.len() - 1;
            // A new file is always synced: with the batch that begins an epoch, without that which made the old too
            // long.
            if begins || self.sync == SyncPolicy::EveryBatch {
                self.possible.drain(..all);
            } else if self.disk.counts().renames > renames {
                self.possible.drain(..all - 1);
            }
            machine = self.random.one_in(10);
            let halfway = self.disk.lock().forgetful();
            if !machine && (halfway || !self.random.one_in(10)) {
                return Ok(true);
            }
        }
        if machine { self.crash() } else { self.restart() }
    }

    /// The process dies, and another opens the journal.
    fn restart(&mut self) -> Result<bool, String> {
        self.tally.restarts += 1;
        // What its store would do when it is dropped, it cannot do any more.
        self.disk.switch_off();
        self.store = None;
        self.disk.plan(None);
        let known = self.possible.len().saturating_sub(2);
        self.possible.drain(..known);
        self.reopen(self.disk.clone())
    }

    /// The machine fails, and fails again while the journal is opened, or not.
    fn crash(&mut self) -> Result<bool, String> {
        self.tally.crashes += 1;
        self.disk.switch_off();
        self.store = None;
        let mut disk = Disk::with(&crash(&self.disk, &mut self.random));
        while self.random.one_in(3) {
            let at = 1 + self.random.below(4) as usize;
            let how = FAILURES[self.random.below(3) as usize];
            disk.plan(Some(Plan { at, how, for_good: true }));
            if open(disk.clone(), self.sync).is_err() {
                self.tally.second += 1;
            }
            disk.switch_off();
            disk = Disk::with(&crash(&disk, &mut self.random));
        }
        self.reopen(disk)
    }

    fn reopen(&mut self, disk: Disk) -> Result<bool, String> {
        let mut store = match open(disk.clone(), self.sync) {
            Ok(store) => store,
            Err(JournalError::Damaged { .. }) if self.possible.len() > 2 => {
                self.tally.damaged += 1;
                return Ok(false);
            }
            Err(error) => return Err(format!("it does not open: {error}")),
        };
        let found = contents(&mut store);
        if !self.possible.contains(&found) {
            return Err(format!("one of {:?} should be there, not {found:?}", self.possible));
        }
        if found.0.is_some() && !disk.is_durable() {
            return Err("what was found is not durable".to_owned());
        }
        // The session of the new process knows what was saved, and uses numbers again that were not.
        self.history = History::after(found.0.clone(), 1_000 * self.tried);
        (self.possible, self.disk, self.store) = (vec![found], disk, Some(store));
        Ok(true)
    }
}

#[test]
pub(super) fn long_histories_with_faults_by_a_seed() {
    let number = |name, other| std::env::var(name).map_or(other, |text| text.parse().expect("a number"));
    let (first, walks) = (number(SEED, 1), number(WALKS, 200));
    let mut all = Tally::default();
    for seed in first..first + walks {
        let tally = walk(seed, 150).unwrap_or_else(|why| panic!("{SEED}={seed} {WALKS}=1: {why}"));
        all.batches += tally.batches;
        all.failures += tally.failures;
        all.restarts += tally.restarts;
        all.crashes += tally.crashes;
        all.second += tally.second;
        all.damaged += tally.damaged;
    }
    println!("{walks} walks from seed {first} on: {all:?}");
    assert!(walks < 100 || (all.crashes > 500 && all.restarts > 500 && all.second > 100), "{all:?}");
}
