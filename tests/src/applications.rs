//! Applications that tests put on top of a session.

use std::collections::VecDeque;

use sansfix::wire::Message;
use sansfix::{Order, msg_type};
use sansfix_sim::{Answer, Application, Ruling};

/// Leaves messages of one type unsettled, and accepts all others.
#[derive(Clone, Copy, Debug)]
pub struct Undecided(pub &'static [u8]);

impl Application for Undecided {
    fn message(&mut self, message: &Message<'_>, _: Order) -> Answer {
        if message.msg_type() == self.0 { Answer::later() } else { Answer::accept() }
    }
}

/// Rules on messages of one type as it was told, and accepts all others.
#[derive(Clone, Debug)]
pub struct Strict {
    msg_type: &'static [u8],
    rulings: VecDeque<Ruling>,
}

impl Strict {
    /// The first messages of this type get these rulings, later ones are accepted.
    #[must_use]
    pub fn new(msg_type: &'static [u8], rulings: impl IntoIterator<Item = Ruling>) -> Self {
        Self { msg_type, rulings: rulings.into_iter().collect() }
    }

    /// The first Logons are refused like this.
    #[must_use]
    pub fn logon(text: &str, times: usize) -> Self {
        let refusal = Ruling::RefuseLogon { text: text.into(), status: None };
        Self::new(msg_type::LOGON, std::iter::repeat_n(refusal, times))
    }
}

impl Application for Strict {
    fn message(&mut self, message: &Message<'_>, _: Order) -> Answer {
        if message.msg_type() != self.msg_type {
            return Answer::accept();
        }
        self.rulings.pop_front().map_or_else(Answer::accept, Answer::with)
    }
}
