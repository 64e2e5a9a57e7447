//! Whether a message names the parties of this session: BeginString(8), CompIDs, SubIDs, LocationIDs.

use crate::config::{Config, Identity};
use crate::tags::{self, Tag};
use crate::wire::Message;

pub(super) fn begin_string_matches(config: &Config, message: &Message<'_>) -> bool {
    message.begin_string() == config.identity.begin_string.as_bytes()
}

/// The first field that names another party. The counterparty's sender is our target, and the other way round. SubIDs,
/// and LocationIDs where the version has them, are compared where the session is configured with them.
pub(super) fn wrong_party(config: &Config, message: &Message<'_>) -> Option<Tag> {
    let Identity { begin_string, sender, target } = &config.identity;
    if message.sender_comp_id() != Some(target.comp_id.as_bytes()) {
        return Some(tags::SENDER_COMP_ID);
    }
    if message.target_comp_id() != Some(sender.comp_id.as_bytes()) {
        return Some(tags::TARGET_COMP_ID);
    }
    let further = [
        (&target.sub_id, tags::SENDER_SUB_ID, true),
        (&sender.sub_id, tags::TARGET_SUB_ID, true),
        (&target.location_id, tags::SENDER_LOCATION_ID, begin_string.has_location_ids()),
        (&sender.location_id, tags::TARGET_LOCATION_ID, begin_string.has_location_ids()),
    ];
    further.into_iter().find_map(|(expected, tag, exists)| {
        let expected = expected.as_deref().filter(|_| exists)?;
        (message.header_field(tag) != Some(expected.as_bytes())).then_some(tag)
    })
}
