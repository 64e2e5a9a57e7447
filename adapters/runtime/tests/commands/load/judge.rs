//! What has to be true of what was seen and told.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sansfix_registry::CommandOutcome;

use super::altered::altered;
use super::fallen::fallen;
use super::history::History;
use super::log::Log;
use super::run::{Load, counterparty, roles};
use super::search::{Effort, Unexplained, explain};

/// How many events are shown before the moment that cannot be explained, and how many after it.
const SHOWN: (usize, usize) = (24, 12);

impl Load {
    /// Looks at what has been seen and told. A line about that.
    pub(super) fn judge(&self, logs: Vec<Log<'_>>) -> String {
        let empty = |(session, role)| {
            let connections = self.status(session).connection;
            History { role, given: Vec::new(), events: Vec::new(), connections }
        };
        let mut histories: Vec<_> = roles().into_iter().enumerate().map(empty).collect();
        let mut sent = vec![Vec::new(); histories.len()];
        for log in logs {
            log.add_to(&mut histories, |session, seq, text| sent[session].push((seq, text)));
        }
        let (places, at_once, took) = self.explain_all(&histories);
        let mut after_the_end = 0;
        for (session, history) in histories.iter().enumerate() {
            let (count, wrong) = fallen(history, &histories[counterparty(session)]);
            after_the_end += count;
            assert!(wrong.is_empty(), "{}: {}", self.ids[session], wrong.join("\n"));
        }
        assert!(after_the_end > 0, "no session was seen logged on and then not: nothing was judged");
        for (session, mut sent) in sent.into_iter().enumerate() {
            sent.sort();
            let came = self.ledgers[counterparty(session)].lines();
            assert_eq!(came, sent, "{}: what came is what was sent, once and in order", self.ids[session]);
        }
        let mistakes = altered(&histories);
        let operations: usize = histories.iter().map(|history| history.events.len()).sum();
        let commands: usize = histories.iter().map(|history| history.given.len()).sum();
        let connections: u64 = histories.iter().map(|history| history.connections).sum();
        format!(
            "{operations} operations of {} sessions, {commands} commands among them, have an order: {places} places \
             gone on from, {at_once} at once at most, {took:?}; {connections} connections, {after_the_end} looks at \
             one that was over, {:?}\n{mistakes}",
            histories.len(),
            counts(&histories)
        )
    }

    /// Every history has an order.
    fn explain_all(&self, histories: &[History]) -> (usize, usize, Duration) {
        let begun = Instant::now();
        let (mut places, mut at_once) = (0, 0);
        for (session, history) in histories.iter().enumerate() {
            match explain(history) {
                Ok(effort) => {
                    let Effort { places: more, at_once: most } = effort;
                    (places, at_once) = (places + more, at_once.max(most));
                }
                Err(Unexplained::By(moment)) => {
                    let around = around(history, moment);
                    panic!(
                        "{}: no order explains what had returned by {moment}:\n{around}",
                        self.ids[session]
                    );
                }
                Err(Unexplained::Undecided(what, most)) => {
                    panic!("{}: not decided, there are more than {most} {what}", self.ids[session]);
                }
            }
        }
        (places, at_once, begun.elapsed())
    }
}

/// What was begun about a moment.
fn around(history: &History, moment: u64) -> String {
    let mut events: Vec<_> = history.events.iter().collect();
    events.sort_unstable_by_key(|event| event.span.begin);
    let begun = events.partition_point(|event| event.span.begin <= moment);
    let (before, after) = SHOWN;
    let shown = events.iter().take(begun + after).skip(begun.saturating_sub(before));
    let lines = shown.map(|event| {
        let given = event.what.command().map(|key| &history.given[key]);
        given.map_or_else(|| format!("{event:?}"), |given| format!("{event:?} {given:?}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn counts(histories: &[History]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for given in histories.iter().flat_map(|history| &history.given) {
        let name = match &given.outcome {
            CommandOutcome::Sent(_) => "sent".to_owned(),
            other => other.to_string(),
        };
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}
