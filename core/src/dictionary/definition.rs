//! A data dictionary: which fields exist, and which of them a message may hold.
//!
//! The members of a message, of its header and trailer, and of each group entry are one level each, a [`Members`].

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::builder::DictionaryBuilder;
use super::field_type::FieldType;
use super::seen::Seen;
use super::tag_table::TagTable;
use super::values::Values;
use crate::tags::Tag;

/// The most members one level may have. A check marks those it has met in a fixed bit set; the largest message of
/// FIX 5.0 SP2 has about 600 on one level.
pub const MAX_MEMBERS: usize = 1024;

/// How deep groups may be nested: a check descends into each level. The standard's own messages stay below 8.
pub const MAX_GROUP_DEPTH: usize = 16;

/// A data dictionary. Made by [`Dictionary::builder`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dictionary {
    pub(super) name: Box<str>,
    /// Sorted by tag.
    pub(super) fields: Box<[FieldDefinition]>,
    /// Sorted by MsgType.
    pub(super) messages: Box<[MessageDefinition]>,
    /// The [`type_key`] of each message.
    pub(super) type_keys: Box<[u64]>,
    /// The members of the header, then those of the trailer.
    pub(super) frame: Members,
    pub(super) header_len: usize,
    /// Those members of `frame` that the framing has read: every message has them.
    pub(super) framed: Seen,
}

impl Dictionary {
    /// Begins a dictionary. `name` is for people, usually the version: `FIX.4.4`.
    #[must_use]
    pub fn builder(name: &str) -> DictionaryBuilder {
        DictionaryBuilder::new(name)
    }

    /// The name it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every field, sorted by tag.
    #[must_use]
    pub fn fields(&self) -> &[FieldDefinition] {
        &self.fields
    }

    /// The field with this tag.
    #[must_use]
    pub fn field(&self, tag: Tag) -> Option<&FieldDefinition> {
        let at = self.fields.binary_search_by_key(&tag, |field| field.tag).ok()?;
        self.fields.get(at)
    }

    /// Every message, sorted by MsgType.
    #[must_use]
    pub fn messages(&self) -> &[MessageDefinition] {
        &self.messages
    }

    /// The message of this MsgType(35).
    #[must_use]
    pub fn message(&self, msg_type: &[u8]) -> Option<&MessageDefinition> {
        let key = type_key(msg_type);
        let first = self.type_keys.partition_point(|known| *known < key);
        let candidates = self.messages.get(first..)?.iter();
        candidates
            .take_while(|message| type_key(&message.msg_type) == key)
            .find(|message| *message.msg_type == *msg_type)
    }

    /// The members of the standard header, in the order they were given.
    #[must_use]
    pub fn header(&self) -> &[Member] {
        self.frame.list.get(..self.header_len).unwrap_or_default()
    }

    /// The members of the standard trailer, in the order they were given.
    #[must_use]
    pub fn trailer(&self) -> &[Member] {
        self.frame.list.get(self.header_len..).unwrap_or_default()
    }
}

/// The first eight bytes of a MsgType as a number in the same order: all of it, for every type of the standard.
pub(super) fn type_key(msg_type: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(msg_type) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

/// A field: its tag, name, type and allowed values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldDefinition {
    pub(super) tag: Tag,
    pub(super) field_type: FieldType,
    pub(super) values: Values,
    pub(super) name: Box<str>,
}

impl FieldDefinition {
    /// The tag.
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// The name, as the dictionary has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The data type.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        self.field_type
    }

    /// The allowed values, sorted but for those of one byte, which come first. None means that any value is allowed.
    #[must_use]
    pub fn values(&self) -> Vec<Box<[u8]>> {
        self.values.list()
    }

    /// Whether the value is allowed; each of them in a field of several values.
    #[must_use]
    pub fn allows(&self, value: &[u8]) -> bool {
        self.values.allow(self.field_type, value)
    }
}

/// A message: its type, name and what its body may hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageDefinition {
    pub(super) msg_type: Box<[u8]>,
    pub(super) name: Box<str>,
    pub(super) members: Members,
}

impl MessageDefinition {
    /// MsgType(35)
    #[must_use]
    pub fn msg_type(&self) -> &[u8] {
        &self.msg_type
    }

    /// The name, as the dictionary has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The body.
    #[must_use]
    pub fn members(&self) -> &Members {
        &self.members
    }
}

/// The fields that may stand on one level: a body, or an entry of a group.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Members {
    /// In the order they were given: a member's place here is its number in the bit sets.
    pub(super) list: Box<[Member]>,
    /// Where each stands in `list`.
    pub(super) by_tag: TagTable,
    /// One bit for each member that is required.
    pub(super) required: Box<[u64]>,
}

impl Members {
    /// The members in the order they were given. That of a group begins with its delimiter.
    #[must_use]
    pub fn list(&self) -> &[Member] {
        &self.list
    }

    /// The member with this tag.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<&Member> {
        self.list.get(self.position(tag)?)
    }

    /// Where the member with this tag stands in the list.
    pub(super) fn position(&self, tag: Tag) -> Option<usize> {
        self.by_tag.position(tag)
    }
}

/// A field that may stand on a level.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    pub(super) tag: Tag,
    pub(super) required: bool,
    /// Where the field stands in the dictionary's list of fields.
    pub(super) field: u32,
    /// Its own place in the list; when it was given again, the place of the member before that. An entry that has
    /// come beyond this place cannot hold it any more.
    pub(super) last: u16,
    /// Shared by all members with equal groups: the same component in many messages.
    pub(super) group: Option<Arc<Members>>,
}

impl Member {
    /// The tag.
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.tag
    }

    /// Whether it must be there; in a group: in every entry.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// What the entries of the group may hold that this field counts, if it counts one.
    #[must_use]
    pub fn group(&self) -> Option<&Members> {
        self.group.as_deref()
    }
}
