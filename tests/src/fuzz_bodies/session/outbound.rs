//! What the application sends: messages of every kind that [`Body`] can be asked to write, right or wrong.

use sansfix::SeqNum;
use sansfix::wire::{Body, Decimal, Precision};

/// MsgTypes: application messages, and what is none.
const MSG_TYPES: [&[u8]; 6] = [b"D", b"AE", b"5", b"", b"D\x01", b"UVeryLongType"];

/// The MsgType that `choice` stands for. Most are orders.
pub(super) fn msg_type(choice: u8) -> &'static [u8] {
    MSG_TYPES[usize::from(choice).saturating_sub(8) % MSG_TYPES.len()]
}

/// Writes what `choice` stands for.
pub(super) fn write(body: &mut Body<'_>, choice: u8) {
    match choice % 32 {
        0 => _ = body.field(11, "B"),
        1 => _ = body.field(11, "B").field(97, "Y").field(115, "FIRM").header_field(128, "HUB"),
        2 => _ = body.field(11, "").field(12, "after a mistake"),
        3 => _ = body.field(11, "a\x01b"),
        4 => _ = body.field(34, &7u64),
        5 => _ = body.field(0, "x"),
        6 => _ = body.data(95, 96, b"a\x01b").data(354, 355, b"c"),
        7 => _ = body.data(5001, 5002, b"a\x01b"),
        8 => _ = body.data(95, 96, b""),
        9 => _ = body.data(90, 91, b"secret").data(90, 91, b"again"),
        10 => _ = body.timestamp(60, 0, Precision::Microseconds).timestamp(370, -1, Precision::Seconds),
        11 => _ = body.prebuilt(b"11=B\x0155=FIX\x01"),
        12 => _ = body.prebuilt(b"49=X\x01"),
        13 => _ = body.prebuilt(b"11=B"),
        14 => _ = body.field(11, "B").data(93, 89, b"sign\x01ature").field(12, "late"),
        15 => _ = body.data(93, 89, b"signature").prebuilt(b"11=B\x01"),
        16 => _ = body.prebuilt(b"11=B\x0193=2\x0189=ab\x01").field(97, "Y"),
        17 => {
            let price = Decimal { mantissa: -1_005, scale: 2 };
            body.field(44, &price).field(38, &Decimal { mantissa: 5, scale: 0 }).field(140, &price);
        }
        18 => {
            _ = body.field(1, &1u8).field(2, &-2i64).field(3, &'c').field(4, &true).field(6, &SeqNum::SECOND)
        }
        19 => _ = body.field(11, &String::from("B")).field(55, b"FIX").field(54, &&b"1"[..]),
        20 => {
            body.header_field(627, &2u8).header_field(628, "A").header_field(628, "B");
            body.header_field(128, "HUB").header_field(128, "OTHER");
        }
        21 => _ = body.field(58, &"long ".repeat(200)[..]),
        22 => _ = body.field(58, &"x".repeat(400)[..]),
        23 => _ = body.prebuilt(b"0=x\x01"),
        24 => _ = body.prebuilt(b"11=\x01"),
        25 => _ = body.prebuilt(b"95=5\x0196=a\x01"),
        26 => _ = body.prebuilt(b"10=000\x01").prebuilt(b"11=B\x01"),
        27 => _ = body.prebuilt(b""),
        28 => _ = body.field(98, "0").field(108, &30u32),
        29 => _ = body.prebuilt(b"108=30\x01"),
        30 => _ = body.field(553, "kim").field(554, "secret").data(95, 96, b"token"),
        _ => assert!(!body.field(11, "B").bytes().is_empty()),
    }
}
