//! The data types of the standard, by the names dictionaries give them.

/// The data type of a field (FIX 4.4 volume 1, "Data Types"; FIX Latest, "Datatypes").
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum FieldType {
    /// Digits, perhaps after `-`
    Int,
    /// Digits: how many bytes the data field after it has
    Length,
    /// Digits: how many entries a repeating group has
    NumInGroup,
    /// Digits: a message's number
    SeqNum,
    /// Digits: a tag
    TagNum,
    /// 1 to 31
    DayOfMonth,
    /// Digits with at most one point, perhaps after `-`. Qty, Price, PriceOffset, Amt and Percentage are floats.
    Float,
    /// One byte
    Char,
    /// Y or N
    Boolean,
    /// Anything
    String,
    /// Single bytes, separated by single spaces
    MultipleCharValue,
    /// Values separated by single spaces
    MultipleStringValue,
    /// Two capital letters (ISO 3166)
    Country,
    /// Three capital letters (ISO 4217)
    Currency,
    /// YYYYMM, YYYYMMDD or YYYYMMwN with N from 1 to 5
    MonthYear,
    /// YYYYMMDD-HH:MM:SS, perhaps with a fraction
    UtcTimestamp,
    /// HH:MM:SS, perhaps with a fraction
    UtcTimeOnly,
    /// YYYYMMDD, also of LocalMktDate and of FIX 4.0's Date
    Date,
    /// HH:MM:SS
    LocalMktTime,
    /// HH:MM, perhaps seconds and a fraction, perhaps `Z` or an offset such as `+05:30`
    TzTimeOnly,
    /// YYYYMMDD- and a [`Self::TzTimeOnly`]
    TzTimestamp,
    /// Any bytes, SOH among them, as many as the length field before it says. XmlData is data.
    Data,
}

/// The names dictionaries use, sorted. What the standard calls a string of some other name stays a string.
const NAMES: [(&str, FieldType); 43] = [
    ("AMT", FieldType::Float),
    ("BOOLEAN", FieldType::Boolean),
    ("CHAR", FieldType::Char),
    ("COUNTRY", FieldType::Country),
    ("CURRENCY", FieldType::Currency),
    ("DATA", FieldType::Data),
    ("DATE", FieldType::Date),
    ("DAYOFMONTH", FieldType::DayOfMonth),
    ("EXCHANGE", FieldType::String),
    ("FLOAT", FieldType::Float),
    ("INT", FieldType::Int),
    ("LANGUAGE", FieldType::String),
    ("LENGTH", FieldType::Length),
    ("LOCALMKTDATE", FieldType::Date),
    ("LOCALMKTTIME", FieldType::LocalMktTime),
    ("MONTHYEAR", FieldType::MonthYear),
    ("MULTIPLECHARVALUE", FieldType::MultipleCharValue),
    ("MULTIPLESTRINGVALUE", FieldType::MultipleStringValue),
    ("MULTIPLEVALUESTRING", FieldType::MultipleStringValue),
    ("NUMINGROUP", FieldType::NumInGroup),
    ("PATTERN", FieldType::String),
    ("PERCENTAGE", FieldType::Float),
    ("PRICE", FieldType::Float),
    ("PRICEOFFSET", FieldType::Float),
    ("QTY", FieldType::Float),
    ("QUANTITY", FieldType::Float),
    ("RESERVED1000PLUS", FieldType::String),
    ("RESERVED100PLUS", FieldType::String),
    ("RESERVED4000PLUS", FieldType::String),
    ("SEQNUM", FieldType::SeqNum),
    ("STRING", FieldType::String),
    ("TAGNUM", FieldType::TagNum),
    ("TENOR", FieldType::String),
    ("TIME", FieldType::UtcTimestamp),
    ("TZTIMEONLY", FieldType::TzTimeOnly),
    ("TZTIMESTAMP", FieldType::TzTimestamp),
    ("UTCDATE", FieldType::Date),
    ("UTCDATEONLY", FieldType::Date),
    ("UTCTIMEONLY", FieldType::UtcTimeOnly),
    ("UTCTIMESTAMP", FieldType::UtcTimestamp),
    ("XID", FieldType::String),
    ("XIDREF", FieldType::String),
    ("XMLDATA", FieldType::Data),
];

impl FieldType {
    /// The type that dictionaries call `name`, in capitals: `QTY`, `UTCTIMESTAMP` ...
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|at| NAMES[at].1)
    }

    /// Every name that [`Self::from_name`] knows, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }
}
