//! Hands a message that was typed to the thread of its session, and the answer back.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use sansfix::SeqNum;
use sansfix::tags::Tag;
use sansfix_registry::Bell;

/// A message to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Outgoing {
    /// MsgType(35)
    pub(crate) msg_type: Vec<u8>,
    /// The other fields, in the order they were typed.
    pub(crate) fields: Vec<(Tag, Vec<u8>)>,
}

/// The number it was sent with, or why it was not sent.
pub(crate) type Answer = Result<SeqNum, String>;

/// Room for one message on its way.
#[derive(Debug)]
pub(crate) struct Outbox {
    waiting: Mutex<Option<Outgoing>>,
    answer: Sender<Answer>,
    answers: Mutex<Receiver<Answer>>,
    /// Calls the session's thread.
    bell: OnceLock<Bell>,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        let (answer, answers) = channel();
        Self { waiting: Mutex::new(None), answer, answers: Mutex::new(answers), bell: OnceLock::new() }
    }

    /// Waits until the session's thread has sent the message, or refused it. `None` when it has done neither within
    /// `limit`: then it never will.
    pub(crate) fn send(&self, message: Outgoing, limit: Duration) -> Option<Answer> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *self.waiting() = Some(message);
        if let Some(bell) = self.bell.get() {
            bell.ring();
        }
        match answers.recv_timeout(limit) {
            Ok(answer) => Some(answer),
            Err(_) if self.waiting().take().is_some() => None,
            // Taken in the last moment: the answer is about to come.
            Err(_) => answers.recv().ok(),
        }
    }

    /// The session's thread: is called by this from now on.
    pub(crate) fn attach(&self, bell: &Bell) {
        // A session is started once, so there is no other bell.
        let _ = self.bell.set(bell.clone());
    }

    /// The session's thread: sends what is waiting.
    pub(crate) fn work(&self, send: impl FnOnce(Outgoing) -> Answer) {
        let waiting = self.waiting().take();
        if let Some(message) = waiting {
            // The one who asked holds the other end as long as this exists.
            let _ = self.answer.send(send(message));
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Option<Outgoing>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Outgoing {
        Outgoing { msg_type: b"D".to_vec(), fields: vec![(11, b"X".to_vec())] }
    }

    #[test]
    fn what_nobody_sends_in_time_is_taken_back() {
        let outbox = Outbox::new();
        assert_eq!(outbox.send(message(), Duration::ZERO), None);
        outbox.work(|_| panic!("sent after it was given up"));
    }

    #[test]
    fn the_answer_comes_back() {
        let outbox = Outbox::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut sent = false;
                while !sent {
                    outbox.work(|outgoing| {
                        sent = true;
                        assert_eq!(outgoing, message());
                        Ok(SeqNum::FIRST)
                    });
                    std::thread::yield_now();
                }
            });
            assert_eq!(outbox.send(message(), Duration::from_secs(60)), Some(Ok(SeqNum::FIRST)));
        });
    }
}
