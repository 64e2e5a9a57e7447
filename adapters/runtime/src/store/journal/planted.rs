//! Mistakes that can be switched on, to see that the tests of crashes find them. In tests only.

/// Whether a mistake is made on purpose: in tests of tests only.
macro_rules! planted {
    ($mistake:ident) => {{
        #[cfg(test)]
        let on = crate::store::journal::planted::is(crate::store::journal::planted::Mistake::$mistake);
        #[cfg(not(test))]
        let on = false;
        on
    }};
}

#[cfg(test)]
use std::cell::Cell;

/// A mistake.
#[cfg(test)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mistake {
    /// A batch is acknowledged without its sync.
    BatchNotSynced,
    /// A new file takes the place of the old one before it is synced.
    RenamedBeforeSynced,
    /// A new file takes the place of the old one and is never synced.
    NewFileNotSynced,
    /// The names are not synced when a new file has taken the place of the old one.
    NamesNotSynced,
    /// A reset empties the old file instead of beginning another.
    ResetInPlace,
    /// A frame's checksum is not looked at.
    ChecksumIgnored,
    /// What stands at a torn end is left there.
    TornEndKept,
    /// All of a file that has a torn end is given up.
    TornEndTakesAll,
    /// A failed sync is forgotten.
    FailedSyncForgotten,
    /// When a new file could not be put in the place of the old one, the old one is believed in.
    DoubtForgotten,
    /// What is found at the opening is not synced.
    OpeningNotSynced,
}

#[cfg(test)]
thread_local! {
    static MISTAKE: Cell<Option<Mistake>> = const { Cell::new(None) };
}

#[cfg(test)]
pub(super) fn is(mistake: Mistake) -> bool {
    MISTAKE.get() == Some(mistake)
}

#[cfg(test)]
/// Makes the mistake as long as `with` runs.
pub(super) fn making<T>(mistake: Mistake, with: impl FnOnce() -> T) -> T {
    MISTAKE.set(Some(mistake));
    let result = with();
    MISTAKE.set(None);
    result
}
