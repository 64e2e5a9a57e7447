//! The tags that the session layer reads or writes, by their FIX names.
#![allow(missing_docs)] // each constant is the FIX field of that name

/// A field's tag number, 1 or more. 0 never stands for a field.
pub type Tag = u32;

macro_rules! tags {
    ($($name:ident = $tag:literal;)*) => { $(pub const $name: Tag = $tag;)* };
}

tags! {
    BEGIN_SEQ_NO = 7;
    BEGIN_STRING = 8;
    BODY_LENGTH = 9;
    CHECK_SUM = 10;
    END_SEQ_NO = 16;
    MSG_SEQ_NUM = 34;
    MSG_TYPE = 35;
    NEW_SEQ_NO = 36;
    POSS_DUP_FLAG = 43;
    REF_SEQ_NUM = 45;
    SENDER_COMP_ID = 49;
    SENDER_SUB_ID = 50;
    SENDING_TIME = 52;
    TARGET_COMP_ID = 56;
    TARGET_SUB_ID = 57;
    TEXT = 58;
    SIGNATURE = 89;
    SECURE_DATA_LEN = 90;
    SECURE_DATA = 91;
    SIGNATURE_LENGTH = 93;
    RAW_DATA_LENGTH = 95;
    RAW_DATA = 96;
    POSS_RESEND = 97;
    ENCRYPT_METHOD = 98;
    HEART_BT_INT = 108;
    TEST_REQ_ID = 112;
    ON_BEHALF_OF_COMP_ID = 115;
    ON_BEHALF_OF_SUB_ID = 116;
    ORIG_SENDING_TIME = 122;
    GAP_FILL_FLAG = 123;
    DELIVER_TO_COMP_ID = 128;
    DELIVER_TO_SUB_ID = 129;
    RESET_SEQ_NUM_FLAG = 141;
    SENDER_LOCATION_ID = 142;
    TARGET_LOCATION_ID = 143;
    ON_BEHALF_OF_LOCATION_ID = 144;
    DELIVER_TO_LOCATION_ID = 145;
    XML_DATA_LEN = 212;
    XML_DATA = 213;
    MESSAGE_ENCODING = 347;
    LAST_MSG_SEQ_NUM_PROCESSED = 369;
    ON_BEHALF_OF_SENDING_TIME = 370;
    REF_TAG_ID = 371;
    REF_MSG_TYPE = 372;
    SESSION_REJECT_REASON = 373;
    BUSINESS_REJECT_REF_ID = 379;
    BUSINESS_REJECT_REASON = 380;
    MAX_MESSAGE_SIZE = 383;
    TEST_MESSAGE_INDICATOR = 464;
    USERNAME = 553;
    PASSWORD = 554;
    NO_HOPS = 627;
    HOP_COMP_ID = 628;
    HOP_SENDING_TIME = 629;
    HOP_REF_ID = 630;
    NEXT_EXPECTED_MSG_SEQ_NUM = 789;
    NEW_PASSWORD = 925;
    APPL_VER_ID = 1128;
    CSTM_APPL_VER_ID = 1129;
    DEFAULT_APPL_VER_ID = 1137;
    APPL_EXT_ID = 1156;
    ENCRYPTED_PASSWORD = 1402;
    ENCRYPTED_NEW_PASSWORD = 1404;
    SESSION_STATUS = 1409;
}

/// Whether the tag belongs to the standard header (section 2 of FIX 4.4 volume 2, and FIXT.1.1).
#[must_use]
pub const fn is_header(tag: Tag) -> bool {
    matches!(
        tag,
        8 | 9 | 34 | 35 | 43 | 49 | 50 | 52 | 56 | 57 | 90 | 91 | 97 | 115 | 116 | 122 | 128 | 129
            | 142..=145 | 212 | 213 | 347 | 369 | 370 | 627..=630 | 1128 | 1129 | 1156
    )
}

/// Whether the tag belongs to the standard trailer.
#[must_use]
pub const fn is_trailer(tag: Tag) -> bool {
    matches!(tag, CHECK_SUM | SIGNATURE | SIGNATURE_LENGTH)
}
