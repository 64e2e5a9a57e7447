//! Handing over a connection, step by step on one thread.

use std::sync::Arc;
use std::task::{Context, Waker};

use crate::Slot;
use crate::tests::registered;

/// Whoever goes away before the slot is free is not kept for as long as a session stays connected.
#[test]
fn a_slot_knows_those_who_wait_and_forgets_those_who_have_gone() {
    let (_registry, mailbox) = registered();
    let slot = Arc::new(Slot::new(mailbox.bell()));
    let context = &mut Context::from_waker(Waker::noop());
    assert!(Slot::caller(&slot).poll_offer(context, &mut Some('a')).is_ready());
    let mut waiting: Vec<_> = (0..3).map(|_| Slot::caller(&slot)).collect();
    assert_eq!(slot.callers(), 0, "nobody has asked yet");
    for _ in 0..2 {
        waiting
            .iter_mut()
            .for_each(|caller| assert!(caller.poll_offer(context, &mut Some('b')).is_pending()));
        assert_eq!(slot.callers(), 3, "each once, however often it asks");
    }
    drop(waiting.remove(1));
    assert_eq!(slot.callers(), 2);
    assert_eq!(slot.take(), Some('a'));
    slot.release();
    assert_eq!(slot.callers(), 0, "all have been woken");
}
