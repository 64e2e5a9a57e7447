//! Sessions that a file describes by a pattern: `AcceptorTemplate=Y`.
//!
//! Decides whether a Logon fits the pattern and what the session for it is called. Whether its sender is who it says is
//! for whoever starts the session.

use sansfix::config::{Identity, Ids};
use sansfix::tags::{self, Tag};
use sansfix::wire::Message;

use super::SessionSettings;

/// Stands for any value.
const ANY: &str = "*";

impl SessionSettings {
    /// What this template asks for the session of a Logon: the same, with the Logon's own IDs in the place of each `*`.
    /// `None` when this is no template, or the Logon does not fit it.
    ///
    /// As for sessions with IDs of their own, a SubID or LocationID that the template does not name may be anything and
    /// is not part of the session's identity.
    ///
    /// ```
    /// use sansfix::wire::Message;
    /// use sansfix_runtime::settings::parse;
    ///
    /// let text = b"[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=VENUE\nTargetCompID=*\n\
    ///     SocketAcceptPort=5001\nAcceptorTemplate=Y\n";
    /// let template = &parse(text).unwrap().sessions[0];
    /// let logon = b"8=FIX.4.4\x019=60\x0135=A\x0134=1\x0149=DESK\x0152=20260105-10:00:00\x0156=VENUE\x0198=0\x01\
    ///     108=30\x0110=201\x01";
    /// let session = template.for_logon(&Message::parse(logon)?).expect("it fits");
    /// assert_eq!(session.config.identity.to_string(), "FIX.4.4:VENUE->DESK");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_logon(&self, logon: &Message<'_>) -> Option<Self> {
        let Identity { begin_string, sender, target } = &self.config.identity;
        if !self.template || logon.begin_string() != begin_string.as_bytes() {
            return None;
        }
        // What the counterparty sends as sender is our target.
        let theirs = [tags::SENDER_COMP_ID, tags::SENDER_SUB_ID, tags::SENDER_LOCATION_ID];
        let ours = [tags::TARGET_COMP_ID, tags::TARGET_SUB_ID, tags::TARGET_LOCATION_ID];
        let mut session = self.clone();
        session.template = false;
        session.config.identity = Identity {
            begin_string: *begin_string,
            sender: party(sender, logon, ours)?,
            target: party(target, logon, theirs)?,
        };
        Some(session)
    }
}

fn party(pattern: &Ids, logon: &Message<'_>, [comp, sub, location]: [Tag; 3]) -> Option<Ids> {
    Some(Ids {
        comp_id: id(Some(&pattern.comp_id), logon, comp)??,
        sub_id: id(pattern.sub_id.as_deref(), logon, sub)?,
        location_id: id(pattern.location_id.as_deref(), logon, location)?,
    })
}

/// The session's ID; `None` when the Logon does not fit.
fn id(pattern: Option<&str>, logon: &Message<'_>, tag: Tag) -> Option<Option<Box<str>>> {
    let Some(pattern) = pattern else { return Some(None) };
    let said = logon.header_field(tag).filter(|said| !said.is_empty());
    let said = said.map(std::str::from_utf8).transpose().ok()?;
    if pattern == ANY {
        return Some(said.map(Into::into));
    }
    (said == Some(pattern)).then(|| Some(pattern.into()))
}

#[cfg(test)]
mod tests {
    use crate::settings::parse;

    use super::*;

    fn template(more: &str) -> SessionSettings {
        let text =
            format!("[SESSION]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSocketAcceptPort=1\n{more}");
        parse(text.as_bytes()).unwrap().sessions.remove(0)
    }

    /// The identity of the session for a Logon with this header.
    fn made(template: &SessionSettings, begin_string: &str, header: &str) -> Option<String> {
        let mut bytes =
            format!("8={begin_string}|9=000|35=A|34=1|{header}|52=20260101-00:00:00|98=0|108=30|")
                .replace('|', "\x01");
        let start = bytes.find("35=").unwrap();
        let length = format!("{:03}", bytes.len() - start);
        bytes = bytes.replacen("9=000", &format!("9={length}"), 1);
        let sum: u32 = bytes.bytes().map(u32::from).sum();
        bytes.push_str(&format!("10={:03}\x01", sum % 256));
        let message = Message::parse(bytes.as_bytes()).unwrap();
        template.for_logon(&message).map(|session| session.config.identity.to_string())
    }

    #[test]
    fn a_star_takes_what_the_logon_says_and_everything_else_must_be_as_written() {
        let both = template("AcceptorTemplate=Y\nSenderCompID=*\nTargetCompID=*\n");
        let one = template("AcceptorTemplate=Y\nSenderCompID=VENUE\nTargetCompID=*\nTargetSubID=*\n");
        let header = "49=DESK|56=VENUE";
        assert_eq!(made(&both, "FIX.4.4", header).as_deref(), Some("FIX.4.4:VENUE->DESK"));
        assert_eq!(made(&both, "FIX.4.2", header), None);
        assert_eq!(made(&one, "FIX.4.4", header).as_deref(), Some("FIX.4.4:VENUE->DESK"));
        let with_sub = "49=DESK|50=BOOK|56=VENUE";
        assert_eq!(made(&one, "FIX.4.4", with_sub).as_deref(), Some("FIX.4.4:VENUE->DESK/BOOK"));
        assert_eq!(made(&both, "FIX.4.4", with_sub).as_deref(), Some("FIX.4.4:VENUE->DESK"));
        assert_eq!(made(&one, "FIX.4.4", "49=DESK|56=OTHER"), None);
        assert_eq!(made(&both, "FIX.4.4", "49=DESK"), None, "no TargetCompID");
        assert_eq!(made(&both, "FIX.4.4", "56=VENUE"), None, "no SenderCompID");
        let floors = template(
            "AcceptorTemplate=Y\nSenderCompID=VENUE\nSenderSubID=*\nTargetCompID=*\nTargetSubID=FLOOR\n\
             TargetLocationID=LDN\n",
        );
        let from = |sub: &str, location: &str| {
            made(&floors, "FIX.4.4", &format!("49=DESK|50={sub}|142={location}|56=VENUE|57=BOOK"))
        };
        assert_eq!(from("FLOOR", "LDN").as_deref(), Some("FIX.4.4:VENUE/BOOK->DESK/FLOOR/LDN"));
        assert_eq!((from("CELLAR", "LDN"), from("FLOOR", "NY")), (None, None));
        let literal = template("SenderCompID=*\nTargetCompID=*\n");
        assert_eq!(made(&literal, "FIX.4.4", header), None, "no template");
    }

    #[test]
    fn an_id_that_is_no_text_fits_nothing() {
        let any = template("AcceptorTemplate=Y\nSenderCompID=*\nTargetCompID=*\n");
        let mut bytes = Vec::new();
        let mut encoder = sansfix::wire::Encoder::begin(&mut bytes, b"FIX.4.4", b"A");
        encoder.header_field(tags::SENDER_COMP_ID, &b"DESK\xff"[..]);
        encoder.header_field(tags::TARGET_COMP_ID, "VENUE");
        encoder.finish();
        assert!(any.for_logon(&Message::parse(&bytes).unwrap()).is_none());
        let sub = template("AcceptorTemplate=Y\nSenderCompID=*\nTargetCompID=*\nTargetSubID=*\n");
        let mut bytes = Vec::new();
        let mut encoder = sansfix::wire::Encoder::begin(&mut bytes, b"FIX.4.4", b"A");
        encoder.header_field(tags::SENDER_COMP_ID, "DESK");
        encoder.header_field(tags::SENDER_SUB_ID, &b"\xff"[..]);
        encoder.header_field(tags::TARGET_COMP_ID, "VENUE");
        encoder.finish();
        assert!(sub.for_logon(&Message::parse(&bytes).unwrap()).is_none());
    }
}
