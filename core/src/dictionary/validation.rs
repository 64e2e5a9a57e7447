//! Which rules a validator applies.

/// Switches for counterparties that do not keep to the dictionary, by the names that FIX configurations use.
///
/// The default is what common engines do when nothing is configured: everything is checked and nothing unknown is
/// allowed. Every check that no switch names is always made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Validation {
    /// ValidateFieldsOutOfOrder, default on: header fields stand before the body, trailer fields after it
    /// (SessionRejectReason 14). Off: header and trailer fields may stand anywhere.
    pub validate_fields_out_of_order: bool,
    /// ValidateUnorderedGroupFields, default on: the members of a group entry stand in the dictionary's order
    /// (reason 15). Off: in any order, but the delimiter is still first.
    pub validate_unordered_group_fields: bool,
    /// ValidateFieldsHaveValues, default on: no field is empty (reason 4). Off: an empty field is taken as correct,
    /// and an empty NoXxx field as a group without entries.
    pub validate_fields_have_values: bool,
    /// ValidateUserDefinedFields, default on: a tag of [`Self::USER_DEFINED`] or above must be in the dictionary and
    /// in the message's definition (reasons 0 and 2). Off: it may stand anywhere, inside group entries too.
    pub validate_user_defined_fields: bool,
    /// AllowUnknownMsgFields, default off. On: a tag below [`Self::USER_DEFINED`] that is not in the dictionary, or
    /// not in the message's definition, may stand anywhere, inside group entries too (no reasons 0 and 2).
    pub allow_unknown_msg_fields: bool,
}

impl Validation {
    /// The first tag of the range that parties define between themselves (FIX 4.4 volume 1, "User Defined Fields").
    pub const USER_DEFINED: u32 = 5000;

    /// Whether a field that the message's definition does not have may stand there all the same.
    #[must_use]
    pub const fn tolerates(&self, tag: u32) -> bool {
        if tag >= Self::USER_DEFINED {
            !self.validate_user_defined_fields
        } else {
            self.allow_unknown_msg_fields
        }
    }
}

impl Default for Validation {
    fn default() -> Self {
        Self {
            validate_fields_out_of_order: true,
            validate_unordered_group_fields: true,
            validate_fields_have_values: true,
            validate_user_defined_fields: true,
            allow_unknown_msg_fields: false,
        }
    }
}
