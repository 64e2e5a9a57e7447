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
    logged_on: bool,
) -> Option<Verdict<'static>> {
    let kind = message.msg_type();
    // It began a connection that ended long ago: there is nobody to authenticate.
    let counts_only = logged_on && kind == msg_type::LOGON && message.poss_dup();
    if let Some(validator) = validator {
        if let Err(violation) = validator.check(message) {
            return Some(violation.into());
        }
        if kind == msg_type::LOGON && !counts_only {
            adopt_version(message, validator);
        }
    }
    let for_driver = lend_admin || kind == msg_type::LOGON || !msg_type::is_admin(kind);
    (!for_driver || counts_only).then_some(Verdict::Accept)
}

/// Application messages are of the version that the counterparty's Logon names in DefaultApplVerID(1137).
fn adopt_version(logon: &Message<'_>, validator: &mut Arc<Validator>) {
    let version = logon.get(tags::DEFAULT_APPL_VER_ID).and_then(ApplVerId::from_bytes);
    if let Some(version) = version.filter(|version| validator.default_appl_ver_id() != Some(*version)) {
        Arc::make_mut(validator).set_default_appl_ver_id(version);
    }
}

#[cfg(test)]
mod tests {
    use sansfix::dictionary::{Dictionary, FieldType, MemberSpec};
    use sansfix::wire::Encoder;

    use super::*;

    fn validator() -> Arc<Validator> {
        let mut builder = Dictionary::builder("logon");
        for tag in [8, 9, 35, tags::POSS_DUP_FLAG, 10, tags::DEFAULT_APPL_VER_ID] {
            builder.field(tag, &format!("Field{tag}"), FieldType::String).unwrap();
        }
        let mut header = [8, 9, 35].map(MemberSpec::required).to_vec();
        header.push(MemberSpec::optional(tags::POSS_DUP_FLAG));
        builder.header(header).unwrap();
        builder.trailer(vec![MemberSpec::required(10)]).unwrap();
        builder.message(b"A", "Logon", vec![MemberSpec::optional(tags::DEFAULT_APPL_VER_ID)]).unwrap();
        Arc::new(Validator::fixt(Arc::new(builder.build()), ApplVerId::Fix42))
    }

    #[test]
    fn a_logon_says_which_version_the_messages_of_its_session_are_of() {
        let shared = validator();
        let mut its = Some(shared.clone());
        for (said, expected) in
            [("9", Some(ApplVerId::Fix50Sp2)), ("7", Some(ApplVerId::Fix50)), ("", Some(ApplVerId::Fix50))]
        {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::begin(&mut bytes, b"FIXT.1.1", b"A");
            if !said.is_empty() {
                encoder.field(tags::DEFAULT_APPL_VER_ID, said);
            }
            encoder.finish();
            let verdict = own_verdict(&Message::parse(&bytes).unwrap(), &mut its, false, false);
            assert_eq!(verdict, None, "the driver judges a Logon");
            assert_eq!(its.as_ref().unwrap().default_appl_ver_id(), expected);
        }
        assert_eq!(
            shared.default_appl_ver_id(),
            Some(ApplVerId::Fix42),
            "that of other sessions is as it was"
        );
    }

    #[test]
    fn a_repeated_logon_is_for_nobody_once_somebody_is_logged_on() {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::begin(&mut bytes, b"FIXT.1.1", b"A");
        encoder.header_field(tags::POSS_DUP_FLAG, "Y");
        encoder.field(tags::DEFAULT_APPL_VER_ID, "9");
        encoder.finish();
        let repeated = Message::parse(&bytes).unwrap();
        let mut its = Some(validator());
        let mut version = |logged_on| {
            let verdict = own_verdict(&repeated, &mut its, true, logged_on);
            (verdict, its.as_ref().unwrap().default_appl_ver_id())
        };
        assert_eq!(version(true), (Some(Verdict::Accept), Some(ApplVerId::Fix42)), "it counts, no more");
        assert_eq!(version(false), (None, Some(ApplVerId::Fix50Sp2)), "the driver judges a first Logon");
    }
}
