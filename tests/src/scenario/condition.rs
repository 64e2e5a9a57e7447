//! Conditions in square brackets: parts of a scenario that hold for some versions or one role only.

use super::version::{Role, Version};

/// What a condition is decided by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Surroundings {
    /// The version that is played.
    pub version: Version,
    /// The engine's role.
    pub role: Role,
}

/// One condition, such as `[>=FIX.4.2]` or `[acceptor]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// `[>=V]`
    From(Version),
    /// `[<V]`
    Before(Version),
    /// `[V]`
    Exactly(Version),
    /// `[initiator]`, `[acceptor]`
    Role(Role),
}

impl Condition {
    /// Reads what stands between the brackets.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let version =
            |name: &str| Version::from_name(name.trim()).ok_or_else(|| format!("`{name}` is no version"));
        if let Some(name) = text.strip_prefix(">=") {
            return version(name).map(Self::From);
        }
        if let Some(name) = text.strip_prefix('<') {
            return version(name).map(Self::Before);
        }
        match Role::from_name(text) {
            Some(role) => Ok(Self::Role(role)),
            None => version(text).map(Self::Exactly),
        }
    }

    /// Takes the conditions off the front of `text`.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn take_all(mut text: &str) -> Result<(Vec<Self>, &str), String> {
        let mut conditions = Vec::new();
        while let Some(rest) = text.strip_prefix('[') {
            let (inside, rest) = rest.split_once(']').ok_or("`[` without `]`")?;
            conditions.push(Self::parse(inside)?);
            text = rest.trim_start();
        }
        Ok((conditions, text))
    }

    /// Whether the condition holds.
    #[must_use]
    pub fn holds(self, there: Surroundings) -> bool {
        match self {
            Self::From(version) => there.version >= version,
            Self::Before(version) => there.version < version,
            Self::Exactly(version) => there.version == version,
            Self::Role(role) => there.role == role,
        }
    }
}

/// Whether every condition holds.
#[must_use]
pub(super) fn all_hold(conditions: &[Condition], there: Surroundings) -> bool {
    conditions.iter().all(|condition| condition.holds(there))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_in_a_row_must_all_hold() {
        let (conditions, rest) = Condition::take_all("[>=FIX.4.2][<FIX.5.0] [acceptor] 35=0").unwrap();
        assert_eq!(rest, "35=0");
        let at = |version, role| all_hold(&conditions, Surroundings { version, role });
        assert!(at(Version::Fix42, Role::Acceptor));
        assert!(at(Version::Fix44, Role::Acceptor));
        assert!(!at(Version::Fix41, Role::Acceptor));
        assert!(!at(Version::Fix50, Role::Acceptor));
        assert!(!at(Version::Fix44, Role::Initiator));
    }

    #[test]
    fn a_mistake_is_named() {
        assert_eq!(Condition::take_all("[>=FIX.4.9]x"), Err("`FIX.4.9` is no version".into()));
        assert_eq!(Condition::take_all("[acceptor 35=0"), Err("`[` without `]`".into()));
    }
}
