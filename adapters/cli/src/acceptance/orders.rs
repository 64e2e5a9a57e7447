//! What the acceptor that the scripts expect does with orders and security definitions: it sends them back.
//!
//! Decides what becomes of each application message, for one session. The session layer, the dictionary and the
//! order of fields are not its business.

use std::collections::HashSet;

use sansfix::BeginString;
use sansfix::tags::Tag;
use sansfix::wire::Message;

/// ClOrdID(11)
const CL_ORD_ID: Tag = 11;
/// NewOrderSingle, MsgType(35)
const NEW_ORDER_SINGLE: &[u8] = b"D";
/// SecurityDefinition, MsgType(35)
const SECURITY_DEFINITION: &[u8] = b"d";
/// Email, MsgType(35)
const EMAIL: &[u8] = b"C";

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is sent back.
    Echo {
        /// With PossResend(97)=Y, as it came
        poss_resend: bool,
    },
    /// Nothing is answered.
    Silence,
    /// The type is not supported.
    Unsupported {
        /// Text(58)
        text: &'static str,
    },
}

/// The orders of one session.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// The ClOrdIDs that came since the logon.
    seen: HashSet<Box<[u8]>>,
}

impl Orders {
    /// Forgets every order, as at each logon.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    /// What becomes of an application message that came in sequence.
    pub fn answer(&mut self, message: &Message<'_>) -> Answer {
        let poss_resend = message.poss_resend();
        match message.msg_type() {
            NEW_ORDER_SINGLE => {
                let new = self.seen.insert(message.get(CL_ORD_ID).unwrap_or_default().into());
                if poss_resend && !new { Answer::Silence } else { Answer::Echo { poss_resend } }
            }
            SECURITY_DEFINITION | EMAIL => Answer::Echo { poss_resend },
            _ => Answer::Unsupported { text: unsupported(message.begin_string()) },
        }
    }
}

/// The words that the scripts of each version expect.
fn unsupported(begin_string: &[u8]) -> &'static str {
    match BeginString::from_bytes(begin_string) {
        Some(BeginString::Fix40 | BeginString::Fix41) => "Unsupported message type",
        _ => "Unsupported Message Type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::prepare::prepare;

    fn answer(orders: &mut Orders, version: &str, fields: &str) -> Answer {
        let text = format!("8={version}|{fields}34=2|49=TW|52=<TIME>|56=ISLD|11=ID|").replace('|', "\x01");
        let bytes = prepare(text.as_bytes(), 0);
        orders.answer(&Message::parse(&bytes).unwrap())
    }

    #[test]
    fn an_order_that_may_be_a_resend_is_answered_once_a_logon() {
        let mut orders = Orders::default();
        let mut order = |fields| answer(&mut orders, "FIX.4.4", fields);
        assert_eq!(order("35=D|97=Y|"), Answer::Echo { poss_resend: true });
        assert_eq!(order("35=D|97=Y|"), Answer::Silence);
        // the same ClOrdID without PossResend is answered each time
        assert_eq!(order("35=D|"), Answer::Echo { poss_resend: false });
        assert_eq!(order("35=d|"), Answer::Echo { poss_resend: false });
        orders.forget();
        assert_eq!(answer(&mut orders, "FIX.4.4", "35=D|97=Y|"), Answer::Echo { poss_resend: true });
    }

    #[test]
    fn other_types_are_refused_in_the_words_of_the_version() {
        for (version, text) in
            [("FIX.4.1", "Unsupported message type"), ("FIX.4.2", "Unsupported Message Type")]
        {
            let answer = answer(&mut Orders::default(), version, "35=8|");
            assert_eq!(answer, Answer::Unsupported { text });
        }
    }
}
