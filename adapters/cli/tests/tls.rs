//! `sansfix serve`, `connect` and `config check` with TLS, told by the keys of a `.cfg` file.

#[expect(dead_code, reason = "the tests of the runtime need more")]
#[path = "../../runtime/tests/adapters/tls/authority.rs"]
mod authority;
mod common;

use std::process::Command;

use authority::{Authority, Folder, Issued};
use common::{ORDER, connect, serve};

/// An acceptor's keys as QuickFIX (C++) has them.
fn server_keys(folder: &Folder, own: &Issued, trusted: &Authority) -> String {
    let certificate = folder.put("server.pem", own.chain.clone() + &own.key);
    let authorities = folder.put("clients.pem", &trusted.chain);
    format!(
        "ServerCertificateFile={}\nCertificationAuthoritiesFile={}\n",
        certificate.display(),
        authorities.display()
    )
}

/// An initiator's keys as QuickFIX/Go has them.
fn client_keys(folder: &Folder, own: &Issued, trusted: &Authority) -> String {
    let [certificate, key, authorities] =
        [("client.pem", &own.chain), ("client.key", &own.key), ("servers.pem", &trusted.chain)]
            .map(|(name, text)| folder.put(name, text).display().to_string());
    format!(
        "SocketUseSSL=Y\nSocketCertificateFile={certificate}\nSocketPrivateKeyFile={key}\nSocketCAFile={authorities}\n\
         SocketServerName=venue.example\nSocketMinimumTLSVersion=TLS12\n"
    )
}

#[test]
fn messages_passwords_logout_and_logon_over_mutual_tls() {
    let (folder, authority) = (Folder::new(), Authority::new("Root"));
    let keys = server_keys(&folder, &authority.issue("venue.example"), &authority);
    let (mut server, port) = serve("tls-server.cfg", &keys);
    let keys = client_keys(&folder, &authority.issue("desk"), &authority);
    let mut client = connect("tls-client.cfg", &port, &(keys + "LogonTag=553=me\nLogonTag1=554=hush\n"));
    client.say(&format!("send {ORDER}"));
    let logon = server.hear("<- Logon(A) #1");
    assert!(logon.contains("553=me|554=***"), "{logon}");
    server.hear("<- D #2 11=ORDER|55=IBM|54=1|38=100");
    client.say("logout end of day");
    server.hear("<- Logout(5) #3 58=end of day");
    client.hear("disconnected: ");
    client.say("logon");
    let logon = server.hear("<- Logon(A) #4");
    assert!(!logon.contains("141="), "numbers were reset: {logon}");
    client.say(&format!("send {ORDER}"));
    server.hear("<- D #5 11=ORDER");
    client.say("quit");
    server.hear("<- Logout(5) #6");
    assert!(client.end().success(), "{:#?}", client.seen);
    server.say("quit");
    assert!(server.end().success(), "{:#?}", server.seen);
}

#[test]
fn who_is_not_trusted_is_told_on_both_sides() {
    let (folder, authority, other) = (Folder::new(), Authority::new("Root"), Authority::new("Other"));
    let keys = server_keys(&folder, &authority.issue("venue.example"), &authority);
    let (mut server, port) = serve("tls-strict-server.cfg", &keys);
    let mut client =
        connect("tls-other-ca.cfg", &port, &client_keys(&folder, &authority.issue("desk"), &other));
    client.hear("the counterparty's certificate is from none of the authorities that are trusted here");
    server.hear(
        "was refused: it failed: the TLS handshake failed: the counterparty refused: it does not trust",
    );
    let strange = other.issue("desk");
    let mut stranger = connect("tls-stranger.cfg", &port, &client_keys(&folder, &strange, &authority));
    stranger.hear(
        "the connection failed: the TLS connection failed: the counterparty refused: it does not trust",
    );
    server.hear("the counterparty's certificate is from none of the authorities that are trusted here");
}

/// What `config check` prints, and whether it succeeds.
fn check(folder: &Folder, text: &str) -> (String, bool) {
    let file = folder.put("check.cfg", text);
    let output =
        Command::new(env!("CARGO_BIN_EXE_sansfix")).args(["config", "check"]).arg(&file).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}

const WHO: &str = "BeginString=FIX.4.4\nSenderCompID=US\n";

#[test]
fn a_check_tells_what_tls_each_session_does() {
    let (folder, authority) = (Folder::new(), Authority::new("Root"));
    let lists = folder.put("lists.pem", authority.revoke(&[])).display().to_string();
    let server = server_keys(&folder, &authority.issue("venue.example"), &authority);
    let client = client_keys(&folder, &authority.issue("desk"), &authority);
    let dial = "SocketConnectHost=h.example\nSocketConnectPort=1\n";
    let text = format!(
        "[DEFAULT]\n{WHO}[SESSION]\nTargetCompID=A\nSocketAcceptPort=5003\n{server}EnabledProtocols=TLSv1.3\n\
         CertificateRevocationListFile={lists}\n\
         [SESSION]\nTargetCompID=B\nSocketAcceptPort=5004\n{server}CertificateVerifyLevel=0\n\
         [SESSION]\nTargetCompID=C\n{dial}{client}LogonTag=554=hush\n\
         [SESSION]\nTargetCompID=D\n{dial}{client}SocketServerName=\nSocketCertificateFile=\nSocketPrivateKeyFile=\n"
    );
    let (printed, success) = check(&folder, &text);
    let place = lists.strip_suffix("lists.pem").unwrap();
    let printed = printed.replace(place, "");
    for line in [
        "  TLS 1.3; whoever connects must have a certificate from an authority in clients.pem, not revoked in lists.pem; \
         shows server.pem\n",
        "  TLS 1.2 to TLS 1.3; whoever connects needs no certificate; shows server.pem\n",
        "  TLS 1.2 to TLS 1.3; the certificate must be for venue.example, from an authority in servers.pem; shows client.pem\n",
        "  adds to its Logon: 554\n",
        "  TLS 1.2 to TLS 1.3; the certificate must be for h.example, from an authority in servers.pem; shows no \
         certificate\n",
    ] {
        assert!(printed.contains(line), "{line}\n{printed}");
    }
    assert!(success, "{printed}");
}

#[test]
fn a_check_finds_files_that_cannot_be_used_and_passwords_in_clear() {
    let (folder, authority) = (Folder::new(), Authority::new("Root"));
    let mut own = authority.issue("venue.example");
    own.key = authority.issue("venue.example").key;
    let text = format!(
        "[SESSION]\n{WHO}TargetCompID=A\nSocketAcceptPort=5003\n{}",
        server_keys(&folder, &own, &authority)
    );
    let (printed, success) = check(&folder, &text);
    assert!(printed.contains("server.pem: the key cannot be used with the certificate"), "{printed}");
    assert!(!success);
    let text = format!(
        "[SESSION]\n{WHO}TargetCompID=A\nSocketConnectHost=h\nSocketConnectPort=1\nLogonTag=554=hush\n"
    );
    let (printed, success) = check(&folder, &text);
    let expected = "error: line 7: LogonTag would send Password(554) in clear: set up TLS \
                    (CertificationAuthoritiesFile), or write LogonPasswordInClear=Y";
    assert!(printed.contains(expected) && !printed.contains("hush"), "{printed}");
    assert!(!success);
    let (printed, success) = check(&folder, &(text + "LogonPasswordInClear=Y\n"));
    assert!(printed.contains("adds to its Logon: 554; nothing hides them on the wire"), "{printed}");
    assert!(success);
}
