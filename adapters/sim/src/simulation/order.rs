//! The orders that a simulation sends by itself.

use sansfix::wire::{Precision, write_timestamp};
use sansfix::{BeginString, Now};

use crate::application::Outgoing;
use crate::pair::Side;

/// An order is due: what it is to be made of. What makes one is given to [`super::Simulation::with_orders`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderWanted {
    /// Who sends it.
    pub side: Side,
    /// Which of the run it is, counted over both sides from 0. When it cannot be sent, while logged out for one, the next
    /// has the same number.
    pub number: u64,
    /// The version of the sender's session.
    pub version: BeginString,
    /// The virtual clock.
    pub now: Now,
}

impl OrderWanted {
    /// A NewOrderSingle with what the standard requires in this version, and no more: a market order to buy 100, whose
    /// ClOrdID(11) tells it from every other.
    ///
    /// ```
    /// use sansfix::{BeginString, Now};
    /// use sansfix_sim::{OrderWanted, Side};
    ///
    /// let now = Now { mono_ns: 0, utc_ns: 1_790_000_000_000_000_000 };
    /// let wanted = OrderWanted { side: Side::Initiator, number: 7, version: BeginString::Fix44, now };
    /// let order = wanted.new_order_single();
    /// assert_eq!(order.msg_type, b"D");
    /// let fields = "11=Initiator-7|55=SIM|54=1|60=20260921-14:13:20.000|38=100|40=1|";
    /// assert_eq!(order.fields, fields.replace('|', "\x01").as_bytes());
    /// ```
    #[must_use]
    pub fn new_order_single(&self) -> Outgoing {
        let mut fields = format!("11={:?}-{}\u{1}", self.side, self.number).into_bytes();
        if self.version < BeginString::Fix44 {
            // HandlInst: automated.
            fields.extend_from_slice(b"21=1\x01");
        }
        fields.extend_from_slice(b"55=SIM\x0154=1\x01");
        if self.version >= BeginString::Fix42 {
            fields.extend_from_slice(b"60=");
            write_timestamp(&mut fields, self.now.utc_ns, Precision::Milliseconds);
            fields.push(1);
        }
        fields.extend_from_slice(b"38=100\x0140=1\x01");
        Outgoing { msg_type: b"D".to_vec(), fields }
    }
}
