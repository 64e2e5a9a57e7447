//! What can be written as a field's value.

use alloc::string::String;
use alloc::vec::Vec;

use super::number::write_u64;
use crate::seq::SeqNum;

/// A value that can be written into a field. What it writes must not be empty and must not hold SOH (data fields
/// excepted, which are written with [`super::Body::data`]); [`super::Body`] checks both.
pub trait Value {
    /// Appends the value's bytes.
    fn write(&self, buffer: &mut Vec<u8>);
}

impl Value for [u8] {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self);
    }
}

impl<const N: usize> Value for [u8; N] {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self);
    }
}

impl Value for str {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self.as_bytes());
    }
}

impl Value for String {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self.as_bytes());
    }
}

impl Value for char {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(self.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Boolean: `Y` or `N`.
impl Value for bool {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        buffer.push(if *self { b'Y' } else { b'N' });
    }
}

impl Value for SeqNum {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        write_u64(buffer, self.get());
    }
}

macro_rules! unsigned {
    ($($number:ty)*) => {$(
        impl Value for $number {
            #[inline]
            fn write(&self, buffer: &mut Vec<u8>) {
                write_u64(buffer, u64::from(*self));
            }
        }
    )*};
}

macro_rules! signed {
    ($($number:ty)*) => {$(
        impl Value for $number {
            #[inline]
            fn write(&self, buffer: &mut Vec<u8>) {
                if *self < 0 {
                    buffer.push(b'-');
                }
                write_u64(buffer, u64::from(self.unsigned_abs()));
            }
        }
    )*};
}

unsigned! { u8 u16 u32 u64 }
signed! { i32 i64 }

impl<V: Value + ?Sized> Value for &V {
    #[inline]
    fn write(&self, buffer: &mut Vec<u8>) {
        (**self).write(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;

    fn written<V: Value + ?Sized>(value: &V) -> Vec<u8> {
        let mut buffer = b"<".to_vec();
        value.write(&mut buffer);
        buffer
    }

    #[test]
    fn values_are_written_as_fix_writes_them() {
        assert_eq!(written("EUR"), b"<EUR");
        assert_eq!(written(&"EUR".to_owned()), b"<EUR");
        assert_eq!(written(b"EUR"), b"<EUR");
        assert_eq!(written(&b"EUR"[..]), b"<EUR");
        assert_eq!(written(&&&1u8), b"<1");
        assert_eq!(written(&'1'), b"<1");
        assert_eq!(written(&'\u{e9}'), "<\u{e9}".as_bytes());
        assert_eq!(written(&true), b"<Y");
        assert_eq!(written(&false), b"<N");
        assert_eq!(written(&SeqNum::SECOND), b"<2");
        assert_eq!(written(&u16::MAX), b"<65535");
        assert_eq!(written(&u32::MAX), b"<4294967295");
        assert_eq!(written(&0u64), b"<0");
        assert_eq!(written(&-7i32), b"<-7");
        assert_eq!(written(&i64::MIN), b"<-9223372036854775808");
        assert_eq!(written(&i64::MAX), b"<9223372036854775807");
    }
}
