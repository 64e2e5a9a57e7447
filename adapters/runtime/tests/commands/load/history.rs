//! What was done to one session and seen of it, by moments of one clock that counts, and whether it can have been.

use std::collections::BTreeMap;

/// From the call to the return.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) begin: u64,
    pub(super) end: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Logon,
    Logout,
    /// Seen logged on; the number of the connection when the status was asked for.
    LoggedOn(Option<u64>),
    /// Seen not logged on, and the number of the connection then.
    LoggedOff(u64),
    /// Sent with this number.
    Sent(u64),
}

/// The greatest of the values whose key is less than some key.
struct Before {
    /// By key; each with the greatest value up to it.
    greatest: Vec<(u64, u64)>,
}

impl Before {
    fn new(pairs: impl Iterator<Item = (u64, u64)>) -> Self {
        let mut greatest: Vec<_> = pairs.collect();
        greatest.sort_unstable();
        let mut max = 0;
        for (_, value) in &mut greatest {
            max = max.max(*value);
            *value = max;
        }
        Self { greatest }
    }

    fn get(&self, key: u64) -> Option<u64> {
        let count = self.greatest.partition_point(|(other, _)| *other < key);
        Some(self.greatest.get(count.checked_sub(1)?)?.1)
    }
}

/// What no order of the commands explains.
pub(super) fn contradictions(events: &[(Span, What)]) -> Vec<String> {
    let spans =
        |which: fn(&What) -> bool| events.iter().filter(move |(_, what)| which(what)).map(|(span, _)| *span);
    // Of the Logouts that had returned, the one that was called last.
    let logouts = Before::new(spans(|what| matches!(what, What::Logout)).map(|span| (span.end, span.begin)));
    let logons = Before::new(spans(|what| matches!(what, What::Logon)).map(|span| (span.begin, span.end)));
    let on_connection = |(span, what): &(Span, What)| match what {
        What::LoggedOn(Some(connection)) => Some((span.end, *connection)),
        _ => None,
    };
    let connections = Before::new(events.iter().filter_map(on_connection));
    let number = |(span, what): &(Span, What)| match what {
        What::Sent(seq) => Some((span.end, *seq)),
        _ => None,
    };
    let numbers = Before::new(events.iter().filter_map(number));
    let mut wrong = Vec::new();
    for (span, what) in events {
        match what {
            What::LoggedOn(connection) => {
                let Some(logout) = logouts.get(span.begin) else { continue };
                if logons.get(span.end).is_none_or(|end| end < logout) {
                    wrong.push(format!(
                        "logged on at {span:?} after the Logout at {logout}, and no Logon since"
                    ));
                }
                let old = connections.get(logout);
                if connection.is_some_and(|connection| old.is_some_and(|old| connection <= old)) {
                    wrong.push(format!(
                        "connection {connection:?} at {span:?} outlives the Logout at {logout}"
                    ));
                }
            }
            What::Sent(seq) => {
                if let Some(before) = numbers.get(span.begin).filter(|before| before >= seq) {
                    wrong.push(format!("{seq} at {span:?} after {before}"));
                }
            }
            What::Logon | What::Logout | What::LoggedOff(_) => {}
        }
    }
    let mut all: Vec<_> = events.iter().filter_map(|event| number(event).map(|(_, seq)| seq)).collect();
    all.sort_unstable();
    wrong.extend(
        all.windows(2).filter(|two| two[0] == two[1]).map(|two| format!("{} was sent twice", two[0])),
    );
    wrong
}

/// A Logout, and from when on it explains no end of a connection any more.
struct Ending {
    logout: Span,
    over: u64,
}

/// Given to the session itself: who is seen logged on after it is so on a connection that came later.
fn own_endings(events: &[(Span, What)]) -> impl Iterator<Item = Ending> {
    let logouts = events.iter().filter(|(_, what)| matches!(what, What::Logout));
    logouts.map(|(logout, _)| Ending { logout: *logout, over: logout.end })
}

/// Given to the counterparty: when that was seen logged on again, the connections are others at both ends.
fn endings_from_afar(counterparty: &[(Span, What)]) -> impl Iterator<Item = Ending> {
    let on = counterparty.iter().filter(|(_, what)| matches!(what, What::LoggedOn(_)));
    let mut on: Vec<_> = on.map(|(span, _)| (span.begin, span.end)).collect();
    on.sort_unstable();
    // Each with the first end of all that began there or later.
    let mut first = u64::MAX;
    for (_, end) in on.iter_mut().rev() {
        first = first.min(*end);
        *end = first;
    }
    own_endings(counterparty).map(move |Ending { logout, .. }| {
        let after = on.get(on.partition_point(|(begin, _)| *begin <= logout.end));
        Ending { logout, over: after.map_or(u64::MAX, |(_, end)| *end) }
    })
}

/// Connections on which a session was seen logged on and then not, and those of them that no Logout of either end
/// explains.
pub(super) fn fallen(events: &[(Span, What)], counterparty: &[(Span, What)]) -> (usize, Vec<String>) {
    let logouts: Vec<_> = own_endings(events).chain(endings_from_afar(counterparty)).collect();
    let mut on: BTreeMap<u64, Vec<Span>> = BTreeMap::new();
    for (span, what) in events {
        if let What::LoggedOn(Some(connection)) = what {
            on.entry(*connection).or_default().push(*span);
        }
    }
    let (mut count, mut wrong) = (0, Vec::new());
    for (off, what) in events {
        let What::LoggedOff(connection) = what else { continue };
        let before = on.get(connection).into_iter().flatten().filter(|on| on.end < off.begin);
        let Some(on) = before.max_by_key(|on| on.begin) else { continue };
        count += 1;
        if !logouts.iter().any(|ending| ending.logout.begin < off.end && on.begin < ending.over) {
            wrong.push(format!(
                "connection {connection} was logged on at {on:?} and not at {off:?}, without a Logout"
            ));
        }
    }
    (count, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_no_longer_logged_on_has_had_a_logout() {
        let (on, off) = (What::LoggedOn(Some(1)), What::LoggedOff(1));
        let spans = |events: &[(u64, u64, What)]| -> Vec<_> {
            events.iter().map(|(begin, end, what)| (Span { begin: *begin, end: *end }, *what)).collect()
        };
        let judged = |own: &[(u64, u64, What)], counterparty: &[(u64, u64, What)]| {
            let (count, wrong) = fallen(&spans(own), &spans(counterparty));
            (count, wrong.len())
        };
        let fell = [(11, 12, on), (21, 22, off)];
        assert_eq!(judged(&[(11, 12, on), (21, 22, What::LoggedOff(2))], &[]), (0, 0), "another connection");
        assert_eq!(judged(&[(11, 22, on), (21, 23, off)], &[]), (0, 0), "together: either order");
        assert_eq!(judged(&fell, &[]), (1, 1));
        for (begin, end) in [(15, 16), (5, 13), (20, 30)] {
            let logout = [(begin, end, What::Logout)];
            assert_eq!(judged(&[&fell[..], &logout].concat(), &[]), (1, 0), "{logout:?}");
            assert_eq!(judged(&fell, &logout), (1, 0), "the counterparty's {logout:?}");
        }
        let (early, late) = ((1, 2, What::Logout), (25, 26, What::Logout));
        assert_eq!(judged(&[fell[0], fell[1], early, late], &[late]), (1, 1), "not within");
        assert_eq!(judged(&fell, &[early]), (1, 0), "the counterparty's may take its time");
        assert_eq!(
            judged(&fell, &[early, (3, 12, What::LoggedOn(None))]),
            (1, 0),
            "perhaps not carried out before"
        );
        assert_eq!(judged(&fell, &[early, (3, 10, What::LoggedOn(None))]), (1, 1), "carried out before");
    }

    fn judged(events: &[(u64, u64, What)]) -> usize {
        let events: Vec<_> =
            events.iter().map(|(begin, end, what)| (Span { begin: *begin, end: *end }, *what)).collect();
        contradictions(&events).len()
    }

    #[test]
    fn logged_on_after_a_logout_needs_a_logon_since() {
        let (on, logout) = (What::LoggedOn(None), What::Logout);
        assert_eq!(judged(&[(1, 2, on), (3, 4, logout)]), 0);
        assert_eq!(judged(&[(3, 6, logout), (4, 5, on)]), 0, "together: either order");
        assert_eq!(judged(&[(3, 4, logout), (5, 6, on)]), 1);
        assert_eq!(judged(&[(1, 2, What::Logon), (3, 4, logout), (5, 6, on)]), 1, "a Logon before it");
        assert_eq!(judged(&[(3, 4, logout), (5, 6, What::Logon), (7, 8, on)]), 0);
        assert_eq!(
            judged(&[(1, 4, What::Logon), (3, 5, logout), (7, 8, on)]),
            0,
            "the Logon may be the later"
        );
        assert_eq!(judged(&[(3, 4, logout), (5, 6, What::Logon), (7, 8, logout), (9, 10, on)]), 1);
    }

    #[test]
    fn a_logout_ends_the_connection_that_was_seen_before_it() {
        let seen = |connection| What::LoggedOn(Some(connection));
        let between = [(3, 4, What::Logout), (5, 6, What::Logon)];
        let history =
            |before, after| [&[(1, 2, seen(before))][..], &between, &[(7, 8, seen(after))]].concat();
        assert_eq!(judged(&history(1, 2)), 0);
        assert_eq!(judged(&history(1, 1)), 1);
    }

    #[test]
    fn numbers_follow_the_calls_and_none_comes_twice() {
        let sent = |begin, end, seq| (begin, end, What::Sent(seq));
        assert_eq!(judged(&[sent(1, 2, 5), sent(3, 4, 6)]), 0);
        assert_eq!(judged(&[sent(1, 4, 6), sent(2, 3, 5)]), 0, "together: either order");
        assert_eq!(judged(&[sent(1, 2, 6), sent(3, 4, 5)]), 1);
        assert_eq!(judged(&[sent(1, 3, 5), sent(2, 4, 5)]), 1);
    }
}
