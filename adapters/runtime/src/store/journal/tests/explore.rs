//! Runs every short history of a journal, with the machine failing at every operation, and judges what is found after
//! each crash.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use super::super::sizes::Sizes;
use super::super::{JournalError, JournalStore, SyncPolicy};
use super::disk::{Disk, FAILURES, Failure, Plan};
use super::history::{Contents, History, KINDS, NOTHING, SMALL, Saved, contents, expected, options};
use super::images::{Image, Loss, Tearing, images};

/// What stands before how far a search had to go.
pub(super) const FOUND: &str = "\nfound after ";

/// So small that a file is written anew within two batches.
const TINY: Sizes = Sizes { dead_bytes: 60, spans: 1, ..SMALL };

/// How far it is explored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) sync: SyncPolicy,
    /// Batches of a history, over all its processes.
    pub(super) batches: usize,
    /// Crashes in a history, each followed by an opening that succeeds.
    pub(super) crashes: usize,
    pub(super) tearing: Tearing,
    /// Whether an operation of the batch before fails as well, and that batch is saved again.
    pub(super) failing: bool,
    /// Whether the machine fails while the journal is opened, again and again.
    pub(super) opening: bool,
}

/// How much it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Figures {
    /// Sequences of batches, each from a disk that some crash left.
    pub(super) histories: usize,
    /// Crashes while a batch was saved.
    pub(super) crashes: usize,
    /// Of these, within a file that was written anew.
    pub(super) anew: usize,
    /// Disks that these left.
    pub(super) images: usize,
    /// Crashes while a journal was opened.
    pub(super) second: usize,
    /// Disks that were opened, no two alike for one history.
    pub(super) opened: usize,
}

/// What a crash has left, opened.
#[derive(Clone)]
struct Found {
    image: Image,
    contents: Contents,
    /// Batches tried before, so that no content is written twice.
    tried: usize,
    crashes: usize,
}

/// A process that ended with the machine.
struct Crash {
    disk: Disk,
    acknowledged: usize,
    /// Of these, what must outlive a failure of the machine.
    durable: usize,
    anew: bool,
}

/// Explores, those with the fewest crashes first. `Err` tells the first thing that must not be, and in its last line how
/// far that was: the same each time.
pub(super) fn explore(bounds: Bounds) -> Result<Figures, String> {
    let mut figures = Figures::default();
    let first = Found { image: Image::new(), contents: NOTHING, tried: 0, crashes: 0 };
    let (mut known, mut open) = (HashSet::new(), VecDeque::from([first]));
    while let Some(from) = open.pop_front() {
        for batches in histories(&from, bounds.batches) {
            let (tried, crashes) = (from.tried + batches.len(), from.crashes + 1);
            let found = self::crashes(&from, &batches, bounds, &mut figures).map_err(|why| {
                let opened = figures.opened;
                format!("{why}{FOUND}batch {tried}, crash {crashes}, disk {opened}")
            })?;
            if tried == bounds.batches || crashes == bounds.crashes {
                continue;
            }
            for (image, contents) in found {
                if known.insert((image.clone(), tried, crashes)) {
                    open.push_back(Found { image, contents, tried, crashes });
                }
            }
        }
    }
    Ok(figures)
}

/// Every sequence of batches that go on from there.
fn histories(from: &Found, most: usize) -> Vec<Vec<Saved>> {
    let start = History::after(from.contents.0.clone(), 100 * from.tried as u64);
    let (mut all, mut open) = (Vec::new(), vec![(start, Vec::new())]);
    for _ in from.tried..most {
        let longer = |(history, batches): &(History, Vec<Saved>)| {
            KINDS.map(|steps| {
                let (mut history, mut batches) = (history.clone(), batches.clone());
                batches.push(history.batch(steps));
                (history, batches)
            })
        };
        open = open.iter().flat_map(longer).collect();
        all.extend(open.iter().map(|(_, batches)| batches.clone()));
    }
    all
}

/// Lets the machine fail at every operation of the last batch, and opens everything that leaves. Returns what was
/// found, with its disk.
fn crashes(
    from: &Found,
    batches: &[Saved],
    bounds: Bounds,
    figures: &mut Figures,
) -> Result<Vec<(Image, Contents)>, String> {
    figures.histories += 1;
    let expected = expected(&from.contents, batches);
    let mut known: BTreeMap<Image, (Image, Contents)> = BTreeMap::new();
    let mut damaged = BTreeSet::new();
    let mut failures = vec![None];
    if bounds.failing && batches.len() > 1 {
        failures.extend((1..).map_while(|at| fails(from, batches, bounds.sync, at)).flatten().map(Some));
    }
    for failure in failures {
        for (at, how) in (1..).flat_map(|at| FAILURES.map(|how| (at, how))) {
            let Some(crash) = run(from, batches, bounds.sync, failure, (at, how))? else { break };
            figures.crashes += 1;
            figures.anew += usize::from(crash.anew);
            for (image, loss) in images(&crash.disk, bounds.tearing) {
                figures.images += 1;
                if damaged.contains(&image) {
                    continue;
                }
                let least = if loss == Loss::Nothing { crash.acknowledged } else { crash.durable };
                let told = || format!("{batches:?}, {failure:?}, operation {at} {how:?}, {loss:?}");
                if !known.contains_key(&image) {
                    match reopened(&image, bounds) {
                        Ok(found) => {
                            figures.opened += 1;
                            if bounds.opening {
                                openings(&image, &found.1, bounds, figures).map_err(|why| told() + &why)?;
                            }
                            known.insert(image.clone(), found);
                        }
                        // What was never synced may come back in pieces, which nobody can tell from damage.
                        Err(JournalError::Damaged { .. })
                            if loss == Loss::Between && crash.durable < crash.acknowledged =>
                        {
                            damaged.insert(image);
                            continue;
                        }
                        Err(error) => return Err(format!("{}: it does not open: {error}", told())),
                    }
                }
                let found = &known[&image].1;
                let place = expected.iter().rposition(|contents| contents == found);
                if place.is_none_or(|place| place < least) {
                    let Crash { acknowledged, durable, .. } = crash;
                    let what =
                        place.map_or("what was never saved is there", |_| "what was acknowledged is lost");
                    return Err(format!(
                        "{}: {what}: {acknowledged} acknowledged, {durable} durable, yet: {found:?}",
                        told()
                    ));
                }
            }
        }
    }
    Ok(known.into_values().collect())
}

/// The failures of operation `at` of the last batch but one. `None`: it has no such operation.
fn fails(from: &Found, batches: &[Saved], sync: SyncPolicy, at: usize) -> Option<[(usize, Failure); 3]> {
    let (disk, mut store) = started(from, sync).ok()?;
    let (last, before) = batches[..batches.len() - 1].split_last()?;
    before.iter().for_each(|batch| batch.save(&mut store).unwrap());
    disk.plan(None);
    last.save(&mut store).unwrap();
    (at <= disk.operations()).then(|| FAILURES.map(|how| (at, how)))
}

fn started(from: &Found, sync: SyncPolicy) -> Result<(Disk, JournalStore<Disk>), JournalError> {
    let disk = Disk::with(&from.image);
    let store = JournalStore::open_sized(disk.clone(), options(sync), TINY)?;
    Ok((disk, store))
}

/// Saves all batches but the last, then lets the machine fail while the last one is saved. `None`: it was saved
/// before operation `at`.
fn run(
    from: &Found,
    batches: &[Saved],
    sync: SyncPolicy,
    failure: Option<(usize, Failure)>,
    (at, how): (usize, Failure),
) -> Result<Option<Crash>, String> {
    let (disk, mut store) = started(from, sync).map_err(|error| error.to_string())?;
    let Some((last, before)) = batches.split_last() else { return Ok(None) };
    let mut durable = 0;
    let mut epoch = store.volume.as_ref().map(|volume| volume.header.epoch);
    for (number, batch) in before.iter().enumerate() {
        let renames = disk.counts().renames;
        let fails = failure.filter(|_| number + 1 == before.len());
        disk.plan(fails.map(|(at, how)| Plan { at, how, for_good: false }));
        if batch.save(&mut store).is_err() {
            batch.save(&mut store).map_err(|error| format!("saved again: {error}"))?;
        }
        // A new file is always synced: with the batch that begins an epoch, without that which made the old too long.
        if sync == SyncPolicy::EveryBatch || epoch.replace(batch.snapshot.epoch) != Some(batch.snapshot.epoch)
        {
            durable = number + 1;
        } else if disk.counts().renames > renames {
            durable = number;
        }
    }
    disk.plan(Some(Plan { at, how, for_good: true }));
    let names = disk.lock().names.len();
    if last.save(&mut store).is_ok() {
        return Ok(None);
    }
    let anew = epoch == Some(last.snapshot.epoch) && disk.lock().names.len() > names;
    Ok(Some(Crash { disk, acknowledged: before.len(), durable, anew }))
}

/// Opens what a crash has left: the disk after that, and what was found. It must be durable then.
fn reopened(image: &Image, bounds: Bounds) -> Result<(Image, Contents), JournalError> {
    let disk = Disk::with(image);
    let mut store = JournalStore::open_sized(disk.clone(), options(bounds.sync), TINY)?;
    let contents = contents(&mut store);
    drop(store);
    let left = images(&disk, Tearing::ThreePlaces).into_keys().next().unwrap_or_default();
    Ok((left, contents))
}

/// The machine fails while the journal is opened, at every operation, and while that is opened, and so on until
/// nothing new is left: the same must be found. A question without an answer is an error, and changes nothing.
fn openings(image: &Image, contents: &Contents, bounds: Bounds, figures: &mut Figures) -> Result<(), String> {
    let (mut known, mut open) = (HashSet::from([image.clone()]), vec![image.clone()]);
    let opened = |disk: &Disk| JournalStore::open_sized(disk.clone(), options(bounds.sync), TINY).is_ok();
    while let Some(image) = open.pop() {
        for (at, how) in (1..).flat_map(|at| FAILURES.map(|how| (at, how))) {
            let disk = Disk::with(&image);
            disk.plan(Some(Plan { at, how, for_good: true }));
            if opened(&disk) {
                break;
            }
            figures.second += 1;
            for left in images(&disk, bounds.tearing).into_keys() {
                if !known.insert(left.clone()) {
                    continue;
                }
                let found =
                    reopened(&left, bounds).map_err(|error| format!(", then {at} {how:?}: {error}"))?;
                figures.opened += 1;
                if found.1 != *contents {
                    return Err(format!(
                        ", then a crash in operation {at} {how:?} of the opening: {found:?}"
                    ));
                }
                open.push(left);
            }
        }
        for question in 1.. {
            let disk = Disk::with(&image);
            disk.silence(question);
            if opened(&disk) {
                break;
            }
            figures.second += 1;
        }
    }
    Ok(())
}
