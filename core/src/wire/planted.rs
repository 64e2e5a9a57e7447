//! For mistakes that are planted in a session (`session/planted.rs`): a message that nobody has checked.

use super::head::read_head;
use super::header::Header;
use super::message::Message;

/// What CheckSum(10) is: `10=ddd|`.
const TRAILER_LEN: usize = 7;

impl<'a> Message<'a> {
    /// The message, whatever its BodyLength and CheckSum are; `None` when it has no MsgType or no CheckSum.
    pub(crate) fn unchecked(bytes: &'a [u8]) -> Option<Self> {
        let head = read_head(bytes).ok()?;
        let trailer = bytes.len().checked_sub(TRAILER_LEN)?;
        let whole =
            bytes.get(head.body..trailer)?.starts_with(b"35=") && bytes.get(trailer..)?.starts_with(b"10=");
        whole.then(|| Self::with_header(bytes, Header::read(bytes, head.begin_string, head.body, trailer)))
    }
}
