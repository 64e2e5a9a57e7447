//! Any text as a dictionary: mistakes have a place, and what is accepted keeps its bounds and can measure messages.

use std::sync::Arc;

use sansfix::BeginString;
use sansfix::dictionary::{
    Dictionary, DictionaryError, MAX_GROUP_DEPTH, MAX_MEMBERS, Member, MemberSpec, MessageDefinition,
    Validator,
};
use sansfix::tags::{Tag, is_header, is_trailer};
use sansfix::wire::{Message, data_tag_of};
use sansfix_runtime::dictionary_xml::read_dictionary;

use super::validator::check_switches;
use crate::peer::framed;

/// How many of a dictionary's messages are tried.
const TRIED: usize = 16;

/// Values that fit most types.
const VALUES: [&str; 6] = ["1", "Y", "20260921-14:13:19", "20260921", "A", "USD"];

/// Reads the text; returns how many messages were measured by it.
pub fn run(input: &[u8]) -> usize {
    let Ok(text) = std::str::from_utf8(input) else { return 0 };
    let dictionary = match read_dictionary(text) {
        Ok(dictionary) => dictionary,
        Err(error) => {
            let lines = text.split('\n').count();
            assert!(error.column >= 1 && (1..=lines).contains(&(error.line as usize)), "{error}");
            assert!(!error.problem.to_string().is_empty());
            return 0;
        }
    };
    assert_eq!(read_dictionary(text).as_ref(), Ok(&dictionary), "the same text, another dictionary");
    check_bounds(&dictionary);
    let by_code = rebuilt(&dictionary).expect("what was accepted is accepted again");
    assert_eq!(by_code.fields(), dictionary.fields());
    assert_eq!(rebuilt(&by_code).as_ref(), Ok(&by_code), "built by code it differs");
    let dictionary = Arc::new(dictionary);
    let validator = Validator::new(Arc::clone(&dictionary));
    let mut measured = 0;
    for definition in dictionary.messages().iter().take(TRIED) {
        for shape in [Shape::Required, Shape::All, Shape::Twice] {
            measured += measure(&dictionary, &validator, definition, shape);
        }
    }
    measured
}

/// The same dictionary, built by code; but that a member which is written twice may stand in either place.
fn rebuilt(dictionary: &Dictionary) -> Result<Dictionary, DictionaryError> {
    let mut builder = Dictionary::builder(dictionary.name());
    for field in dictionary.fields() {
        builder.field(field.tag(), field.name(), field.field_type())?;
        for value in field.values() {
            builder.value(field.tag(), &value)?;
        }
        assert_eq!(builder.tag_of(field.name()), Some(field.tag()));
    }
    builder.header(specs(dictionary.header()))?.trailer(specs(dictionary.trailer()))?;
    for message in dictionary.messages() {
        builder.message(message.msg_type(), message.name(), specs(message.members().list()))?;
    }
    Ok(builder.build())
}

fn specs(members: &[Member]) -> Vec<MemberSpec> {
    let spec = |member: &Member| {
        let tag = member.tag();
        let spec = if member.is_required() { MemberSpec::required(tag) } else { MemberSpec::optional(tag) };
        member.group().map_or(spec.clone(), |group| spec.group(specs(group.list())))
    };
    members.iter().map(spec).collect()
}

/// Every field can be found, and nothing is larger than it may be.
fn check_bounds(dictionary: &Dictionary) {
    for field in dictionary.fields() {
        assert_eq!(dictionary.field(field.tag()), Some(field));
        assert!(field.tag() > 0 && !field.name().is_empty());
        assert!(
            field.values().iter().all(|value| field.allows(value)),
            "{} forbids its values",
            field.name()
        );
    }
    check_members(dictionary, dictionary.header(), 0);
    check_members(dictionary, dictionary.trailer(), 0);
    for message in dictionary.messages() {
        assert_eq!(dictionary.message(message.msg_type()), Some(message));
        assert!(!message.name().is_empty());
        check_members(dictionary, message.members().list(), 0);
    }
}

fn check_members(dictionary: &Dictionary, members: &[Member], depth: usize) {
    assert!(members.len() <= MAX_MEMBERS && depth <= MAX_GROUP_DEPTH, "{} at {depth}", members.len());
    for member in members {
        assert!(dictionary.field(member.tag()).is_some(), "{} is not defined", member.tag());
        if let Some(group) = member.group() {
            assert!(group.list().iter().all(|inner| group.get(inner.tag()) == Some(inner)));
            check_members(dictionary, group.list(), depth + 1);
        }
    }
}

/// What of a definition is written.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Required,
    All,
    Twice,
}

/// A message made after the definition, and the same with a field that the dictionary does not have.
fn measure(
    dictionary: &Dictionary,
    validator: &Validator,
    definition: &MessageDefinition,
    shape: Shape,
) -> usize {
    let mut fields = [b"35=", definition.msg_type(), b"\x01"].concat();
    write(dictionary, dictionary.header(), shape, &mut fields);
    write(dictionary, definition.members().list(), shape, &mut fields);
    if shape == Shape::Twice {
        write(dictionary, definition.members().list(), shape, &mut fields);
    }
    let mut measured = 0;
    for unknown in [None, (1..5000).rev().find(|tag| dictionary.field(*tag).is_none() && is_plain(*tag))] {
        let mut fields = fields.clone();
        if let Some(tag) = unknown {
            fields.extend_from_slice(format!("{tag}=1\u{1}").as_bytes());
        }
        write(dictionary, dictionary.trailer(), shape, &mut fields);
        let bytes = framed(BeginString::Fix44, &fields);
        let Ok(message) = Message::parse(&bytes) else { continue };
        check_switches(validator, &message);
        assert!(
            unknown.is_none() || validator.check(&message).is_err(),
            "{unknown:?} is accepted: {message}"
        );
        measured += 1;
    }
    measured
}

/// Whether a field is written here by itself, as a value.
fn is_plain(tag: Tag) -> bool {
    data_tag_of(tag).is_none() && !is_header(tag) && !is_trailer(tag)
}

fn write(dictionary: &Dictionary, members: &[Member], shape: Shape, fields: &mut Vec<u8>) {
    for member in members.iter().filter(|member| shape != Shape::Required || member.is_required()) {
        let tag = member.tag();
        if [8, 9, 35, 10].contains(&tag) || fields.len() > 10_000 {
            continue;
        }
        let Some(field) = dictionary.field(tag) else { continue };
        let value = field.values().into_iter().next().unwrap_or_else(|| {
            let fits = VALUES.iter().find(|value| field.field_type().accepts(value.as_bytes()));
            fits.copied().unwrap_or("1").as_bytes().into()
        });
        fields.extend_from_slice(&[tag.to_string().as_bytes(), b"=", &value, b"\x01"].concat());
        if let Some(group) = member.group() {
            write(dictionary, group.list(), shape, fields);
        }
    }
}
