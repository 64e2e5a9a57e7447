//! The small dictionaries of `tests/dictionaries`, which hold what scenarios send and no more.

use std::sync::Arc;

use sansfix::dictionary::{Dictionary, Validation, Validator};
use sansfix_runtime::dictionary_xml::read_dictionary;

use super::version::Version;

/// FIX.4.x: one dictionary for all of them.
const FIX4: &str = include_str!("../../dictionaries/fix4.xml");
/// FIXT.1.1: header, trailer and administrative messages.
const FIXT11: &str = include_str!("../../dictionaries/fixt11.xml");
/// FIX.5.0 and later: application messages.
const FIX5: &str = include_str!("../../dictionaries/fix5.xml");

/// The validator of a version.
pub(super) fn validator(version: Version, validation: Validation) -> Result<Arc<Validator>, String> {
    let validator = match version.default_appl_ver_id() {
        None => Validator::new(read(FIX4)?),
        Some(appl_ver) => Validator::fixt(read(FIXT11)?, appl_ver).with_application(appl_ver, read(FIX5)?),
    };
    Ok(Arc::new(validator.with_validation(validation)))
}

fn read(text: &str) -> Result<Arc<Dictionary>, String> {
    read_dictionary(text).map(Arc::new).map_err(|error| error.to_string())
}
