use super::*;

/// As the core's own test of [`is_secret`] names them, with what announces their length.
const SECRETS: [(u32, Option<u32>); 6] =
    [(554, None), (925, None), (96, Some(95)), (91, Some(90)), (1402, Some(1401)), (1404, Some(1403))];

fn message(bytes: &[u8]) -> String {
    let mut line = Vec::new();
    write_message(&mut line, bytes);
    String::from_utf8(line).unwrap().replace('\u{1}', "|")
}

#[test]
fn every_secret_is_one_that_this_test_knows() {
    let known: Vec<u32> = SECRETS.iter().map(|(tag, _)| *tag).collect();
    for tag in 1..60_000 {
        assert_eq!(is_secret(tag), known.contains(&tag), "{tag}");
    }
}

#[test]
fn no_secret_is_written_and_what_surrounds_it_is() {
    for (tag, length) in SECRETS {
        let mut bytes = b"8=FIX.4.4\x019=5\x0135=A\x01553=kim\x01".to_vec();
        if let Some(length) = length {
            bytes.extend(format!("{length}=9\x01").bytes());
        }
        bytes.extend(format!("{tag}=topsecret\x0158=open\x01").bytes());
        let written = message(&bytes);
        let announced = length.map(|length| format!("{length}=9|")).unwrap_or_default();
        let hidden = if length.is_some() { "*********" } else { "***" };
        assert_eq!(written, format!("8=FIX.4.4|9=5|35=A|553=kim|{announced}{tag}={hidden}|58=open|"));
        assert_eq!(MessageText(&bytes).to_string(), written);
        let garbled = GarbledBytes(&bytes).to_string();
        assert!(garbled.contains("553=kim") && !garbled.contains("secret"), "{garbled}");
    }
}

#[test]
fn data_keeps_its_length_whatever_it_holds_and_stays_on_its_line() {
    assert_eq!(message(b"95=6\x0196=a\x01b\nc=\x0158=x\x01"), "95=6|96=******|58=x|");
    assert_eq!(
        message(b"35=B\x01354=9\x01355=a\x01b\r\nc\x1b[\x01\x0158=\tx\x7f\x01"),
        "35=B|354=9|355=a?b??c?[?|58=\tx?|"
    );
}

#[test]
fn the_rest_of_a_value_that_was_cut_is_not_written() {
    assert_eq!(
        message(b"96=to\x01psecret\x01=topsecret\x01554 =topsecret\x01007=topsecret\x0158=x\x01"),
        "96=**|***|***|***|007=***|58=x|"
    );
}

#[test]
fn garbled_bytes_are_shown_up_to_the_first_secret_and_not_for_ever() {
    let bytes = b"8=FIX.4.4\x019=5\x0195=20\x0196=top\x01secret=secret\x015=secret\x01";
    assert_eq!(GarbledBytes(bytes).to_string(), "8=FIX.4.4|9=5|95=20|96=*** (27 bytes hidden)");
    for cut in 1..bytes.len() {
        let shown = format!("{} {}", GarbledBytes(&bytes[..cut]), GarbledBytes(&bytes[cut..]));
        assert!(!shown.contains("secret") && !shown.contains("top"), "{shown}");
    }
    let long = [b"8=FIX.4.4\x01", &b"58=xxxxxxxxxxxxxxxx\x01".repeat(1000)[..]].concat();
    let shown = GarbledBytes(&long).to_string();
    assert!(shown.len() < SHOWN + 100 && shown.ends_with("(cut; 20010 bytes in all)"), "{shown}");
}

#[test]
fn bytes_that_are_no_text_do_no_harm() {
    let mut line = Vec::new();
    write_message(&mut line, b"58=\xff\xe4\x01");
    assert_eq!(line, b"58=\xff\xe4\x01");
    assert_eq!(Printable(b"a\x1b[2Jb\xff").to_string(), "a?[2Jb\u{fffd}");
}

#[test]
fn garbled_bytes_show_as_little_to_whoever_debugs() {
    let bytes = GarbledBytes(b"8=FIX.4.4\x01554=topsecret\x01");
    assert_eq!(format!("{bytes:?}"), "8=FIX.4.4|554=*** (10 bytes hidden)");
}
