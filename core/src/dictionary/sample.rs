//! A small dictionary, and messages to measure by it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::{Dictionary, DictionaryBuilder, DictionaryError, FieldType, MemberSpec, Validation, Validator};
use crate::wire::{Message, checksum};

const FIELDS: [(u32, &str, FieldType); 34] = [
    (8, "BeginString", FieldType::String),
    (9, "BodyLength", FieldType::Length),
    (10, "CheckSum", FieldType::String),
    (11, "ClOrdID", FieldType::String),
    (18, "ExecInst", FieldType::MultipleCharValue),
    (34, "MsgSeqNum", FieldType::SeqNum),
    (35, "MsgType", FieldType::String),
    (38, "OrderQty", FieldType::Float),
    (43, "PossDupFlag", FieldType::Boolean),
    (49, "SenderCompID", FieldType::String),
    (52, "SendingTime", FieldType::UtcTimestamp),
    (54, "Side", FieldType::Char),
    (55, "Symbol", FieldType::String),
    (56, "TargetCompID", FieldType::String),
    (58, "Text", FieldType::String),
    (60, "TransactTime", FieldType::UtcTimestamp),
    (89, "Signature", FieldType::Data),
    (93, "SignatureLength", FieldType::Length),
    (95, "RawDataLength", FieldType::Length),
    (96, "RawData", FieldType::Data),
    (112, "TestReqID", FieldType::String),
    (115, "OnBehalfOfCompID", FieldType::String),
    (447, "PartyIDSource", FieldType::Char),
    (448, "PartyID", FieldType::String),
    (452, "PartyRole", FieldType::Int),
    (453, "NoPartyIDs", FieldType::NumInGroup),
    (523, "PartySubID", FieldType::String),
    (627, "NoHops", FieldType::NumInGroup),
    (628, "HopCompID", FieldType::String),
    (629, "HopSendingTime", FieldType::UtcTimestamp),
    (802, "NoPartySubIDs", FieldType::NumInGroup),
    (803, "PartySubIDType", FieldType::Int),
    (1128, "ApplVerID", FieldType::String),
    (6000, "DeskNote", FieldType::String),
];

/// Group entries of parties: 448, 447, 452 required, 58, 802 with 523 and 803. Text(58) is a body field too.
pub(super) fn parties() -> MemberSpec {
    let sub_ids = vec![MemberSpec::optional(523), MemberSpec::required(803)];
    MemberSpec::optional(453).group(vec![
        MemberSpec::optional(448),
        MemberSpec::optional(447),
        MemberSpec::required(452),
        MemberSpec::optional(58),
        MemberSpec::optional(802).group(sub_ids),
    ])
}

pub(super) fn builder() -> Result<DictionaryBuilder, DictionaryError> {
    let mut builder = Dictionary::builder("sample");
    for (tag, name, field_type) in FIELDS {
        builder.field(tag, name, field_type)?;
    }
    for (tag, value) in [(54, "1"), (54, "2"), (18, "1"), (18, "G"), (112, "TEST"), (112, "X")] {
        builder.value(tag, value.as_bytes())?;
    }
    let hops = vec![MemberSpec::optional(628), MemberSpec::optional(629)];
    let mut header: Vec<MemberSpec> = [8, 9, 35, 49, 56, 34, 52].map(MemberSpec::required).into();
    header.extend([43, 115, 1128].map(MemberSpec::optional));
    header.push(MemberSpec::optional(627).group(hops));
    builder.header(header)?;
    builder.trailer(vec![MemberSpec::optional(93), MemberSpec::optional(89), MemberSpec::required(10)])?;
    builder.message(b"0", "Heartbeat", vec![MemberSpec::optional(112)])?;
    let mut order: Vec<MemberSpec> = [11, 55, 54].map(MemberSpec::required).into();
    order.extend([38, 18, 60, 58, 95, 96].map(MemberSpec::optional));
    order.push(parties());
    builder.message(b"D", "NewOrderSingle", order)?;
    Ok(builder)
}

pub(super) fn validator() -> Validator {
    Validator::new(Arc::new(builder().expect("the sample is sound").build()))
}

/// The bytes of a message whose fields after BodyLength(9) are given with `|` for SOH, the last one ended too.
pub(super) fn framed(fields: &str) -> Vec<u8> {
    framed_bytes(fields.replace('|', "\u{1}").as_bytes())
}

/// The bytes of a message with these between BodyLength(9) and CheckSum(10).
pub(super) fn framed_bytes(fields: &[u8]) -> Vec<u8> {
    let mut bytes = format!("8=FIX.4.4\u{1}9={}\u{1}", fields.len()).into_bytes();
    bytes.extend_from_slice(fields);
    let sum = checksum(&bytes);
    bytes.extend_from_slice(format!("10={sum:03}\u{1}").as_bytes());
    bytes
}

/// What the validator says of the message: `ok`, or reason and tag as `14 34`.
pub(super) fn verdict_of(validator: &Validator, fields: &str) -> String {
    let bytes = framed(fields);
    let message = Message::parse(&bytes).expect("the sample message is well-formed");
    match validator.check(&message) {
        Ok(()) => "ok".to_owned(),
        Err(violation) => match violation.tag {
            Some(tag) => format!("{} {tag}", violation.reason.code()),
            None => format!("{} -", violation.reason.code()),
        },
    }
}

/// What the sample says of it with everything checked.
pub(super) fn verdict(fields: &str) -> String {
    verdict_of(&validator(), fields)
}

/// What the sample says of it with these switches.
pub(super) fn verdict_with(validation: Validation, fields: &str) -> String {
    verdict_of(&validator().with_validation(validation), fields)
}

/// An order with these fields after the required ones.
pub(super) fn order(more: &str) -> String {
    format!("{HEADER_D}11=id|55=MSFT|54=1|{more}")
}

pub(super) const HEADER_D: &str = "35=D|34=2|49=A|52=20240229-23:59:60.123|56=B|";
pub(super) const HEADER_0: &str = "35=0|34=2|49=A|52=20240229-23:59:60|56=B|";
