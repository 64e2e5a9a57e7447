//! What is known of a key: who has it, what it takes, what it does.

use super::draft::Draft;
use super::session_time;
use super::value;

/// A key of the configuration.
///
/// ```
/// use sansfix_runtime::settings::{Suffix, groups};
///
/// let all = || groups().iter().flat_map(|group| group.keys);
/// let key = all().find(|key| key.name == "HeartBtInt").unwrap();
/// assert!(key.is_acted_on() && !key.is_secret() && key.dialects.cpp);
/// assert!(key.allowed().starts_with("a whole number from"));
/// let host = all().find(|key| key.name == "SocketConnectHost").unwrap();
/// assert_eq!(host.suffix, Suffix::Number, "SocketConnectHost1 is the second");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name, as the engines' manuals write it. It is compared without regard to case.
    pub name: &'static str,
    /// What may follow the name.
    pub suffix: Suffix,
    /// Which engines have it.
    pub dialects: Dialects,
    /// What holds without it, as it would be written; or words.
    pub default: &'static str,
    /// What it means, in one sentence or two.
    pub meaning: &'static str,
    pub(crate) setting: Setting,
}

/// What may follow a key's name. Example: [`Key`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suffix {
    /// Nothing.
    None,
    /// A number from 1 to 65,535: an alternative, or one more.
    Number,
    /// A dot and an application version: `.FIX.4.4`
    Version,
}

/// Which engines have a key; none has what is ours. Example: [`Key`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dialects {
    /// QuickFIX (C++)
    pub cpp: bool,
    /// QuickFIX/J
    pub java: bool,
    /// QuickFIX/n
    pub net: bool,
    /// QuickFIX/Go
    pub go: bool,
}

/// What a key takes and does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Setting {
    /// Y or N
    Flag(fn(&mut Draft, bool)),
    /// A whole number from the first to the second.
    Number(u64, u64, fn(&mut Draft, u64)),
    /// Anything that is not empty; an empty value takes an inherited one away.
    Text(fn(&mut Draft, &str)),
    /// What the text says is allowed. The function gets the name's suffix and the value, and says whether it took it.
    Custom(&'static str, fn(&mut Draft, &str, &str) -> bool),
    /// For something that is not there yet. The values do what would be done without the key.
    Later(&'static [&'static str]),
    /// For something that will not be there. The values do what is done anyway; the text says what happens.
    Unsupported(&'static [&'static str], &'static str),
    /// Not there yet, and going on without would be less safe than asked. The values do what is done anyway.
    Unsafe(&'static [&'static str], &'static str),
    /// For something that sansfix does not have, and does not miss.
    Needless,
}

impl Key {
    /// Whether the key does something.
    #[must_use]
    pub fn is_acted_on(&self) -> bool {
        matches!(
            self.setting,
            Setting::Flag(_) | Setting::Number(..) | Setting::Text(_) | Setting::Custom(..)
        )
    }

    /// What values it takes, in words; empty when they are not looked at.
    #[must_use]
    pub fn allowed(&self) -> String {
        match self.setting {
            Setting::Flag(_) => value::FLAG_ALLOWED.to_owned(),
            Setting::Number(from, to, _) => format!("a whole number from {from} to {to}"),
            Setting::Text(_) => "any text".to_owned(),
            Setting::Custom(allowed, _) => allowed.to_owned(),
            Setting::Later(_) | Setting::Unsupported(..) | Setting::Unsafe(..) | Setting::Needless => {
                String::new()
            }
        }
    }

    /// Whether its value may be a password.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        let password = self.name.contains("Password") && !matches!(self.setting, Setting::Flag(_));
        password || self.name == "LogonTag"
    }

    /// Whether a zone can stand in its value.
    pub(crate) fn names_zones(&self) -> bool {
        [session_time::TIME_ALLOWED, session_time::ZONE_ALLOWED].contains(&&*self.allowed())
    }

    /// What follows the name in `written`, when `written` is this key.
    pub(crate) fn suffix_of<'w>(&self, written: &'w str) -> Option<&'w str> {
        let (name, suffix) = written.split_at_checked(self.name.len())?;
        let fits = match self.suffix {
            _ if suffix.is_empty() => true,
            Suffix::None => false,
            Suffix::Number => suffix.parse::<u16>().is_ok_and(|n| n > 0) && !suffix.starts_with(['+', '0']),
            Suffix::Version => suffix.strip_prefix('.').and_then(value::version).is_some(),
        };
        (fits && name.eq_ignore_ascii_case(self.name)).then_some(suffix)
    }

    /// Gives `value` to `draft`; `false` when the key does not take it. Keys that are not acted on take everything.
    pub(crate) fn apply(&self, draft: &mut Draft, suffix: &str, value: &str) -> bool {
        match self.setting {
            Setting::Flag(set) => value::flag(value).map(|flag| set(draft, flag)).is_some(),
            Setting::Number(from, to, set) => {
                value::number(value, from, to).map(|number| set(draft, number)).is_some()
            }
            Setting::Text(set) => {
                set(draft, value);
                true
            }
            Setting::Custom(_, set) => set(draft, suffix, value),
            Setting::Later(_) | Setting::Unsupported(..) | Setting::Unsafe(..) | Setting::Needless => true,
        }
    }
}
