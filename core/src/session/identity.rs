//! Whether a message names the parties of this session: BeginString(8), CompIDs, SubIDs, LocationIDs.

use crate::config::{Config, Ids};
use crate::tags;
use crate::wire::Message;

pub(super) fn begin_string_matches(config: &Config, message: &Message<'_>) -> bool {
    message.begin_string() == config.identity.begin_string.as_bytes()
}

/// The counterparty's sender is our target, and the other way round. SubIDs and LocationIDs are compared where the
/// session is configured with them.
pub(super) fn parties_match(config: &Config, message: &Message<'_>) -> bool {
    let identity = &config.identity;
    let comp_id = |written: Option<&[u8]>, expected: &Ids| written == Some(expected.comp_id.as_bytes());
    comp_id(message.sender_comp_id(), &identity.target)
        && comp_id(message.target_comp_id(), &identity.sender)
        && further_ids_match(&identity.target, message, tags::SENDER_SUB_ID, tags::SENDER_LOCATION_ID)
        && further_ids_match(&identity.sender, message, tags::TARGET_SUB_ID, tags::TARGET_LOCATION_ID)
}

fn further_ids_match(ids: &Ids, message: &Message<'_>, sub_id: u32, location_id: u32) -> bool {
    let matches = |expected: &Option<_>, tag| {
        expected.as_ref().is_none_or(|expected: &alloc::boxed::Box<str>| {
            message.header_field(tag) == Some(expected.as_bytes())
        })
    };
    matches(&ids.sub_id, sub_id) && matches(&ids.location_id, location_id)
}
