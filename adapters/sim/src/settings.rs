//! What a node is made of, and what it hands over.

use std::sync::Arc;

use sansfix::config::Config;
use sansfix::dictionary::Validator;
use sansfix::{Order, SeqNum, Snapshot};

use super::application::{Application, Silent};
use super::store::Pace;

/// What a node is made of.
#[derive(Debug)]
pub struct Settings {
    /// The session's configuration.
    pub config: Arc<Config>,
    /// What the session continues from.
    pub snapshot: Snapshot,
    /// The dictionary that messages are checked against; none is needed.
    pub validator: Option<Arc<Validator>>,
    /// The application on top.
    pub application: Box<dyn Application>,
    /// How fast the store answers.
    pub pace: Pace,
    /// Whether a trace is recorded.
    pub record: bool,
}

impl Settings {
    /// A new session with an application that accepts everything and a store that answers at once, recorded.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config: Arc::new(config),
            snapshot: Snapshot::new(0),
            validator: None,
            application: Box::new(Silent),
            pace: Pace::Prompt,
            record: true,
        }
    }
}

/// An application message that was accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivered {
    /// MsgSeqNum(34)
    pub seq: Option<SeqNum>,
    /// How it compared with the number expected: only `Expected` is new.
    pub order: Order,
    /// The whole message.
    pub raw: Vec<u8>,
}

/// An application message that the session has numbered. It is not durable before it has been saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// MsgSeqNum(34)
    pub seq: SeqNum,
    /// MsgType(35)
    pub msg_type: Vec<u8>,
    /// What the application gave, `tag=value` each ended by SOH.
    pub fields: Vec<u8>,
}
