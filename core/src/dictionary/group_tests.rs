//! Repeating groups: counts, delimiters, order, nesting, and where a group ends.

use alloc::sync::Arc;
use alloc::vec;

use super::sample::{HEADER_0, builder, order, verdict, verdict_of, verdict_with};
use super::{MemberSpec, Validation, Validator};

#[test]
fn entries_as_announced_pass() {
    assert_eq!(verdict(&order("453=1|448=P|447=D|452=1|")), "ok");
    assert_eq!(verdict(&order("453=2|448=P|452=1|448=Q|447=D|452=3|38=5|")), "ok");
}

#[test]
fn a_count_of_zero_is_a_group_without_entries() {
    assert_eq!(verdict(&order("453=0|")), "ok");
    assert_eq!(verdict(&order("453=0|38=5|")), "ok");
    assert_eq!(verdict(&order("453=0|448=P|452=1|")), "16 453");
    assert_eq!(verdict(&order("453=0|452=1|")), "16 453");
}

#[test]
fn a_wrong_count_is_reason_16_with_the_count() {
    assert_eq!(verdict(&order("453=3|448=P|452=1|448=Q|452=1|38=5|")), "16 453");
    assert_eq!(verdict(&order("453=1|448=P|452=1|448=Q|452=1|")), "16 453");
    assert_eq!(verdict(&order("453=1|")), "16 453");
    assert_eq!(verdict(&order("453=1|38=5|448=P|452=1|")), "16 453");
}

#[test]
fn a_count_that_is_no_number_is_reason_6() {
    assert_eq!(verdict(&order("453=x|")), "6 453");
    assert_eq!(verdict(&order("453=-1|")), "6 453");
    assert_eq!(verdict(&order("453=99999999999999999999|448=P|452=1|")), "6 453");
}

#[test]
fn an_entry_that_does_not_begin_with_its_delimiter_is_reason_15() {
    assert_eq!(verdict(&order("453=1|447=D|448=P|452=1|")), "15 447");
    assert_eq!(verdict(&order("453=1|452=1|")), "15 452");
}

#[test]
fn members_in_another_order_are_reason_15() {
    assert_eq!(verdict(&order("453=1|448=P|452=1|447=D|")), "15 447");
    let lax = Validation { validate_unordered_group_fields: false, ..Validation::default() };
    assert_eq!(verdict_with(lax, &order("453=1|448=P|452=1|447=D|")), "ok");
    assert_eq!(verdict_with(lax, &order("453=1|452=1|448=P|")), "15 452", "the delimiter stays first");
}

#[test]
fn a_member_that_comes_twice_in_an_entry_is_reason_13() {
    assert_eq!(verdict(&order("453=1|448=P|447=D|447=D|452=1|")), "13 447");
}

#[test]
fn a_required_member_is_missed_in_every_entry() {
    assert_eq!(verdict(&order("453=2|448=P|448=Q|452=1|")), "1 452");
    assert_eq!(verdict(&order("453=2|448=P|452=1|448=Q|")), "1 452");
    assert_eq!(verdict(&order("453=2|448=P|452=1|448=Q|38=5|")), "1 452");
}

#[test]
fn values_inside_entries_are_examined() {
    assert_eq!(verdict(&order("453=1|448=|452=1|")), "4 448");
    assert_eq!(verdict(&order("453=1|448=P|447=DD|452=1|")), "6 447");
    assert_eq!(verdict(&order("453=1|448=P|452=x|")), "6 452");
    assert_eq!(verdict(&order("453=1|448=P|0=x|452=1|")), "0 0");
}

#[test]
fn nested_groups_are_examined_by_the_same_rules() {
    let two = "453=2|448=P|452=1|802=2|523=a|803=1|523=b|803=2|448=Q|452=2|";
    assert_eq!(verdict(&order(two)), "ok");
    assert_eq!(verdict(&order("453=1|448=P|452=1|802=2|523=a|803=1|")), "16 802");
    assert_eq!(verdict(&order("453=1|448=P|452=1|802=1|523=a|803=1|523=b|803=1|")), "16 802");
    assert_eq!(verdict(&order("453=1|448=P|452=1|802=1|803=1|523=a|")), "15 803");
    assert_eq!(verdict(&order("453=1|448=P|452=1|802=1|523=a|")), "1 803");
    assert_eq!(verdict(&order("453=1|448=P|452=1|802=1|523=a|803=x|")), "6 803");
    assert_eq!(verdict(&order("453=2|448=P|452=1|802=0|448=Q|452=1|")), "ok");
}

#[test]
fn a_group_in_the_header_is_examined() {
    let header = HEADER_0;
    assert_eq!(verdict(&alloc::format!("{header}627=1|628=X|629=20240101-00:00:00|112=X|")), "ok");
    assert_eq!(verdict(&alloc::format!("{header}627=2|628=X|112=X|")), "16 627");
}

#[test]
fn an_unknown_field_ends_a_group_unless_it_is_tolerated() {
    assert_eq!(verdict(&order("453=2|448=P|452=1|999=x|448=Q|452=1|")), "16 453");
    let lax = Validation { validate_user_defined_fields: false, ..Validation::default() };
    assert_eq!(verdict_with(lax, &order("453=2|448=P|452=1|7777=x|448=Q|7777=x|452=1|")), "ok");
    assert_eq!(verdict_with(lax, &order("453=1|7777=x|448=P|452=1|")), "16 453", "before the first entry");
}

#[test]
fn a_field_that_group_and_body_both_have_ends_the_group_when_the_entry_cannot_take_it() {
    assert_eq!(verdict(&order("453=1|448=P|452=1|58=in the entry|")), "ok");
    assert_eq!(verdict(&order("453=1|448=P|452=1|58=in the entry|58=in the body|")), "ok");
    assert_eq!(verdict(&order("453=1|448=P|452=1|58=in the entry|58=in the body|58=again|")), "13 58");
    assert_eq!(verdict(&order("58=in the body|453=1|448=P|452=1|58=in the entry|")), "ok");
}

#[test]
fn a_delimiter_that_the_body_has_too_ends_the_group_after_the_last_entry() {
    let mut builder = builder().expect("sound");
    let group = MemberSpec::optional(453).group(vec![MemberSpec::required(58)]);
    builder.message(b"B", "News", vec![group, MemberSpec::optional(58)]).expect("a new message");
    let validator = Validator::new(Arc::new(builder.build()));
    let header = "35=B|34=2|49=A|52=20240101-00:00:00|56=B|";
    assert_eq!(verdict_of(&validator, &alloc::format!("{header}453=1|58=line|58=text|")), "ok");
    assert_eq!(verdict_of(&validator, &alloc::format!("{header}453=2|58=line|58=line|58=text|")), "ok");
    assert_eq!(verdict_of(&validator, &alloc::format!("{header}453=1|58=line|58=text|58=more|")), "13 58");
}

#[test]
fn a_member_given_twice_may_stand_at_either_place_of_an_entry() {
    let mut builder = builder().expect("sound");
    let members = [448, 447, 452, 58, 447].map(MemberSpec::optional).into();
    let entry = MemberSpec::optional(453).group(members);
    builder.message(b"X", "Twice", vec![entry]).expect("a new message");
    let validator = Validator::new(Arc::new(builder.build()));
    let verdict = |fields: &str| {
        verdict_of(&validator, &alloc::format!("35=X|34=2|49=A|52=20240101-00:00:00|56=B|{fields}"))
    };
    assert_eq!(verdict("453=1|448=P|447=D|452=1|58=x|"), "ok");
    assert_eq!(verdict("453=1|448=P|452=1|58=x|447=D|"), "ok");
    assert_eq!(verdict("453=1|448=P|58=x|452=1|"), "15 452");
}
