//! A guarantee that does not hold.

/// Which guarantee, and what was seen.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Broken {
    /// Its name, `G12`
    pub guarantee: &'static str,
    /// What was seen
    pub what: String,
}

impl Broken {
    pub(super) fn unless(
        holds: bool,
        guarantee: &'static str,
        what: impl FnOnce() -> String,
    ) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self { guarantee, what: what() }) }
    }
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.guarantee, self.what)
    }
}
