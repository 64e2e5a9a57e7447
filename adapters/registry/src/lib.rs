//! Sessions by identity.
