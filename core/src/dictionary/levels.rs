//! Making the levels of a dictionary from what was given, equal groups only once.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::builder::MemberSpec;
use super::definition::{Member, Members};
use super::tag_table::TagTable;
use crate::tags::Tag;

/// Makes levels. Dictionaries expand the same components into many messages; of their groups one copy is kept.
pub(super) struct LevelBuilder {
    /// Where each field stands in the dictionary's list of fields.
    fields: BTreeMap<Tag, u32>,
    /// The groups made so far, by their members: tag, required, and the number of the group that the member counts.
    groups: BTreeMap<Vec<(Tag, bool, Option<usize>)>, usize>,
    made: Vec<Arc<Members>>,
}

impl LevelBuilder {
    /// `fields` are sorted.
    pub(super) fn new(fields: impl Iterator<Item = Tag>) -> Self {
        Self { fields: fields.zip(0..).collect(), groups: BTreeMap::new(), made: Vec::new() }
    }

    /// The level with these members.
    pub(super) fn members(&mut self, specs: &[MemberSpec]) -> Members {
        let groups: Vec<Option<usize>> = specs.iter().map(|spec| self.group_of(spec)).collect();
        self.level(specs, &groups)
    }

    /// The number of the group that the member counts.
    fn group_of(&mut self, spec: &MemberSpec) -> Option<usize> {
        let specs = spec.group.as_ref()?;
        let groups: Vec<Option<usize>> = specs.iter().map(|spec| self.group_of(spec)).collect();
        let key: Vec<_> =
            specs.iter().zip(&groups).map(|(spec, group)| (spec.tag, spec.required, *group)).collect();
        if let Some(number) = self.groups.get(&key) {
            return Some(*number);
        }
        let number = self.made.len();
        let members = self.level(specs, &groups);
        self.made.push(Arc::new(members));
        self.groups.insert(key, number);
        Some(number)
    }

    /// A level whose members count these groups. The builder has refused unknown fields, and more members than fit
    /// into `u16`.
    fn level(&self, specs: &[MemberSpec], groups: &[Option<usize>]) -> Members {
        let mut list: Vec<Member> = Vec::with_capacity(specs.len());
        let mut places: BTreeMap<Tag, usize> = BTreeMap::new();
        for (spec, group) in specs.iter().zip(groups) {
            let Some(field) = self.fields.get(&spec.tag).copied() else { continue };
            let group = group.and_then(|number| self.made.get(number)).cloned();
            let place = u16::try_from(list.len()).unwrap_or(u16::MAX);
            if let Some(known) = places.get(&spec.tag).and_then(|at| list.get_mut(*at)) {
                known.required |= spec.required;
                known.last = place.saturating_sub(1);
                known.group = known.group.take().or(group);
                continue;
            }
            places.insert(spec.tag, list.len());
            list.push(Member { tag: spec.tag, required: spec.required, field, last: place, group });
        }
        let mut required = vec![0_u64; list.len().div_ceil(64)];
        for (position, member) in list.iter().enumerate() {
            if let (true, Some(word)) = (member.required, required.get_mut(position / 64)) {
                *word |= 1 << (position % 64);
            }
        }
        let by_tag = TagTable::new(list.iter().map(|member| member.tag));
        Members { list: list.into(), by_tag, required: required.into() }
    }
}
