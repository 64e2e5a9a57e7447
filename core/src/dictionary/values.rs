//! The values a field may have.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::field_type::FieldType;

/// The values a field may have; none at all means any. Values of one ASCII byte, by far the most, are bits of a mask.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Values {
    single: u128,
    longer: Box<[Box<[u8]>]>,
}

impl Values {
    pub(super) fn new(values: &BTreeSet<Box<[u8]>>) -> Self {
        let single = values.iter().filter_map(|value| bit(value)).fold(0, |mask, bit| mask | bit);
        let longer = values.iter().filter(|value| bit(value).is_none()).cloned().collect();
        Self { single, longer }
    }

    /// Whether a field of this type may have the value. In a field of several values each must be allowed.
    pub(super) fn allow(&self, field_type: FieldType, value: &[u8]) -> bool {
        if self.single == 0 && self.longer.is_empty() {
            return true;
        }
        if matches!(field_type, FieldType::MultipleCharValue | FieldType::MultipleStringValue) {
            value.split(|byte| *byte == b' ').all(|part| self.contain(part))
        } else {
            self.contain(value)
        }
    }

    fn contain(&self, value: &[u8]) -> bool {
        match bit(value) {
            Some(bit) => self.single & bit != 0,
            None => self.longer.binary_search_by(|known| (**known).cmp(value)).is_ok(),
        }
    }

    /// Every value, single bytes first, each kind sorted.
    pub(super) fn list(&self) -> Vec<Box<[u8]>> {
        let single = (0..128_u8).filter(|byte| self.single & (1 << byte) != 0).map(|byte| Box::from([byte]));
        single.chain(self.longer.iter().cloned()).collect()
    }
}

/// The bit of a value of one ASCII byte.
fn bit(value: &[u8]) -> Option<u128> {
    match value {
        [byte] if byte.is_ascii() => Some(1 << byte),
        _ => None,
    }
}
