//! What a node asks of the application on top of its session.

use std::fmt;

use sansfix::wire::Message;
use sansfix::{BusinessRejectReason, LogonWanted, Order, SessionRejectReason, Snapshot, Verdict};

/// The application on top of a session.
pub trait Application: fmt::Debug {
    /// A message was lent: what of it, and what is sent in return.
    fn message(&mut self, message: &Message<'_>, order: Order) -> Answer;

    /// A Logon is about to be sent: the fields it shall have besides, `tag=value` each ended by SOH.
    fn logon_fields(&mut self, wanted: &LogonWanted) -> Vec<u8> {
        let _ = wanted;
        Vec::new()
    }

    /// The process has died and begun again with these numbers. What had a number and was not durable has never been sent,
    /// and what was accepted and was not durable comes again. The application itself is the same as before: what would
    /// have died with the process is to be forgotten here.
    fn began_again(&mut self, from: &Snapshot) {
        let _ = from;
    }
}

/// An application that accepts everything and sends nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Silent;

impl Application for Silent {
    fn message(&mut self, _: &Message<'_>, _: Order) -> Answer {
        Answer::accept()
    }
}

/// An application's answer to a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The verdict; `None` leaves the message unsettled until [`super::Node::settle`].
    pub ruling: Option<Ruling>,
    /// What is sent in return, before the verdict.
    pub replies: Vec<Outgoing>,
}

impl Answer {
    /// Accepted, with nothing in return.
    #[must_use]
    pub fn accept() -> Self {
        Self::with(Ruling::Accept)
    }

    /// A verdict, with nothing in return.
    #[must_use]
    pub fn with(ruling: Ruling) -> Self {
        Self { ruling: Some(ruling), replies: Vec::new() }
    }

    /// To be settled later.
    #[must_use]
    pub fn later() -> Self {
        Self { ruling: None, replies: Vec::new() }
    }
}

/// An application message to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// MsgType(35)
    pub msg_type: Vec<u8>,
    /// The fields, `tag=value` each ended by SOH; header fields are put in their place.
    pub fields: Vec<u8>,
}

/// A [`Verdict`] with texts of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ruling {
    /// [`Verdict::Accept`]
    Accept,
    /// [`Verdict::SessionReject`]
    SessionReject {
        /// SessionRejectReason(373)
        reason: SessionRejectReason,
        /// RefTagID(371)
        tag: Option<i64>,
        /// Text(58)
        text: String,
    },
    /// [`Verdict::BusinessReject`]
    BusinessReject {
        /// BusinessRejectReason(380)
        reason: BusinessRejectReason,
        /// BusinessRejectRefID(379)
        ref_id: String,
        /// Text(58)
        text: String,
    },
    /// [`Verdict::RefuseLogon`]
    RefuseLogon {
        /// Text(58)
        text: String,
        /// SessionStatus(1409)
        status: Option<u32>,
    },
}

impl Ruling {
    /// The verdict as the session takes it.
    #[must_use]
    pub fn as_verdict(&self) -> Verdict<'_> {
        match self {
            Self::Accept => Verdict::Accept,
            Self::SessionReject { reason, tag, text } => {
                Verdict::SessionReject { reason: *reason, tag: *tag, text }
            }
            Self::BusinessReject { reason, ref_id, text } => {
                Verdict::BusinessReject { reason: *reason, ref_id, text }
            }
            Self::RefuseLogon { text, status } => Verdict::RefuseLogon { text, status: *status },
        }
    }
}
