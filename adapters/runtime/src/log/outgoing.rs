//! Bytes that were handed to the transport, cut into the messages they are.

use sansfix::wire::{Frame, Message, frame};

/// Follows the output of one connection after the other.
#[derive(Default)]
pub(super) struct Outgoing {
    /// The beginning of a message of which the rest has not been handed over.
    begun: Vec<u8>,
}

impl Outgoing {
    /// The connection is over. How many bytes of a message were handed over without the rest.
    pub(super) fn end(&mut self) -> usize {
        let count = self.begun.len();
        self.begun.clear();
        count
    }

    /// These bytes have been handed over. Each message is told with its last byte.
    pub(super) fn handed_over(&mut self, bytes: &[u8], mut tell: impl FnMut(Message<'_>)) {
        if self.begun.is_empty() {
            let told = tell_whole(bytes, &mut tell);
            self.begun.extend_from_slice(bytes.get(told..).unwrap_or_default());
        } else {
            self.begun.extend_from_slice(bytes);
            let told = tell_whole(&self.begun, &mut tell);
            self.begun.drain(..told);
        }
    }
}

/// Tells every whole message; returns where the first begins that is not.
fn tell_whole(bytes: &[u8], tell: &mut impl FnMut(Message<'_>)) -> usize {
    let mut at = 0;
    loop {
        // What is sent was made here: it is neither garbled nor too long, only incomplete.
        let rest = bytes.get(at..).unwrap_or_default();
        let Frame::Message { message, taken } = frame(rest, usize::MAX) else { return at };
        tell(message);
        at += taken;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use sansfix::tags;
    use sansfix::wire::Encoder;

    use super::*;

    /// A message of this type and number.
    pub(in crate::log) fn message(kind: &str, seq: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::begin(&mut bytes, b"FIX.4.4", kind.as_bytes());
        encoder.header_field(tags::MSG_SEQ_NUM, &seq);
        encoder.field(tags::TEXT, "some text");
        encoder.finish();
        bytes
    }

    #[test]
    fn each_message_is_told_once_with_its_last_byte_however_it_was_cut() {
        let stream: Vec<u8> = (1..=5).flat_map(|seq| message("D", seq)).collect();
        for size in 1..stream.len() {
            let (mut outgoing, mut told, mut handed) = (Outgoing::default(), Vec::new(), 0);
            for chunk in stream.chunks(size) {
                outgoing.handed_over(chunk, |message| told.extend_from_slice(message.bytes()));
                handed += chunk.len();
                assert!(told.len() <= handed && stream.starts_with(&told));
                assert!(handed - told.len() < message("D", 1).len(), "told as soon as it is whole");
            }
            assert_eq!((told.len(), outgoing.end()), (stream.len(), 0), "{size}");
        }
    }

    #[test]
    fn the_end_of_the_connection_forgets_what_was_cut() {
        let mut outgoing = Outgoing::default();
        outgoing.handed_over(&message("D", 1)[..20], |_| panic!("not whole"));
        assert_eq!((outgoing.end(), outgoing.end()), (20, 0));
        let mut told = 0;
        outgoing.handed_over(&message("A", 2), |_| told += 1);
        assert_eq!(told, 1);
    }
}
