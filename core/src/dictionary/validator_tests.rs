//! Which violation is found, one promise a test.

use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::sample::{
    HEADER_0, HEADER_D, builder, framed, framed_bytes, order, validator, verdict, verdict_of, verdict_with,
};
use super::{Dictionary, DictionaryError, FieldType, MemberSpec, Validation, Validator, Violation};
use crate::reject_reason::SessionRejectReason;
use crate::session::Verdict;
use crate::version::ApplVerId;
use crate::wire::Message;

const STRICT: fn() -> Validation = Validation::default;

#[test]
fn a_correct_message_passes() {
    assert_eq!(verdict(HEADER_0), "ok");
    assert_eq!(verdict(&order("38=002000.00|18=1 G|60=20240101-00:00:00|")), "ok");
}

#[test]
fn header_and_body_fields_may_stand_in_any_order_of_their_own() {
    assert_eq!(verdict("35=D|49=A|34=3|56=B|52=20240101-00:00:00|54=1|55=MSFT|11=id|"), "ok");
}

#[test]
fn an_unknown_msg_type_is_named_without_a_tag() {
    assert_eq!(verdict("35=*|34=2|49=A|52=20240101-00:00:00|56=B|"), "11 -");
    assert_eq!(verdict("35=*|999=x|"), "11 -", "before anything else");
}

#[test]
fn an_undefined_tag_is_reason_0() {
    for tag in ["999", "0", "-1", "5000", "007"] {
        let expected = format!("0 {}", tag.parse::<i64>().expect("a number"));
        assert_eq!(verdict(&format!("{HEADER_0}{tag}=HI|")), expected);
    }
    assert_eq!(verdict(&format!("{HEADER_0}abc=HI|")), "0 -");
}

#[test]
fn a_tag_of_another_message_is_reason_2() {
    assert_eq!(verdict(&format!("{HEADER_0}55=MSFT|")), "2 55");
    assert_eq!(verdict(&order("452=1|")), "2 452", "a group's member outside its group");
}

#[test]
fn a_missing_required_field_is_reason_1_header_before_body() {
    assert_eq!(verdict("35=0|34=2|49=A|52=20240101-00:00:00|"), "1 56");
    assert_eq!(verdict(&format!("{HEADER_D}54=1|")), "1 11");
    assert_eq!(verdict("35=D|34=2|49=A|52=20240101-00:00:00|11=id|"), "1 56");
}

#[test]
fn what_the_body_lacks_is_named_before_what_the_trailer_lacks() {
    let mut builder = builder().expect("sound");
    builder.trailer([93, 89, 10].map(MemberSpec::required).into()).expect("sound");
    let validator = Validator::new(Arc::new(builder.build()));
    assert_eq!(verdict_of(&validator, &format!("{HEADER_D}54=1|")), "1 11");
    assert_eq!(verdict_of(&validator, "35=D|34=2|49=A|52=20240101-00:00:00|54=1|"), "1 56");
    assert_eq!(verdict_of(&validator, &order("")), "1 93");
}

#[test]
fn an_empty_value_is_reason_4_also_in_the_header() {
    assert_eq!(verdict("35=0|34=2|49=A|52=20240101-00:00:00|56=|"), "4 56");
    assert_eq!(verdict("35=0|34=2|49=A|52=20240101-00:00:00|56=B|115=|"), "4 115");
    assert_eq!(verdict(&format!("{HEADER_0}112=|")), "4 112");
}

#[test]
fn a_value_that_is_not_allowed_is_reason_5() {
    assert_eq!(verdict(&format!("{HEADER_D}11=id|55=X|54=9|")), "5 54");
    assert_eq!(verdict(&format!("{HEADER_0}112=TES|")), "5 112");
    assert_eq!(verdict(&order("18=1 X|")), "5 18", "each of several values counts");
}

#[test]
fn a_length_that_its_data_has_not_is_reason_5() {
    for length in ["0", "2", "4", "99999999"] {
        assert_eq!(verdict(&order(&format!("95={length}|96=one|"))), "5 95", "{length}");
    }
    assert_eq!(verdict(&order("95=x|96=one|")), "6 95");
    assert_eq!(verdict(&order("95=03|96=one|")), "ok");
    assert_eq!(verdict(&order("95=3|58=text|")), "ok", "only of its own data");
    assert_eq!(verdict(&order("93=9|89=sig|")), "5 93", "in the trailer too");
    assert_eq!(verdict(&order("453=1|448=A|452=1|95=9|96=one|")), "5 95", "after a group too");
}

#[test]
fn a_wrong_format_is_reason_6() {
    assert_eq!(verdict(&order("38=+200.00|")), "6 38");
    assert_eq!(verdict(&order("60=20240101|")), "6 60");
    assert_eq!(verdict(&order("18=1  G|")), "6 18");
    assert_eq!(verdict("35=0|34=2|49=A|52=20230229-00:00:00|56=B|"), "6 52");
}

#[test]
fn a_repeated_tag_is_reason_13() {
    assert_eq!(verdict(&order("38=1|38=2|")), "13 38");
    assert_eq!(verdict(&format!("{HEADER_0}112=X|112=X|")), "13 112");
    assert_eq!(verdict(&format!("{HEADER_0}35=0|")), "13 35", "what the framing has read counts as met");
}

#[test]
fn a_field_out_of_its_section_is_reason_14() {
    assert_eq!(verdict("35=D|11=id|34=2|49=A|52=20240101-00:00:00|56=B|55=X|54=1|"), "14 34");
    assert_eq!(verdict(&format!("{HEADER_0}93=1|89=x|112=X|")), "14 112");
}

#[test]
fn soh_in_a_value_is_reason_17_with_that_field() {
    assert_eq!(verdict(&order("58=one|two|")), "17 58");
    assert_eq!(verdict(&order("95=7|96=one|two|")), "ok", "data may hold SOH");
}

#[test]
fn of_several_problems_the_highest_rank_is_named_then_the_first() {
    let by_rank = [
        ("14 34", "35=D|38=x|999=1|34=2|49=A|52=20240101-00:00:00|56=B|"),
        ("1 11", &format!("{HEADER_D}38=x|999=1|55=X|54=1|")),
        ("0 999", &order("999=1|38=x|112=X|")),
        ("2 112", &order("112=X|38=x|999=1|")),
        ("6 38", &order("38=x|18=9|999=1|")),
        ("5 18", &order("18=9|38=x|")),
        ("4 115", "35=D|34=2|49=A|52=20240101-00:00:00|56=B|115=|11=id|55=X|54=9|"),
    ];
    for (expected, fields) in by_rank {
        assert_eq!(verdict(fields), expected, "{fields}");
    }
}

#[test]
fn a_group_that_does_not_hold_together_is_named_before_its_values() {
    assert_eq!(verdict(&order("453=3|448=P|452=x|448=|452=1|")), "16 453");
    assert_eq!(verdict(&order("453=1|448=|447=DD|452=1|999=x|")), "4 448");
    assert_eq!(verdict(&order("38=x|453=3|448=P|452=x|")), "6 38", "what comes before the group stays first");
    let nested = "453=1|448=P|452=x|802=2|523=a|803=1|";
    assert_eq!(verdict(&order(nested)), "16 802");
}

#[test]
fn validate_fields_out_of_order_off_lets_sections_mix() {
    let lax = Validation { validate_fields_out_of_order: false, ..STRICT() };
    assert_eq!(verdict_with(lax, "35=D|11=id|34=2|49=A|52=20240101-00:00:00|56=B|55=X|54=1|"), "ok");
    assert_eq!(verdict_with(lax, "35=D|11=id|34=2|49=A|52=20240101-00:00:00|55=X|54=1|"), "1 56");
}

#[test]
fn validate_fields_have_values_off_takes_empty_fields() {
    let lax = Validation { validate_fields_have_values: false, ..STRICT() };
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}112=|")), "ok");
    assert_eq!(verdict_with(lax, &order("453=|38=|")), "ok");
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}112=Y|")), "5 112");
}

#[test]
fn validate_user_defined_fields_off_takes_tags_from_5000() {
    let lax = Validation { validate_user_defined_fields: false, ..STRICT() };
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}5000=HI|")), "ok");
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}6000=HI|")), "ok", "known, not in this message");
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}4999=HI|")), "0 4999");
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}5000=|")), "4 5000");
    assert_eq!(verdict_with(STRICT(), &format!("{HEADER_0}6000=HI|")), "2 6000");
}

#[test]
fn allow_unknown_msg_fields_takes_tags_below_5000() {
    let lax = Validation { allow_unknown_msg_fields: true, ..STRICT() };
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}999=HI|")), "ok");
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}55=MSFT|")), "ok");
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}38=x|")), "6 38", "a known field keeps its type");
    assert_eq!(verdict_with(lax, &format!("{HEADER_0}5000=HI|")), "0 5000");
}

#[test]
fn a_violation_converts_into_the_verdict_that_rejects() {
    let violation = Violation { reason: SessionRejectReason::InvalidTagNumber, tag: Some(-1) };
    let expected = Verdict::SessionReject { reason: violation.reason, tag: Some(-1), text: "" };
    assert_eq!(Verdict::from(violation), expected);
    assert_eq!(violation.to_string(), "Invalid tag number (-1)");
}

/// An application dictionary with one message and one field of the given name.
fn application(msg_type: &[u8], tag: u32) -> Arc<Dictionary> {
    let mut builder = Dictionary::builder("application");
    builder.field(tag, "Only", FieldType::Int).expect("a new field");
    builder.message(msg_type, "Message", vec![MemberSpec::required(tag)]).expect("a new message");
    Arc::new(builder.build())
}

fn fixt() -> Validator {
    let transport = Arc::new(builder().expect("sound").build());
    Validator::fixt(transport, ApplVerId::Fix50)
        .with_application(ApplVerId::Fix50, application(b"8", 700))
        .with_application(ApplVerId::Fix50Sp2, application(b"8", 900))
}

#[test]
fn fixt_chooses_the_application_by_1128_else_by_the_default() {
    let header = "35=8|34=2|49=A|52=20240101-00:00:00|56=B|";
    let mut validator = fixt();
    assert_eq!(validator.default_appl_ver_id(), Some(ApplVerId::Fix50));
    assert_eq!(verdict_of(&validator, &format!("{header}700=1|")), "ok");
    assert_eq!(verdict_of(&validator, &format!("{header}700=1|900=1|")), "0 900");
    assert_eq!(verdict_of(&validator, &format!("{header}1128=9|900=1|")), "ok");
    validator.set_default_appl_ver_id(ApplVerId::Fix50Sp2);
    assert_eq!(verdict_of(&validator, &format!("{header}900=1|")), "ok");
    assert_eq!(verdict_of(&validator, &format!("{header}1128=7|700=1|")), "ok");
}

#[test]
fn fixt_names_versions_without_a_dictionary() {
    let header = "35=8|34=2|49=A|52=20240101-00:00:00|56=B|";
    let mut validator = fixt();
    for version in ["8", "77", "x"] {
        assert_eq!(verdict_of(&validator, &format!("{header}1128={version}|700=1|")), "18 1128");
    }
    assert_eq!(verdict_of(&validator, &format!("{header}1128=|700=1|")), "4 1128");
    validator.set_default_appl_ver_id(ApplVerId::Fix44);
    assert_eq!(verdict_of(&validator, &format!("{header}700=1|")), "18 -");
}

#[test]
fn fixt_measures_header_and_admin_messages_by_the_transport() {
    let validator = fixt();
    assert_eq!(verdict_of(&validator, HEADER_0), "ok");
    assert_eq!(verdict_of(&validator, &format!("{HEADER_0}700=1|")), "0 700", "only the application has 700");
    assert_eq!(verdict_of(&validator, "35=8|34=2|49=A|52=20240101-00:00:00|700=1|"), "1 56");
    assert_eq!(verdict_of(&validator, "35=5|34=2|"), "11 -", "an administrative type is the transport's");
    assert_eq!(verdict_of(&validator, "35=9|34=2|"), "11 -");
    let also_defined = validator.with_application(ApplVerId::Fix50, application(b"5", 700));
    let logout = "35=5|34=2|49=A|52=20240101-00:00:00|56=B|700=1|";
    assert_eq!(verdict_of(&also_defined, logout), "11 -", "whatever an application dictionary says of it");
}

#[test]
fn a_validator_of_fix_4_has_no_use_for_an_application_dictionary() {
    let validator = Validator::new(Arc::new(builder().expect("sound").build()));
    let with = validator.clone().with_application(ApplVerId::Fix50, application(b"8", 700));
    for fields in [HEADER_0, "35=8|34=2|49=A|52=20240101-00:00:00|56=B|700=1|"] {
        assert_eq!(verdict_of(&with, fields), verdict_of(&validator, fields), "{fields}");
    }
    assert_eq!(verdict_of(&with, "35=8|34=2|49=A|52=20240101-00:00:00|56=B|700=1|"), "11 -");
}

#[test]
fn fixt_without_application_dictionaries_leaves_bodies_unexamined() {
    let transport = Arc::new(builder().expect("sound").build());
    let validator = Validator::fixt(transport, ApplVerId::Fix50);
    let header = "35=8|34=2|49=A|52=20240101-00:00:00|56=B|";
    assert_eq!(verdict_of(&validator, &format!("{header}7000=|7000=x|")), "ok");
    assert_eq!(verdict_of(&validator, &format!("{header}7000=x|115=Z|")), "14 115");
    assert_eq!(
        verdict_of(&validator, "35=5|34=2|"),
        "11 -",
        "an administrative type is looked for all the same"
    );
}

#[test]
fn a_builder_names_what_it_cannot_take() {
    let mut builder = builder().expect("sound");
    let fails = |result: Result<&mut super::DictionaryBuilder, DictionaryError>| result.err();
    assert_eq!(fails(builder.field(0, "Zero", FieldType::Int)), Some(DictionaryError::NoTag));
    assert_eq!(
        fails(builder.field(11, "Again", FieldType::Int)),
        Some(DictionaryError::DuplicateTag { tag: 11 })
    );
    assert_eq!(
        fails(builder.field(7001, "Side", FieldType::Int)),
        Some(DictionaryError::DuplicateName { name: "Side".into(), first: 54, second: 7001 })
    );
    assert_eq!(fails(builder.value(7001, b"1")), Some(DictionaryError::UnknownField { tag: 7001 }));
    assert_eq!(fails(builder.value(54, b"")), Some(DictionaryError::EmptyValue { tag: 54 }));
    let unknown = vec![MemberSpec::optional(7001)];
    assert_eq!(fails(builder.message(b"X", "X", unknown)), Some(DictionaryError::UnknownField { tag: 7001 }));
    let empty = vec![MemberSpec::optional(453).group(Vec::new())];
    assert_eq!(fails(builder.message(b"X", "X", empty)), Some(DictionaryError::EmptyGroup { tag: 453 }));
    let many = vec![MemberSpec::optional(58); super::MAX_MEMBERS + 1];
    assert_eq!(fails(builder.message(b"X", "X", many)), Some(DictionaryError::TooManyMembers));
    let deep = (0..=super::MAX_GROUP_DEPTH)
        .fold(MemberSpec::optional(58), |inner, _| MemberSpec::optional(453).group(vec![inner]));
    assert_eq!(fails(builder.message(b"X", "X", vec![deep])), Some(DictionaryError::TooDeep));
    assert_eq!(
        fails(builder.message(b"", "X", Vec::new())),
        Some(DictionaryError::EmptyMsgType { name: "X".into() })
    );
    let again = DictionaryError::DuplicateMessage { first: "NewOrderSingle".into(), second: "Order".into() };
    assert_eq!(fails(builder.message(b"D", "Order", Vec::new())), Some(again));
}

#[test]
fn a_builder_takes_what_its_limits_allow_and_no_more() {
    let members = |count| vec![MemberSpec::optional(58); count];
    let most = super::MAX_MEMBERS;
    let nested = |levels| {
        (0..levels).fold(MemberSpec::optional(58), |inner, _| MemberSpec::optional(453).group(vec![inner]))
    };
    let mut builder = builder().expect("sound");
    assert!(builder.message(b"X", "X", members(most)).is_ok());
    assert!(builder.message(b"Y", "Y", vec![nested(super::MAX_GROUP_DEPTH)]).is_ok());
    // Header and trailer are one level.
    let trailer = 3;
    assert_eq!(builder.header(members(most - trailer + 1)).err(), Some(DictionaryError::TooManyMembers));
    assert!(builder.header(members(most - trailer)).is_ok());
    assert_eq!(builder.trailer(members(trailer + 1)).err(), Some(DictionaryError::TooManyMembers));
    assert!(builder.trailer(members(trailer)).is_ok());
}

#[test]
fn a_dictionary_answers_what_it_was_built_from() {
    let dictionary = builder().expect("sound").build();
    assert_eq!(dictionary.name(), "sample");
    let side = dictionary.field(54).expect("defined");
    assert_eq!((side.name(), side.field_type()), ("Side", FieldType::Char));
    assert_eq!(side.values(), vec![(*b"1").into(), (*b"2").into()]);
    assert_eq!(side.tag(), 54);
    assert!(dictionary.field(1).is_none());
    let tags: Vec<u32> = dictionary.fields().iter().map(super::FieldDefinition::tag).collect();
    assert!(tags.len() == 34 && tags.is_sorted() && tags.contains(&54), "{tags:?}");
    let types: Vec<&[u8]> = dictionary.messages().iter().map(super::MessageDefinition::msg_type).collect();
    assert_eq!(types, [b"0", b"D"]);
    assert_eq!(dictionary.header().first().map(super::Member::tag), Some(8));
    assert_eq!(dictionary.trailer().iter().map(super::Member::tag).collect::<Vec<_>>(), [93, 89, 10]);
    let order = dictionary.message(b"D").expect("defined");
    assert_eq!((order.name(), order.msg_type()), ("NewOrderSingle", &b"D"[..]));
    assert!(order.members().get(55).is_some_and(super::Member::is_required));
    assert!(order.members().get(58).is_some_and(|text| !text.is_required()));
    let parties = order.members().get(453).and_then(super::Member::group).expect("a group");
    assert_eq!(parties.list().first().map(super::Member::tag), Some(448));
}

/// Every rule that a switch can lift is lifted.
const LAX: Validation = Validation {
    validate_fields_out_of_order: false,
    validate_unordered_group_fields: false,
    validate_fields_have_values: false,
    validate_user_defined_fields: false,
    allow_unknown_msg_fields: true,
};

proptest! {
    #[test]
    fn fields_in_any_arrangement_never_panic(fields in proptest::collection::vec(piece(), 0..40)) {
        let bytes = framed(&order(&fields.concat()));
        if let Ok(message) = Message::parse(&bytes) {
            let strict = validator().check(&message);
            let lax = validator().with_validation(LAX).check(&message);
            prop_assert!(strict.is_err() || lax.is_ok(), "what all rules allow, fewer rules allow");
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let bytes = framed_bytes(&[order("").replace('|', "\u{1}").as_bytes(), &bytes, b"\x01"].concat());
        if let Ok(message) = Message::parse(&bytes) {
            let found = validator().check(&message);
            let plain = message.fields().all(|field| field.is_ok());
            prop_assert!(plain || found.is_err(), "bytes that are no field never pass");
        }
    }
}

/// Fields of the sample with values of their own and others, and bytes that are no fields.
fn piece() -> impl Strategy<Value = alloc::string::String> {
    let tags = proptest::sample::select(vec![
        "34", "49", "52", "56", "43", "38", "18", "453", "448", "447", "452", "802", "523", "803", "58",
        "95", "96", "93", "89", "627", "628", "10", "9999", "777", "0", "-1",
    ]);
    let values = proptest::sample::select(vec!["1", "2", "0", "", "x", "A=B", "99999999999999999999"]);
    prop_oneof![
        20 => (tags, values).prop_map(|(tag, value)| format!("{tag}={value}|")),
        1 => "[ -~]{0,5}\\|",
    ]
}
