//! Tag=value on the wire: framing, a borrowed view of a message, and encoding in place.
//!
//! Decides what is a well-formed message and what is garbled (FIX 4.4 volume 2, "Message format" and "Garbled
//! messages"). It knows nothing of sessions and nothing of dictionaries.
//!
//! ```
//! use sansfix::wire::{Decimal, Encoder, Frame, frame};
//!
//! let mut buffer = Vec::new();
//! let mut order = Encoder::begin(&mut buffer, b"FIX.4.4", b"D");
//! order.header_field(34, &2u64);
//! order.field(11, "ORDER-1");
//! order.field(44, &Decimal { mantissa: 10_125, scale: 2 });
//! order.finish();
//! assert_eq!(buffer, b"8=FIX.4.4\x019=31\x0135=D\x0134=2\x0111=ORDER-1\x0144=101.25\x0110=004\x01");
//!
//! let Frame::Message { message, taken } = frame(&buffer, 1 << 20) else { panic!("no message") };
//! assert_eq!(taken, buffer.len());
//! assert_eq!(message.msg_type(), b"D");
//! assert_eq!(message.seq().map(|seq| seq.get()), Some(2));
//! assert_eq!(message.get(44).and_then(Decimal::parse), Some(Decimal { mantissa: 10_125, scale: 2 }));
//! ```

mod body;
mod calendar;
mod checksum;
mod data_pairs;
mod decimal;
mod display;
mod encode;
mod field;
mod frame;
mod group;
mod head;
mod header;
mod message;
mod number;
#[cfg(feature = "seeded-bugs")]
mod planted;
mod prebuilt;
mod scan;
mod timestamp;
mod value;

pub use body::{Body, BodyError};
pub use checksum::checksum;
pub use data_pairs::data_tag_of;
pub use decimal::Decimal;
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
