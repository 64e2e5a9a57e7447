//! A virtual network: ordered byte pipes with latency, cut into pieces as asked.

use std::collections::VecDeque;

use super::random::Random;

/// How bytes are cut into reads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Chunking {
    /// Every write is read as it was written.
    #[default]
    Whole,
    /// Reads of this many bytes; the last of a write may be shorter.
    Every(usize),
    /// Reads of 1 to this many bytes, as the generator says.
    Random(Random, usize),
}

impl Chunking {
    /// How many of `available` bytes the next read gets.
    pub fn next(&mut self, available: usize) -> usize {
        match self {
            Self::Whole => available,
            Self::Every(size) => available.min((*size).max(1)),
            Self::Random(random, most) => available.min(1 + random.below(*most as u64) as usize),
        }
    }
}

/// One direction of a connection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pipe {
    /// What is under way, and when it arrives. Arrival times never go back.
    writes: VecDeque<(u64, Vec<u8>)>,
    /// How much of the first write has been read.
    read: usize,
    /// When the end of the stream arrives.
    end: Option<u64>,
}

/// What a pipe delivers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// Bytes
    Bytes(Vec<u8>),
    /// The writer has closed, and everything before has been read.
    End,
}

impl Pipe {
    /// Bytes that arrive at `due`, nanoseconds on the clock of the pair.
    pub fn write(&mut self, due: u64, bytes: Vec<u8>) {
        if !bytes.is_empty() && self.end.is_none() {
            self.writes.push_back((due, bytes));
        }
    }

    /// The writer closes: the reader sees the end at `due`, behind everything that is under way.
    pub fn close(&mut self, due: u64) {
        self.end.get_or_insert(due);
    }

    /// Drops everything, as a cut line does.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// When the next arrival is due.
    #[must_use]
    pub fn due(&self) -> Option<u64> {
        self.writes.front().map(|(due, _)| *due).or(self.end)
    }

    /// What has arrived at `now`, at most one read of it.
    pub fn read(&mut self, now: u64, chunking: &mut Chunking) -> Option<Arrival> {
        let Some((due, bytes)) = self.writes.front() else {
            let end = self.end.filter(|due| *due <= now)?;
            debug_assert!(end <= now);
            self.end = None;
            return Some(Arrival::End);
        };
        if *due > now {
            return None;
        }
        let end = self.read + chunking.next(bytes.len() - self.read);
        let read = bytes[self.read..end].to_vec();
        self.read = end;
        if self.read == bytes.len() {
            self.writes.pop_front();
            self.read = 0;
        }
        Some(Arrival::Bytes(read))
    }

    /// How many bytes are under way.
    #[must_use]
    pub fn bytes_under_way(&self) -> usize {
        self.writes.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() - self.read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_arrive_in_order_and_the_end_behind_them() {
        let mut pipe = Pipe::default();
        let mut chunking = Chunking::Every(2);
        pipe.write(10, b"abc".to_vec());
        pipe.close(5);
        assert_eq!(pipe.read(9, &mut chunking), None);
        assert_eq!(pipe.read(10, &mut chunking), Some(Arrival::Bytes(b"ab".to_vec())));
        assert_eq!(pipe.read(10, &mut chunking), Some(Arrival::Bytes(b"c".to_vec())));
        assert_eq!(pipe.read(10, &mut chunking), Some(Arrival::End));
        assert_eq!(pipe.read(10, &mut chunking), None);
    }
}
