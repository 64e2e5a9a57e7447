//! The members of a level, and the values of a field, at their edges.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::sample::{HEADER_0, HEADER_D, builder, framed_bytes, verdict_of};
use super::{DictionaryBuilder, DictionaryError, FieldType, MemberSpec, Validator};
use crate::reject_reason::SessionRejectReason;
use crate::wire::Message;

fn validator(change: impl FnOnce(&mut DictionaryBuilder) -> Result<(), DictionaryError>) -> Validator {
    let mut builder = builder().expect("the sample is sound");
    change(&mut builder).expect("sound");
    Validator::new(Arc::new(builder.build()))
}

#[test]
fn a_member_that_is_listed_twice_is_required_when_one_of_them_is() {
    for twice in [[true, false], [false, true]] {
        let spec = |required| if required { MemberSpec::required(58) } else { MemberSpec::optional(58) };
        let validator = validator(|builder| builder.message(b"B", "News", twice.map(spec).into()).map(drop));
        let header = HEADER_D.replace("35=D", "35=B");
        assert_eq!(verdict_of(&validator, &header), "1 58", "{twice:?}");
    }
}

#[test]
fn a_missing_member_is_named_wherever_it_stands() {
    for last in [62_u32, 63, 64, 65, 127, 128, 129] {
        let validator = validator(|builder| {
            let tags: Vec<u32> = (7000..=7000 + last).collect();
            for tag in &tags {
                builder.field(*tag, &format!("Field{tag}"), FieldType::String)?;
            }
            builder.message(b"B", "News", tags.into_iter().map(MemberSpec::required).collect())?;
            Ok(())
        });
        let present: alloc::string::String = (7000..7000 + last).map(|tag| format!("{tag}=x|")).collect();
        let fields = format!("{}{present}", HEADER_D.replace("35=D", "35=B"));
        assert_eq!(verdict_of(&validator, &fields), format!("1 {}", 7000 + last));
        assert_eq!(verdict_of(&validator, &format!("{fields}{}=x|", 7000 + last)), "ok");
    }
}

#[test]
fn a_value_of_one_byte_above_ascii_is_a_value_as_any_other() {
    let validator = validator(|builder| builder.value(112, b"\xe9").map(drop));
    for (value, found) in [(0xe9, None), (0xe8, Some(SessionRejectReason::ValueIsIncorrect)), (b'X', None)] {
        let fields =
            [&HEADER_0.replace('|', "\u{1}").into_bytes(), &vec![b'1', b'1', b'2', b'=', value, 1][..]];
        let bytes = framed_bytes(&fields.concat());
        let message = Message::parse(&bytes).expect("well-formed");
        assert_eq!(validator.check(&message).err().map(|violation| violation.reason), found, "{value:#x}");
    }
}
