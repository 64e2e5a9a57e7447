//! Any fields as a message, measured by the dictionaries of the tests: no panic, the same answer each time, and the
//! fewer checks are made, the more is accepted.

use std::sync::{Arc, LazyLock};

use sansfix::dictionary::{Dictionary, Validation, Validator};
use sansfix::wire::Message;
use sansfix::{ApplVerId, BeginString, SessionRejectReason, Verdict};
use sansfix_runtime::dictionary_xml::read_dictionary;

use super::source::Source;
use crate::peer::framed;

/// FIX 4.4, FIXT.1.1 with FIX 5.0 SP2 and with no application dictionary, and a message with a field of every type.
static VALIDATORS: LazyLock<[(BeginString, Validator); 4]> = LazyLock::new(|| {
    let fixt = Validator::fixt(read(include_str!("../../dictionaries/fixt11.xml")), ApplVerId::Fix50Sp2);
    let fix5 = read(include_str!("../../dictionaries/fix5.xml"));
    [
        (BeginString::Fix44, Validator::new(read(include_str!("../../dictionaries/fix4.xml")))),
        (BeginString::Fixt11, fixt.clone().with_application(ApplVerId::Fix50Sp2, fix5)),
        (BeginString::Fixt11, fixt),
        (BeginString::Fix44, Validator::new(read(include_str!("../../dictionaries/every_type.xml")))),
    ]
});

fn read(text: &str) -> Arc<Dictionary> {
    Arc::new(read_dictionary(text).expect("the dictionaries of the tests are right"))
}

/// The first byte chooses the dictionary; the rest are fields from MsgType on, `|` for SOH. Returns 1 for a message that
/// could be measured.
pub fn run(input: &[u8]) -> usize {
    let mut source = Source::new(input);
    let (version, validator) = &VALIDATORS[usize::from(source.byte()) % 4];
    let mut body = source.bytes(usize::MAX).to_vec();
    body.iter_mut().filter(|byte| **byte == b'|').for_each(|byte| *byte = 1);
    let bytes = framed(*version, &body);
    let Ok(message) = Message::parse(&bytes) else { return 0 };
    check_switches(validator, &message);
    let mut other = validator.clone();
    other.set_default_appl_ver_id(ApplVerId::Fix44);
    let is_fixt = *version == BeginString::Fixt11;
    assert_eq!(other.default_appl_ver_id(), is_fixt.then_some(ApplVerId::Fix44));
    assert!(
        is_fixt || other.check(&message) == validator.check(&message),
        "a version that does not exist matters"
    );
    1
}

/// Every combination of the switches. Strict is the first; each further one only leaves checks out.
pub(super) fn check_switches(validator: &Validator, message: &Message<'_>) {
    let mut strict = None;
    for bits in 0u8..32 {
        let on = |bit: u8| bits & 1 << bit == 0;
        let validation = Validation {
            validate_fields_out_of_order: on(0),
            validate_unordered_group_fields: on(1),
            validate_fields_have_values: on(2),
            validate_user_defined_fields: on(3),
            allow_unknown_msg_fields: !on(4),
        };
        let validator = validator.clone().with_validation(validation);
        let found = validator.check(message);
        assert_eq!(validator.validation(), &validation);
        assert_eq!(validator.check(message), found, "the same message, another answer");
        let strict = *strict.get_or_insert(found);
        assert!(strict.is_err() || found.is_ok(), "{found:?} with fewer checks: {message}");
        if let Err(violation) = found {
            let Verdict::SessionReject { reason, tag, .. } = Verdict::from(violation) else {
                panic!("{violation} is no reject");
            };
            assert_eq!((reason, tag), (violation.reason, violation.tag));
            assert!(violation.to_string().starts_with(reason.text()));
            assert_ne!(reason, SessionRejectReason::Other, "a rule has a reason of its own");
        }
    }
}
