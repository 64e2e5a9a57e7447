//! Where which numbers stand in the file, in bounded memory.
//!
//! The numbers of a file ascend but where one went back (SetNextSender): there a new span begins, and the spans
//! before it are cut to the numbers below. Within a span, marks tell where to begin to look; there are few of them,
//! ever further apart, so that the index stays small however long the journal gets.

use sansfix::{SeqNum, SeqRange};

use super::sizes::Sizes;

/// A frame that holds records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Note {
    /// The numbers of its records, from the first to the last.
    pub(super) seqs: SeqRange,
    /// Where it begins.
    pub(super) offset: u64,
    /// Its bytes, the head included.
    pub(super) length: u64,
}

/// Frames whose numbers ascend.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    /// The numbers that count.
    pub(super) seqs: SeqRange,
    /// The highest number in its frames: those above `seqs` have been replaced, or will be.
    written: SeqNum,
    /// Where its first frame begins.
    pub(super) start: u64,
    /// Where its last frame ends.
    pub(super) stop: u64,
    /// Bytes of its frames that hold records.
    bytes: u64,
}

/// No record at or above `seq` that counts stands before `offset`. It stays so: what replaces a record stands behind all
/// others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Mark {
    seq: SeqNum,
    offset: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Index {
    spans: Vec<Span>,
    marks: Vec<Mark>,
    max_marks: usize,
    stride: u64,
    /// Where the last fetch stopped: the next one mostly goes on there.
    cursor: Option<Mark>,
}

impl Index {
    pub(super) fn new(sizes: &Sizes) -> Self {
        let Sizes { marks: max_marks, stride, .. } = *sizes;
        Self { spans: Vec::new(), marks: Vec::new(), max_marks, stride, cursor: None }
    }

    /// How many spans there are: one more than the times a number went back.
    pub(super) fn spans(&self) -> usize {
        self.spans.len()
    }

    /// Bytes of memory that it takes.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.spans.capacity() * size_of::<Span>() + self.marks.capacity() * size_of::<Mark>()
    }

    /// Bytes of frames that hold records which count, roughly.
    pub(super) fn live_bytes(&self) -> u64 {
        self.spans.iter().map(|span| span.bytes).sum()
    }

    /// A frame was added behind all others. It replaces the numbers from its first one on.
    pub(super) fn note(&mut self, note: Note) {
        let Note { seqs, offset, length } = note;
        self.truncate_from(seqs.begin);
        let stop = offset + length;
        match self.spans.last_mut() {
            Some(span) if span.seqs.end == span.written => {
                span.seqs.end = seqs.end;
                span.written = seqs.end;
                span.stop = stop;
                span.bytes += length;
            }
            _ => self.spans.push(Span { seqs, written: seqs.end, start: offset, stop, bytes: length }),
        }
        if self.marks.last().is_none_or(|last| offset - last.offset >= self.stride) {
            self.mark(Mark { seq: seqs.begin, offset });
        }
    }

    fn mark(&mut self, mark: Mark) {
        self.marks.push(mark);
        if self.marks.len() > self.max_marks {
            let mut keep = false;
            self.marks.retain(|_| {
                keep = !keep;
                keep
            });
            self.stride *= 2;
        }
    }

    /// `seq` and everything above it counts no more.
    pub(super) fn truncate_from(&mut self, seq: SeqNum) {
        while let Some(last) = self.spans.last_mut() {
            if last.seqs.end < seq {
                break;
            }
            match seq.previous() {
                Some(end) if last.seqs.begin < seq => {
                    last.seqs.end = end;
                    break;
                }
                _ => self.spans.pop(),
            };
        }
        // Their numbers are to ascend.
        while self.marks.last().is_some_and(|mark| mark.seq >= seq) {
            self.marks.pop();
        }
    }

    /// The first span that holds `seq` or a number above it, and where in the file to begin to look.
    pub(super) fn find(&self, seq: SeqNum) -> Option<(Span, u64)> {
        let span = self.spans.get(self.spans.partition_point(|span| span.seqs.end < seq))?;
        let marks = self.marks.get(..self.marks.partition_point(|mark| mark.seq <= seq));
        let mark = marks.and_then(<[Mark]>::last);
        let cursor = self.cursor.as_ref().filter(|cursor| cursor.seq <= seq);
        let begins = [mark, cursor].into_iter().flatten().map(|mark| mark.offset);
        Some((*span, begins.filter(|offset| *offset < span.stop).fold(span.start, u64::max)))
    }

    /// No record at or above `seq` that counts stands before `offset`: a fetch goes on there.
    pub(super) fn remember(&mut self, seq: SeqNum, offset: u64) {
        self.cursor = Some(Mark { seq, offset });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(number: u64) -> SeqNum {
        SeqNum::new(number).unwrap()
    }

    /// With a mark every ten bytes, four at most.
    fn index() -> Index {
        Index::new(&Sizes { marks: 4, stride: 10, ..Sizes::DEFAULT })
    }

    /// A frame of ten bytes with one message.
    fn note(index: &mut Index, number: u64, offset: u64) {
        index.note(Note { seqs: SeqRange::one(seq(number)), offset, length: 10 });
    }

    #[test]
    fn marks_stand_as_close_as_their_number_allows() {
        let mut index = index();
        for number in 1..=4 {
            note(&mut index, number, number * 10);
        }
        let offsets = |index: &Index| index.marks.iter().map(|mark| mark.offset).collect::<Vec<_>>();
        assert_eq!(offsets(&index), [10, 20, 30, 40], "as many as there may be");
        note(&mut index, 5, 50);
        assert_eq!(offsets(&index), [10, 30, 50], "and then every other one");
        note(&mut index, 6, 60);
        note(&mut index, 7, 70);
        assert_eq!(offsets(&index), [10, 30, 50, 70], "twice as far apart");
    }

    #[test]
    fn a_span_whose_numbers_have_all_been_replaced_is_gone() {
        let mut index = index();
        note(&mut index, 1, 10);
        note(&mut index, 2, 20);
        index.truncate_from(seq(2));
        assert_eq!((index.spans(), index.spans[0].seqs), (1, SeqRange::one(seq(1))));
        note(&mut index, 2, 30);
        assert_eq!(
            (index.spans(), index.live_bytes()),
            (2, 30),
            "bytes of frames that hold what counts, roughly"
        );
        index.truncate_from(seq(2));
        assert_eq!((index.spans(), index.live_bytes()), (1, 20));
        index.truncate_from(seq(1));
        assert_eq!((index.spans(), index.find(seq(1))), (0, None));
    }
}
