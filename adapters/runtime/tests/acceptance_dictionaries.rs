//! The dictionaries and scripts of the acceptance tests, read in place: from the directory in `SANSFIX_ACCEPTANCE`,
//! else from `shared/acceptance` beside the workspace. Without them these tests say so and pass.

#[path = "acceptance_dictionaries/scripts.rs"]
mod scripts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sansfix::ApplVerId;
use sansfix::dictionary::{Dictionary, FieldType, Member, Members, Validation, Validator};
use sansfix::wire::Message;
use sansfix_runtime::dictionary_xml::read_dictionary_file;
use scripts::{Exchange, Expectation, exchanges};

/// The acceptance data, if it is there.
fn acceptance() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/acceptance");
    let directory = std::env::var_os("SANSFIX_ACCEPTANCE").map_or(beside, PathBuf::from);
    if directory.join("dictionaries").is_dir() {
        return Some(directory);
    }
    eprintln!("no acceptance data at {}: nothing is checked (set SANSFIX_ACCEPTANCE)", directory.display());
    None
}

fn dictionaries(acceptance: &Path) -> BTreeMap<&'static str, Arc<Dictionary>> {
    let names = ["FIX40", "FIX41", "FIX42", "FIX43", "FIX44", "FIX50", "FIX50SP1", "FIX50SP2", "FIXT11"];
    let read = |name: &'static str| {
        let path = acceptance.join("dictionaries").join(name).with_extension("xml");
        (name, Arc::new(read_dictionary_file(&path).expect("the dictionary is sound")))
    };
    names.map(read).into_iter().collect()
}

fn group(members: &Members, tag: u32) -> &Members {
    members.get(tag).and_then(Member::group).expect("a group")
}

#[test]
fn the_nine_dictionaries_hold_what_they_are_known_for() {
    let Some(acceptance) = acceptance() else { return };
    let dictionaries = dictionaries(&acceptance);
    let known = [
        ("FIX40", "FIX.4.0", 138, 27),
        ("FIX41", "FIX.4.1", 206, 28),
        ("FIX42", "FIX.4.2", 405, 46),
        ("FIX43", "FIX.4.3", 635, 68),
        ("FIX44", "FIX.4.4", 912, 93),
        ("FIX50", "FIX.5.0", 1090, 93),
        ("FIX50SP1", "FIX.5.0SP1", 1373, 105),
        ("FIX50SP2", "FIX.5.0SP2", 6028, 156),
        ("FIXT11", "FIXT.1.1", 71, 8),
    ];
    for (file, name, fields, messages) in known {
        let dictionary = &dictionaries[file];
        assert_eq!(dictionary.name(), name);
        assert_eq!((dictionary.fields().len(), dictionary.messages().len()), (fields, messages), "{file}");
    }
    let old = &dictionaries["FIX40"];
    assert_eq!(old.field(11).map(|field| field.field_type()), Some(FieldType::String), "CHAR of FIX 4.0");
    assert_eq!(
        old.field(126).map(|field| field.field_type()),
        Some(FieldType::UtcTimestamp),
        "TIME of FIX 4.0"
    );
    assert!(old.header().iter().all(|member| member.tag() != 142), "no LocationIDs in FIX 4.0");

    let new = &dictionaries["FIX44"];
    let order = new.message(b"D").expect("NewOrderSingle").members();
    assert!(order.get(11).is_some_and(Member::is_required));
    assert!(order.get(38).is_some_and(|quantity| !quantity.is_required()));
    let parties = group(order, 453);
    assert_eq!(parties.list().first().map(Member::tag), Some(448), "PartyID is the delimiter");
    assert_eq!(group(parties, 802).list().first().map(Member::tag), Some(523), "PartySubID is nested in it");
    let side = new.field(54).expect("Side");
    assert!(side.allows(b"1") && !side.allows(b"Z"));
    assert_eq!(new.trailer().iter().map(Member::tag).collect::<Vec<_>>(), [93, 89, 10]);
    assert!(new.header().iter().find(|member| member.tag() == 627).and_then(Member::group).is_some());

    assert!(dictionaries["FIX50SP2"].header().is_empty(), "header and trailer are the transport's");
    assert!(
        dictionaries["FIXT11"]
            .message(b"A")
            .is_some_and(|logon| { logon.members().get(1137).is_some_and(Member::is_required) })
    );
}

/// The validator of the session that a script's directory and client name mean.
fn validator(dictionaries: &BTreeMap<&str, Arc<Dictionary>>, set: &str, client: &str) -> Option<Validator> {
    let application = |file: &str, version| {
        Validator::fixt(dictionaries["FIXT11"].clone(), version)
            .with_application(version, dictionaries[file].clone())
    };
    let validation = Validation {
        validate_fields_have_values: client != "NO_CHECK_FIELDS_HAVE_VALUES",
        ..Validation::default()
    };
    let validator = match set {
        "fix40" | "fix41" | "fix42" | "fix43" | "fix44" => {
            Validator::new(dictionaries[set.to_uppercase().as_str()].clone())
        }
        "validate" => Validator::new(dictionaries["FIX44"].clone()),
        "fix50" => application("FIX50", ApplVerId::Fix50),
        "fix50sp1" => application("FIX50SP1", ApplVerId::Fix50Sp1),
        "fix50sp2" => application("FIX50SP2", ApplVerId::Fix50Sp2),
        _ => return None,
    };
    Some(validator.with_validation(validation))
}

#[test]
fn every_message_of_the_scripts_is_judged_as_its_reply_shows() {
    let Some(acceptance) = acceptance() else { return };
    let dictionaries = dictionaries(&acceptance);
    let (mut accepted, mut rejected, mut wrong) = (0, 0, Vec::new());
    for Exchange { script, set, line, sent, expected } in exchanges(&acceptance) {
        let Ok(message) = Message::parse(&sent) else { continue };
        let client = String::from_utf8_lossy(message.sender_comp_id().unwrap_or_default()).into_owned();
        let Some(validator) = validator(&dictionaries, &set, &client) else { continue };
        let found = validator.check(&message).err().map(|violation| (violation.reason.text(), violation.tag));
        let agrees = match &expected {
            Expectation::Accepted => found.is_none(),
            Expectation::Rejected { text, tag } => {
                found.is_some_and(|(reason, at)| reason == text && at == *tag)
            }
        };
        match (&expected, agrees) {
            (_, false) => wrong.push(format!("{script}:{line}: expected {expected:?}, found {found:?}")),
            (Expectation::Accepted, true) => accepted += 1,
            (Expectation::Rejected { .. }, true) => rejected += 1,
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(accepted > 1000 && rejected > 150, "too few were checked: {accepted} and {rejected}");
    println!("{accepted} messages validate, {rejected} are rejected with the expected reason and tag");
}
