//! The thread that writes the lines of all sessions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::FileLogOptions;
use super::files::LogDirectory;
use super::line::not_logged;
use super::log_file::{LogFile, To, Trouble};
use super::queue::{Batch, Item, Kind, Queue};

/// Writes until nobody puts anything in any more, and what was put in before.
pub(super) fn run<D: LogDirectory>(queue: &Queue, directory: D, options: &FileLogOptions) {
    let _ending = Ending(queue);
    let mut writer =
        Writer { queue, directory, options, try_again: To::<D>::TRY_AGAIN, sessions: BTreeMap::new() };
    let mut batch = Batch::default();
    while queue.next(&mut batch) {
        writer.write(&batch);
    }
}

/// Says that the thread has ended, also when it has panicked.
struct Ending<'q>(&'q Queue);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

pub(super) struct Writer<'q, D: LogDirectory> {
    pub(super) queue: &'q Queue,
    pub(super) directory: D,
    pub(super) options: &'q FileLogOptions,
    pub(super) try_again: Duration,
    pub(super) sessions: BTreeMap<u64, Files<D>>,
}

/// The two files of a session.
pub(super) struct Files<D: LogDirectory> {
    messages: LogFile<D>,
    events: LogFile<D>,
    /// When its last line was, nanoseconds since 1970-01-01T00:00:00Z.
    utc_ns: i64,
}

impl<D: LogDirectory> Writer<'_, D> {
    pub(super) fn write(&mut self, batch: &Batch) {
        let mut rest = &batch.bytes[..];
        let mut touched = BTreeSet::new();
        for item in &batch.items {
            match item {
                Item::Open { number, prefix } => {
                    let (messages, events) =
                        (LogFile::new(prefix, Kind::Message), LogFile::new(prefix, Kind::Event));
                    self.sessions.insert(*number, Files { messages, events, utc_ns: 0 });
                }
                Item::Line { number, kind, utc_ns, length } => {
                    let (line, others) = rest.split_at_checked(*length).unwrap_or((rest, &[]));
                    rest = others;
                    touched.insert(*number);
                    self.line(*number, *kind, *utc_ns, line);
                }
                Item::Close { number, missed } => {
                    self.close(*number, *missed);
                    touched.remove(number);
                }
            }
        }
        touched.into_iter().for_each(|number| self.finish(number));
    }

    fn line(&mut self, number: u64, kind: Kind, utc_ns: i64, line: &[u8]) {
        self.with(number, |files, to| {
            files.utc_ns = utc_ns;
            match kind {
                Kind::Message => files.messages.line(to, kind, utc_ns, line),
                Kind::Event => files.events.line(to, kind, utc_ns, line),
            }
        });
    }

    /// Writes what a session's files have collected, and what they have missed when they work again.
    fn finish(&mut self, number: u64) {
        self.with(number, |files, to| {
            files.messages.write(to);
            files.events.write(to);
            if !files.events.works() {
                return;
            }
            let missed = [files.messages.take_missed(), files.events.take_missed()];
            for text in missed.into_iter().flatten() {
                files.events.line(to, Kind::Event, files.utc_ns, text.as_bytes());
            }
            files.events.write(to);
        });
    }

    fn close(&mut self, number: u64, missed: u64) {
        if missed > 0 {
            let text = not_logged(missed, "the queue was full");
            self.with(number, |files, to| {
                files.events.line(to, Kind::Event, files.utc_ns, text.as_bytes());
            });
        }
        self.finish(number);
        self.sessions.remove(&number);
    }

    fn with(&mut self, number: u64, work: impl FnOnce(&mut Files<D>, &mut To<'_, D>)) {
        let Some(files) = self.sessions.get_mut(&number) else { return };
        let queue = self.queue;
        let options = self.options;
        let mut to = To {
            directory: &self.directory,
            options,
            try_again: self.try_again,
            missed: &mut |lines| queue.missed(lines),
            failed: &mut |what| queue.failed(what),
            tell: &mut |trouble| tell(options, trouble),
        };
        work(files, &mut to);
    }
}

fn tell(options: &FileLogOptions, trouble: Trouble) {
    let text = match trouble {
        Trouble::Failed(what) => {
            #[cfg(feature = "tracing")]
            tracing::warn!(target: "sansfix", kind = "log failed", "log: {what}");
            format!("log: {what}")
        }
        Trouble::Works(file) => {
            #[cfg(feature = "tracing")]
            tracing::warn!(target: "sansfix", kind = "log works", "log: {file} can be written again");
            format!("log: {file} can be written again")
        }
    };
    if let Some(told) = &options.tell {
        told(&text);
    }
}
