//! What the directory of a session's journal is called.

use std::fmt::Write as _;

use sansfix::config::{Identity, Ids};

/// A name for the directory of a session's journal: BeginString, sender and target, as in `FIX.4.4~DESK~VENUE`; a
/// SubID follows its CompID after a `+`, a LocationID after a `@`. No two identities have the same: bytes other than letters,
/// digits, `.`, `-` and `_` are written as `%` and two digits.
///
/// ```
/// use sansfix::{BeginString, config::Identity};
/// let identity = Identity::new(BeginString::Fix44, "DESK", "VENUE/A");
/// assert_eq!(sansfix_runtime::store::journal::directory_name(&identity), "FIX.4.4~DESK~VENUE%2FA");
/// ```
#[must_use]
pub fn directory_name(identity: &Identity) -> String {
    let mut name = String::from(identity.begin_string.as_str());
    for party in [&identity.sender, &identity.target] {
        name.push('~');
        add_party(&mut name, party);
    }
    name
}

fn add_party(name: &mut String, party: &Ids) {
    add_escaped(name, &party.comp_id);
    for (mark, part) in [('+', &party.sub_id), ('@', &party.location_id)] {
        if let Some(part) = part {
            name.push(mark);
            add_escaped(name, part);
        }
    }
}

/// Appends `part`, with everything but ASCII letters, digits, `.`, `-` and `_` as `%` and two digits.
pub(crate) fn add_escaped(name: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            name.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sansfix::BeginString;

    use super::*;

    #[test]
    fn what_a_file_system_takes_stands_as_it_is() {
        let mut identity = Identity::new(BeginString::Fix44, "DESK-1", "a_b.C/ß~");
        identity.sender.sub_id = Some("s".into());
        identity.sender.location_id = Some("l".into());
        assert_eq!(directory_name(&identity), "FIX.4.4~DESK-1+s@l~a_b.C%2F%C3%9F%7E");
    }

    #[test]
    fn no_two_identities_share_a_directory() {
        let parts = [None, Some(""), Some("A"), Some("A+B"), Some("A~B"), Some("%41"), Some("ä")];
        let mut names = BTreeSet::new();
        let mut count = 0;
        for comp in ["A", "A+", "A~A", "A%2B", "a-b"] {
            for sub in parts {
                for location in parts {
                    let party = |text: Option<&str>| text.map(Box::from);
                    let mut identity = Identity::new(BeginString::Fix44, comp, "B");
                    identity.sender.sub_id = party(sub);
                    identity.sender.location_id = party(location);
                    let name = directory_name(&identity);
                    assert!(name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/'), "{name}");
                    count += 1;
                    names.insert(name);
                }
            }
        }
        assert_eq!(names.len(), count);
    }
}
