//! What the wire knows without a dictionary, compared with the nine dictionaries of the acceptance tests: which length
//! announces which data, and which fields are of the header and trailer. The dictionaries are read from the directory
//! in `SANSFIX_ACCEPTANCE`, else from `shared/acceptance` beside the workspace. Without them these tests say so and pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};
use sansfix::tags::{Tag, is_header, is_trailer};
use sansfix::wire::data_tag_of;

const FILES: [&str; 9] =
    ["FIX40", "FIX41", "FIX42", "FIX43", "FIX44", "FIX50", "FIX50SP1", "FIX50SP2", "FIXT11"];

/// Every dictionary's text, if they are there.
fn texts() -> Option<Vec<(&'static str, String)>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/acceptance");
    let folder = std::env::var_os("SANSFIX_ACCEPTANCE").map_or(beside, PathBuf::from).join("dictionaries");
    if !folder.is_dir() {
        eprintln!("no dictionaries at {}: nothing is checked (set SANSFIX_ACCEPTANCE)", folder.display());
        return None;
    }
    let text = |name| std::fs::read_to_string(folder.join(name).with_extension("xml")).unwrap();
    Some(FILES.map(|name| (name, text(name))).into())
}

/// A field as a dictionary defines it.
#[derive(Clone, Copy)]
struct Defined<'d> {
    tag: Tag,
    kind: &'d str,
}

impl Defined<'_> {
    fn is_data(self) -> bool {
        matches!(self.kind, "DATA" | "XMLDATA")
    }
}

fn defined<'d>(document: &'d Document<'_>) -> BTreeMap<&'d str, Defined<'d>> {
    let fields = document.root_element().children().find(|node| node.has_tag_name("fields")).unwrap();
    let fields = fields.children().filter(|node| node.has_tag_name("field"));
    let read = |node: Node<'d, '_>| {
        let tag = node.attribute("number").unwrap().parse().unwrap();
        (node.attribute("name").unwrap(), Defined { tag, kind: node.attribute("type").unwrap() })
    };
    fields.map(read).collect()
}

/// Every length that is directly followed by data, in any message, component or group.
fn pairs(document: &Document<'_>) -> BTreeSet<(Tag, Tag)> {
    let fields = defined(document);
    let mut pairs = BTreeSet::new();
    for parent in document.descendants().filter(|node| !node.has_tag_name("fields")) {
        let members: Vec<_> = parent.children().filter(Node::is_element).collect();
        for two in members.windows(2) {
            let [length, data] =
                [two[0], two[1]].map(|node| node.attribute("name").and_then(|name| fields.get(name)));
            if let (Some(length), Some(data)) = (length, data)
                && two.iter().all(|node| node.has_tag_name("field"))
                && length.kind == "LENGTH"
                && data.is_data()
            {
                pairs.insert((length.tag, data.tag));
            }
        }
    }
    pairs
}

#[test]
fn every_length_announces_the_data_that_follows_it() {
    let Some(texts) = texts() else { return };
    let mut all = BTreeSet::new();
    for (name, text) in &texts {
        let document = Document::parse(text).unwrap();
        let found = pairs(&document);
        for (length, data) in &found {
            assert_eq!(data_tag_of(*length), Some(*data), "{name}");
        }
        for field in defined(&document).values() {
            if data_tag_of(field.tag).is_some() {
                assert!(matches!(field.kind, "LENGTH" | "INT"), "{name}: {} is no length", field.tag);
            }
        }
        all.extend(found);
    }
    assert_eq!(all.len(), 83, "the pairs of all nine together");
    let known: BTreeSet<_> = (0..100_000).filter_map(|tag| Some((tag, data_tag_of(tag)?))).collect();
    assert_eq!(known, all, "no pair is known that no dictionary has");
}

#[test]
fn no_data_is_without_a_length() {
    let Some(texts) = texts() else { return };
    let announced: BTreeSet<_> = (0..100_000).filter_map(data_tag_of).collect();
    let mut checked = 0;
    for (name, text) in &texts {
        let document = Document::parse(text).unwrap();
        for field in defined(&document).values().filter(|field| field.is_data()) {
            assert!(announced.contains(&field.tag), "{name}: nothing announces {}", field.tag);
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} data fields were found");
}

#[test]
fn header_and_trailer_are_those_of_the_dictionaries() {
    let Some(texts) = texts() else { return };
    let (mut header, mut trailer) = (BTreeSet::new(), BTreeSet::new());
    for (_, text) in &texts {
        let document = Document::parse(text).unwrap();
        let fields = defined(&document);
        for (section, tags) in [("header", &mut header), ("trailer", &mut trailer)] {
            let section = document.root_element().children().find(|node| node.has_tag_name(section)).unwrap();
            let names = section.descendants().filter_map(|node| node.attribute("name"));
            tags.extend(names.filter_map(|name| fields.get(name)).map(|field| field.tag));
        }
    }
    let among = |is: fn(Tag) -> bool| (0..100_000).filter(|tag| is(*tag)).collect::<BTreeSet<_>>();
    assert_eq!(among(is_header), header);
    assert_eq!(among(is_trailer), trailer);
}
