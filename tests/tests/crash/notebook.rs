//! What the killed process writes down for its counterparty, one line for each fact, each with one write: a killed
//! process has written it or not.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A notebook of one run.
pub(crate) struct Notebook {
    file: File,
}

/// What a run has written down of one session.
#[derive(Default)]
pub(crate) struct Notes {
    /// The numbers that the store held when it was opened: next to send, next expected.
    pub(crate) loaded: Option<(u64, u64)>,
    /// The numbers of the save that was acknowledged last.
    pub(crate) saved: Option<(u64, u64)>,
    /// How many saves were acknowledged.
    pub(crate) saves: u64,
    /// How many syncs the store had made by then.
    pub(crate) syncs: u64,
    /// A torn record was cut when the store was opened.
    pub(crate) torn: bool,
    /// The application messages whose save was acknowledged, by number.
    pub(crate) sent: BTreeMap<u64, String>,
    /// The application messages that came in, in the order of their delivery.
    pub(crate) received: Vec<(u64, String)>,
}

impl Notebook {
    pub(crate) fn path(directory: &Path, run: u64) -> PathBuf {
        directory.join(format!("notebook-{run}"))
    }

    pub(crate) fn begin(directory: &Path, run: u64) -> Self {
        let file = OpenOptions::new().create(true).append(true).open(Self::path(directory, run)).unwrap();
        Self { file }
    }

    fn write(&self, line: &str) {
        (&self.file).write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    pub(crate) fn loaded(&self, session: usize, numbers: (u64, u64), torn: bool) {
        self.write(&format!("L {session} {} {} {torn}", numbers.0, numbers.1));
    }

    pub(crate) fn saved(&self, session: usize, numbers: (u64, u64), syncs: u64, sent: &[(u64, String)]) {
        let sent: Vec<_> = sent.iter().map(|(seq, text)| format!("{seq}:{text}")).collect();
        self.write(&format!("S {session} {} {} {syncs} {}", numbers.0, numbers.1, sent.join(",")));
    }

    pub(crate) fn received(&self, session: usize, seq: u64, text: &str) {
        self.write(&format!("R {session} {seq} {text}"));
    }

    /// Reads what a run has written down, for each session. A line without its end was being written.
    pub(crate) fn read(directory: &Path, run: u64) -> BTreeMap<usize, Notes> {
        let mut sessions: BTreeMap<usize, Notes> = BTreeMap::new();
        let Ok(text) = std::fs::read_to_string(Self::path(directory, run)) else { return sessions };
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |at: usize| words[at].parse::<u64>().unwrap_or_else(|_| panic!("{line}"));
            let notes = sessions.entry(number(1) as usize).or_default();
            match words[0] {
                "L" => (notes.loaded, notes.torn) = (Some((number(2), number(3))), words[4] == "true"),
                "S" => {
                    (notes.saved, notes.syncs) = (Some((number(2), number(3))), number(4));
                    notes.saves += 1;
                    for (seq, text) in words[5].split(',').filter_map(|part| part.split_once(':')) {
                        notes.sent.insert(seq.parse().unwrap(), text.to_owned());
                    }
                }
                "R" => notes.received.push((number(2), words[3].to_owned())),
                _ => panic!("{line}"),
            }
        }
        sessions
    }
}
