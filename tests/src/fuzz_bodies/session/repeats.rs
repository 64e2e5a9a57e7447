//! What the store has answered, and what is made of it: repeated as it was, or gap-filled (G2, G13).

use std::collections::VecDeque;

use sansfix::wire::{Message, parse_u64};
use sansfix::{Config, msg_type, tags};

/// The fields of a header in which a repetition differs from its original.
const OF_A_REPETITION: [u32; 3] = [tags::POSS_DUP_FLAG, tags::SENDING_TIME, tags::ORIG_SENDING_TIME];

#[derive(Default, Debug)]
pub(super) struct Repeats {
    /// The records that the session was given, in that order.
    given: VecDeque<Vec<u8>>,
}

impl Repeats {
    /// Nothing of it leaves any more.
    pub(super) fn clear(&mut self) {
        self.given.clear();
    }

    /// The session took this record as an answer.
    pub(super) fn given(&mut self, raw: Vec<u8>) {
        self.given.push_back(raw);
    }

    /// A possible duplicate leaves; the numbers lie below `highest`.
    pub(super) fn leaves(&mut self, message: &Message<'_>, highest: u64, config: &Config) {
        let seq = number(message);
        assert!(seq < highest, "{seq} is repeated, and {highest} is the next");
        if message.msg_type() == msg_type::SEQUENCE_RESET {
            assert_eq!(message.get(tags::GAP_FILL_FLAG), Some(&b"Y"[..]), "a replay resets nothing");
            let next = message.get(tags::NEW_SEQ_NO).and_then(parse_u64).unwrap_or_default();
            assert!(seq < next && next <= highest, "a gap fill from {seq} to {next} below {highest}");
            while let Some(filled) = self.next().filter(|filled| (seq..next).contains(&number(filled))) {
                assert!(!is_repeated(&filled, config), "{seq} is filled over and was to be repeated");
                self.given.pop_front();
            }
            return;
        }
        // What is not to be repeated is filled over, or was left out because a replay was given up.
        while let Some(passed) = self.next().filter(|passed| number(passed) != seq) {
            assert!(!is_repeated(&passed, config), "{} was to be repeated before {seq}", number(&passed));
            self.given.pop_front();
        }
        let original = self.given.pop_front().unwrap_or_else(|| panic!("{seq} is repeated out of nothing"));
        let original = Message::parse(&original).expect("it was saved");
        assert!(is_repeated(&original, config), "{seq} is repeated and was to be filled over");
        assert_eq!(content(message), content(&original), "{seq} is repeated with another content");
        assert_eq!(message.orig_sending_time(), original.sending_time(), "{seq}: OrigSendingTime");
    }

    fn next(&self) -> Option<Message<'_>> {
        self.given.front().map(|raw| Message::parse(raw).expect("it was saved"))
    }
}

fn number(message: &Message<'_>) -> u64 {
    message.seq().expect("every message has a number").get()
}

fn is_repeated(message: &Message<'_>, config: &Config) -> bool {
    let reject = message.msg_type() == msg_type::REJECT && !config.switches.gap_fill_rejects;
    reject || !msg_type::is_admin(message.msg_type())
}

/// The header, but for what differs, and the body.
fn content<'m>(message: &Message<'m>) -> (Vec<(u32, &'m [u8])>, &'m [u8]) {
    let fields = message.header_fields().map(|field| field.expect("it was parsed"));
    let kept = fields.map(|field| (field.tag, field.value)).filter(|(tag, _)| !OF_A_REPETITION.contains(tag));
    (kept.collect(), message.body().rest())
}
