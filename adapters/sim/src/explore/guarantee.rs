//! The guarantees that a pair is judged by, and what it is to break one.

use std::fmt;

macro_rules! guarantees {
    ($($name:ident $text:literal;)*) => {
        /// What can be broken. The numbers are those of the list of guarantees.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Guarantee {
            $(#[doc = $text] $name,)*
        }

        impl Guarantee {
            /// All that two sides are judged by, here or in a [`Simulation`](crate::Simulation).
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it says, in short.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

guarantees! {
    G1 "numbers never fall except by a reset that both sides can see";
    G2 "no number is used for two contents, nor twice without PossDupFlag";
    G3 "what leaves has been saved";
    G4 "the number expected never runs ahead of what was sent";
    G5 "after a clean logout the next logon continues exactly";
    G6 "any other end heals at the next logon without loss or reuse";
    G7 "a crash between any two actions reuses no number";
    G8 "memory equals disk when everything was done";
    G9 "what is delivered is a prefix of what was committed";
    G10 "nothing below the number expected is undelivered";
    G11 "a number is delivered once in a process's life";
    G12 "nothing is delivered before the logon or after the counterparty's Logout";
    G13 "a replay carries application messages and Rejects as they were, marked as such";
    G14 "a replay covers exactly what was asked for";
    G15 "one ResendRequest for a gap, and a bound for each fault";
    G16 "two engines never enter an endless exchange";
    G20 "what one session sends the other can read";
    G24 "a Logout in any state is carried out, and only a Logon takes it back";
    G26 "nothing new leaves between our Logout and the next Logon";
    G27 "every Logout ends within its limit";
    G28 "when faults stop both sides are active with equal numbers";
}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A guarantee that is broken, and how.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Broken {
    /// Which
    pub guarantee: Guarantee,
    /// How
    pub what: String,
}

impl Broken {
    pub(super) fn new(guarantee: Guarantee, what: String) -> Self {
        Self { guarantee, what }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.guarantee, self.guarantee.text(), self.what)
    }
}

impl std::error::Error for Broken {}
