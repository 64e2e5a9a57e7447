//! One log file: its lines, its outages, and when the next begins.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;

use super::FileLogOptions;
use super::files::{LogDirectory, Opened};
use super::line::{not_logged, write_line};
use super::queue::Kind;

/// After a failure the file is left alone for so long: what fails at once would fail for every line.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// Lines are collected up to this size, bytes, and written at once.
const COLLECTED: usize = 64 << 10;

/// What a file has to tell of its file system.
pub(super) enum Trouble {
    /// For the first time since it worked.
    Failed(String),
    Works(String),
}

pub(super) struct LogFile<D: LogDirectory> {
    /// What its names begin with: `FIX.4.4-A-B.messages`
    stem: String,
    open: Option<Open<D::File>>,
    /// Lines that wait to be written.
    collected: Vec<u8>,
    collected_lines: u64,
    /// Lines that could not be written, and have not been told of.
    missed: u64,
    /// Why; empty while everything works.
    why: String,
    try_again: Option<Instant>,
    /// The next file could not be begun: the old one goes on until then.
    put_away_again: Option<Instant>,
    /// How many bytes it had when a write failed: more, and it ends within a line.
    size_before_failure: Option<u64>,
    /// It ends within a line.
    torn: bool,
    /// The numbers of the files that were written before, ascending. `None`: it has not been looked.
    backups: Option<Vec<u64>>,
}

struct Open<F> {
    file: F,
    /// Bytes written.
    size: u64,
    /// The day of its last line.
    day: Option<Date>,
}

impl<D: LogDirectory> LogFile<D> {
    pub(super) fn new(prefix: &str, kind: Kind) -> Self {
        let kind = match kind {
            Kind::Message => "messages",
            Kind::Event => "event",
        };
        Self {
            stem: format!("{prefix}.{kind}"),
            open: None,
            collected: Vec::new(),
            collected_lines: 0,
            missed: 0,
            why: String::new(),
            try_again: None,
            put_away_again: None,
            size_before_failure: None,
            torn: false,
            backups: None,
        }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, to: &mut To<'_, D>, kind: Kind, utc_ns: i64, text: &[u8]) {
        if self.try_again.is_some_and(|at| Instant::now() < at) {
            self.missed += 1;
            (to.missed)(1);
            return;
        }
        if let Err((what, why)) = self.make_ready(to, utc_ns, text.len()) {
            self.failed(to, what, &why);
            self.missed += 1;
            (to.missed)(1);
            return;
        }
        write_line(&mut self.collected, to.options, kind, utc_ns, text);
        self.collected_lines += 1;
        if self.collected.len() >= COLLECTED {
            self.write(to);
        }
    }

    /// Opens the file, or the next one, for a line of this length and time.
    fn make_ready(&mut self, to: &mut To<'_, D>, utc_ns: i64, length: usize) -> Result<(), Failure> {
        let day = to.options.daily.then(|| day_of(to.options, utc_ns)).flatten();
        self.open(to)?;
        if self.is_over(to.options, day, length) && self.put_away_again.is_none_or(|at| at <= Instant::now())
        {
            self.write(to);
            self.begin_next(to);
            self.open(to)?;
        }
        if let Some(open) = &mut self.open {
            open.day = open.day.max(day);
        }
        Ok(())
    }

    /// Whether the file must not take the line.
    fn is_over(&self, options: &FileLogOptions, day: Option<Date>, length: usize) -> bool {
        let Some(open) = &self.open else { return false };
        let size = open.size + self.collected.len() as u64;
        // The time and the line feed have 25 bytes at most.
        let full = options.max_file_bytes.is_some_and(|most| size + length as u64 + 25 > most);
        // A clock that was set back does not end a day.
        let of_earlier_day = open.day.zip(day).is_some_and(|(old, new)| old < new);
        size > 0 && (full || of_earlier_day)
    }

    fn open(&mut self, to: &mut To<'_, D>) -> Result<(), Failure> {
        if self.open.is_some() {
            return Ok(());
        }
        let opened = to.directory.open(&self.name()).map_err(|why| ("open", why))?;
        let Opened { file, size, modified_utc_ns } = opened;
        let day = to.options.daily.then(|| day_of(to.options, modified_utc_ns)).flatten();
        self.open = Some(Open { file, size, day });
        self.torn |= self.size_before_failure.take().is_some_and(|before| before < size);
        Ok(())
    }

    fn begin_next(&mut self, to: &mut To<'_, D>) {
        match self.put_away(to) {
            Ok(()) => self.put_away_again = None,
            Err((what, why)) => {
                let first = self.put_away_again.is_none();
                self.put_away_again = Some(Instant::now() + to.try_again);
                self.report(to, what, &why, first);
            }
        }
    }

    /// Writes what has been collected.
    pub(super) fn write(&mut self, to: &mut To<'_, D>) {
        if self.collected.is_empty() {
            return;
        }
        let written = self.write_collected();
        let lines = std::mem::take(&mut self.collected_lines);
        match written {
            Ok(()) => {
                if self.try_again.take().is_some() {
                    (to.tell)(Trouble::Works(to.directory.path(&self.name()).display().to_string()));
                }
            }
            Err(why) => {
                self.missed += lines;
                (to.missed)(lines);
                self.failed(to, "write", &why);
            }
        }
        self.collected.clear();
    }

    fn write_collected(&mut self) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Err(io::ErrorKind::NotFound.into()) };
        if self.torn {
            self.collected.insert(0, b'\n');
        }
        let written = open.file.write_all(&self.collected).and_then(|()| open.file.flush());
        match &written {
            Ok(()) => {
                open.size += self.collected.len() as u64;
                self.torn = false;
            }
            Err(_) => {
                self.size_before_failure = Some(open.size);
                self.open = None;
            }
        }
        written
    }

    fn failed(&mut self, to: &mut To<'_, D>, what: &str, why: &io::Error) {
        self.why = why.to_string();
        let first = self.try_again.is_none();
        self.try_again = Some(Instant::now() + to.try_again);
        self.report(to, what, why, first);
    }

    fn report(&self, to: &mut To<'_, D>, what: &str, why: &io::Error, first: bool) {
        let text = format!("cannot {what} {}: {why}", to.directory.path(&self.name()).display());
        (to.failed)(&text);
        if first {
            (to.tell)(Trouble::Failed(text));
        }
    }

    /// Whether nothing has failed since it worked.
    pub(super) fn works(&self) -> bool {
        self.try_again.is_none()
    }

    /// What there is to say of lines that could not be written, now that they can.
    pub(super) fn take_missed(&mut self) -> Option<String> {
        let missed = if self.works() { std::mem::take(&mut self.missed) } else { 0 };
        (missed > 0).then(|| not_logged(missed, &self.why))
    }

    /// The file becomes one that was written before, and the oldest of those goes.
    fn put_away(&mut self, to: &mut To<'_, D>) -> Result<(), Failure> {
        if self.backups.is_none() {
            let names = to.directory.backups().map_err(|why| ("list the files beside", why))?;
            let mut numbers: Vec<u64> = names.iter().filter_map(|name| self.number_of(name)).collect();
            numbers.sort_unstable();
            self.backups = Some(numbers);
        }
        let next = self.backups.as_ref().and_then(|numbers| numbers.last()).map_or(1, |last| last + 1);
        self.open = None;
        to.directory.put_away(&self.name(), &self.backup(next)).map_err(|why| ("rename", why))?;
        let kept = to.options.kept_files as usize;
        let gone: Vec<u64> = match &mut self.backups {
            Some(numbers) => {
                numbers.push(next);
                numbers.drain(..numbers.len().saturating_sub(kept)).collect()
            }
            None => Vec::new(),
        };
        for number in gone {
            if let Err(why) = to.directory.remove_backup(&self.backup(number)) {
                (to.failed)(&format!("cannot remove {}: {why}", self.backup(number)));
            }
        }
        Ok(())
    }

    fn name(&self) -> String {
        format!("{}.current.log", self.stem)
    }

    fn backup(&self, number: u64) -> String {
        format!("{}.backup.{number}.log", self.stem)
    }

    fn number_of(&self, backup: &str) -> Option<u64> {
        let number = backup.strip_prefix(&*self.stem)?.strip_prefix(".backup.")?.strip_suffix(".log")?;
        number.parse().ok().filter(|parsed: &u64| parsed.to_string() == number)
    }
}

type Failure = (&'static str, io::Error);

/// Where lines go, and who is told what becomes of them.
pub(super) struct To<'a, D> {
    pub(super) directory: &'a D,
    pub(super) options: &'a FileLogOptions,
    pub(super) try_again: Duration,
    pub(super) missed: &'a mut dyn FnMut(u64),
    pub(super) failed: &'a mut dyn FnMut(&str),
    pub(super) tell: &'a mut dyn FnMut(Trouble),
}

impl<D> To<'_, D> {
    pub(super) const TRY_AGAIN: Duration = TRY_AGAIN;
}

fn day_of(options: &FileLogOptions, utc_ns: i64) -> Option<Date> {
    let moment = Timestamp::from_nanosecond(i128::from(utc_ns)).ok()?;
    Some(options.day_zone.to_datetime(moment).date())
}
