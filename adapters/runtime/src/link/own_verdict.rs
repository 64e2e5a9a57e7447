//! What a link answers by itself.

use std::sync::Arc;

use sansfix::dictionary::Validator;
use sansfix::wire::Message;
use sansfix::{ApplVerId, Verdict, msg_type, tags};

/// What the link answers by itself; `None` when the message is for the driver.
pub(super) fn own_verdict(
    message: &Message<'_>,
    validator: &mut Option<Arc<Validator>>,
    lend_admin: bool,
) -> Option<Verdict<'static>> {
    let kind = message.msg_type();
    if let Some(validator) = validator {
        if let Err(violation) = validator.check(message) {
            return Some(violation.into());
        }
        if kind == msg_type::LOGON {
            adopt_version(message, validator);
        }
    }
    let for_driver = lend_admin || kind == msg_type::LOGON || !msg_type::is_admin(kind);
    (!for_driver).then_some(Verdict::Accept)
}

/// Application messages are of the version that the counterparty's Logon names in DefaultApplVerID(1137).
fn adopt_version(logon: &Message<'_>, validator: &mut Arc<Validator>) {
    let version = logon.get(tags::DEFAULT_APPL_VER_ID).and_then(ApplVerId::from_bytes);
    if let Some(version) = version.filter(|version| validator.default_appl_ver_id() != Some(*version)) {
        Arc::make_mut(validator).set_default_appl_ver_id(version);
    }
}
