//! Repeating groups, read without a dictionary.
//!
//! An entry begins with the group's delimiter, the field that directly follows the count, and goes on while the tags
//! are members. Whether the count is right and the members are in order is for the dictionary to say.

use super::data_pairs::data_tag_of;
use super::field::Fields;
use super::number::parse_u64;
use crate::tags::Tag;

/// The entries of one repeating group. Made by [`super::Message::group`] and [`Group::group`].
#[derive(Clone)]
pub struct Groups<'a> {
    count: u64,
    rest: &'a [u8],
    members: &'a [Tag],
    /// The tag that begins each entry; 0 when there are no entries.
    delimiter: Tag,
}

impl<'a> Groups<'a> {
    /// What the NoXxx field says, 0 when it is no number; the entries present can be fewer or more.
    #[must_use]
    pub fn announced(&self) -> u64 {
        self.count
    }

    /// The entries that have not been read yet, and what follows them.
    pub(super) fn rest(&self) -> Fields<'a> {
        Fields::new(self.rest)
    }

    /// The group that `count_tag` announces among `fields`; without entries when it announces none.
    pub(super) fn find(mut fields: Fields<'a>, count_tag: Tag, members: &'a [Tag]) -> Self {
        let count = fields.by_ref().flatten().find(|field| field.tag == count_tag);
        let count = count.and_then(|field| parse_u64(field.value)).unwrap_or(0);
        let rest = fields.rest();
        let delimiter = match fields.next() {
            Some(Ok(first)) if count > 0 && members.contains(&first.tag) => first.tag,
            _ => 0,
        };
        Self { count, rest, members, delimiter }
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = Group<'a>;

    fn next(&mut self) -> Option<Group<'a>> {
        let mut fields = Fields::new(self.rest);
        let first = fields.next()?.ok()?;
        if first.tag != self.delimiter {
            return None;
        }
        let mut previous = first.tag;
        let mut end = self.rest.len() - fields.rest().len();
        while let Some(Ok(field)) = fields.next() {
            let belongs = self.members.contains(&field.tag) || data_tag_of(previous) == Some(field.tag);
            if field.tag == self.delimiter || !belongs {
                break;
            }
            previous = field.tag;
            end = self.rest.len() - fields.rest().len();
        }
        let (bytes, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(Group { bytes })
    }
}

impl core::iter::FusedIterator for Groups<'_> {}

/// One entry of a repeating group: from its delimiter to the next one.
#[derive(Clone, Copy)]
pub struct Group<'a> {
    bytes: &'a [u8],
}

impl<'a> Group<'a> {
    /// The fields of the entry, nested groups included.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(self.bytes)
    }

    /// The value of the first field with this tag.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<&'a [u8]> {
        self.fields().get(tag)
    }

    /// A group nested in this entry; see [`super::Message::group`].
    #[must_use]
    pub fn group(&self, count_tag: Tag, members: &'a [Tag]) -> Groups<'a> {
        Groups::find(self.fields(), count_tag, members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    const PARTIES: &[Tag] = &[448, 447, 452, 802, 523, 803];
    const SUB_IDS: &[Tag] = &[523, 803];

    fn parties(bytes: &str) -> Vec<u8> {
        bytes.replace('|', "\u{1}").into_bytes()
    }

    fn ids(groups: Groups<'_>, tag: Tag) -> Vec<&[u8]> {
        groups.filter_map(|entry| entry.get(tag)).collect()
    }

    #[test]
    fn entries_begin_at_the_delimiter_and_end_before_what_is_no_member() {
        let bytes = parties("11=A|453=2|448=X|447=D|448=Y|452=1|54=1|448=Z|");
        let groups = Groups::find(Fields::new(&bytes), 453, PARTIES);
        assert_eq!(groups.announced(), 2);
        assert_eq!(ids(groups.clone(), 448), [b"X", b"Y"]);
        let second: Vec<_> = groups.last().unwrap().fields().map(|field| field.unwrap().tag).collect();
        assert_eq!(second, [448, 452]);
    }

    #[test]
    fn nested_entries_belong_to_the_entry_they_stand_in() {
        let bytes = parties("453=2|448=X|802=2|523=a|803=1|523=b|448=Y|802=1|523=c|55=Z|");
        let nested: Vec<Vec<&[u8]>> = Groups::find(Fields::new(&bytes), 453, PARTIES)
            .map(|entry| ids(entry.group(802, SUB_IDS), 523))
            .collect();
        assert_eq!(nested, [vec![&b"a"[..], b"b"], vec![&b"c"[..]]]);
    }

    #[test]
    fn the_entries_present_count_and_not_the_number() {
        for (count, present) in [("1", 2), ("3", 2), ("0", 0), ("x", 0), ("", 0)] {
            let bytes = parties(&alloc::format!("453={count}|448=X|448=Y|"));
            assert_eq!(Groups::find(Fields::new(&bytes), 453, PARTIES).count(), present, "{count}");
        }
        for none in ["", "11=A|", "453=1|", "453=1|11=A|", "453=1|x|448=X|"] {
            let bytes = parties(none);
            assert_eq!(Groups::find(Fields::new(&bytes), 453, PARTIES).count(), 0, "{none}");
        }
    }

    #[test]
    fn data_belongs_with_its_length_and_a_malformed_field_ends_the_group() {
        let bytes = parties("33=2|58=x|354=3|355=a|b|58=y|nonsense|58=z|");
        let lines: Vec<_> = Groups::find(Fields::new(&bytes), 33, &[58, 354]).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].get(355), Some(&b"a\x01b"[..]));
        assert_eq!(lines[1].fields().count(), 1);
    }
}
