//! What can be written as a field's value.

use alloc::vec::Vec;

/// A value that can be written into a field. What it writes must not be empty and must not hold SOH (data fields
/// excepted, which are written with [`super::Body::data`]); [`super::Body`] checks both.
pub trait Value {
    /// Appends the value's bytes.
    fn write(&self, buffer: &mut Vec<u8>);
}

impl Value for [u8] {
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self);
    }
}

impl Value for str {
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self.as_bytes());
    }
}

impl Value for u64 {
    fn write(&self, buffer: &mut Vec<u8>) {
        let _ = buffer;
        todo!()
    }
}

impl<V: Value + ?Sized> Value for &V {
    fn write(&self, buffer: &mut Vec<u8>) {
        (**self).write(buffer);
    }
}
