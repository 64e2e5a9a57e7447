//! What a session has taken from its input, cut into messages again.
//!
//! A session lends only what its own rules let through, so what it rejects, passes over or keeps above a gap would be
//! missing from a log that looked at lent messages.

use sansfix::wire::{Frame, Garbled, Message, frame};

/// What came.
pub(super) enum Came<'a> {
    Message(Message<'a>),
    Garbled(Garbled, &'a [u8]),
    TooLong(u64),
}

/// Follows the input of one connection after the other.
pub(super) struct Intake {
    max_message_size: usize,
    /// How many bytes of an overlong message are still to be passed over.
    passing_over: u64,
}

impl Intake {
    pub(super) fn new(max_message_size: u32) -> Self {
        Self { max_message_size: max_message_size as usize, passing_over: 0 }
    }

    /// A connection begins.
    pub(super) fn begin(&mut self) {
        self.passing_over = 0;
    }

    /// The session has taken these bytes.
    pub(super) fn taken(&mut self, mut bytes: &[u8], mut tell: impl FnMut(Came<'_>)) {
        while !bytes.is_empty() {
            if self.passing_over > 0 {
                let count = usize::try_from(self.passing_over).unwrap_or(usize::MAX).min(bytes.len());
                self.passing_over = self.passing_over.saturating_sub(count as u64);
                bytes = bytes.get(count..).unwrap_or_default();
                continue;
            }
            let taken = match frame(bytes, self.max_message_size) {
                Frame::Message { message, taken } => {
                    tell(Came::Message(message));
                    taken
                }
                Frame::Garbled { why, taken } => {
                    tell(Came::Garbled(why, bytes.get(..taken).unwrap_or(bytes)));
                    taken
                }
                Frame::TooLong { announced } => {
                    tell(Came::TooLong(announced));
                    self.passing_over = announced;
                    0
                }
                // A session takes whole messages, until it is closing: then it takes everything, and looks at nothing.
                Frame::Incomplete => {
                    self.passing_over = u64::MAX;
                    0
                }
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::outgoing::tests::message;

    fn told(intake: &mut Intake, bytes: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        intake.taken(bytes, |came| {
            told.push(match came {
                Came::Message(message) => String::from_utf8_lossy(message.msg_type()).into_owned(),
                Came::Garbled(why, bytes) => format!("{why:?} {}", bytes.len()),
                Came::TooLong(announced) => format!("too long {announced}"),
            });
        });
        told
    }

    #[test]
    fn every_message_is_told_and_what_is_garbled() {
        let mut bytes = [message("0", 1), b"noise".to_vec(), message("D", 2)].concat();
        assert_eq!(told(&mut Intake::new(1000), &bytes), ["0", "Noise 5", "D"]);
        let last = bytes.len() - 2;
        bytes[last] = b'x';
        assert_eq!(
            told(&mut Intake::new(1000), &bytes).last().unwrap(),
            &format!("CheckSumFormat {}", message("D", 2).len())
        );
    }

    #[test]
    fn an_overlong_message_is_passed_over_in_pieces_and_what_follows_is_told() {
        let long = message("LongerType", 1);
        let mut intake = Intake::new(long.len() as u32 - 1);
        let (first, rest) = long.split_at(30);
        assert_eq!(told(&mut intake, first), [format!("too long {}", long.len())]);
        assert_eq!(told(&mut intake, &[rest, &message("0", 2)[..]].concat()), ["0"]);
    }

    #[test]
    fn what_a_closing_session_drops_is_not_taken_for_noise() {
        let mut intake = Intake::new(1000);
        let half = &message("D", 1)[..40];
        assert!(told(&mut intake, half).is_empty() && told(&mut intake, b"secret|554=secret").is_empty());
        intake.begin();
        assert_eq!(told(&mut intake, &message("A", 1)), ["A"]);
    }
}
