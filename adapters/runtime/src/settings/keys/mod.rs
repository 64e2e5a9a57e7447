//! Every key, in tables. The reader, the page and the tests work with the same tables.

mod connection;
mod identity;
mod later;
mod limits;
mod logs;
mod session;
mod session_time;
mod stores;
mod switches;
mod tls;
mod validation;

use super::key::{Dialects, Key};

/// Keys that belong together. Example: [`groups`].
#[derive(Clone, Copy, Debug)]
pub struct KeyGroup {
    /// A heading.
    pub title: &'static str,
    /// What they have in common.
    pub about: &'static str,
    /// The keys.
    pub keys: &'static [Key],
}

/// Every key, in the order of the page.
///
/// ```
/// use sansfix_runtime::settings::groups;
///
/// assert_eq!(groups()[0].title, "Identity");
/// assert!(groups().iter().all(|group| !group.about.is_empty() && !group.keys.is_empty()));
/// ```
#[must_use]
pub fn groups() -> &'static [KeyGroup] {
    GROUPS
}

/// The key that is applied before all others.
pub(super) const PROFILE: &str = "Profile";

const GROUPS: &[KeyGroup] = &[
    KeyGroup {
        title: "Identity",
        about: "Who talks to whom, and which side connects.",
        keys: identity::KEYS,
    },
    KeyGroup {
        title: "Session",
        about: "How the session behaves. Flags default to what the standard asks for.",
        keys: session::KEYS,
    },
    KeyGroup {
        title: "Connection",
        about: "Where the session connects to, or listens. Sessions that listen at the same address share it.",
        keys: connection::KEYS,
    },
    KeyGroup {
        title: "Validation",
        about: "How incoming messages are checked against a dictionary. Without one, only the session's own rules hold.",
        keys: validation::KEYS,
    },
    KeyGroup {
        title: "Limits",
        about: "What a slow, silent or hostile counterparty can cost.",
        keys: limits::KEYS,
    },
    KeyGroup {
        title: "Where the standard and common engines differ",
        about: "One switch for each difference, all ours. `Profile=Standard` has all of them N, `Profile=Compatible` all Y.",
        keys: switches::KEYS,
    },
    KeyGroup {
        title: "Session time",
        about: "Outside session time an acceptor sends connections away and an initiator dials none. When it begins, both numbers \
                begin at 1, once, whether the session is disabled, connected (it logs out first) or was not running at that \
                moment; equal times are a full day or week, one after the other. A time that a change of daylight saving time \
                skips is as much later as the clock is put forward; of one that comes twice the first counts. An empty value \
                takes an inherited one away. `sansfix config check` says when a session is open.",
        keys: session_time::KEYS,
    },
    KeyGroup {
        title: "TLS",
        about: "Each engine has names of its own for the same few files and choices. Files are PEM and read at the start; \
                where two keys name the same thing, the last in the file counts. Sessions that listen at the same address \
                share its TLS.",
        keys: tls::KEYS,
    },
    KeyGroup { title: "Proxies", about: "Connections are made directly.", keys: later::PROXIES },
    KeyGroup {
        title: "Stores",
        about: "Where messages and numbers are kept: in memory, or in a journal. `sansfix store DIR` shows what the journals of \
                a directory hold.",
        keys: stores::STORES,
    },
    KeyGroup {
        title: "Logs",
        about: "Files as QuickFIX/n and C++ write them, with passwords and raw data hidden; and what `sansfix serve` and \
                `sansfix connect` print.",
        keys: logs::LOGS,
    },
];

/// The key that `written` names, and what follows its name.
pub(super) fn find(written: &str) -> Option<(&'static Key, &str)> {
    all().find_map(|key| key.suffix_of(written).map(|suffix| (key, suffix)))
}

/// The key that `written` probably means.
pub(super) fn nearest(written: &str) -> Option<&'static str> {
    super::nearest::nearest(written, all().map(|key| key.name))
}

fn all() -> impl Iterator<Item = &'static Key> {
    GROUPS.iter().flat_map(|group| group.keys)
}

const fn dialects(cpp: bool, java: bool, net: bool, go: bool) -> Dialects {
    Dialects { cpp, java, net, go }
}

const ALL: Dialects = dialects(true, true, true, true);
const OURS: Dialects = dialects(false, false, false, false);
const CPP: Dialects = dialects(true, false, false, false);
const JAVA: Dialects = dialects(false, true, false, false);
const NET: Dialects = dialects(false, false, true, false);
const GO: Dialects = dialects(false, false, false, true);
const CPP_JAVA: Dialects = dialects(true, true, false, false);
const CPP_JAVA_NET: Dialects = dialects(true, true, true, false);
const CPP_NET: Dialects = dialects(true, false, true, false);
const JAVA_NET: Dialects = dialects(false, true, true, false);
const JAVA_NET_GO: Dialects = dialects(false, true, true, true);
const JAVA_GO: Dialects = dialects(false, true, false, true);
const NET_GO: Dialects = dialects(false, false, true, true);

/// A table of keys: name, what may follow it, engines that have it, what it takes and does; default; meaning.
macro_rules! keys {
    ($($name:literal, $suffix:ident, $dialects:ident, $setting:expr; $default:literal; $meaning:literal;)*) => {
        &[$($crate::settings::key::Key {
            name: $name,
            suffix: $crate::settings::key::Suffix::$suffix,
            dialects: super::$dialects,
            default: $default,
            meaning: $meaning,
            setting: $setting,
        }),*]
    };
}
use keys;
