//! Whether the session is meant to be up, and who says so.

use alloc::sync::Arc;

/// Who enabled or disabled a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// A person or a program at run time
    Operator,
    /// The configuration the process started with
    Configuration,
}

/// Whether the session is meant to be up. Durable: a session taken down stays down over a restart. Only a command
/// changes it, never the counterparty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intent {
    /// Meant to be up
    pub enabled: bool,
    /// Who said so
    pub by: Origin,
    /// When, nanoseconds since 1970-01-01T00:00:00Z
    pub at_utc_ns: i64,
    /// Why: the text of the Logout command
    pub why: Arc<str>,
}

impl Intent {
    /// Enabled by configuration: what a new session starts with.
    #[must_use]
    pub fn enabled_by_configuration() -> Self {
        Self { enabled: true, by: Origin::Configuration, at_utc_ns: 0, why: Arc::from("") }
    }
}

impl core::hash::Hash for Intent {
    /// Without the time, so that two runs of a model that differ in time alone meet.
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.enabled.hash(state);
        self.by.hash(state);
        self.why.hash(state);
    }
}
