//! The body of a message as it is sent back: fields in ascending order of their tags, as the scripts expect it.
//!
//! What belongs together stays together and in its order: the entries of a repeating group behind their count, and
//! data behind its length.

use sansfix::tags::{Tag, is_trailer};
use sansfix::wire::{Field, Fields, SOH, data_tag_of};

/// The fields of `body`, sorted, each ended by SOH. Trailer fields and malformed ones are left out.
///
/// `is_member` says whether a tag can stand in an entry of the group that a count field announces (nested groups
/// included).
#[must_use]
pub fn sorted_body(body: Fields<'_>, is_member: impl Fn(Tag, Tag) -> bool) -> Vec<u8> {
    let mut units: Vec<(Tag, Vec<u8>)> = Vec::new();
    for field in body.flatten().filter(|field| !is_trailer(field.tag)) {
        match units.last_mut() {
            Some((first, unit)) if is_member(*first, field.tag) || data_tag_of(*first) == Some(field.tag) => {
                append(unit, field);
            }
            _ => {
                let mut unit = Vec::new();
                append(&mut unit, field);
                units.push((field.tag, unit));
            }
        }
    }
    units.sort_by_key(|(tag, _)| *tag);
    units.into_iter().flat_map(|(_, unit)| unit).collect()
}

fn append(bytes: &mut Vec<u8>, field: Field<'_>) {
    bytes.extend_from_slice(field.tag.to_string().as_bytes());
    bytes.push(b'=');
    bytes.extend_from_slice(field.value);
    bytes.push(SOH);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(body: &str) -> String {
        // 453 counts entries of 448, 447, 452 and 802, which counts 523 and 803.
        let is_member = |count, tag| count == 453 && matches!(tag, 448 | 447 | 452 | 802 | 523 | 803);
        let bytes = sorted_body(Fields::new(body.replace('|', "\x01").as_bytes()), is_member);
        String::from_utf8(bytes).unwrap().replace('\x01', "|")
    }

    #[test]
    fn fields_are_sorted() {
        assert_eq!(sorted("11=ID|21=3|40=1|54=1|38=100|55=X|"), "11=ID|21=3|38=100|40=1|54=1|55=X|");
    }

    #[test]
    fn groups_follow_their_count_in_their_own_order() {
        assert_eq!(
            sorted("60=t|453=2|448=A|447=D|802=1|523=S|803=1|448=B|447=C|11=ID|"),
            "11=ID|60=t|453=2|448=A|447=D|802=1|523=S|803=1|448=B|447=C|"
        );
        assert_eq!(sorted("454=0|22=8|453=0|"), "22=8|453=0|454=0|");
    }

    #[test]
    fn data_follows_its_length_and_may_hold_anything() {
        assert_eq!(sorted("58=t|354=5|355=a|b=c|11=ID|"), "11=ID|58=t|354=5|355=a|b=c|");
    }

    #[test]
    fn trailer_fields_are_left_out() {
        assert_eq!(sorted("58=t|11=ID|93=3|89=sig|"), "11=ID|58=t|");
    }
}
