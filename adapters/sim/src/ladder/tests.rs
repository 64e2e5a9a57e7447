use super::*;

fn framed(body: &str) -> Vec<u8> {
    format!("8=FIX.4.4|9=1|{body}10=000|").replace('|', "\u{1}").into_bytes()
}

/// One row of everything.
fn ladder() -> Ladder {
    let mut ladder = Ladder::new("Everything <once>");
    let ms = 1_000_000;
    let hour = 3_600_000 * ms;
    ladder.note(0, None, Kind::Connected, "1");
    ladder.message(
        0,
        Side::Initiator,
        1,
        &framed("35=A|34=1|108=30|553=kim|554=topsecret|"),
        Fate::Delivered(Some(ms)),
    );
    ladder.message(
        ms,
        Side::Acceptor,
        1,
        &framed("35=A|34=1|108=30|141=Y|789=2|"),
        Fate::Delivered(Some(2 * ms)),
    );
    ladder.note(2 * ms, Some(Side::Initiator), Kind::State, "Active");
    ladder.message(
        3 * ms,
        Side::Initiator,
        1,
        &framed("35=D|34=2|11=A-1|95=10|96=top\u{1}secret|"),
        Fate::Lost,
    );
    ladder.message(4 * ms, Side::Initiator, 1, &framed("35=D|34=3|11=A-2|"), Fate::Duplicated(Some(6 * ms)));
    ladder.message(5 * ms, Side::Acceptor, 1, &framed("35=2|34=2|7=2|16=0|"), Fate::Delivered(Some(6 * ms)));
    ladder.message(6 * ms, Side::Initiator, 1, &framed("35=4|34=2|43=Y|123=Y|36=4|"), Fate::Cut);
    ladder.note(7 * ms, None, Kind::Cut, "cut");
    ladder.note(7 * ms, Some(Side::Acceptor), Kind::Crash, "crashes, and begins again");
    ladder.note(8 * ms, Some(Side::Acceptor), Kind::Command, "Logout \"<bye>\"");
    ladder.message(hour, Side::Acceptor, 2, &framed("35=5|34=3|58=<b>good & bye</b>|"), Fate::UnderWay);
    ladder.message(hour, Side::Acceptor, 2, b"554=topsecret\x01", Fate::Lost);
    ladder.note(hour, Some(Side::Initiator), Kind::Violation, "2 was used twice\nfor two orders");
    ladder
}

/// What it looks like. Whole, so that a reader of this test sees it too.
const TEXT: &str = r#"Everything <once>

            time  conn  Initiator                                                            Acceptor
  0:00:00.000000        |============================== connection 1 ===============================|
  0:00:00.000000     1  |- Logon 1 HeartBtInt=30 -------------------------------------------------->|
  0:00:00.001000     1  |<-------- Logon 1 HeartBtInt=30 ResetSeqNumFlag=Y NextExpectedMsgSeqNum=2 -|
  0:00:00.002000        | Active                                                                    |
  0:00:00.003000     1  |- NewOrderSingle 2 ClOrdID=A-1 -------------------------------------x      |  lost
  0:00:00.004000     1  |- NewOrderSingle 3 ClOrdID=A-2 ------------------------------------------->|  arrives twice, first 0:00:00.006000
  0:00:00.005000     1  |<-------------------------------- ResendRequest 2 BeginSeqNo=2 EndSeqNo=0 -|
  0:00:00.006000     1  |- SequenceReset-GapFill 2 PossDup NewSeqNo=4 -----------------------x      |  cut
  0:00:00.007000        |=================================== cut ===================================|
  0:00:00.007000        |                                                 crashes, and begins again |
  0:00:00.008000        |                                                    command Logout "<bye>" |
  1:00:00.000000     2  |      x-------------------------------- Logout 3 Text="<b>good & bye</b>" -|  under way
  1:00:00.000000     2  |      x------------------------------------ no message: (14 bytes hidden) -|  lost
  1:00:00.000000        ! Initiator: VIOLATION: 2 was used twice
                        ! Initiator: for two orders
"#;

#[test]
fn a_ladder_reads_as_text() {
    assert_eq!(ladder().to_string(), TEXT);
}

#[test]
fn a_ladder_without_times_shows_none() {
    let mut ladder = ladder();
    ladder.rows.iter_mut().for_each(|row| row.at_ns = 0);
    let text = ladder.to_string();
    assert!(!text.contains("0:00:00") && !text.contains("time"), "{text}");
    assert!(text.contains("\n     1  |- Logon 1"), "{text}");
    assert!(!ladder.to_html().contains("0:00:00"));
}

#[test]
fn what_is_too_long_is_cut_and_a_violation_is_not() {
    let mut ladder = Ladder::new("long");
    let long = "x".repeat(300);
    ladder.message(1, Side::Acceptor, 1, &framed(&format!("35=5|34=3|58={long}|")), Fate::Delivered(None));
    ladder.note(1, None, Kind::Remark, long.clone());
    ladder.note(1, None, Kind::Violation, long.clone());
    let text = ladder.to_string();
    let widths: Vec<usize> = text.lines().skip(3).map(str::len).collect();
    assert!(widths[0] < 130 && widths[1] < 130 && widths[2] > 300, "{widths:?}");
    assert!(text.contains(&long));
    // On the page it is broken into lines instead.
    assert_eq!(ladder.to_html().matches(&"x".repeat(100)).count(), 8);
}

/// The values of an attribute in an element of the page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn the_page_is_well_formed_and_fetches_nothing() {
    let page = ladder().to_html();
    for wrong in ["<b>", "<bye>", "<once>", "<script", "src=", "href=", "url(", "@import", "kim", "secret"] {
        assert!(!page.contains(wrong), "{wrong}: {page}");
    }
    // The one address is the name of SVG.
    assert_eq!(page.matches("://").count(), 1);
    assert!(page.contains("<title>Everything &lt;once&gt;</title>"));
    assert!(
        page.contains("Logout 3 Text=&quot;&lt;b&gt;good &amp; bye&lt;/b&gt;&quot;  (under way)"),
        "{page}"
    );
    assert!(page.contains("|553=***|554=***|10=000|"), "{page}");
    assert!(page.contains("|95=10|96=***|10=000|"), "{page}");
    for element in ["g", "title", "text", "svg", "html", "body", "head", "style", "h1", "p"] {
        let opened =
            page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
    }
    let messages = ladder().rows.iter().filter(|row| matches!(row.what, What::Message(_))).count();
    assert_eq!(page.matches("<g>").count(), messages);
}

#[test]
fn a_message_is_drawn_down_to_what_happened_when_it_arrived() {
    let mut ladder = Ladder::new("crossing");
    ladder.message(1, Side::Initiator, 1, &framed("35=5|34=2|"), Fate::Delivered(Some(3)));
    ladder.message(2, Side::Acceptor, 1, &framed("35=5|34=2|"), Fate::Delivered(Some(4)));
    ladder.note(3, Some(Side::Acceptor), Kind::State, "LogoutSent");
    let page = ladder.to_html();
    let (from, to) = (attributes(&page, "y1"), attributes(&page, "y2"));
    // The first two are the lines of the sides.
    assert_eq!((from[2], to[2]), ("64", "98"), "after the second row began, before the third");
    assert_eq!((from[3], to[3]), ("90", "124"), "after the last");
    assert!(ladder.to_string().contains("arrives"), "{ladder}");
}

#[test]
fn messages_are_described_by_their_names() {
    for (body, text) in [
        ("35=0|34=4|112=T|", "Heartbeat 4 TestReqID=T"),
        ("35=1|34=4|112=|", "TestRequest 4 TestReqID=\"\""),
        (
            "35=3|34=4|45=2|371=55|373=1|58=no symbol|",
            "Reject 4 RefSeqNum=2 RefTagID=55 SessionRejectReason=1 Text=\"no symbol\"",
        ),
        ("35=4|34=4|36=9|", "SequenceReset-Reset 4 NewSeqNo=9"),
        ("35=A|34=1|108=30|554=secret|", "Logon 1 HeartBtInt=30"),
        ("35=U7|34=4|43=Y|", "MsgType=U7 4 PossDup"),
        ("35=5|58=a\u{2}b|", "Logout without MsgSeqNum Text=a\\x02b"),
    ] {
        assert_eq!(describe(&framed(body)), text);
    }
    assert_eq!(describe(b"35=D\x01554=secret\x01"), "no message: (16 bytes hidden)");
    assert_eq!(
        whole(&framed("35=D|=x|554=secret|58=a|")),
        "8=FIX.4.4|9=1|35=D|***|554=*** (19 bytes hidden)"
    );
}
