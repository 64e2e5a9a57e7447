//! Reading small dictionaries, sound ones and others.

use proptest::prelude::*;
use sansfix::dictionary::{Dictionary, FieldType, Member};

use super::{DictionaryFileError, read_dictionary, read_dictionary_file};

const SMALL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<fix type="FIX" major="4" minor="4" servicepack="0">
  <header>
    <field name="BeginString" required="Y"/>
    <group name="NoHops" required="N"><field name="HopCompID" required="N"/></group>
  </header>
  <messages>
    <message name="Order" msgtype="D" msgcat="app">
      <field name="ClOrdID" required="Y"/>
      <component name="Instrument" required="Y"/>
      <component name="Parties" required="N"/>
    </message>
  </messages>
  <trailer><field name="CheckSum" required="Y"/></trailer>
  <components>
    <component name="Instrument">
      <field name="Symbol" required="Y"/>
      <component name="More" required="N"/>
    </component>
    <component name="More"><field name="Side" required="Y"/></component>
    <component name="Parties">
      <group name="NoPartyIDs" required="Y">
        <field name="PartyID" required="Y"/>
        <component name="More" required="Y"/>
      </group>
    </component>
  </components>
  <fields>
    <field number="8" name="BeginString" type="STRING"/>
    <field number="10" name="CheckSum" type="STRING"/>
    <field number="11" name="ClOrdID" type="STRING"/>
    <field number="54" name="Side" type="CHAR">
      <value enum="1" description="BUY"/>
      <value enum="2" description="SELL"/>
    </field>
    <field number="55" name="Symbol" type="STRING"/>
    <field number="448" name="PartyID" type="string"/>
    <field number="453" name="NoPartyIDs" type="NUMINGROUP"/>
    <field number="627" name="NoHops" type="NUMINGROUP"/>
    <field number="628" name="HopCompID" type="STRING"/>
  </fields>
</fix>
"#;

fn small() -> Dictionary {
    read_dictionary(SMALL).expect("the small dictionary is sound")
}

/// The error of the small dictionary with one part replaced.
fn error_of(part: &str, by: &str) -> String {
    assert!(SMALL.contains(part), "{part} is to be replaced");
    read_dictionary(&SMALL.replacen(part, by, 1)).expect_err("a mistake").to_string()
}

fn tags(members: &[Member]) -> Vec<(u32, bool)> {
    members.iter().map(|member| (member.tag(), member.is_required())).collect()
}

#[test]
fn the_name_is_the_version() {
    assert_eq!(small().name(), "FIX.4.4");
    let named = |attributes: &str| {
        let text = format!("<fix {attributes}><fields/></fix>");
        read_dictionary(&text).map(|dictionary| dictionary.name().to_owned())
    };
    assert_eq!(named("type='FIX' major='5' minor='0' servicepack='2'"), Ok("FIX.5.0SP2".into()));
    assert_eq!(named("type='FIXT' major='1' minor='1' servicepack='0'"), Ok("FIXT.1.1".into()));
    assert_eq!(named("major='4' minor='2'"), Ok("FIX.4.2".into()));
}

#[test]
fn fields_have_types_and_values() {
    let dictionary = small();
    let side = dictionary.field(54).expect("Side");
    assert_eq!((side.name(), side.field_type()), ("Side", FieldType::Char));
    assert!(side.allows(b"2") && !side.allows(b"3"));
    assert_eq!(dictionary.field(448).map(|field| field.field_type()), Some(FieldType::String));
}

#[test]
fn chars_of_fix_4_0_and_4_1_are_strings() {
    let old = SMALL.replace("minor=\"4\"", "minor=\"1\"");
    let old = read_dictionary(&old).expect("sound");
    assert_eq!(old.field(54).map(|field| field.field_type()), Some(FieldType::String));
}

#[test]
fn components_are_expanded_and_required_only_all_the_way() {
    let dictionary = small();
    let order = dictionary.message(b"D").expect("Order");
    let expected = [(11, true), (55, true), (54, false), (453, false)];
    assert_eq!(tags(order.members().list()), expected);
    let parties = order.members().get(453).and_then(Member::group).expect("a group");
    assert_eq!(tags(parties.list()), [(448, true), (54, true)], "an entry requires what its group requires");
}

#[test]
fn header_and_trailer_are_read_with_their_groups() {
    let dictionary = small();
    assert_eq!(tags(dictionary.header()), [(8, true), (627, false)]);
    let hops = dictionary.header().get(1).and_then(Member::group).expect("a group");
    assert_eq!(tags(hops.list()), [(628, false)]);
    assert_eq!(tags(dictionary.trailer()), [(10, true)]);
}

#[test]
fn unknown_names_are_errors_with_their_place() {
    assert_eq!(
        error_of(r#"<field name="ClOrdID" required="Y"/>"#, r#"<field name="ClOrdId" required="Y"/>"#),
        "line 9, column 14: field ClOrdId is not defined: add it to <fields>, or correct the name"
    );
    assert_eq!(
        error_of(r#"<component name="Instrument" required="Y"/>"#, r#"<component name="Nothing"/>"#),
        "line 10, column 18: component Nothing is not defined: add it to <components>, or correct the name"
    );
    assert!(
        error_of(r#"group name="NoHops""#, r#"group name="NoHop""#).contains("field NoHop is not defined")
    );
}

/// Found by the fuzz target `dictionary`.
#[test]
fn what_has_an_empty_name_is_an_error_with_its_place() {
    for (part, by, place, element) in [
        (r#"number="55" name="Symbol""#, r#"number="55" name="""#, "line 36, column 24", "field"),
        (r#"<message name="Order""#, r#"<message name="""#, "line 8, column 14", "message"),
        (r#"<component name="More"><"#, r#"<component name=""><"#, "line 20, column 16", "component"),
    ] {
        let expected = format!("{place}: <{element}> has an empty name: give it one");
        assert_eq!(error_of(part, by), expected);
    }
}

#[test]
fn cycles_of_components_are_errors_also_in_unused_ones() {
    let part = r#"<component name="More"><field name="Side" required="Y"/></component>"#;
    let cycle = r#"<component name="More"><component name="Instrument" required="N"/></component>"#;
    assert!(error_of(part, cycle).contains("contains itself"));
    let unused = format!(r#"{part}<component name="Loop"><component name="Loop"/></component>"#);
    assert!(error_of(part, &unused).contains("component Loop contains itself"));
}

#[test]
fn components_that_grow_beyond_measure_are_an_error() {
    let mut components = String::from(r#"<component name="C0"/>"#);
    for number in 1..30 {
        let inner = format!(r#"<component name="C{}"/>"#, number - 1);
        components += &format!(r#"<component name="C{number}">{inner}{inner}</component>"#);
    }
    let text = format!(r#"<fix major="4" minor="4"><components>{components}</components></fix>"#);
    let error = read_dictionary(&text).expect_err("2 to the 29th").to_string();
    assert!(error.contains("components expand to more than"), "{error}");
}

#[test]
fn deep_nesting_is_an_error() {
    for depth in [33, 10_000] {
        let groups = r#"<group name="NoPartyIDs">"#.repeat(depth) + &"</group>".repeat(depth);
        let error = error_of(r#"<component name="Instrument" required="Y"/>"#, &groups);
        assert!(error.contains("nested more than 32 deep") || error.contains("not well-formed"), "{error}");
    }
}

#[test]
fn mistakes_in_fields_are_errors_with_their_place() {
    assert_eq!(
        error_of(r#"number="54""#, r#"number="-54""#),
        "line 32, column 12: number \"-54\" is no tag: give a whole number from 1"
    );
    assert!(error_of(r#"number="54""#, r#"number="0""#).ends_with("0 is no tag: tags begin with 1"));
    assert!(
        error_of(r#"type="CHAR""#, r#"type="CHR""#)
            .contains("type \"CHR\" is no FIX data type: use one of AMT")
    );
    assert!(error_of(r#"number="54""#, r#"number="55""#).contains("field 55 is defined twice"));
    assert!(
        error_of(r#"name="Side" type"#, r#"name="Symbol" type"#)
            .contains("the name Symbol is given to field")
    );
    assert!(error_of(r#"enum="1" "#, "").contains("<value> has no attribute enum: add it"));
    assert!(error_of(r#"enum="1""#, r#"enum="""#).contains("an allowed value of field 54 is empty"));
}

#[test]
fn mistakes_in_messages_are_errors_with_their_place() {
    assert!(
        error_of(r#"msgtype="D" "#, "").starts_with("line 8, column 5: <message> has no attribute msgtype")
    );
    assert!(error_of(r#"msgtype="D""#, r#"msgtype="""#).contains("message Order has an empty MsgType"));
    assert!(error_of(r#"required="Y""#, r#"required="yes""#).contains("required is \"yes\": write Y or N"));
    let empty = r#"<group name="NoHops" required="N"/>"#;
    let group = r#"<group name="NoHops" required="N"><field name="HopCompID" required="N"/></group>"#;
    assert!(error_of(group, empty).starts_with("line 3, column 3: the group of field 627 has no members"));
    assert!(error_of("<trailer>", "<tailer/><trailer>").contains("<tailer> cannot stand here"));
    assert!(
        error_of("<field name=\"ClOrdID\"", "<feld/><field name=\"ClOrdID\"")
            .contains("<feld> cannot stand here")
    );
    let twice = r#"<component name="More"/><component name="More">"#;
    assert!(
        error_of(r#"<component name="More"><"#, &format!("{twice}<"))
            .contains("component More is defined twice")
    );
}

#[test]
fn what_is_no_dictionary_is_an_error() {
    assert!(read_dictionary("").is_err());
    let other = read_dictionary("<html/>").expect_err("another document").to_string();
    assert_eq!(other, "line 1, column 1: the document is <html>: a FIX data dictionary is <fix>");
    let broken = read_dictionary("<fix major='4'>\n<fields>").expect_err("cut short").to_string();
    assert!(broken.contains("not well-formed XML"), "{broken}");
    assert!(read_dictionary("<fix/>").expect_err("no version").to_string().contains("no attribute major"));
}

#[test]
fn a_file_error_names_the_file() {
    let missing = std::path::Path::new("no/such/dictionary.xml");
    let error = read_dictionary_file(missing).expect_err("there is none");
    assert!(matches!(error, DictionaryFileError::Read { .. }));
    assert!(error.to_string().starts_with("dictionary no/such/dictionary.xml: "), "{error}");
}

/// What a truncation leaves at least, so that eight edits do not empty the text.
const SHORTEST: usize = 20;

proptest! {
    #[test]
    fn mutated_dictionaries_never_panic(
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..4_u8), 0..8),
    ) {
        let mut bytes = SMALL.as_bytes().to_vec();
        for (at, byte, how) in &edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = *byte,
                1 => bytes.insert(at, *byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(SHORTEST)),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        match read_dictionary(&text) {
            Ok(dictionary) => prop_assert!(dictionary.fields().is_sorted_by_key(|field| field.tag())),
            Err(error) => prop_assert!(error.to_string().starts_with("line "), "{error}"),
        }
    }

    #[test]
    fn rearranged_dictionaries_never_panic(lines in proptest::collection::vec(any::<proptest::sample::Index>(), 0..60)) {
        let all: Vec<&str> = SMALL.lines().collect();
        let text: String = lines.iter().map(|line| all[line.index(all.len())]).collect::<Vec<_>>().join("\n");
        if let Err(error) = read_dictionary(&text) {
            prop_assert!(error.line >= 1 && error.column >= 1);
        }
    }
}

#[test]
fn the_content_of_a_file_is_named_with_the_file() {
    let path = std::env::temp_dir().join(format!("sansfix-dictionary-{}.xml", std::process::id()));
    let error_of = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        read_dictionary_file(&path).unwrap_err().to_string()
    };
    let name = path.display();
    let latin_1 = error_of(b"<fix major='4'><!-- caf\xe9 -->");
    assert_eq!(latin_1, format!("dictionary {name}: not UTF-8 after byte 23: save the file as UTF-8"));
    let stray = error_of(SMALL.replace("<messages>", "<messages><field/>").as_bytes());
    assert_eq!(
        stray,
        format!("dictionary {name}, line 7, column 13: <field> cannot stand here: only message can")
    );
    std::fs::write(&path, SMALL).unwrap();
    assert!(read_dictionary_file(&path).is_ok());
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn what_stands_in_the_wrong_section_or_has_no_name_is_an_error_with_its_place() {
    let stray = error_of("<components>", "<components><message name='M' msgtype='M'/>");
    assert!(stray.ends_with("<message> cannot stand here: only component can"), "{stray}");
    let nameless = error_of(r#"<component name="More" required="N"/>"#, r#"<component required="N"/>"#);
    assert!(nameless.ends_with("<component> has no attribute name: add it"), "{nameless}");
    let nameless = error_of(r#"<component name="More"><field"#, "<component><field");
    assert!(nameless.ends_with("<component> has no attribute name: add it"), "{nameless}");
    let empty = r#"<trailer><group name="NoHops" required="N"/>"#;
    let empty = error_of("<trailer>", empty);
    assert!(empty.starts_with("line 14, column 3: the group of field 627 has no members"), "{empty}");
}
