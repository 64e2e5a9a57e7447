//! One pass over the fields of a message.
//!
//! Decides section order, repetition, groups and required fields; types and values are asked of the dictionary. The
//! pass ends at the first field out of its section; what ranks below that is remembered until it is over.

use super::definition::{Dictionary, FieldDefinition, Members};
use super::seen::Seen;
use super::validation::Validation;
use super::violation::Violation;
use crate::reject_reason::SessionRejectReason as Reason;
use crate::tags::Tag;
use crate::wire::{Field, Fields, MalformedField, Message, data_tag_of, parse_u64};

/// What the body of a message is measured by.
#[derive(Clone, Copy)]
pub(super) struct Body<'d> {
    /// Where the fields of the body are defined.
    pub(super) dictionary: &'d Dictionary,
    /// What the body may hold; `None` when it is not examined.
    pub(super) members: Option<&'d Members>,
}

/// A field, or bytes that are none.
type Next<'m> = Result<Field<'m>, MalformedField<'m>>;

/// A message being checked, with the fields that are left.
pub(super) struct Check<'d, 'm> {
    fields: Fields<'m>,
    /// A field that a group has read and that belongs to none of its entries: the next one.
    given_back: Option<Next<'m>>,
    /// The last field that was read and not given back; 0 for none.
    previous: Tag,
    /// The last field that was read was the length of a data field: its tag, and what it says.
    length: Option<(Tag, u64)>,
    transport: &'d Dictionary,
    body: Body<'d>,
    validation: &'d Validation,
    /// The first field that is wrong, or the first group that does not hold together.
    first: Option<Violation>,
}

/// The parts of a message, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Header,
    Body,
    Trailer,
}

/// The levels that enclose a group entry, innermost first.
struct Levels<'l> {
    members: &'l Members,
    outer: Option<&'l Levels<'l>>,
}

impl Levels<'_> {
    fn know(&self, tag: Tag) -> bool {
        self.members.position(tag).is_some() || self.outer.is_some_and(|outer| outer.know(tag))
    }
}

impl<'d, 'm> Check<'d, 'm> {
    pub(super) fn new(
        message: &Message<'m>,
        transport: &'d Dictionary,
        body: Body<'d>,
        validation: &'d Validation,
    ) -> Self {
        let header = message.header();
        let rest = message.bytes().get(header.after_msg_type as usize..header.trailer as usize);
        let fields = Fields::new(rest.unwrap_or_default());
        Self { fields, given_back: None, previous: 0, length: None, transport, body, validation, first: None }
    }

    /// The whole message, from the field after MsgType(35) to the one before CheckSum(10).
    pub(super) fn message(mut self) -> Result<(), Violation> {
        let nothing = Members::default();
        let (transport, body) = (self.transport, self.body);
        let inner = body.members.unwrap_or(&nothing);
        let frame = Levels { members: &transport.frame, outer: None };
        let levels = Levels { members: inner, outer: Some(&frame) };
        let mut frame_seen = transport.framed.clone();
        let mut body_seen = Seen::none();
        let mut section = Section::Header;
        while let Some(next) = self.take() {
            let field = match next {
                Ok(field) => field,
                Err(malformed) => {
                    self.first.get_or_insert(no_field(malformed, self.previous));
                    continue;
                }
            };
            self.previous = field.tag;
            let placed = match find(section, &transport.frame, inner, field.tag) {
                Place::Frame(at) => {
                    let part = if at < transport.header_len { Section::Header } else { Section::Trailer };
                    section = self.enter(section, part, field.tag)?;
                    self.member(transport, &transport.frame, at, field, &mut frame_seen, &levels)
                }
                Place::Body(at) => {
                    section = self.enter(section, Section::Body, field.tag)?;
                    self.member(body.dictionary, inner, at, field, &mut body_seen, &levels)
                }
                Place::Nowhere if body.members.is_none() => {
                    section = self.enter(section, Section::Body, field.tag)?;
                    Ok(())
                }
                Place::Nowhere => self.stranger(field),
            };
            if let Err(violation) = placed {
                self.first.get_or_insert(violation);
            }
        }
        self.missing(&frame_seen, inner, &body_seen)?;
        self.first.map_or(Ok(()), Err)
    }

    fn take(&mut self) -> Option<Next<'m>> {
        if self.given_back.is_some() {
            return self.given_back.take();
        }
        let next = self.fields.next()?;
        if let Ok(field) = next {
            self.measure(field);
        }
        Some(next)
    }

    /// A data field has as many bytes as its length field says. One that has not was read up to the next SOH.
    #[inline]
    fn measure(&mut self, field: Field<'m>) {
        if let Some((tag, length)) = self.length.take() {
            if data_tag_of(tag) == Some(field.tag) && length != field.value.len() as u64 {
                self.first.get_or_insert(Violation::new(Reason::ValueIsIncorrect, tag));
            }
        }
        if data_tag_of(field.tag).is_some() {
            self.length = parse_u64(field.value).map(|length| (field.tag, length));
        }
    }

    /// The section the message is in after a field of the section `part`.
    fn enter(&self, section: Section, part: Section, tag: Tag) -> Result<Section, Violation> {
        if part >= section {
            Ok(part)
        } else if self.validation.validate_fields_out_of_order {
            Err(Violation::new(Reason::TagSpecifiedOutOfRequiredOrder, tag))
        } else {
            Ok(section)
        }
    }

    /// A field that has been passed and belongs to the level, with the group it counts. A group that does not hold
    /// together is named before the values in it.
    fn member(
        &mut self,
        dictionary: &Dictionary,
        members: &Members,
        at: usize,
        field: Field<'m>,
        seen: &mut Seen,
        levels: &Levels<'_>,
    ) -> Result<(), Violation> {
        if !seen.insert(at) {
            return Err(Violation::new(Reason::TagAppearsMoreThanOnce, field.tag));
        }
        let Some(member) = members.list.get(at) else { return Ok(()) };
        if let Some(definition) = dictionary.fields.get(member.field as usize) {
            self.value(definition, field);
        }
        match &member.group {
            None => Ok(()),
            Some(group) => {
                let before = self.first;
                let held = self.group(dictionary, group, field, levels);
                if let Err(violation) = held {
                    self.first = before.or(Some(violation));
                }
                held
            }
        }
    }

    /// Examines a value and remembers the first that is wrong.
    fn value(&mut self, definition: &FieldDefinition, field: Field<'m>) {
        let reason = if field.value.is_empty() {
            self.empty(field.tag);
            return;
        } else if !definition.field_type.accepts(field.value) {
            Reason::IncorrectDataFormatForValue
        } else if !definition.allows(field.value) {
            Reason::ValueIsIncorrect
        } else {
            return;
        };
        self.first.get_or_insert(Violation::new(reason, field.tag));
    }

    fn empty(&mut self, tag: Tag) {
        if self.validation.validate_fields_have_values {
            self.first.get_or_insert(Violation::new(Reason::TagSpecifiedWithoutAValue, tag));
        }
    }

    /// A field that neither the header, nor the trailer, nor this message's body has.
    fn stranger(&mut self, field: Field<'m>) -> Result<(), Violation> {
        let tag = field.tag;
        let definition = self.body.dictionary.field(tag).or_else(|| self.transport.field(tag));
        if !self.validation.tolerates(tag) {
            let reason = match definition {
                Some(_) => Reason::TagNotDefinedForThisMessageType,
                None => Reason::InvalidTagNumber,
            };
            return Err(Violation::new(reason, tag));
        }
        match definition {
            Some(definition) => self.value(definition, field),
            None if field.value.is_empty() => self.empty(tag),
            None => {}
        }
        Ok(())
    }

    /// The entries of a group whose count has been passed: up to the first field that can belong to none of them.
    fn group(
        &mut self,
        dictionary: &Dictionary,
        members: &Members,
        count: Field<'m>,
        outer: &Levels<'_>,
    ) -> Result<(), Violation> {
        let announced = announced(count)?;
        let levels = Levels { members, outer: Some(outer) };
        let mut entry = Entry { number: 0, seen: Seen::none(), reached: 0 };
        while let Some(next) = self.take() {
            let field = match next {
                Ok(field) => field,
                Err(malformed) => {
                    self.given_back = Some(next);
                    return Err(no_field(malformed, self.previous));
                }
            };
            let tag = field.tag;
            let Some(at) = members.position(tag) else {
                if entry.number > 0 && self.validation.tolerates(tag) && !outer.know(tag) {
                    self.previous = tag;
                    self.stranger(field)?;
                    continue;
                }
                self.given_back = Some(next);
                break;
            };
            if at == 0 && entry.number < announced {
                entry.end(members)?;
                entry = Entry { number: entry.number + 1, seen: Seen::none(), reached: 0 };
            } else if at == 0 || !entry.takes(members, at, self.validation) {
                self.given_back = Some(next);
                if outer.know(tag) {
                    break;
                }
                return Err(entry.misplaced(at, tag, announced, count.tag));
            }
            entry.reached = entry.reached.max(at);
            self.previous = tag;
            self.member(dictionary, members, at, field, &mut entry.seen, &levels)?;
        }
        entry.end(members)?;
        if entry.number == announced { Ok(()) } else { Err(count_is_wrong(count.tag)) }
    }

    /// The first required field that did not come, in the order header, body, trailer.
    fn missing(&self, frame_seen: &Seen, inner: &Members, body_seen: &Seen) -> Result<(), Violation> {
        let frame = &self.transport.frame;
        match frame_seen.first_missing(frame) {
            Some(at) if at < self.transport.header_len => required(frame, frame_seen),
            Some(_) | None => required(inner, body_seen).and_then(|()| required(frame, frame_seen)),
        }
    }
}

/// Bytes that are no field. Without `=` they are the rest of a value that holds SOH, else their tag is at fault,
/// which is named when it is a number after all.
fn no_field(malformed: MalformedField<'_>, previous: Tag) -> Violation {
    let (reason, tag) = if malformed.raw.contains(&b'=') {
        (Reason::InvalidTagNumber, malformed.written_tag())
    } else {
        (Reason::NonDataValueIncludesSoh, (previous != 0).then_some(i64::from(previous)))
    };
    Violation { reason, tag }
}

/// Where a field belongs.
enum Place {
    Frame(usize),
    Body(usize),
    Nowhere,
}

/// A tag that both the body and the frame of header and trailer have is read as the section says the message is in.
fn find(section: Section, frame: &Members, body: &Members, tag: Tag) -> Place {
    let in_frame = || frame.position(tag).map(Place::Frame);
    let in_body = || body.position(tag).map(Place::Body);
    let place = match section {
        Section::Header | Section::Trailer => in_frame().or_else(in_body),
        Section::Body => in_body().or_else(in_frame),
    };
    place.unwrap_or(Place::Nowhere)
}

/// How many entries the NoXxx field says. An empty one is here only when empty fields are allowed.
fn announced(count: Field<'_>) -> Result<u64, Violation> {
    if count.value.is_empty() {
        return Ok(0);
    }
    parse_u64(count.value).ok_or(Violation::new(Reason::IncorrectDataFormatForValue, count.tag))
}

fn count_is_wrong(count_tag: Tag) -> Violation {
    Violation::new(Reason::IncorrectNumInGroupCount, count_tag)
}

fn required(members: &Members, seen: &Seen) -> Result<(), Violation> {
    match seen.first_missing(members).and_then(|at| members.list.get(at)) {
        Some(member) => Err(Violation::new(Reason::RequiredTagMissing, member.tag)),
        None => Ok(()),
    }
}

/// The entry of a group that is being read; number 0 before the first.
struct Entry {
    number: u64,
    seen: Seen,
    /// The place of the last of its members that came.
    reached: usize,
}

impl Entry {
    /// Whether a member that is not the delimiter can stand here.
    fn takes(&self, members: &Members, at: usize, validation: &Validation) -> bool {
        let in_order = || members.list.get(at).is_some_and(|member| usize::from(member.last) >= self.reached);
        self.number > 0
            && !self.seen.contains(at)
            && (!validation.validate_unordered_group_fields || in_order())
    }

    /// What is wrong with a member that cannot stand here. The delimiter can not when all entries have come.
    fn misplaced(&self, at: usize, tag: Tag, announced: u64, count_tag: Tag) -> Violation {
        if at == 0 || announced == 0 {
            count_is_wrong(count_tag)
        } else if self.seen.contains(at) {
            Violation::new(Reason::TagAppearsMoreThanOnce, tag)
        } else {
            Violation::new(Reason::RepeatingGroupFieldsOutOfOrder, tag)
        }
    }

    fn end(&self, members: &Members) -> Result<(), Violation> {
        if self.number == 0 { Ok(()) } else { required(members, &self.seen) }
    }
}
