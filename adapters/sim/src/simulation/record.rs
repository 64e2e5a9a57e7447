//! The last rows of a simulation's ladder.

use std::collections::VecDeque;

use crate::ladder::{Exchanged, Fate, Kind, Ladder, Note, Row, What};
use crate::line::Passage;
use crate::pair::{Side, Written};

/// How many rows are kept: what led to a violation, without the hours before.
const KEPT: usize = 200;

/// The last rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    rows: VecDeque<Row>,
}

impl Record {
    pub(super) fn note(&mut self, at_ns: u64, side: Option<Side>, kind: Kind, text: impl Into<String>) {
        self.push(Row { at_ns, what: What::Note(Note { side, kind, text: text.into() }) });
    }

    /// A message was written. Until its connection ends it is taken to arrive.
    pub(super) fn written(&mut self, start_ns: u64, from: Side, written: &Written) {
        let due = Some(written.due_ns - start_ns);
        let fate = match written.passage {
            Passage::Passes => Fate::Delivered(due),
            Passage::Twice => Fate::Duplicated(due),
            Passage::Lost => Fate::Lost,
        };
        let message = Exchanged { from, connection: written.connection, bytes: written.bytes.clone(), fate };
        self.push(Row { at_ns: written.at_ns - start_ns, what: What::Message(message) });
    }

    /// Nothing more reaches `reader`: what was under way to it is cut.
    pub(super) fn cut(&mut self, at_ns: u64, reader: Side) {
        for row in &mut self.rows {
            if let What::Message(message) = &mut row.what {
                let under_way = under_way(message.fate, at_ns) && message.from != reader;
                message.fate = if under_way { Fate::Cut } else { message.fate };
            }
        }
    }

    /// The rows as a ladder of this title, at this moment.
    pub(super) fn ladder(&self, title: String, now_ns: u64) -> Ladder {
        let mut ladder = Ladder::new(title);
        ladder.rows.extend(self.rows.iter().cloned());
        for row in &mut ladder.rows {
            if let What::Message(message) = &mut row.what {
                message.fate = if under_way(message.fate, now_ns) { Fate::UnderWay } else { message.fate };
            }
        }
        ladder
    }

    fn push(&mut self, row: Row) {
        if self.rows.len() == KEPT {
            self.rows.pop_front();
        }
        self.rows.push_back(row);
    }
}

fn under_way(fate: Fate, at_ns: u64) -> bool {
    matches!(fate, Fate::Delivered(Some(due)) | Fate::Duplicated(Some(due)) if due > at_ns)
}
