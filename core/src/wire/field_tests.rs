use alloc::vec::Vec;

use super::*;

/// The fields, `?` standing for a malformed one.
fn read(text: &str) -> Vec<(Tag, Vec<u8>)> {
    let bytes = text.replace('|', "\u{1}").into_bytes();
    Fields::new(&bytes)
        .map(|field| match field {
            Ok(field) => (field.tag, field.value.to_vec()),
            Err(malformed) => (0, malformed.raw.to_vec()),
        })
        .collect()
}

fn field(tag: Tag, value: &str) -> (Tag, Vec<u8>) {
    (tag, value.replace('|', "\u{1}").into_bytes())
}

#[test]
fn fields_come_in_order_and_the_last_may_lack_soh() {
    assert_eq!(read("11=A|58=a=b|1="), [field(11, "A"), field(58, "a=b"), field(1, "")]);
    assert_eq!(read("11=A|58=|"), [field(11, "A"), field(58, "")]);
    assert_eq!(read(""), []);
}

#[test]
fn a_data_field_takes_the_bytes_its_length_says() {
    assert_eq!(read("95=5|96=a|b=c|58=x|"), [field(95, "5"), field(96, "a|b=c"), field(58, "x")]);
    assert_eq!(read("93=3|89=|1=|10=1|"), [field(93, "3"), field(89, "|1="), field(10, "1")]);
    assert_eq!(read("95=3|96=a|b"), [field(95, "3"), field(96, "a|b")]);
    assert_eq!(read("95=0|96=|1=2|"), [field(95, "0"), field(96, ""), field(1, "2")]);
}

#[test]
fn a_length_that_does_not_fit_is_ignored() {
    for length in ["4", "99", "x", "-3", "", "999999999999999999", "0"] {
        let fields = read(&alloc::format!("95={length}|96=abc|58=x|"));
        assert_eq!(fields, [field(95, length), field(96, "abc"), field(58, "x")]);
    }
}

#[test]
fn the_soh_at_the_end_is_no_data() {
    assert_eq!(read("95=4|96=abc|"), [field(95, "4"), field(96, "abc")]);
    assert_eq!(read("95=4|96=abc||"), [field(95, "4"), field(96, "abc|")]);
    assert_eq!(read("95=3|96=abc"), [field(95, "3"), field(96, "abc")]);
}

#[test]
fn a_length_counts_only_for_its_own_data_directly_after_it() {
    assert_eq!(read("95=3|58=x|96=a|b|"), [field(95, "3"), field(58, "x"), field(96, "a"), field(0, "b")]);
    assert_eq!(read("95=3|91=a|b|"), [field(95, "3"), field(91, "a"), field(0, "b")]);
    assert_eq!(read("95=3|x|96=a|b|"), [field(95, "3"), field(0, "x"), field(96, "a"), field(0, "b")]);
}

#[test]
fn what_is_no_field_is_named_and_passed_over() {
    let fields = read("1=a||=b|0=c|-5=d|007=e|x=f|58|2=g|");
    let malformed: Vec<_> = ["", "=b", "0=c", "-5=d", "007=e", "x=f", "58"].map(|raw| field(0, raw)).into();
    assert_eq!(fields[0], field(1, "a"));
    assert_eq!(fields[1..8], malformed);
    assert_eq!(fields[8], field(2, "g"));
    assert_eq!(fields.len(), 9);
}

#[test]
fn a_malformed_tag_that_is_a_number_is_told() {
    let tag = |raw: &str| MalformedField { raw: raw.as_bytes() }.written_tag();
    assert_eq!(tag("-1=x"), Some(-1));
    assert_eq!(tag("0=x"), Some(0));
    assert_eq!(tag("007=x"), Some(7));
    assert_eq!(tag("1234567890="), Some(1_234_567_890));
    for raw in ["", "=x", "x=1", "5", "-=1", "--1=2", "+1=2"] {
        assert_eq!(tag(raw), None, "{raw}");
    }
}

#[test]
fn get_finds_the_first_and_rest_is_what_follows() {
    let mut fields = Fields::new(b"1=a\x01x\x012=b\x011=c");
    assert_eq!(fields.get(1), Some(&b"a"[..]));
    assert_eq!(fields.get(2), Some(&b"b"[..]));
    assert_eq!(fields.get(3), None);
    assert_eq!(fields.get(0), None);
    fields.next();
    assert_eq!(fields.rest(), b"x\x012=b\x011=c");
    assert_eq!(fields.get(1), Some(&b"c"[..]));
    fields.by_ref().for_each(drop);
    assert_eq!(fields.rest(), b"");
    assert!(fields.next().is_none());
}
