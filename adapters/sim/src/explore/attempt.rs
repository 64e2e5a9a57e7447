//! The application tries to send when it may not: nothing is numbered, and nothing becomes of the attempt (G26).

use sansfix::{Actions, Now, PhaseName};

use super::guarantee::{Broken, Guarantee};
use super::world::World;
use crate::pair::Side;

impl World {
    /// Whether the attempt is refused where it has to be, and changes nothing wherever it is refused. It is made on a copy,
    /// so that it is no step: an application may try at any time, and most attempts would lead back to where they began.
    pub(super) fn refuses_to_send(&self, side: Side) -> Result<(), Broken> {
        let party = self.party(side);
        let logged_on = party.phase() == PhaseName::Active && party.facts.logout_left.is_none();
        if logged_on && !party.session.resetting() {
            return Ok(());
        }
        let mut session = party.session.clone();
        let mut out = Actions::new();
        let now = Now { mono_ns: party.clock_ns, utc_ns: super::drive::UTC_NS };
        let sent = session.send(now, b"D", |body| _ = body.field(11, "TOO SOON"), &mut out);
        let what = match sent {
            // In a reset on a live session it is a step whether it may or not.
            Ok(_) if logged_on => return Ok(()),
            Ok(seq) => format!("{side:?} takes {seq} for a new message in {:?}", party.phase()),
            Err(_) if session == party.session && session.snapshot() == party.session.snapshot() => {
                match out.next() {
                    None => return Ok(()),
                    Some(action) => format!("{side:?} refuses a message, and wants {action:?}"),
                }
            }
            Err(refused) => format!("{side:?} has changed, though it answers {refused:?}"),
        };
        Err(Broken::new(Guarantee::G26, what))
    }
}
