//! Connections that fell: what one session's history alone cannot judge, because a session may lose its connection by
//! itself. At both ends together somebody must have ended it.

use std::collections::BTreeMap;

use super::history::{Command, Event, History, Span, What};

/// A command that ends a connection, and from when on it explains no end of one any more.
struct Ending {
    given: Span,
    over: u64,
}

impl History {
    /// Logouts and Disconnects, each with the moment from which on who is seen logged on is so with a later connection.
    fn ends(&self) -> impl Iterator<Item = Ending> {
        let told = |key| {
            let told = self.events.iter().filter(move |event| event.what == What::Told(key));
            told.map(|event| event.span.end).min().unwrap_or(u64::MAX)
        };
        self.events.iter().filter_map(move |event| {
            let What::Gave(key) = event.what else { return None };
            let over = match self.given[key].command {
                Command::Logout => event.span.end,
                Command::Disconnect => told(key),
                Command::Logon
                | Command::TestRequest
                | Command::Send
                | Command::SetNextSender(_)
                | Command::SetNextTarget(_) => return None,
            };
            Some(Ending { given: event.span, over })
        })
    }

    /// Given to the counterparty: when that was seen logged on again, the connections are others at both ends.
    fn ends_from_afar(&self) -> impl Iterator<Item = Ending> {
        let on = self.events.iter().filter(|event| match event.what {
            What::LoggedOn(logged_on) => logged_on,
            What::Stood(status) => status.logged_on,
            What::Gave(_) | What::Busy | What::Told(_) => false,
        });
        let mut on: Vec<_> = on.map(|event| (event.span.begin, event.span.end)).collect();
        on.sort_unstable();
        // Each with the first end of all that began there or later.
        let mut first = u64::MAX;
        for (_, end) in on.iter_mut().rev() {
            first = first.min(*end);
            *end = first;
        }
        self.ends().map(move |Ending { given, over }| {
            let after = on.get(on.partition_point(|(begin, _)| *begin <= over));
            Ending { given, over: after.map_or(u64::MAX, |(_, end)| *end) }
        })
    }
}

/// Connections with which a session was seen logged on and then not, and those of them that no command at either end
/// explains.
pub(super) fn fallen(history: &History, counterparty: &History) -> (usize, Vec<String>) {
    let ends: Vec<_> = history.ends().chain(counterparty.ends_from_afar()).collect();
    let mut on: BTreeMap<u64, Vec<Span>> = BTreeMap::new();
    let stood = |event: &Event| match event.what {
        What::Stood(status) => Some((event.span, status)),
        _ => None,
    };
    for (span, status) in history.events.iter().filter_map(stood).filter(|(_, status)| status.logged_on) {
        on.entry(status.connection).or_default().push(span);
    }
    let (mut count, mut wrong) = (0, Vec::new());
    for (off, status) in history.events.iter().filter_map(stood).filter(|(_, status)| !status.logged_on) {
        let connection = status.connection;
        let before = on.get(&connection).into_iter().flatten().filter(|on| on.end < off.begin);
        let Some(on) = before.max_by_key(|on| on.begin) else { continue };
        count += 1;
        if !ends.iter().any(|ending| ending.given.begin < off.end && on.begin < ending.over) {
            wrong.push(format!(
                "connection {connection} was logged on at {on:?} and not at {off:?}, and nobody ended it"
            ));
        }
    }
    (count, wrong)
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{By, active, stands, up};
    use super::*;
    use sansfix::{PhaseName, Reason, Status};
    use sansfix_registry::CommandOutcome::Completed;

    fn off(connection: u64) -> Status {
        stands(PhaseName::Disconnected, connection, Some(Reason::ConnectionLost))
    }

    /// Logged on at 1 to 2 by the first connection, and again at 11 to 12; not at 21 to 22.
    fn fell() -> By {
        up().stood(11, 12, active(1)).stood(21, 22, off(1))
    }

    fn nothing() -> By {
        let mut by = up();
        by.history.events.clear();
        by
    }

    fn judged(own: By, counterparty: By) -> (usize, usize) {
        let (count, wrong) = fallen(&own.history, &counterparty.history);
        (count, wrong.len())
    }

    #[test]
    fn who_is_no_longer_logged_on_was_ended_by_somebody() {
        let other = nothing().stood(11, 12, active(1)).stood(21, 22, off(2));
        assert_eq!(judged(other, nothing()), (0, 0), "another connection");
        let together = nothing().stood(11, 22, active(1)).stood(21, 23, off(1));
        assert_eq!(judged(together, nothing()), (0, 0), "together: either order");
        assert_eq!(judged(fell(), nothing()), (1, 1));
        for (begin, end) in [(15, 16), (5, 13), (20, 30)] {
            for command in [Command::Logout, Command::Disconnect] {
                let given = |by: By| by.gave(begin, end, command, Completed);
                assert_eq!(judged(given(fell()), nothing()), (1, 0), "{command:?} at {begin}");
                assert_eq!(judged(fell(), given(nothing())), (1, 0), "the counterparty's {command:?}");
            }
        }
        let before = |by: By, command| by.gave(3, 4, command, Completed);
        assert_eq!(judged(before(fell(), Command::Logout), nothing()), (1, 1), "it is over");
        let late = fell().gave(25, 26, Command::Logout, Completed);
        assert_eq!(judged(late, nothing().gave(25, 26, Command::Logout, Completed)), (1, 1), "too late");
        let disconnect = || before(fell(), Command::Disconnect);
        assert_eq!(judged(disconnect(), nothing()), (1, 0), "it may take its time");
        assert_eq!(judged(disconnect().told(5, 10, 0), nothing()), (1, 1), "told before");
        assert_eq!(judged(before(fell(), Command::Logon), nothing()), (1, 1), "it ends nothing");
    }

    #[test]
    fn what_the_counterparty_was_given_is_over_when_it_is_seen_logged_on_again() {
        for command in [Command::Logout, Command::Disconnect] {
            let afar = || nothing().gave(1, 2, command, Completed).told(3, 4, 0);
            assert_eq!(judged(fell(), afar()), (1, 0), "it may take its time");
            assert_eq!(
                judged(fell(), afar().logged_on(5, 12, true)),
                (1, 0),
                "perhaps not carried out before"
            );
            assert_eq!(judged(fell(), afar().logged_on(5, 10, true)), (1, 1), "carried out before");
            assert_eq!(judged(fell(), afar().logged_on(5, 10, false)), (1, 0));
        }
    }
}
