//! The versions and roles that a scenario can be played in.

use std::fmt;

use sansfix::{ApplVerId, BeginString};

/// A version as users name it: FIX 5.0 and later are application versions over FIXT.1.1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Version {
    /// FIX.4.0
    Fix40,
    /// FIX.4.1
    Fix41,
    /// FIX.4.2
    Fix42,
    /// FIX.4.3
    Fix43,
    /// FIX.4.4
    Fix44,
    /// FIX.5.0 over FIXT.1.1
    Fix50,
    /// FIX.5.0SP1 over FIXT.1.1
    Fix50Sp1,
    /// FIX.5.0SP2 over FIXT.1.1
    Fix50Sp2,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Self; 8] = [
        Self::Fix40,
        Self::Fix41,
        Self::Fix42,
        Self::Fix43,
        Self::Fix44,
        Self::Fix50,
        Self::Fix50Sp1,
        Self::Fix50Sp2,
    ];

    /// The name as scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fix40 => "FIX.4.0",
            Self::Fix41 => "FIX.4.1",
            Self::Fix42 => "FIX.4.2",
            Self::Fix43 => "FIX.4.3",
            Self::Fix44 => "FIX.4.4",
            Self::Fix50 => "FIX.5.0",
            Self::Fix50Sp1 => "FIX.5.0SP1",
            Self::Fix50Sp2 => "FIX.5.0SP2",
        }
    }

    /// The version of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }

    /// The transport version.
    #[must_use]
    pub const fn begin_string(self) -> BeginString {
        match self {
            Self::Fix40 => BeginString::Fix40,
            Self::Fix41 => BeginString::Fix41,
            Self::Fix42 => BeginString::Fix42,
            Self::Fix43 => BeginString::Fix43,
            Self::Fix44 => BeginString::Fix44,
            Self::Fix50 | Self::Fix50Sp1 | Self::Fix50Sp2 => BeginString::Fixt11,
        }
    }

    /// DefaultApplVerID(1137), over FIXT.1.1 only.
    #[must_use]
    pub const fn default_appl_ver_id(self) -> Option<ApplVerId> {
        match self {
            Self::Fix50 => Some(ApplVerId::Fix50),
            Self::Fix50Sp1 => Some(ApplVerId::Fix50Sp1),
            Self::Fix50Sp2 => Some(ApplVerId::Fix50Sp2),
            Self::Fix40 | Self::Fix41 | Self::Fix42 | Self::Fix43 | Self::Fix44 => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The role of the engine under test; the scenario plays the other one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// The engine connects and sends the first Logon.
    Initiator,
    /// The engine waits for a connection and answers its Logon.
    Acceptor,
}

impl Role {
    /// The name as scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Initiator => "initiator",
            Self::Acceptor => "acceptor",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Initiator, Self::Acceptor].into_iter().find(|role| role.name() == name)
    }
}
