//! Reads a data dictionary from the XML that QuickFIX users have.
//!
//! Decides what the elements mean: `fix` with `header`, `trailer`, `messages`, `components` and `fields` in any order;
//! components are expanded where they are used, and a member of a component is required only when the component is
//! required there too. What a dictionary may hold is decided by [`DictionaryBuilder`]. Nothing is passed over in
//! silence: an element or a name that is not understood is an error with its line, its column and what to do.

mod error;
mod expand;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use roxmltree::{Document, Node};
use sansfix::dictionary::{Dictionary, DictionaryBuilder, DictionaryError, FieldType};
use sansfix::tags::Tag;

pub use error::{DictionaryFileError, DictionaryXmlError, DictionaryXmlProblem};
use expand::Expansion;

/// Reads the dictionary in a file, all of it at once: what it may hold is bounded, its length is not.
///
/// ```
/// use sansfix_runtime::dictionary_xml::{DictionaryFileError, read_dictionary_file};
///
/// let error = read_dictionary_file("nowhere/FIX44.xml".as_ref()).unwrap_err();
/// assert!(matches!(error, DictionaryFileError::Read { .. }));
/// assert!(error.to_string().starts_with("dictionary nowhere/FIX44.xml: "));
/// ```
///
/// # Errors
/// [`DictionaryFileError`], which names the file, when it cannot be read or holds no dictionary.
pub fn read_dictionary_file(path: &Path) -> Result<Dictionary, DictionaryFileError> {
    let bytes =
        fs::read(path).map_err(|source| DictionaryFileError::Read { path: path.to_path_buf(), source })?;
    let text = std::str::from_utf8(&bytes).map_err(|error| DictionaryFileError::Encoding {
        path: path.to_path_buf(),
        valid: error.valid_up_to(),
    })?;
    read_dictionary(text).map_err(|source| DictionaryFileError::Xml { path: path.to_path_buf(), source })
}

/// Reads the dictionary in a text. Its name is the version: `FIX.4.4`, `FIX.5.0SP2`, `FIXT.1.1`.
///
/// ```
/// use sansfix_runtime::dictionary_xml::read_dictionary;
///
/// let text = "<fix major='4' minor='4'>
///     <header/><trailer/><components/>
///     <messages>
///         <message name='News' msgtype='B'><field name='Headline' required='Y'/></message>
///     </messages>
///     <fields><field number='148' name='Headline' type='STRING'/></fields>
/// </fix>";
/// assert!(read_dictionary(text).is_ok());
/// let error = read_dictionary(&text.replace("'148' name='Headline'", "'148' name='Text'")).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 4, column 49: field Headline is not defined: add it to <fields>, or correct the name"
/// );
/// ```
///
/// # Errors
/// [`DictionaryXmlError`] when the text is no XML or no dictionary.
pub fn read_dictionary(text: &str) -> Result<Dictionary, DictionaryXmlError> {
    let document = Document::parse(text).map_err(|source| DictionaryXmlError::syntax(&source))?;
    let reader = Reader { document: &document };
    reader.dictionary()
}

/// The sections of a dictionary. Each may come more than once and is then read as one.
#[derive(Default)]
struct Sections<'d> {
    header: Vec<Node<'d, 'd>>,
    trailer: Vec<Node<'d, 'd>>,
    messages: Vec<Node<'d, 'd>>,
    components: Vec<Node<'d, 'd>>,
    fields: Vec<Node<'d, 'd>>,
}

#[derive(Clone, Copy)]
struct Reader<'d> {
    document: &'d Document<'d>,
}

impl<'d> Reader<'d> {
    fn dictionary(self) -> Result<Dictionary, DictionaryXmlError> {
        let root = self.document.root_element();
        if !root.has_tag_name("fix") {
            let found = root.tag_name().name().to_owned();
            return Err(self.error(root, DictionaryXmlProblem::Root { found }));
        }
        let sections = self.sections(root)?;
        let mut builder = Dictionary::builder(&self.version(root)?);
        let chars_are_strings = self.chars_are_strings(root);
        let mut tags = HashMap::new();
        for field in sections.fields {
            let (name, tag) = self.field(field, chars_are_strings, &mut builder)?;
            tags.insert(name, tag);
        }
        let components = self.components(&sections.components)?;
        let mut expansion = Expansion::new(self, &tags, &components);
        expansion.every_component(&sections.components)?;
        let header = expansion.members(&sections.header)?;
        let at = sections.header.first().copied().unwrap_or(root);
        builder.header(header).map_err(|error| self.refused(at, error))?;
        let trailer = expansion.members(&sections.trailer)?;
        let at = sections.trailer.first().copied().unwrap_or(root);
        builder.trailer(trailer).map_err(|error| self.refused(at, error))?;
        for message in sections.messages {
            let members = expansion.members(&[message])?;
            let msg_type = self.required(message, "msgtype")?.as_bytes();
            builder
                .message(msg_type, self.name(message)?, members)
                .map_err(|error| self.refused(message, error))?;
        }
        Ok(builder.build())
    }

    fn sections(self, root: Node<'d, 'd>) -> Result<Sections<'d>, DictionaryXmlError> {
        let mut sections = Sections::default();
        for node in elements(root) {
            match node.tag_name().name() {
                "header" => sections.header.push(node),
                "trailer" => sections.trailer.push(node),
                "messages" => sections.messages.extend(self.all(node, "message")?),
                "components" => sections.components.extend(self.all(node, "component")?),
                "fields" => sections.fields.extend(self.all(node, "field")?),
                _ => {
                    let allowed = "header, trailer, messages, components and fields";
                    return Err(self.unexpected(node, allowed));
                }
            }
        }
        Ok(sections)
    }

    /// The children, all of which must be elements of this name.
    fn all(self, node: Node<'d, 'd>, name: &'static str) -> Result<Vec<Node<'d, 'd>>, DictionaryXmlError> {
        let stranger = elements(node).find(|child| !child.has_tag_name(name));
        stranger.map_or_else(|| Ok(elements(node).collect()), |child| Err(self.unexpected(child, name)))
    }

    fn version(self, root: Node<'d, 'd>) -> Result<String, DictionaryXmlError> {
        let kind = root.attribute("type").unwrap_or("FIX");
        let (major, minor) = (self.required(root, "major")?, root.attribute("minor").unwrap_or("0"));
        let service_pack = match root.attribute("servicepack") {
            None | Some("" | "0") => String::new(),
            Some(number) => format!("SP{number}"),
        };
        Ok(format!("{kind}.{major}.{minor}{service_pack}"))
    }

    /// FIX 4.0 and 4.1 call every string CHAR; from FIX 4.2 that is one byte.
    fn chars_are_strings(self, root: Node<'d, 'd>) -> bool {
        root.attribute("major") == Some("4") && matches!(root.attribute("minor"), Some("0" | "1"))
    }

    fn field(
        self,
        node: Node<'d, 'd>,
        chars_are_strings: bool,
        builder: &mut DictionaryBuilder,
    ) -> Result<(&'d str, Tag), DictionaryXmlError> {
        let number = self.required(node, "number")?;
        let tag = number.parse().map_err(|_| {
            self.error_at(node, "number", DictionaryXmlProblem::Number { found: number.to_owned() })
        })?;
        let name = self.name(node)?;
        let type_name = self.required(node, "type")?;
        let field_type = match FieldType::from_name(&type_name.to_ascii_uppercase()) {
            Some(FieldType::Char) if chars_are_strings => FieldType::String,
            Some(known) => known,
            None => {
                let problem = DictionaryXmlProblem::Type { found: type_name.to_owned() };
                return Err(self.error_at(node, "type", problem));
            }
        };
        builder.field(tag, name, field_type).map_err(|error| self.refused(node, error))?;
        for value in self.all(node, "value")? {
            let written = self.required(value, "enum")?.as_bytes();
            builder.value(tag, written).map_err(|error| self.refused(value, error))?;
        }
        Ok((name, tag))
    }

    fn components(
        self,
        nodes: &[Node<'d, 'd>],
    ) -> Result<HashMap<&'d str, Node<'d, 'd>>, DictionaryXmlError> {
        let mut components = HashMap::new();
        for node in nodes {
            let name = self.name(*node)?;
            if components.insert(name, *node).is_some() {
                let problem = DictionaryXmlProblem::DuplicateComponent { name: name.to_owned() };
                return Err(self.error_at(*node, "name", problem));
            }
        }
        Ok(components)
    }

    /// The name of what the element defines.
    fn name(self, node: Node<'d, 'd>) -> Result<&'d str, DictionaryXmlError> {
        let name = self.required(node, "name")?;
        if name.is_empty() {
            let element = node.tag_name().name().to_owned();
            return Err(self.error_at(node, "name", DictionaryXmlProblem::EmptyName { element }));
        }
        Ok(name)
    }

    /// The value of an attribute that must be there.
    fn required(self, node: Node<'d, 'd>, attribute: &'static str) -> Result<&'d str, DictionaryXmlError> {
        node.attribute(attribute).ok_or_else(|| {
            let element = node.tag_name().name().to_owned();
            self.error(node, DictionaryXmlProblem::MissingAttribute { element, attribute })
        })
    }

    fn unexpected(self, node: Node<'d, 'd>, allowed: &'static str) -> DictionaryXmlError {
        let found = node.tag_name().name().to_owned();
        self.error(node, DictionaryXmlProblem::Unexpected { found, allowed })
    }

    fn refused(self, node: Node<'d, 'd>, source: DictionaryError) -> DictionaryXmlError {
        self.error(node, DictionaryXmlProblem::Dictionary(source))
    }

    fn error(self, node: Node<'d, 'd>, problem: DictionaryXmlProblem) -> DictionaryXmlError {
        let at = self.document.text_pos_at(node.range().start);
        DictionaryXmlError { line: at.row, column: at.col, problem }
    }

    /// An error whose place is an attribute.
    fn error_at(
        self,
        node: Node<'d, 'd>,
        attribute: &str,
        problem: DictionaryXmlProblem,
    ) -> DictionaryXmlError {
        let range = node.attribute_node(attribute).map_or(node.range(), |attribute| attribute.range());
        let at = self.document.text_pos_at(range.start);
        DictionaryXmlError { line: at.row, column: at.col, problem }
    }
}

fn elements<'d>(node: Node<'d, 'd>) -> impl Iterator<Item = Node<'d, 'd>> {
    node.children().filter(Node::is_element)
}
