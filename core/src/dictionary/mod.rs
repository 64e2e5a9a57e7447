//! What messages may hold: a data dictionary, and the check of a message against it.
//!
//! A [`Dictionary`] is built field by field and message by message with a [`DictionaryBuilder`]; reading one from a
//! file is not done here. A [`Validator`] holds the dictionaries of one session and finds the first [`Violation`] of
//! a message. No dictionary is needed to run a session.
//!
//! What decides which problem is named when a message has several:
//! 1. MsgType(35), and in FIXT.1.1 the application version: without them nothing else can be looked up.
//! 2. Every field in the order it stands in the message: malformed; unknown, or foreign to this message type; out of
//!    its section; repeated; without a value; of the wrong format; not among the allowed values. Members of a group
//!    are examined the same way where they stand, then the entry's required members, then the group's count.
//! 3. Required fields that never came, in the dictionary's order: header, body, trailer.
//!
//! The first three fields of a message and its CheckSum(10) are the framing's matter and not examined again. What
//! depends on the session is not decided here: CompIDs, SendingTime, OrigSendingTime with PossDupFlag, numbers.

mod builder;
mod check;
mod definition;
mod error;
mod field_type;
mod format;
mod seen;
mod validation;
mod validator;
mod values;
mod violation;

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod validator_tests;

pub use builder::{DictionaryBuilder, MemberSpec};
pub use definition::{
    Dictionary, FieldDefinition, MAX_GROUP_DEPTH, MAX_MEMBERS, Member, Members, MessageDefinition,
};
pub use error::DictionaryError;
pub use field_type::FieldType;
pub use validation::Validation;
pub use validator::Validator;
pub use violation::Violation;
