//! Reads a journal's file when it is opened, from the first byte to the last.
//!
//! Decides what is a torn end, which a crash leaves and which is cut, and what is damage, which is an error. A batch
//! is written and acknowledged before the next one is written: so a batch that is not whole, with nothing of a later
//! batch behind it, was being written when the process or the machine died (or is the last one, which cannot be told
//! apart). Anything of a later batch behind it means that it was whole once. The first batch of a file was durable
//! before the file got its name: it is never cut.

use std::path::PathBuf;

use sansfix::{Intent, SeqNum, SeqRange, Snapshot};

use super::error::JournalError;
use super::files::File;
use super::format::{HEAD_LEN, HEADER_LEN, Header, HeaderFault, VERSION};
use super::index::Note;
use super::reader::{Found, Reader};
use super::record::{Entries, Entry};
use super::sizes::Sizes;
use super::volume::{Volume, seqs_of, stored_of};

/// The end of a file that was cut when the journal was opened: a batch that was never acknowledged, or the last one,
/// damaged.
///
/// ```
/// use sansfix_runtime::store::journal::TornTail;
///
/// let torn = TornTail { file: "store/journal".into(), offset: 4096, bytes: 17 };
/// assert!(torn.to_string().starts_with("store/journal: 17 bytes from byte 4096 on"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TornTail {
    /// The file
    pub file: PathBuf,
    /// Where it ends now, bytes.
    pub offset: u64,
    /// How many bytes were cut.
    pub bytes: u64,
}

impl std::fmt::Display for TornTail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, offset, bytes } = self;
        write!(
            f,
            "{}: {bytes} bytes from byte {offset} on were an unfinished record and have been cut",
            file.display()
        )
    }
}

/// What the frames of one batch hold.
#[derive(Default)]
struct Pending {
    notes: Vec<Note>,
    standing: Option<(i64, bool, Intent)>,
    numbers: Option<(SeqNum, SeqNum)>,
}

/// Reads everything behind the header into `volume`. What does not count at the file's end is left where it is, for
/// [`Volume::truncate`]. After an error `volume` has what stands before the damage.
pub(super) fn recover<H: File>(
    volume: &mut Volume<H>,
    reader: &mut Reader,
) -> Result<Option<TornTail>, JournalError> {
    let mut pending = Pending::default();
    let mut at = volume.end;
    loop {
        let batch = volume.batches + 1;
        let what =
            match reader.frame(&mut volume.file, volume.seed, at).map_err(|why| volume.io("read", why))? {
                Found::Frame { head, payload } if head.batch == batch => {
                    let length = (HEAD_LEN + head.length) as u64;
                    let taken = pending.take_in(payload, at, length);
                    at += length;
                    let snapshot = match (taken, head.goes_on, pending.numbers) {
                        (Some(()), true, None) => continue,
                        (Some(()), false, Some(numbers)) => pending.snapshot(volume, numbers),
                        _ => None,
                    };
                    let Some(snapshot) = snapshot else {
                        return Err(volume.damaged(at - length, "the record is malformed"));
                    };
                    volume.count(at, &pending.notes, snapshot);
                    pending = Pending::default();
                    continue;
                }
                Found::Frame { .. } => "the record belongs elsewhere",
                Found::Bad(what) => what,
                Found::End if at == volume.end && volume.batches > 0 => {
                    reader.clear();
                    return Ok(None);
                }
                Found::End => "the file ends within a batch",
            };
        return tail(volume, reader, at, what).map(Some);
    }
}

/// A file of which nothing but the header has been read.
pub(super) fn read_header<H: File>(
    mut file: H,
    path: PathBuf,
    sizes: &Sizes,
) -> Result<Volume<H>, JournalError> {
    let mut bytes = [0; HEADER_LEN];
    let mut filled = 0;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(filled as u64, rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(why) => return Err(JournalError::Io { doing: "read", file: path, why }),
        }
    }
    match Header::decode(bytes.get(..filled).unwrap_or_default()) {
        Ok(header) => Ok(Volume::new(file, path, header, sizes)),
        Err(HeaderFault::NotAJournal) => Err(JournalError::NotAJournal { file: path }),
        Err(HeaderFault::Version(found)) => Err(JournalError::Version { file: path, found, known: VERSION }),
    }
}

/// What stands at `at` is not what should. Whether that is a torn end.
fn tail<H: File>(
    volume: &mut Volume<H>,
    reader: &mut Reader,
    at: u64,
    what: &'static str,
) -> Result<TornTail, JournalError> {
    let later = reader.later_frame(&mut volume.file, volume.seed, at, volume.batches + 1);
    let later = later.map_err(|why| volume.io("read", why))?;
    reader.clear();
    if later.is_some() || volume.batches == 0 {
        return Err(volume.damaged(at, what));
    }
    let size = volume.file.size().map_err(|why| volume.io("read", why))?;
    let offset = volume.end;
    Ok(TornTail { file: volume.path.clone(), offset, bytes: size.saturating_sub(offset) })
}

impl Pending {
    /// `None` when it is not what this program writes.
    fn take_in(&mut self, payload: &[u8], offset: u64, length: u64) -> Option<()> {
        let mut seqs: Option<SeqRange> = None;
        for entry in Entries::new(payload) {
            let entry = entry.ok()?;
            if let Some(stored) = stored_of(&entry) {
                let SeqRange { begin, end } = seqs_of(&stored);
                if begin > end || seqs.is_some_and(|seqs| begin <= seqs.end) {
                    return None;
                }
                seqs = Some(SeqRange { begin: seqs.map_or(begin, |seqs| seqs.begin), end });
            }
            match entry {
                Entry::Stored(_) => {}
                Entry::Numbers { next_sender, next_target, .. } => {
                    self.numbers = Some((next_sender, next_target));
                }
                Entry::Standing { created_utc_ns, reset_owed, intent } => {
                    self.standing = Some((created_utc_ns, reset_owed, intent));
                }
            }
        }
        self.notes.extend(seqs.map(|seqs| Note { seqs, offset, length }));
        Some(())
    }

    /// What the session is like after the batch. `None` when the file does not say.
    fn snapshot<H>(
        &mut self,
        volume: &Volume<H>,
        (next_sender, next_target): (SeqNum, SeqNum),
    ) -> Option<Snapshot> {
        let epoch = volume.header.epoch;
        let before = volume.snapshot.as_ref();
        let (created_utc_ns, reset_owed, intent) = match self.standing.take() {
            Some(standing) => standing,
            None => before.map(|last| (last.created_utc_ns, last.reset_owed, last.intent.clone()))?,
        };
        Some(Snapshot { next_target, next_sender, epoch, created_utc_ns, reset_owed, intent })
    }
}
