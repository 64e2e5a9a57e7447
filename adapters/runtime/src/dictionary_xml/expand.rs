//! The members of a message, its components expanded where they are used.

use std::collections::HashMap;

use roxmltree::Node;
use sansfix::dictionary::MemberSpec;
use sansfix::tags::Tag;

use super::error::{DictionaryXmlError, DictionaryXmlProblem};
use super::{Reader, elements};

/// How deep groups and components may be nested together: each is descended into. FIX 5.0 SP2, the deepest, comes to 18.
pub(super) const MAX_NESTING: usize = 32;

/// The most members and components that a whole dictionary may expand to: components that use each other twice grow
/// with every level. FIX 5.0 SP2, the largest, has about 460,000.
pub(super) const MAX_EXPANDED: usize = 2_000_000;

/// Expands components, and counts what comes of it.
pub(super) struct Expansion<'r, 'd> {
    reader: Reader<'d>,
    tags: &'r HashMap<&'d str, Tag>,
    components: &'r HashMap<&'d str, Node<'d, 'd>>,
    /// The components that are being expanded, outermost first.
    open: Vec<&'d str>,
    nesting: usize,
    expanded: usize,
}

impl<'r, 'd> Expansion<'r, 'd> {
    /// Looks fields and components up by their names.
    pub(super) fn new(
        reader: Reader<'d>,
        tags: &'r HashMap<&'d str, Tag>,
        components: &'r HashMap<&'d str, Node<'d, 'd>>,
    ) -> Self {
        Self { reader, tags, components, open: Vec::new(), nesting: 0, expanded: 0 }
    }

    /// Expands the components one by one, so that a mistake in one that nothing uses is found too.
    pub(super) fn every_component(&mut self, nodes: &[Node<'d, 'd>]) -> Result<(), DictionaryXmlError> {
        for node in nodes {
            self.open.push(self.reader.required(*node, "name")?);
            self.level(*node, true, &mut Vec::new())?;
            self.open.pop();
        }
        Ok(())
    }

    /// The members that stand in these elements, one after another.
    pub(super) fn members(&mut self, nodes: &[Node<'d, 'd>]) -> Result<Vec<MemberSpec>, DictionaryXmlError> {
        let mut members = Vec::new();
        for node in nodes {
            self.level(*node, true, &mut members)?;
        }
        Ok(members)
    }

    /// Appends the members of an element. Those of a component that is not required where it is used are not
    /// required either.
    fn level(
        &mut self,
        node: Node<'d, 'd>,
        required: bool,
        members: &mut Vec<MemberSpec>,
    ) -> Result<(), DictionaryXmlError> {
        if self.nesting > MAX_NESTING {
            return Err(self.reader.error(node, DictionaryXmlProblem::TooDeep));
        }
        self.nesting += 1;
        for child in elements(node) {
            self.expanded += 1;
            if self.expanded > MAX_EXPANDED {
                return Err(self.reader.error(child, DictionaryXmlProblem::TooLarge));
            }
            let child_required = required & self.is_required(child)?;
            match child.tag_name().name() {
                "field" => members.push(self.field(child, child_required)?),
                "group" => {
                    let mut inner = Vec::new();
                    self.level(child, true, &mut inner)?;
                    members.push(self.field(child, child_required)?.group(inner));
                }
                "component" => self.component(child, child_required, members)?,
                _ => return Err(self.reader.unexpected(child, "field, group and component")),
            }
        }
        self.nesting -= 1;
        Ok(())
    }

    fn is_required(&self, node: Node<'d, 'd>) -> Result<bool, DictionaryXmlError> {
        match node.attribute("required") {
            Some("Y" | "y") => Ok(true),
            Some("N" | "n") | None => Ok(false),
            Some(other) => {
                let problem = DictionaryXmlProblem::Required { found: other.to_owned() };
                Err(self.reader.error_at(node, "required", problem))
            }
        }
    }

    fn field(&self, node: Node<'d, 'd>, required: bool) -> Result<MemberSpec, DictionaryXmlError> {
        let name = self.reader.required(node, "name")?;
        let tag = self.tags.get(name).copied().ok_or_else(|| {
            let problem = DictionaryXmlProblem::UnknownField { name: name.to_owned() };
            self.reader.error_at(node, "name", problem)
        })?;
        Ok(MemberSpec { tag, required, group: None })
    }

    fn component(
        &mut self,
        node: Node<'d, 'd>,
        required: bool,
        members: &mut Vec<MemberSpec>,
    ) -> Result<(), DictionaryXmlError> {
        let name = self.reader.required(node, "name")?;
        let Some(component) = self.components.get(name) else {
            let problem = DictionaryXmlProblem::UnknownComponent { name: name.to_owned() };
            return Err(self.reader.error_at(node, "name", problem));
        };
        if self.open.contains(&name) {
            let problem = DictionaryXmlProblem::Cycle { name: name.to_owned() };
            return Err(self.reader.error_at(node, "name", problem));
        }
        self.open.push(name);
        self.level(*component, required, members)?;
        self.open.pop();
        Ok(())
    }
}
