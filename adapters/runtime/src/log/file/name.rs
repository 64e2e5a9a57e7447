//! What a session's log files are called.

use sansfix::config::{Identity, Ids};

use crate::store::journal::{add_escaped, directory_name};

/// Longer prefixes are cut: with what follows them, a name must stay below the 255 bytes of common file systems.
const MOST_BYTES: usize = 160;

/// What the names of a session's log files begin with: `FIX.4.4-SENDER_SUB_LOCATION-TARGET_SUB_LOCATION`, as other
/// engines and their viewers have it.
///
/// Bytes other than ASCII letters, digits, `.`, `-` and `_` are written as `%` and two digits. Where another identity
/// could have the same name (one of the IDs holds `-` or `_`, a LocationID stands without a SubID), also on a file
/// system that does not tell capitals from small letters (an ID holds a small letter), or the name would be too long, `~`
/// and eight digits that belong to the whole identity follow.
///
/// ```
/// use sansfix::{BeginString, config::Identity};
/// use sansfix_runtime::log::log_file_prefix;
/// let mut identity = Identity::new(BeginString::Fix44, "DESK", "VENUE/A");
/// identity.sender.sub_id = Some("7".into());
/// assert_eq!(log_file_prefix(&identity), "FIX.4.4-DESK_7-VENUE%2FA");
/// let identity = Identity::new(BeginString::Fix42, "desk-1", "VENUE");
/// assert_eq!(log_file_prefix(&identity), "FIX.4.2-desk-1-VENUE~BFBF979E");
/// ```
#[must_use]
pub fn log_file_prefix(identity: &Identity) -> String {
    let mut name = String::from(identity.begin_string.as_str());
    for party in [&identity.sender, &identity.target] {
        name.push('-');
        add_escaped(&mut name, &party.comp_id);
        for part in [&party.sub_id, &party.location_id].into_iter().flatten() {
            name.push('_');
            add_escaped(&mut name, part);
        }
    }
    let plain = is_plain(&identity.sender) && is_plain(&identity.target) && name.len() <= MOST_BYTES;
    if !plain {
        // Everything in it is ASCII.
        name.truncate(MOST_BYTES);
        let whole = crc32fast::hash(directory_name(identity).as_bytes());
        name.push_str(&format!("~{whole:08X}"));
    }
    name
}

/// Whether no other party is written alike.
fn is_plain(party: &Ids) -> bool {
    let parts = [Some(&party.comp_id), party.sub_id.as_ref(), party.location_id.as_ref()];
    let ambiguous = |byte: u8| b"-_".contains(&byte) || byte.is_ascii_lowercase();
    let plain = parts.into_iter().flatten().all(|part| !part.is_empty() && !part.bytes().any(ambiguous));
    plain && (party.sub_id.is_some() || party.location_id.is_none())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sansfix::BeginString;

    use super::*;

    #[test]
    fn no_two_identities_share_a_name_in_any_case_and_every_name_is_safe() {
        let parts = [None, Some(""), Some("A"), Some("a"), Some("A_B"), Some("A-B"), Some("%41"), Some("ä")];
        let (mut names, mut count) = (BTreeSet::new(), 0);
        let long = "X".repeat(300);
        let longer = "X".repeat(301);
        for comp in ["A", "a", "A_A", "A-B", "..", "../etc", "A\\B", "C:", &long, &longer] {
            for sub in parts {
                for location in parts {
                    for target in ["B", "B-B", "B_A", "b"] {
                        let mut identity = Identity::new(BeginString::Fix44, comp, target);
                        identity.sender.sub_id = sub.map(Box::from);
                        identity.sender.location_id = location.map(Box::from);
                        let name = log_file_prefix(&identity);
                        let safe = |byte: u8| byte.is_ascii_alphanumeric() || b".-_%~".contains(&byte);
                        assert!(name.bytes().all(safe) && name.starts_with("FIX.4.4-"), "{name}");
                        assert!(name.len() <= MOST_BYTES + 9, "{name}");
                        count += 1;
                        names.insert(name.to_ascii_lowercase());
                    }
                }
            }
        }
        assert_eq!(names.len(), count);
    }

    #[test]
    fn common_names_are_those_of_other_engines() {
        let mut identity = Identity::new(BeginString::Fixt11, "DESK", "VENUE1");
        assert_eq!(log_file_prefix(&identity), "FIXT.1.1-DESK-VENUE1");
        identity.target.sub_id = Some("OPS".into());
        identity.target.location_id = Some("NY".into());
        assert_eq!(log_file_prefix(&identity), "FIXT.1.1-DESK-VENUE1_OPS_NY");
    }
}
