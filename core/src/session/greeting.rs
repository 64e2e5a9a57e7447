//! The first Logon, read without consuming it, so that an acceptor can pick the session.

use crate::wire::{Garbled, Message};

/// Who is calling, as its Logon says. Nothing of it has been authenticated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Greeting<'a> {
    /// The message. Its type may be another than Logon.
    pub message: Message<'a>,
}

/// Reads the first message of a connection without consuming it. `None` while it is incomplete.
///
/// `max_message_size` bounds what is waited for, in bytes: a longer announcement is an error, since nothing is known
/// of the caller yet.
pub fn greeting(bytes: &[u8], max_message_size: usize) -> Option<Result<Greeting<'_>, NoGreeting>> {
    use crate::wire::{Frame, frame};
    match frame(bytes, max_message_size) {
        Frame::Message { message, .. } => Some(Ok(Greeting { message })),
        Frame::Garbled { why, .. } => Some(Err(NoGreeting::Garbled(why))),
        Frame::TooLong { announced } => Some(Err(NoGreeting::TooLong { announced })),
        Frame::Incomplete if bytes.len() > max_message_size => {
            Some(Err(NoGreeting::TooLong { announced: bytes.len() as u64 }))
        }
        Frame::Incomplete => None,
    }
}

/// The first bytes of a connection are no message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoGreeting {
    /// They are garbled.
    #[error("the first message is garbled: {0}")]
    Garbled(Garbled),
    /// They announce a message above the limit.
    #[error("the first message announces {announced} bytes, which is above the limit")]
    TooLong {
        /// The announced length, bytes.
        announced: u64,
    },
}
