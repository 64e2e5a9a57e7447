use alloc::string::String;

use super::*;
use crate::wire::Message;

/// What the session gets: the message, or the first mistake.
fn written(write: impl FnOnce(&mut Body<'_>)) -> Result<String, BodyError> {
    let mut buffer = Vec::new();
    let mut encoder = Encoder::begin(&mut buffer, b"FIX.4.4", b"D");
    encoder.header_field(tags::MSG_SEQ_NUM, &2u8);
    encoder.header_field(tags::SENDER_SUB_ID, "SUB");
    encoder.header_field(tags::TARGET_COMP_ID, "B");
    let mut body = Body::new(encoder);
    write(&mut body);
    let (encoder, error) = body.into_parts();
    match error {
        Some(error) => Err(error),
        None => {
            encoder.finish();
            assert!(Message::parse(&buffer).is_ok());
            let text = String::from_utf8_lossy(&buffer).replace('\u{1}', "|");
            let (_, fields) = text.split_once("|35=D|").unwrap();
            let (fields, _) = fields.rsplit_once("10=").unwrap();
            Ok(fields.into())
        }
    }
}

const HEADER: &str = "34=2|50=SUB|56=B|";

#[track_caller]
fn body_is(expected: &str, write: impl FnOnce(&mut Body<'_>)) {
    assert_eq!(written(write).unwrap(), alloc::format!("{HEADER}{expected}"));
}

#[test]
fn body_fields_are_appended_in_order() {
    body_is("11=A|38=100|60=19700101-00:00:00.000|95=3|96=|=||58=x|", |body| {
        body.field(11, "A").field(38, &100u32).timestamp(60, 0, Precision::Milliseconds);
        body.data(95, 96, b"\x01=\x01").prebuilt(b"58=x\x01");
        assert_eq!(
            body.bytes(),
            b"11=A\x0138=100\x0160=19700101-00:00:00.000\x0195=3\x0196=\x01=\x01\x0158=x\x01"
        );
    });
}

#[test]
fn header_fields_go_to_the_header_however_they_are_written() {
    let fields = written(|body| {
        body.field(11, "A").header_field(1128, "9").field(115, "C").timestamp(370, 0, Precision::Seconds);
        body.data(212, 213, b"<x/>").header_field(57, "T");
    });
    let expected = "1128=9|34=2|50=SUB|56=B|57=T|115=C|212=4|213=<x/>|370=19700101-00:00:00|11=A|";
    assert_eq!(fields.unwrap(), expected);
}

#[test]
fn a_header_field_that_stands_there_stays() {
    body_is("", |body| {
        body.header_field(50, "OTHER").field(50, "THIRD");
    });
    let twice = written(|body| {
        body.data(212, 213, b"one").data(212, 213, b"two");
    });
    assert_eq!(twice.unwrap(), alloc::format!("{HEADER}212=3|213=one|"));
    let hops = written(|body| {
        body.field(627, &2u8).field(628, "H").field(628, "H");
    });
    assert_eq!(hops.unwrap(), alloc::format!("{HEADER}627=2|628=H|628=H|"));
}

#[test]
fn values_are_checked() {
    assert_eq!(
        written(|body| {
            body.field(58, "");
        }),
        Err(BodyError::Empty { tag: 58 })
    );
    assert_eq!(
        written(|body| {
            body.field(58, "a\u{1}b");
        }),
        Err(BodyError::HoldsSoh { tag: 58 })
    );
    assert_eq!(
        written(|body| {
            body.header_field(115, "");
        }),
        Err(BodyError::Empty { tag: 115 })
    );
    assert_eq!(
        written(|body| {
            body.field(0, "x");
        }),
        Err(BodyError::NoTag)
    );
    assert_eq!(
        written(|body| {
            body.data(95, 96, b"");
        }),
        Err(BodyError::Empty { tag: 96 })
    );
    assert_eq!(
        written(|body| {
            body.data(0, 96, b"x");
        }),
        Err(BodyError::NoTag)
    );
    let unknown = written(|body| {
        body.data(5000, 5001, b"\x01");
    });
    assert_eq!(unknown, Err(BodyError::HoldsSoh { tag: 5001 }));
    body_is("5000=1|5001=x|", |body| {
        body.data(5000, 5001, b"x");
    });
}

#[test]
fn the_sessions_fields_cannot_be_written() {
    for tag in [8, 9, 10, 34, 35, 49, 56, 52, 43, 122, 369] {
        let reserved = Err(BodyError::Reserved { tag });
        assert_eq!(
            written(|body| {
                body.field(tag, "1");
            }),
            reserved
        );
        assert_eq!(
            written(|body| {
                body.header_field(tag, "1");
            }),
            reserved
        );
        assert_eq!(
            written(|body| {
                body.timestamp(tag, 0, Precision::Seconds);
            }),
            reserved
        );
        assert_eq!(
            written(|body| {
                body.data(tag, 96, b"1");
            }),
            reserved
        );
    }
}

#[test]
fn what_the_session_writes_on_a_logon_cannot_be_written_again() {
    let mistake = |write: &dyn Fn(&mut Body<'_>)| {
        let mut buffer = Vec::new();
        let mut body = Body::of_logon(Encoder::begin(&mut buffer, b"FIX.4.4", b"A"));
        write(&mut body);
        body.into_parts().1
    };
    for tag in [98, 108, 141, 383, 464, 789, 1137] {
        let reserved = Some(BodyError::Reserved { tag });
        assert_eq!(mistake(&|body| _ = body.field(tag, "1")), reserved);
        let fields = alloc::format!("553=kim\x01{tag}=1\x01");
        assert_eq!(mistake(&|body| _ = body.prebuilt(fields.as_bytes())), reserved);
        body_is(&alloc::format!("{tag}=1|"), |body| _ = body.field(tag, "1"));
    }
    assert_eq!(mistake(&|body| _ = body.prebuilt(b"95=6\x0196=\x01141=Y\x01553=kim\x01")), None);
}

#[test]
fn the_first_mistake_is_kept_and_nothing_is_written_after_it() {
    let mut buffer = Vec::new();
    let mut body = Body::new(Encoder::begin(&mut buffer, b"FIX.4.4", b"D"));
    body.field(11, "A").field(58, "").field(0, "x").data(95, 96, b"").prebuilt(b"x").field(1, "y");
    assert_eq!(body.bytes(), b"11=A\x01");
    assert_eq!(body.into_parts().1, Some(BodyError::Empty { tag: 58 }));
}

#[test]
fn the_signature_is_last() {
    body_is("11=A|93=2|89=xy|", |body| {
        body.field(11, "A").data(93, 89, b"xy");
    });
    let after = written(|body| {
        body.data(93, 89, b"xy").field(58, "z");
    });
    assert_eq!(after, Err(BodyError::AfterSignature { tag: 58 }));
    let after = written(|body| {
        body.data(93, 89, b"xy").prebuilt(b"58=z\x01");
    });
    assert_eq!(after, Err(BodyError::PrebuiltAfterSignature));
    assert!(
        written(|body| {
            body.data(93, 89, b"xy").header_field(115, "C");
        })
        .is_ok()
    );
}

#[test]
fn prebuilt_bytes_must_be_fields() {
    for bad in ["", "58=x", "58=x||", "x|", "=x|", "58|", "058=x|", "0=x|", "58=x|y|", "58=x|59", "|58=x|"] {
        let bytes = bad.replace('|', "\u{1}");
        assert_eq!(
            written(|body| {
                body.prebuilt(bytes.as_bytes());
            }),
            Err(BodyError::Prebuilt),
            "{bad}"
        );
    }
    let empty = written(|body| {
        body.prebuilt(b"58=x\x0159=\x01");
    });
    assert_eq!(empty, Err(BodyError::Empty { tag: 59 }));
    for tag in [8, 34, 43, 115, 1128] {
        let bytes = alloc::format!("58=x\u{1}{tag}=Y\u{1}");
        let error = written(|body| {
            body.prebuilt(bytes.as_bytes());
        });
        assert_eq!(error, Err(BodyError::NotBody { tag }));
    }
    assert_eq!(
        written(|body| {
            body.prebuilt(b"10=000\x01");
        }),
        Err(BodyError::NotBody { tag: 10 })
    );
    body_is("95=3|96=|x||58=y|", |body| {
        body.prebuilt(b"95=3\x0196=\x01x\x01\x0158=y\x01");
    });
    body_is("11=A|93=1|89=s|", |body| {
        body.prebuilt(b"11=A\x0193=1\x0189=s\x01");
    });
}

#[test]
fn a_value_that_takes_bytes_away_is_an_error_and_no_panic() {
    struct Thief;
    impl Value for Thief {
        fn write(&self, buffer: &mut Vec<u8>) {
            buffer.clear();
        }
    }
    assert_eq!(
        written(|body| {
            body.field(58, &Thief);
        }),
        Err(BodyError::Empty { tag: 58 })
    );
}
