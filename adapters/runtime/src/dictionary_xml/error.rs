//! What is wrong with a dictionary file, where, and what to do.

use std::io;
use std::path::PathBuf;

use sansfix::dictionary::DictionaryError;

use super::expand::{MAX_EXPANDED, MAX_NESTING};

/// A file that holds no readable dictionary. Example: [`read_dictionary_file`](super::read_dictionary_file).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DictionaryFileError {
    /// The file cannot be read.
    #[error("dictionary {}: {source}: check the path and its permissions", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not UTF-8.
    #[error("dictionary {}: not UTF-8 after byte {valid}: save the file as UTF-8", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// How many bytes from its start are UTF-8.
        valid: usize,
    },
    /// The text is no dictionary.
    #[error("dictionary {}, {source}", path.display())]
    Xml {
        /// The file.
        path: PathBuf,
        /// What and where.
        source: DictionaryXmlError,
    },
}

/// A text that is no dictionary. Example: [`read_dictionary`](super::read_dictionary).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct DictionaryXmlError {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong there.
    pub problem: DictionaryXmlProblem,
}

impl DictionaryXmlError {
    pub(super) fn syntax(source: &roxmltree::Error) -> Self {
        let at = source.pos();
        let problem = DictionaryXmlProblem::Syntax { why: source.to_string() };
        Self { line: at.row, column: at.col, problem }
    }
}

/// What is wrong in a dictionary, and what to do. Example: [`read_dictionary`](super::read_dictionary).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DictionaryXmlProblem {
    /// Not XML.
    #[error("not well-formed XML: {why}")]
    Syntax {
        /// What the XML parser says.
        why: String,
    },
    /// Another kind of XML.
    #[error("the document is <{found}>: a FIX data dictionary is <fix>")]
    Root {
        /// The root element.
        found: String,
    },
    /// An element where it has no meaning.
    #[error("<{found}> cannot stand here: only {allowed} can")]
    Unexpected {
        /// The element.
        found: String,
        /// What could stand there.
        allowed: &'static str,
    },
    /// An attribute is not there.
    #[error("<{element}> has no attribute {attribute}: add it")]
    MissingAttribute {
        /// The element.
        element: String,
        /// The attribute.
        attribute: &'static str,
    },
    /// What the element defines has an empty name.
    #[error("<{element}> has an empty name: give it one")]
    EmptyName {
        /// The element.
        element: String,
    },
    /// `number` is no tag.
    #[error("number {found:?} is no tag: give a whole number from 1")]
    Number {
        /// What stands there.
        found: String,
    },
    /// A data type that does not exist.
    #[error("type {found:?} is no FIX data type: use one of {}", types())]
    Type {
        /// What stands there.
        found: String,
    },
    /// `required` is neither Y nor N.
    #[error("required is {found:?}: write Y or N")]
    Required {
        /// What stands there.
        found: String,
    },
    /// A field or group whose name no field has.
    #[error("field {name} is not defined: add it to <fields>, or correct the name")]
    UnknownField {
        /// The name.
        name: String,
    },
    /// A component that does not exist.
    #[error("component {name} is not defined: add it to <components>, or correct the name")]
    UnknownComponent {
        /// The name.
        name: String,
    },
    /// A second component of the same name.
    #[error("component {name} is defined twice: keep one of the two definitions")]
    DuplicateComponent {
        /// The name.
        name: String,
    },
    /// A component that contains itself.
    #[error("component {name} contains itself: remove it here or in a component that it uses")]
    Cycle {
        /// The name.
        name: String,
    },
    /// Groups and components nested too deep: more than 32 levels.
    #[error("groups and components are nested more than {MAX_NESTING} deep: flatten them")]
    TooDeep,
    /// Components that grow beyond measure: to more than 2,000,000 members.
    #[error("components expand to more than {MAX_EXPANDED} members: remove components that repeat others")]
    TooLarge,
    /// What a dictionary cannot take.
    #[error(transparent)]
    Dictionary(#[from] DictionaryError),
}

fn types() -> String {
    sansfix::dictionary::FieldType::names().collect::<Vec<_>>().join(", ")
}
