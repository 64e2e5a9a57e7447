//! Mistakes put into what a run has recorded, to see that the search finds them there: a history of real threads could
//! be so full of calls at a time that some order explains anything.

use std::collections::BTreeMap;

use sansfix::{PhaseName, Status};
use sansfix_registry::CommandOutcome;

use super::history::{Command, Event, Given, History, Span, What};
use super::search::{MOST_PLACES, Unexplained, explain_until};

/// How many events of a history mistakes are made in: a search takes the longer the more there are.
const EVENTS: usize = 2_000;
/// In how many places of a history each mistake is made, at most.
const EACH: usize = 4;
/// Leaves room between two moments.
const ROOM: u64 = 4;

/// A mistake at one place of a history.
enum Mistake {
    /// The session goes on as if this command had never been given.
    Lost(usize),
    /// This command is told from here on.
    Told(usize, u64),
    /// The outcomes of these commands are exchanged.
    Exchanged(usize, usize),
    /// This event saw another status.
    Saw(usize, Status),
}

/// Where a mistake can be made in a history.
type Places = fn(&History) -> Vec<Mistake>;

const MISTAKES: [(&str, Places); 4] = [
    ("a Logout that does nothing", lost_logouts),
    ("an outcome told too early", told_early),
    ("two numbers exchanged", exchanged_numbers),
    ("an old status", old_statuses),
];

/// Makes each mistake in some places, and counts how many are found. Of every kind some are.
pub(super) fn altered(histories: &[History]) -> String {
    let beginnings: Vec<_> = histories.iter().map(beginning).collect();
    let mut lines = Vec::new();
    for (name, places) in MISTAKES {
        let (mut made, mut found) = (0, 0);
        for (history, until) in &beginnings {
            let places = places(history);
            let step = places.len().div_ceil(EACH).max(1);
            for mistake in places.iter().step_by(step) {
                made += 1;
                match explain_until(&mistake.made_in(history), *until, MOST_PLACES) {
                    Ok(_) => {}
                    Err(Unexplained::By(_)) => found += 1,
                    Err(undecided) => panic!("{name}: {undecided:?}"),
                }
            }
        }
        assert!(found > 0 || made == 0, "{name}: made {made} times and never found");
        lines.push(format!("{name}: found {found} of {made}"));
    }
    lines.join("\n")
}

impl Mistake {
    fn made_in(&self, history: &History) -> History {
        let mut history = history.clone();
        match *self {
            Self::Lost(key) => history.events.retain(|event| event.what.command() != Some(key)),
            Self::Told(key, from) => {
                let told = history.events.iter_mut().filter(|event| event.what == What::Told(key));
                told.for_each(|event| event.span = Span { begin: from + 1, end: from + 2 });
            }
            Self::Exchanged(one, other) => {
                let outcome = |key: usize| history.given[key].outcome.clone();
                let (first, second) = (outcome(one), outcome(other));
                (history.given[one].outcome, history.given[other].outcome) = (second, first);
            }
            Self::Saw(at, status) => history.events[at].what = What::Stood(status),
        }
        history
    }
}

/// What was begun until so many calls had returned, and when that was.
fn beginning(history: &History) -> (History, u64) {
    let mut history = history.clone();
    for Event { span, .. } in &mut history.events {
        *span = Span { begin: ROOM * span.begin, end: ROOM * span.end };
    }
    history.events.sort_unstable_by_key(|event| event.span.end);
    let until = history.events[..EVENTS.min(history.events.len())].last().map_or(0, |event| event.span.end);
    let later = history.events.iter().filter(|event| event.span.begin > until);
    let connection =
        |event: &Event| if let What::Stood(status) = event.what { Some(status.connection) } else { None };
    history.connections = later.filter_map(connection).min().unwrap_or(history.connections);
    history.events.retain(|event| event.span.begin <= until);
    history.events.sort_unstable_by_key(|event| event.span.begin);
    (history, until)
}

/// When each command was given and told, in the order in which they were given.
fn commands(history: &History) -> Vec<(usize, Span, Option<Span>)> {
    let told: BTreeMap<_, _> = history
        .events
        .iter()
        .filter_map(|event| if let What::Told(key) = event.what { Some((key, event.span)) } else { None })
        .collect();
    let given = history.events.iter().filter_map(|event| match event.what {
        What::Gave(key) => Some((key, event.span, told.get(&key).copied())),
        What::Busy | What::Told(_) | What::LoggedOn(_) | What::Stood(_) => None,
    });
    given.collect()
}

fn looks(history: &History) -> Vec<(usize, Span, Status)> {
    let stood = |(at, event): (usize, &Event)| match event.what {
        What::Stood(status) => Some((at, event.span, status)),
        What::Gave(_) | What::Busy | What::Told(_) | What::LoggedOn(_) => None,
    };
    history.events.iter().enumerate().filter_map(stood).collect()
}

fn lost_logouts(history: &History) -> Vec<Mistake> {
    let logout = |(key, ..): (usize, Span, Option<Span>)| {
        let Given { command, outcome } = &history.given[key];
        let done = *command == Command::Logout && *outcome == CommandOutcome::Completed;
        done.then_some(Mistake::Lost(key))
    };
    commands(history).into_iter().filter_map(logout).collect()
}

/// Of a Logout, right after it was given, where somebody saw it under way before it was told in truth.
fn told_early(history: &History) -> Vec<Mistake> {
    let under_way = |status: &Status| !status.enabled && status.phase != PhaseName::Disconnected;
    let seen: Vec<_> = looks(history).into_iter().filter(|(_, _, status)| under_way(status)).collect();
    let seen_between = |from: u64, to: u64| {
        let first = seen.get(seen.partition_point(|(_, look, _)| look.begin < from));
        first.is_some_and(|(_, look, _)| look.end < to)
    };
    let early = |(key, gave, told): (usize, Span, Option<Span>)| {
        let Given { command, outcome } = &history.given[key];
        let done = *command == Command::Logout && *outcome == CommandOutcome::Completed;
        let early = done && seen_between(gave.end, told?.begin);
        early.then_some(Mistake::Told(key, gave.end))
    };
    commands(history).into_iter().filter_map(early).collect()
}

/// Of two messages, the second given after the first.
fn exchanged_numbers(history: &History) -> Vec<Mistake> {
    let sent = |(key, ..): &(usize, Span, Option<Span>)| {
        matches!(history.given[*key].outcome, CommandOutcome::Sent(_))
    };
    let messages: Vec<_> = commands(history).into_iter().filter(sent).collect();
    let apart = messages.windows(2).filter(|two| two[0].1.end < two[1].1.begin);
    apart.map(|two| Mistake::Exchanged(two[0].0, two[1].0)).collect()
}

/// What was seen once is seen again, some looks later.
fn old_statuses(history: &History) -> Vec<Mistake> {
    let looks = looks(history);
    let changed = looks.windows(5).filter(|looks| looks[0].2 != looks[4].2);
    changed.map(|looks| Mistake::Saw(looks[4].0, looks[0].2)).collect()
}
