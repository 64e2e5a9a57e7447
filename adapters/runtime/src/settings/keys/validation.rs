//! How incoming messages are checked.

use super::keys;
use crate::settings::key::{
    Key,
    Setting::{Custom, Flag, Later, Needless, Text, Unsupported},
};
use crate::settings::value;

fn file(value: &str) -> Option<std::path::PathBuf> {
    (!value.is_empty()).then(|| value.into())
}

pub(super) const KEYS: &[Key] = keys! {
    "UseDataDictionary", None, CPP_JAVA_NET, Flag(|draft, on| draft.use_dictionary = Some(on));
        "Y where a dictionary is named"; "N: the dictionaries that are named are not used. Y: one must be named.";
    "DataDictionary", None, ALL, Text(|draft, value| draft.dictionary = file(value));
        ""; "The dictionary of a session of FIX.4.0 to FIX.4.4, an XML file in QuickFIX's format.";
    "TransportDataDictionary", None, ALL, Text(|draft, value| draft.transport_dictionary = file(value));
        ""; "FIXT.1.1: the dictionary of the session's own messages.";
    "AppDataDictionary", Version, ALL, Custom("a file", |draft, suffix, value| {
        let version = suffix.strip_prefix('.').and_then(value::version);
        match file(value) {
            Some(file) => draft.application_dictionaries.insert(version, file),
            None => draft.application_dictionaries.remove(&version),
        };
        true
    });
        ""; "FIXT.1.1: the dictionary of application messages. With a version after a dot (`AppDataDictionary.FIX.4.4`) that of messages of this version.";
    "ValidateFieldsOutOfOrder", None, ALL, Flag(|draft, on| draft.rules.validate_fields_out_of_order = on);
        "Y"; "A header field in the body, or a body field in the header, is rejected.";
    "ValidateFieldsHaveValues", None, CPP_JAVA_NET, Flag(|draft, on| draft.rules.validate_fields_have_values = on);
        "Y"; "A field without a value is rejected.";
    "ValidateUserDefinedFields", None, ALL, Flag(|draft, on| draft.rules.validate_user_defined_fields = on);
        "Y"; "A field from tag 5000 on that the dictionary does not define for the message is rejected.";
    "ValidateUnorderedGroupFields", None, JAVA, Flag(|draft, on| draft.rules.validate_unordered_group_fields = on);
        "Y"; "Members of a repeating group in another order than the dictionary's are rejected.";
    "AllowUnknownMsgFields", None, ALL, Flag(|draft, on| draft.rules.allow_unknown_msg_fields = on);
        "N"; "A field below tag 5000 that the dictionary does not define for the message is let through.";
    "AllowUnknownFieldValues", None, NET, Later(&["N"]);
        "N"; "A value that the dictionary does not list for its field is let through.";
    "FirstFieldInGroupIsDelimiter", None, JAVA, Later(&["N"]);
        "N"; "Entries of a repeating group begin with whatever field comes first.";
    "ValidateIncomingMessage", None, JAVA, Flag(|draft, on| draft.check_messages = on);
        "Y"; "N: the dictionaries that are named are not used.";
    "RejectInvalidMessage", None, JAVA_GO, Later(&["Y"]);
        "Y"; "N: a message that the dictionary rejects goes to the application.";
    "RejectGarbledMessage", None, JAVA,
        Unsupported(&["N"], "garbled messages are ignored, as the standard asks");
        "N"; "Garbled messages are rejected and counted.";
    "ValidateLengthAndChecksum", None, CPP_NET,
        Unsupported(&["Y"], "a message with a wrong length or checksum is garbled and ignored");
        "Y"; "BodyLength(9) and CheckSum(10) are checked.";
    "ValidateChecksum", None, JAVA, Unsupported(&["Y"], "a message with a wrong checksum is garbled and ignored");
        "Y"; "CheckSum(10) is checked.";
    "PreserveMessageFieldsOrder", None, CPP, Needless;
        "N"; "Fields of the body leave in the order in which they were written: always so.";
};
