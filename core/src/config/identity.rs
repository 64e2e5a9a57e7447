//! Who the two parties of a session are.

use alloc::boxed::Box;
use alloc::string::String;

use crate::version::BeginString;

/// One party: CompID, and SubID and LocationID where they are used.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Ids {
    /// SenderCompID(49) or TargetCompID(56)
    pub comp_id: Box<str>,
    /// SenderSubID(50) or TargetSubID(57)
    pub sub_id: Option<Box<str>>,
    /// SenderLocationID(142) or TargetLocationID(143)
    pub location_id: Option<Box<str>>,
}

impl Ids {
    /// A party with a CompID only.
    #[must_use]
    pub fn new(comp_id: &str) -> Self {
        Self { comp_id: comp_id.into(), sub_id: None, location_id: None }
    }
}

/// A session's identity: BeginString(8) and both parties, as this side writes them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Identity {
    /// BeginString(8)
    pub begin_string: BeginString,
    /// This side: written as sender, expected as target.
    pub sender: Ids,
    /// The counterparty: written as target, expected as sender.
    pub target: Ids,
}

impl Identity {
    /// An identity with CompIDs only.
    #[must_use]
    pub fn new(begin_string: BeginString, sender_comp_id: &str, target_comp_id: &str) -> Self {
        Self { begin_string, sender: Ids::new(sender_comp_id), target: Ids::new(target_comp_id) }
    }

    /// The same session seen from the other side.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self { begin_string: self.begin_string, sender: self.target.clone(), target: self.sender.clone() }
    }
}

impl core::fmt::Display for Identity {
    /// `FIX.4.4:SENDER/SUB/LOCATION->TARGET`, the form operators know.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}->{}", self.begin_string.as_str(), party(&self.sender), party(&self.target))
    }
}

fn party(ids: &Ids) -> String {
    let mut name = String::from(&*ids.comp_id);
    for part in [&ids.sub_id, &ids.location_id].into_iter().flatten() {
        name.push('/');
        name.push_str(part);
    }
    name
}
