//! What messages may hold: a data dictionary, and the check of a message against it.
//!
//! A [`Dictionary`] is built field by field and message by message with a [`DictionaryBuilder`]; reading one from a
//! file is not done here. A [`Validator`] holds the dictionaries of one session and finds the first [`Violation`] of
//! a message. No dictionary is needed to run a session.
//!
//! When a message has several problems, the first of these is named:
//! 1. an unknown MsgType(35), or in FIXT.1.1 an application version without a dictionary: without them nothing else
//!    can be looked up (reasons 11 and 18);
//! 2. the first field out of its section: header, body, trailer (14);
//! 3. the first required field that never came, in the dictionary's order: header, body, trailer (1);
//! 4. the first field that cannot stand where it stands (0, 2, 13, 17) or whose value is wrong (4, 6, 5; a length
//!    that its data has not is reason 5). A group
//!    counts as one field here: when it does not hold together (its count, its entries' order, a required member:
//!    16, 15, 13, 1), that is named before any value in it.
//!
//! "First" is the order of the message. The standard names no order; this is the one that common engines show.
//!
//! The first three fields of a message and its CheckSum(10) are the framing's matter and not examined again. What
//! depends on the session is not decided here: CompIDs, SendingTime, OrigSendingTime with PossDupFlag, numbers.

mod builder;
mod check;
mod definition;
mod error;
mod field_type;
mod format;
mod levels;
mod seen;
mod tag_table;
mod validation;
mod validator;
mod values;
mod violation;

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod members_tests;
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
