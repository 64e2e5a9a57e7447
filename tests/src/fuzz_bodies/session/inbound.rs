//! What the counterparty sends: whole messages whose numbers lie near the one expected, right or wrong in one thing.

use sansfix::config::Role;
use sansfix::wire::{Precision, checksum, write_timestamp};
use sansfix::{BeginString, Now, Session};

/// Kinds of messages: MsgType and body. `%H` stands for HeartBtInt, `%S` for the number the session sends next, `%E` for
/// the number after the one it expects, `%T` for the TestReqID it asked with last.
const MESSAGES: [[(&str, &str); 16]; 4] = [
    [
        ("A", "98=0|108=30|"),
        ("A", "98=0|108=30|141=Y|"),
        ("0", ""),
        ("1", "112=PING|"),
        ("2", "7=1|16=0|"),
        ("2", "7=2|16=3|"),
        ("2", "7=3|16=1|"),
        ("3", "45=1|58=why|"),
        ("4", "36=9|123=Y|"),
        ("4", "36=2|123=Y|"),
        ("4", "36=7|"),
        ("5", "58=bye|"),
        ("D", "11=A|55=FIX|"),
        ("j", "45=2|372=D|380=0|"),
        ("n", "213=x|"),
        ("1", ""),
    ],
    [
        ("A", "98=0|108=%H|1137=9|"),
        ("A", "98=0|108=%H|1137=9|141=Y|"),
        ("A", "98=0|108=%H|1137=9|789=%S|"),
        ("A", "98=0|108=%H|1137=9|789=2|"),
        ("A", "98=0|108=%H|1137=9|789=99|"),
        ("A", "98=0|108=5|1137=9|"),
        ("A", "98=0|108=x|1137=9|"),
        ("A", "98=0|1137=9|"),
        ("A", "98=0|108=%H|1137=zz|"),
        ("A", "98=0|108=%H|464=Y|1137=9|"),
        ("A", "98=0|108=%H|464=N|383=300|1137=9|"),
        ("A", "98=0|108=%H|141=N|1137=9|"),
        ("A", "98=1|108=%H|1137=9|"),
        ("A", "98=0|108=99999999999|1137=9|"),
        ("A", "98=0|108=%H|141=x|1137=9|"),
        ("A", "98=0|108=%H|1137=9|789=x|"),
    ],
    [
        ("0", "112=%T|"),
        ("0", "112=other|"),
        ("1", "112=|"),
        ("2", ""),
        ("2", "7=0|16=0|"),
        ("2", "7=9999|16=0|"),
        ("2", "7=1|16=999999|"),
        ("2", "7=x|16=y|"),
        ("2", "7=%S|16=0|"),
        ("4", ""),
        ("4", "36=x|"),
        ("4", "36=0|"),
        ("4", "123=Y|36=%E|"),
        ("4", "123=N|36=99|"),
        ("4", "36=1|"),
        ("4", "36=999999999999999990|"),
    ],
    [
        ("2", "7=|16=|"),
        ("2", "7=1|"),
        ("2", "7=1|16=|"),
        ("4", "123=|36=5|"),
        ("4", "123=x|36=5|"),
        ("4", "36=|"),
        ("4", "123=Y|36=1|"),
        ("4", "123=Y|36=%S|"),
        ("A", "108=%H|1137=9|"),
        ("A", "98=0|108=-5|1137=9|"),
        ("A", "98=0|108=%H|"),
        ("A", "98=0|108=%H|383=0|1137=9|"),
        ("A", "98=0|108=30|141=Y|1137=9|464=N|"),
        ("D", "11=A|55=FIX|97=Y|"),
        ("5", "58=bye|1409=4|"),
        ("2", "7=2|16=2|"),
    ],
];

/// Types of the messages whose header is wrong.
const WITH_WRONG_HEADER: [(&str, &str); 8] = [
    ("D", "11=A|55=FIX|"),
    ("A", "98=0|108=%H|1137=9|"),
    ("5", ""),
    ("0", ""),
    ("2", "7=1|16=0|"),
    ("4", "36=9|123=Y|"),
    ("1", "112=PING|"),
    ("4", "36=9|"),
];

/// Stands for a value of no bytes; a field without a value is left out.
const EMPTY: &str = "empty";

/// A message to be written.
struct Draft<'s> {
    session: &'s Session,
    now: Now,
    last_test_req_id: &'s str,
    version: BeginString,
    seq: String,
    sender: &'static str,
    target: &'static str,
    sending_time: String,
    poss_dup: bool,
    orig_sending_time: Option<String>,
    sub_ids: [&'static str; 4],
}

/// The message that `page`, `kind` and `number` choose. The last page has the messages whose header is wrong.
pub(super) fn message(
    session: &Session,
    now: Now,
    last_test_req_id: &str,
    (page, kind, number): (u8, u8, u8),
) -> Vec<u8> {
    let wrong_header = page % 5 == 4;
    let (msg_type, body) = if wrong_header {
        WITH_WRONG_HEADER[usize::from(number >> 5)]
    } else {
        MESSAGES[usize::from(page % 5)][usize::from(kind) % 16]
    };
    let expected = session.status().next_target.get();
    let seq = if body.contains("141=Y") && number & 8 == 0 {
        1
    } else {
        (expected + u64::from(number % 8)).saturating_sub(2)
    };
    let mut draft = Draft::new(session, now, last_test_req_id, seq);
    draft.poss_dup = number & 16 != 0;
    if wrong_header {
        draft.spoil(kind);
    }
    draft.write(msg_type, body)
}

/// The Logon with which most inputs begin: the one that the session waits for.
pub(super) fn first_logon(session: &Session, now: Now) -> Vec<u8> {
    let config = session.config();
    let reset = config.role == Role::Initiator && config.reset_on_logon;
    let body = match (config.identity.begin_string, reset) {
        (BeginString::Fixt11, true) => "98=0|108=%H|1137=9|141=Y|",
        (BeginString::Fixt11, false) => "98=0|108=%H|1137=9|",
        (_, true) => "98=0|108=%H|141=Y|",
        (_, false) => "98=0|108=%H|",
    };
    let reset = reset || config.role == Role::Acceptor && config.reset_on_logon;
    let seq = if reset { 1 } else { session.status().next_target.get() };
    Draft::new(session, now, "", seq).write("A", body)
}

impl<'s> Draft<'s> {
    fn new(session: &'s Session, now: Now, last_test_req_id: &'s str, seq: u64) -> Self {
        let version = session.config().identity.begin_string;
        let sub_ids = if session.config().identity.sender.sub_id.is_some() {
            ["FLOOR", "DESK", "LDN", "ZRH"]
        } else {
            [""; 4]
        };
        Self {
            session,
            now,
            last_test_req_id,
            version,
            seq: seq.to_string(),
            sender: "THEM",
            target: "US",
            sending_time: time(now.utc_ns),
            poss_dup: false,
            orig_sending_time: Some(time(now.utc_ns)),
            sub_ids,
        }
    }

    fn spoil(&mut self, how: u8) {
        let an_hour = 3_600_000_000_000;
        match how % 19 {
            0 => self.sender = "NOBODY",
            1 => self.target = "NOBODY",
            2 => self.sender = "",
            3 => self.sending_time = String::new(),
            4 => self.sending_time = "noon".to_owned(),
            5 => self.sending_time = time(self.now.utc_ns - an_hour),
            6 => self.seq = String::new(),
            7 => self.seq = "x".to_owned(),
            8 => {
                let same = self.version == BeginString::Fix42;
                self.version = if same { BeginString::Fix43 } else { BeginString::Fix42 };
            }
            9 => (self.poss_dup, self.orig_sending_time) = (true, None),
            10 => {
                (self.poss_dup, self.orig_sending_time) = (true, Some(time(self.now.utc_ns + an_hour)));
            }
            11 => (self.poss_dup, self.orig_sending_time) = (true, Some("noon".to_owned())),
            12 => (self.poss_dup, self.orig_sending_time) = (true, Some(String::new())),
            13 => self.sub_ids = ["", "WRONG", "", ""],
            14 => self.sub_ids = ["WRONG", "", "WRONG", ""],
            15 => self.seq = "0".to_owned(),
            16 => self.sender = EMPTY,
            17 => self.target = EMPTY,
            _ => self.sending_time = EMPTY.to_owned(),
        }
    }

    fn write(&self, msg_type: &str, body: &str) -> Vec<u8> {
        let mut text = format!("35={msg_type}|");
        let [sender_sub, target_sub, sender_location, target_location] = self.sub_ids;
        let fields = [
            (34, &*self.seq),
            (49, self.sender),
            (50, sender_sub),
            (142, sender_location),
            (52, &self.sending_time),
            (56, self.target),
            (57, target_sub),
            (143, target_location),
        ];
        for (tag, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            text.push_str(&format!("{tag}={}|", if value == EMPTY { "" } else { value }));
        }
        if self.poss_dup {
            text.push_str("43=Y|");
            if let Some(original) = &self.orig_sending_time {
                text.push_str(&format!("122={original}|"));
            }
        }
        let status = self.session.status();
        let body = body
            .replace("%H", &self.session.config().heart_bt_int.to_string())
            .replace("%S", &status.next_sender.to_string())
            .replace("%E", &status.next_target.next().to_string())
            .replace("%T", self.last_test_req_id);
        text.push_str(&body);
        let text = text.replace('|', "\x01");
        let mut bytes = format!("8={}\x019={}\x01{text}", self.version.as_str(), text.len()).into_bytes();
        let sum = checksum(&bytes);
        bytes.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
        bytes
    }
}

fn time(utc_ns: i64) -> String {
    let mut time = Vec::new();
    write_timestamp(&mut time, utc_ns, Precision::Seconds);
    String::from_utf8_lossy(&time).into_owned()
}
