//! What a session's application was given, with the numbers that it came under.

use std::sync::{Arc, Mutex};

use sansfix::Verdict;
use sansfix::tags::TEXT;
use sansfix::wire::Message;
use sansfix_runtime::{Application, Outlet};

/// The News that came, by number.
#[derive(Clone, Default)]
pub(super) struct Ledger {
    lines: Arc<Mutex<Vec<(u64, String)>>>,
}

impl Ledger {
    pub(super) fn lines(&self) -> Vec<(u64, String)> {
        self.lines.lock().unwrap().clone()
    }
}

impl Application for Ledger {
    fn message<'a>(&'a mut self, message: Message<'a>, _outlet: &mut Outlet<'_>) -> Verdict<'a> {
        let text = String::from_utf8_lossy(message.get(TEXT).unwrap()).into_owned();
        self.lines.lock().unwrap().push((message.seq().unwrap().get(), text));
        Verdict::Accept
    }
}
