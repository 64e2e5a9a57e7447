use std::path::Path;
use std::sync::Arc;

use sansfix::ApplVerId;
use sansfix::config::Profile;
use sansfix_runtime::dictionary_xml::read_dictionary_file;

use super::*;
use crate::acceptance::sessions::sessions;
use crate::cli::ScriptSet;
use crate::conform::player::{Failure, play};
use crate::conform::script::Script;

const SECOND: u64 = 1_000_000_000;

fn acceptor(set: ScriptSet) -> VirtualAcceptor {
    let read = |file| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/dictionaries");
        Arc::new(read_dictionary_file(&folder.join(file)).unwrap())
    };
    let (fix4, fixt11, fix5) = (read("fix4.xml"), read("fixt11.xml"), read("fix5.xml"));
    let table = sessions(set, Profile::Compatible, ApplVerId::Fix50Sp2).into_iter();
    VirtualAcceptor::new(table.map(|session| match session.application_dictionary {
        Some(_) => ReadySession::new(session, fixt11.clone(), Some(fix5.clone())),
        None => ReadySession::new(session, fix4.clone(), None),
    }))
}

fn run(acceptor: &mut VirtualAcceptor, text: &str) -> Result<(), Failure> {
    play(&Script::parse(text.replace('|', "\x01").as_bytes()).unwrap(), acceptor)
}

/// What a script that logs on as TW in FIX.4.4 begins with.
const LOGON: &str = "iCONNECT
I8=FIX.4.4|35=A|34=1|49=TW|52=<TIME>|56=ISLD|98=0|108=5|
E8=FIX.4.4|35=A|34=1|49=ISLD|52=00000000-00:00:00.000|56=TW|98=0|108=5|
";

#[test]
fn orders_come_back_and_time_passes_only_while_a_script_waits() {
    let mut acceptor = acceptor(ScriptSet::Server);
    let order = "34=2|49=TW|52=<TIME>|56=ISLD|54=1|11=A|55=X|38=1|40=1|60=<TIME>|";
    let script = format!(
        "{LOGON}I8=FIX.4.4|35=D|{order}
E8=FIX.4.4|35=D|34=2|49=ISLD|52=00000000-00:00:00.000|56=TW|11=A|38=1|40=1|54=1|55=X|60=00000000-00:00:00|
E8=FIX.4.4|35=0|34=3|49=ISLD|52=00000000-00:00:00.000|56=TW|
I8=FIX.4.4|35=5|34=3|49=TW|52=<TIME>|56=ISLD|
E8=FIX.4.4|35=5|34=4|49=ISLD|52=00000000-00:00:00.000|56=TW|
eDISCONNECT
"
    );
    assert_eq!(run(&mut acceptor, &script), Ok(()));
    // the one wait was for the Heartbeat
    assert_eq!(acceptor.utc_ns() - START_UTC_NS, 5 * SECOND as i64);
}

#[test]
fn a_second_connection_is_dropped_in_silence_and_the_first_goes_on() {
    let second = "i2,CONNECT
I2,8=FIX.4.4|35=A|34=1|49=TW|52=<TIME>|56=ISLD|98=0|108=5|
e2,DISCONNECT
I1,8=FIX.4.4|35=1|34=2|49=TW|52=<TIME>|56=ISLD|112=still there|
E1,8=FIX.4.4|35=0|34=2|49=ISLD|52=00000000-00:00:00.000|56=TW|112=still there|
";
    let mut acceptor = acceptor(ScriptSet::Server);
    assert_eq!(run(&mut acceptor, &format!("{LOGON}{second}")), Ok(()));
    assert_eq!(run(&mut acceptor, LOGON), Ok(()), "the identity is free when the script has closed");
}

#[test]
fn strangers_are_dropped_in_silence() {
    for first in [
        "8=FIX.4.4|35=A|34=1|49=WHO|52=<TIME>|56=ISLD|98=0|108=5|",
        "8=FIX.4.4|35=A|34=1|49=TW|52=<TIME>|56=WHO|98=0|108=5|",
        "8=FIX.3.9|35=A|34=1|49=TW|52=<TIME>|56=ISLD|98=0|108=5|",
        "8=FIX.4.4|35=0|34=1|49=TW|52=<TIME>|56=ISLD|",
        "8=FIX.4.4|9=5|35=A|34=1|49=TW|52=<TIME>|56=ISLD|98=0|108=5|",
    ] {
        let mut acceptor = acceptor(ScriptSet::Server);
        assert_eq!(run(&mut acceptor, &format!("iCONNECT\nI{first}\neDISCONNECT\n")), Ok(()), "{first}");
        assert_eq!(acceptor.utc_ns(), START_UTC_NS, "at once: {first}");
    }
}

#[test]
fn half_a_first_message_is_waited_for_as_long_as_a_script_does() {
    let mut acceptor = acceptor(ScriptSet::Server);
    assert_eq!(run(&mut acceptor, "iCONNECT\nI8=FIX.4.4|9=5000|35=A|\neDISCONNECT\n"), Ok(()));
    assert_eq!(acceptor.utc_ns() - START_UTC_NS, 10 * SECOND as i64);
}

#[test]
fn waiting_ends_when_it_was_to() {
    let mut acceptor = acceptor(ScriptSet::Server);
    acceptor.connect(1).unwrap();
    assert_eq!(acceptor.wait(1, SECOND), Waited::Silence);
    assert_eq!(acceptor.utc_ns() - START_UTC_NS, SECOND as i64);
    assert_eq!(acceptor.wait(2, SECOND), Waited::Closed, "there is no such connection");
}

#[test]
fn numbers_are_set_and_persist_from_script_to_script() {
    let mut acceptor = acceptor(ScriptSet::NextExpectedSeqNum);
    let set = "iCONNECT
iSET_SESSION FIX.4.4:ISLD->TW NEXTSENDERSEQNUM=7
iSET_SESSION FIX.4.4:ISLD->TW NEXTTARGETSEQNUM=9
I8=FIX.4.4|35=A|34=9|49=TW|52=<TIME>|56=ISLD|98=0|108=5|789=7|
E8=FIX.4.4|35=A|34=7|49=ISLD|52=00000000-00:00:00.000|56=TW|98=0|108=5|789=10|
iDISCONNECT
";
    assert_eq!(run(&mut acceptor, set), Ok(()));
    let again = "iCONNECT
I8=FIX.4.4|35=A|34=10|49=TW|52=<TIME>|56=ISLD|98=0|108=5|789=8|
E8=FIX.4.4|35=A|34=8|49=ISLD|52=00000000-00:00:00.000|56=TW|98=0|108=5|789=11|
";
    assert_eq!(run(&mut acceptor, again), Ok(()));
    let unknown = run(&mut acceptor, "iSET_SESSION FIX.4.4:ISLD->WHO NEXTSENDERSEQNUM=7\n").unwrap_err();
    assert_eq!(unknown.why, "there is no session FIX.4.4:ISLD->WHO");
}

#[test]
fn an_unsupported_type_is_refused_as_each_origin_of_scripts_expects() {
    // the dictionary of the tests knows one type that is no order
    let reject = "34=2|52=<TIME>|56=ISLD|372=D|380=0|";
    for (caller, appl_ver, trailing) in [("TW", 9, ""), ("TW50", 7, "1137=7|")] {
        let mut acceptor = acceptor(ScriptSet::Server);
        let script = format!(
            "iCONNECT
I8=FIXT.1.1|35=A|34=1|49={caller}|52=<TIME>|56=ISLD|98=0|108=5|1137={appl_ver}|
E8=FIXT.1.1|35=A|34=1|49=ISLD|52=00000000-00:00:00.000|56={caller}|98=0|108=5|1137={appl_ver}|
I8=FIXT.1.1|35=j|49={caller}|{reject}
E8=FIXT.1.1|35=j|34=2|49=ISLD|52=00000000-00:00:00.000|56={caller}|45=2|58=Unsupported Message Type|372=j|380=3|{trailing}
"
        );
        assert_eq!(run(&mut acceptor, &script), Ok(()), "{caller}");
    }
}
