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

#[cfg(test)]
macro_rules! mistakes {
    ($($name:ident breaks $guarantee:literal: $sentence:literal,)*) => {
        /// A mistake.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Mistake {
            $(#[doc = $sentence] $name,)*
        }

        impl Mistake {
            /// All of them.
            pub(super) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The guarantee of `docs/guarantees.md` that it breaks, as `G1`.
            pub(super) const fn guarantee(self) -> &'static str {
                match self { $(Self::$name => $guarantee,)* }
            }

            /// What is done wrong.
            pub(super) const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

#[cfg(test)]
mistakes! {
    BatchNotSynced breaks "G3": "A batch is acknowledged without its sync.",
    RenamedBeforeSynced breaks "G7": "A new file takes the place of the old one before it is synced.",
    NewFileNotSynced breaks "G3": "A new file takes the place of the old one and is never synced.",
    NamesNotSynced breaks "G3": "The names are not synced when a new file has taken the place of the old one.",
    ResetInPlace breaks "G7": "A reset empties the old file instead of beginning another.",
    ChecksumIgnored breaks "G7": "A frame's checksum is not looked at.",
    TornEndKept breaks "G7": "What stands at a torn end is left there.",
    TornEndTakesAll breaks "G7": "All of a file that has a torn end is given up.",
    FailedSyncForgotten breaks "G3": "A failed sync is forgotten.",
    DoubtForgotten breaks "G3": "When a new file could not be put in the place of the old one, the old one is believed in.",
    OpeningNotSynced breaks "G8": "What is found at the opening is not synced.",
}

#[cfg(test)]
thread_local! {
    static MISTAKE: Cell<Option<Mistake>> = const { Cell::new(None) };
}

#[cfg(test)]
pub(super) fn is(mistake: Mistake) -> bool {
    MISTAKE.get() == Some(mistake)
}

/// Makes the mistake on this thread as long as `with` runs, which may panic.
#[cfg(test)]
pub(super) fn making<T>(mistake: Mistake, with: impl FnOnce() -> T) -> T {
    struct Made;
    impl Drop for Made {
        fn drop(&mut self) {
            MISTAKE.set(None);
        }
    }
    MISTAKE.set(Some(mistake));
    let _made = Made;
    with()
}
