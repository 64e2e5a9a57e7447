//! Repeating groups, read without a dictionary.

use super::field::Fields;
use crate::tags::Tag;

/// The entries of one repeating group. Made by [`super::Message::group`] and [`Group::group`].
#[derive(Clone, Debug)]
pub struct Groups<'a> {
    count: u64,
    rest: &'a [u8],
    members: &'a [Tag],
}

impl<'a> Groups<'a> {
    /// What the NoXxx field says; the entries present can be fewer or more.
    #[must_use]
    pub fn announced(&self) -> u64 {
        let _ = (self.rest, self.members);
        self.count
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = Group<'a>;

    fn next(&mut self) -> Option<Group<'a>> {
        todo!()
    }
}

/// One entry of a repeating group: from its delimiter to the next one.
#[derive(Clone, Copy, Debug)]
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
        let _ = (count_tag, members);
        todo!()
    }
}
