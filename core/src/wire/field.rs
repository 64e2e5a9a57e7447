//! Fields by iteration.

use crate::tags::Tag;

/// One field: `tag=value`, without its SOH. A data field's value may hold SOH and `=`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Field<'a> {
    /// The tag number.
    pub tag: Tag,
    /// The value; empty when nothing stands between `=` and SOH.
    pub value: &'a [u8],
}

/// Bytes between two SOH that are not `tag=value` with a tag of 1 or more, written without sign or leading zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MalformedField<'a> {
    /// Everything up to the SOH.
    pub raw: &'a [u8],
}

impl MalformedField<'_> {
    /// The number before `=` when it is one after all (`-1`, `0`, `007`), for RefTagID(371).
    #[must_use]
    pub fn written_tag(&self) -> Option<i64> {
        todo!()
    }
}

/// Iterates over the fields of a stretch of message, honouring data fields by their lengths.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    rest: &'a [u8],
    /// The data field that must come next, with its length in bytes.
    data: Option<(Tag, usize)>,
}

impl<'a> Fields<'a> {
    /// The fields of `bytes`, which is a run of `tag=value` SOH.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, data: None }
    }

    /// What has not been read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The value of the first field with this tag; malformed fields are passed over.
    #[must_use]
    pub fn get(self, tag: Tag) -> Option<&'a [u8]> {
        let _ = tag;
        todo!()
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, MalformedField<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let _ = self.data;
        todo!()
    }
}
