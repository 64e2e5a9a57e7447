//! Tag=value on the wire: framing, a borrowed view of a message, and encoding in place.
//!
//! Decides what is a well-formed message and what is garbled (FIX 4.4 volume 2, "Message format" and "Garbled
//! messages"). It knows nothing of sessions and nothing of dictionaries.

mod body;
mod calendar;
mod checksum;
mod data_pairs;
mod display;
mod encode;
mod field;
mod frame;
mod group;
mod head;
mod header;
mod message;
mod number;
mod prebuilt;
mod scan;
mod timestamp;
mod value;

pub use body::{Body, BodyError};
pub use checksum::checksum;
pub use data_pairs::data_tag_of;
pub use display::{Readable, is_secret};
pub use encode::Encoder;
pub use field::{Field, Fields, MalformedField};
pub use frame::{Frame, Garbled, frame};
pub use group::{Group, Groups};
pub use header::{Header, Span};
pub use message::Message;
pub use number::{parse_seq_num, parse_u64};
pub use timestamp::{Precision, TimestampError, parse_timestamp, write_timestamp};
pub use value::Value;

/// The byte that ends every field.
pub const SOH: u8 = 0x01;
