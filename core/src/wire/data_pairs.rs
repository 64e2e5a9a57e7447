//! Which length tag announces which data field.

use crate::tags::Tag;

/// The data field whose length in bytes the field `length_tag` gives, if it is such a length.
#[must_use]
pub const fn data_tag_of(length_tag: Tag) -> Option<Tag> {
    let _ = length_tag;
    todo!()
}
