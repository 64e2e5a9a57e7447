//! Building a dictionary part by part. Every part is checked when it is added, so that building cannot fail.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::definition::{
    Dictionary, FieldDefinition, MAX_GROUP_DEPTH, MAX_MEMBERS, MessageDefinition, type_key,
};
use super::error::DictionaryError;
use super::field_type::FieldType;
use super::levels::LevelBuilder;
use super::values::Values;
use crate::tags::{self, Tag};

/// What the framing has read and checked before any dictionary is asked.
const FRAMED: [Tag; 4] = [tags::BEGIN_STRING, tags::BODY_LENGTH, tags::MSG_TYPE, tags::CHECK_SUM];

/// A member of a header, body, trailer or group that is being added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberSpec {
    /// The field. Defined before.
    pub tag: Tag,
    /// Whether it must be there; in a group: in every entry.
    pub required: bool,
    /// The members of the group that the field counts, the delimiter first.
    pub group: Option<Vec<MemberSpec>>,
}

impl MemberSpec {
    /// A field that must be there.
    #[must_use]
    pub fn required(tag: Tag) -> Self {
        Self { tag, required: true, group: None }
    }

    /// A field that may be there.
    #[must_use]
    pub fn optional(tag: Tag) -> Self {
        Self { tag, required: false, group: None }
    }

    /// The same field counting the entries of a group with these members, the delimiter first.
    #[must_use]
    pub fn group(mut self, members: Vec<MemberSpec>) -> Self {
        self.group = Some(members);
        self
    }
}

/// Builds a [`Dictionary`]: fields first, then what uses them.
///
/// ```
/// use sansfix::dictionary::{Dictionary, FieldType, MemberSpec};
///
/// let mut builder = Dictionary::builder("FIX.4.4");
/// builder.field(55, "Symbol", FieldType::String)?.field(54, "Side", FieldType::Char)?;
/// builder.value(54, b"1")?.value(54, b"2")?;
/// builder.message(b"D", "NewOrderSingle", vec![MemberSpec::required(55), MemberSpec::required(54)])?;
/// let dictionary = builder.build();
/// assert!(dictionary.message(b"D").is_some_and(|order| order.members().get(55).is_some()));
/// # Ok::<(), sansfix::dictionary::DictionaryError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DictionaryBuilder {
    name: Box<str>,
    fields: BTreeMap<Tag, FieldSpec>,
    tags: BTreeMap<Box<str>, Tag>,
    header: Vec<MemberSpec>,
    trailer: Vec<MemberSpec>,
    messages: BTreeMap<Box<[u8]>, MessageSpec>,
}

#[derive(Clone, Debug)]
struct MessageSpec {
    name: Box<str>,
    members: Vec<MemberSpec>,
}

#[derive(Clone, Debug)]
struct FieldSpec {
    name: Box<str>,
    field_type: FieldType,
    values: BTreeSet<Box<[u8]>>,
}

impl DictionaryBuilder {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            fields: BTreeMap::new(),
            tags: BTreeMap::new(),
            header: Vec::new(),
            trailer: Vec::new(),
            messages: BTreeMap::new(),
        }
    }

    /// Adds a field.
    ///
    /// # Errors
    /// [`DictionaryError::NoTag`], [`DictionaryError::DuplicateTag`], [`DictionaryError::DuplicateName`].
    pub fn field(
        &mut self,
        tag: Tag,
        name: &str,
        field_type: FieldType,
    ) -> Result<&mut Self, DictionaryError> {
        if tag == 0 {
            return Err(DictionaryError::NoTag);
        }
        if self.fields.contains_key(&tag) {
            return Err(DictionaryError::DuplicateTag { tag });
        }
        if let Some(first) = self.tag_of(name) {
            return Err(DictionaryError::DuplicateName { name: name.into(), first, second: tag });
        }
        self.tags.insert(name.into(), tag);
        self.fields.insert(tag, FieldSpec { name: name.into(), field_type, values: BTreeSet::new() });
        Ok(self)
    }

    /// Allows a value for a field. A field without any may have every value. Allowing one twice is no error.
    ///
    /// # Errors
    /// [`DictionaryError::UnknownField`], [`DictionaryError::EmptyValue`].
    pub fn value(&mut self, tag: Tag, value: &[u8]) -> Result<&mut Self, DictionaryError> {
        if value.is_empty() {
            return Err(DictionaryError::EmptyValue { tag });
        }
        let field = self.fields.get_mut(&tag).ok_or(DictionaryError::UnknownField { tag })?;
        field.values.insert(value.into());
        Ok(self)
    }

    /// The tag of the field of this name.
    #[must_use]
    pub fn tag_of(&self, name: &str) -> Option<Tag> {
        self.tags.get(name).copied()
    }

    /// Sets the members of the standard header, in place of those set before.
    ///
    /// # Errors
    /// Those of [`Self::message`] that concern members.
    pub fn header(&mut self, members: Vec<MemberSpec>) -> Result<&mut Self, DictionaryError> {
        self.admit(&members, 0)?;
        fits(members.len() + self.trailer.len())?;
        self.header = members;
        Ok(self)
    }

    /// Sets the members of the standard trailer, in place of those set before.
    ///
    /// # Errors
    /// Those of [`Self::message`] that concern members.
    pub fn trailer(&mut self, members: Vec<MemberSpec>) -> Result<&mut Self, DictionaryError> {
        self.admit(&members, 0)?;
        fits(members.len() + self.header.len())?;
        self.trailer = members;
        Ok(self)
    }

    /// Adds a message with the members of its body. The order of members binds inside groups only. A member given
    /// twice on one level may stand at either place there, and is required when either says so.
    ///
    /// # Errors
    /// [`DictionaryError::EmptyMsgType`], [`DictionaryError::DuplicateMessage`], and for members
    /// [`DictionaryError::UnknownField`], [`DictionaryError::EmptyGroup`], [`DictionaryError::TooManyMembers`],
    /// [`DictionaryError::TooDeep`].
    pub fn message(
        &mut self,
        msg_type: &[u8],
        name: &str,
        members: Vec<MemberSpec>,
    ) -> Result<&mut Self, DictionaryError> {
        if msg_type.is_empty() {
            return Err(DictionaryError::EmptyMsgType { name: name.into() });
        }
        if let Some(first) = self.messages.get(msg_type) {
            let first = first.name.clone();
            return Err(DictionaryError::DuplicateMessage { first, second: name.into() });
        }
        self.admit(&members, 0)?;
        self.messages.insert(msg_type.into(), MessageSpec { name: name.into(), members });
        Ok(self)
    }

    fn admit(&self, members: &[MemberSpec], depth: usize) -> Result<(), DictionaryError> {
        if depth > MAX_GROUP_DEPTH {
            return Err(DictionaryError::TooDeep);
        }
        fits(members.len())?;
        for member in members {
            let tag = member.tag;
            if !self.fields.contains_key(&tag) {
                return Err(DictionaryError::UnknownField { tag });
            }
            match &member.group {
                Some(group) if group.is_empty() => return Err(DictionaryError::EmptyGroup { tag }),
                Some(group) => self.admit(group, depth + 1)?,
                None => {}
            }
        }
        Ok(())
    }

    /// The dictionary.
    #[must_use]
    pub fn build(self) -> Dictionary {
        let mut levels = LevelBuilder::new(self.fields.keys().copied());
        let header_len = self.header.iter().map(|member| member.tag).collect::<BTreeSet<Tag>>().len();
        let frame: Vec<MemberSpec> = self.header.into_iter().chain(self.trailer).collect();
        let frame = levels.members(&frame);
        let define = |(msg_type, spec): (Box<[u8]>, MessageSpec)| MessageDefinition {
            msg_type,
            name: spec.name,
            members: levels.members(&spec.members),
        };
        let messages: Box<[MessageDefinition]> = self.messages.into_iter().map(define).collect();
        Dictionary {
            name: self.name,
            fields: self.fields.into_iter().map(|(tag, spec)| spec.define(tag)).collect(),
            type_keys: messages.iter().map(|message| type_key(&message.msg_type)).collect(),
            messages,
            framed: FRAMED.into_iter().filter_map(|tag| frame.position(tag)).collect(),
            frame,
            header_len,
        }
    }
}

impl FieldSpec {
    fn define(self, tag: Tag) -> FieldDefinition {
        let values = Values::new(&self.values);
        FieldDefinition { tag, field_type: self.field_type, values, name: self.name }
    }
}

fn fits(members: usize) -> Result<(), DictionaryError> {
    if members > MAX_MEMBERS { Err(DictionaryError::TooManyMembers) } else { Ok(()) }
}
