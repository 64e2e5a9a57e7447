//! What is wrong with a dictionary that is being built.

use alloc::boxed::Box;

use super::definition::{MAX_GROUP_DEPTH, MAX_MEMBERS};
use crate::tags::Tag;

/// A part that a dictionary cannot take. Nothing of the part was added.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DictionaryError {
    /// A field with tag 0.
    #[error("0 is no tag: tags begin with 1")]
    NoTag,
    /// A second field with the same tag.
    #[error("field {tag} is defined twice: keep one of the two definitions")]
    DuplicateTag {
        /// The tag.
        tag: Tag,
    },
    /// A second field of the same name.
    #[error("the name {name} is given to field {first} and to field {second}: rename one of them")]
    DuplicateName {
        /// The name.
        name: Box<str>,
        /// The field that has it.
        first: Tag,
        /// The field that was to have it too.
        second: Tag,
    },
    /// A value for, or a member with, a tag that no field has.
    #[error("field {tag} is not defined: define the field first")]
    UnknownField {
        /// The tag.
        tag: Tag,
    },
    /// An allowed value without any byte.
    #[error("an allowed value of field {tag} is empty: remove it")]
    EmptyValue {
        /// The field.
        tag: Tag,
    },
    /// A group without members has no delimiter.
    #[error("the group of field {tag} has no members: its first member is the delimiter of its entries")]
    EmptyGroup {
        /// The NoXxx field.
        tag: Tag,
    },
    /// More members on one level than [`MAX_MEMBERS`].
    #[error("more than {MAX_MEMBERS} members on one level of a message")]
    TooManyMembers,
    /// Groups nested deeper than [`MAX_GROUP_DEPTH`].
    #[error("groups are nested more than {MAX_GROUP_DEPTH} deep")]
    TooDeep,
    /// A message without MsgType.
    #[error("message {name} has an empty MsgType")]
    EmptyMsgType {
        /// The message's name.
        name: Box<str>,
    },
    /// A second message of the same MsgType.
    #[error("messages {first} and {second} have the same MsgType: change one of them")]
    DuplicateMessage {
        /// The message that has the type.
        first: Box<str>,
        /// The message that was to have it too.
        second: Box<str>,
    },
}
