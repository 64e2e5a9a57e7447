//! Whether a Logon completes a logon, by a reading of the standard that shares nothing with the session's.

use sansfix::BeginString;
use sansfix::config::{Config, Role};

use super::seen::Lent;

/// FIX 4.4 volume 2, "Logon": parameters agreed, a number that is not too low, a reset that begins at 1. An acceptor that
/// owes a reset announces it in its answer: what the Logon says of the old numbering is not compared then.
pub(super) fn completes_logon(lent: &Lent, config: &Config, owed: bool) -> bool {
    let text = &lent.text;
    let fixt = config.identity.begin_string == BeginString::Fixt11;
    let heart_bt_int = text.number(108);
    let agreed = match config.role {
        Role::Acceptor => heart_bt_int.is_some(),
        Role::Initiator => {
            config.switches.accept_other_heart_bt_int || heart_bt_int == Some(u64::from(config.heart_bt_int))
        }
    };
    let resets = text.get(141) == Some(b"Y");
    let old = owed && config.role == Role::Acceptor && !resets;
    let numbered = if resets {
        text.seq == 1 || config.switches.tolerate_reset_with_other_number
    } else {
        text.seq >= lent.expected.0
    };
    // An acceptor answers with its next number, or with 1 after a reset; an initiator has sent its Logon.
    let ours = if resets && config.role == Role::Acceptor { 1 } else { lent.sender };
    let got = text.number(789).is_none_or(|next| next <= ours);
    text.get(98) == Some(b"0")
        && agreed
        && (numbered || old)
        && (!config.next_expected_msg_seq_num || got || old)
        && (!fixt || text.get(1137).is_some())
}
