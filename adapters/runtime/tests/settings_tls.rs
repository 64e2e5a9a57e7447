//! What a file says of TLS, in the words of each engine.

use std::path::Path;

use sansfix_runtime::settings::{SessionSettings, parse};
use sansfix_runtime::tls::{TlsFiles, TlsVersion};

const WHO: &str = "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=US\nTargetCompID=THEM\n";
const DIAL: &str = "SocketConnectHost=h\nSocketConnectPort=1\n";
const LISTEN: &str = "SocketAcceptPort=1\n";

fn session(text: &str) -> SessionSettings {
    let mut settings = parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    assert_eq!(settings.warnings, [], "{text}");
    settings.sessions.remove(0)
}

fn tls(rest: &str) -> Option<TlsFiles> {
    session(&format!("{WHO}{rest}")).tls
}

fn complaints(rest: &str) -> String {
    parse(format!("{WHO}{rest}").as_bytes()).expect_err(rest).to_string()
}

fn warnings(rest: &str) -> Vec<String> {
    let settings = parse(format!("{WHO}{rest}").as_bytes()).unwrap_or_else(|errors| panic!("{errors}"));
    settings.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_asks_for_tls_and_there_is_none() {
    assert_eq!((tls(DIAL), tls(LISTEN)), (None, None));
    let off = format!("[DEFAULT]\nSocketCAFile=ca\nSSLCertificate=c\n{WHO}{DIAL}SocketUseSSL=N\n");
    assert_eq!(session(&off).tls, None);
}

#[test]
fn every_engine_says_the_same_in_its_own_words() {
    let initiator = TlsFiles {
        certificate: Some("c".into()),
        key: Some("k".into()),
        authorities: Some("ca".into()),
        server_name: Some("name".into()),
        ..TlsFiles::default()
    };
    for words in [
        "ClientCertificateFile=c\nClientCertificateKeyFile=k\nCertificationAuthoritiesFile=ca\nSocketServerName=name\n",
        "SocketUseSSL=Y\nSocketCertificateFile=c\nSocketPrivateKeyFile=k\nSocketCAFile=ca\nSocketServerName=name\n",
        "SSLEnable=Y\nSSLCertificate=c\nSocketPrivateKeyFile=k\nSSLCACertificate=ca\nSSLServerName=name\n",
        "SocketUseSSL=Y\nClientCertificateFile=c\nClientCertificateKeyFile=k\nSocketCAFile=ca\nUseSNI=Y\nSNIHostName=name\n",
    ] {
        assert_eq!(tls(&format!("{DIAL}{words}")).as_ref(), Some(&initiator), "{words}");
    }
    let acceptor = TlsFiles { require_client_certificate: true, server_name: None, ..initiator };
    for words in [
        "ServerCertificateFile=c\nServerCertificateKeyFile=k\nCertificationAuthoritiesFile=ca\nCertificateVerifyLevel=1\n",
        "SocketCertificateFile=c\nSocketPrivateKeyFile=k\nSocketCAFile=ca\n",
        "SSLEnable=Y\nSSLCertificate=c\nSocketPrivateKeyFile=k\nSSLCACertificate=ca\nSSLRequireClientCertificate=Y\n",
        "SocketUseSSL=Y\nServerCertificateFile=c\nServerCertificateKeyFile=k\nSocketCAFile=ca\nNeedClientAuth=Y\n",
    ] {
        assert_eq!(tls(&format!("{LISTEN}{words}")).as_ref(), Some(&acceptor), "{words}");
    }
    // One file for both roles.
    let both = "[DEFAULT]\nServerCertificateFile=s\nClientCertificateFile=c\nSocketCAFile=ca\n";
    let own = |rest: &str| session(&format!("{both}{WHO}{rest}")).tls.and_then(|files| files.certificate);
    assert_eq!(own(DIAL).as_deref(), Some(Path::new("c")));
    assert_eq!(own(LISTEN).as_deref(), Some(Path::new("s")));
}

#[test]
fn an_acceptor_requires_certificates_when_it_names_authorities_or_says_so() {
    let required = |rest: &str| {
        tls(&format!("{LISTEN}ServerCertificateFile=c\n{rest}")).unwrap().require_client_certificate
    };
    assert!(!required(""));
    assert!(required("SocketCAFile=ca\n"));
    for no in ["CertificateVerifyLevel=0\n", "NeedClientAuth=N\n", "SSLRequireClientCertificate=N\n"] {
        assert!(!required(&format!("SocketCAFile=ca\n{no}")), "{no}");
    }
    // When keys disagree, the stricter counts.
    assert!(required("SocketCAFile=ca\nCertificateVerifyLevel=0\nNeedClientAuth=Y\n"));
    assert!(required("SocketCAFile=ca\nCertificateVerifyLevel=2\nNeedClientAuth=N\n"));
}

#[test]
fn versions_are_what_is_left_and_never_older_than_1_2() {
    use TlsVersion::{Tls12, Tls13};
    for (line, expected) in [
        ("", (Tls12, Tls13)),
        ("SocketMinimumTLSVersion=SSL30", (Tls12, Tls13)),
        ("SocketMinimumTLSVersion=TLS13", (Tls13, Tls13)),
        ("SSLProtocol=all -SSLv2 -SSLv3 -TLSv1 -TLSv1_1", (Tls12, Tls13)),
        ("SSLProtocol=+TLSv1_2 +TLSv1_1", (Tls12, Tls12)),
        ("SSLProtocol=all -TLSv1_2", (Tls13, Tls13)),
        ("SSLProtocols=Tls12, Tls13", (Tls12, Tls13)),
        ("SSLProtocols=Tls12", (Tls12, Tls12)),
        ("EnabledProtocols=TLSv1.3", (Tls13, Tls13)),
    ] {
        let files = tls(&format!("{DIAL}SocketCAFile=ca\n{line}\n")).unwrap();
        assert_eq!((files.oldest, files.newest), expected, "{line}");
    }
    let said =
        complaints(&format!("{DIAL}SocketCAFile=ca\nSocketMinimumTLSVersion=TLS13\nSSLProtocols=Tls12\n"));
    assert!(said.contains("SocketMinimumTLSVersion=TLS 1.3: must be TLS 1.2 at most"), "{said}");
    for nothing_left in ["all -TLSv1_2 -TLSv1_3", "-all", "TLSv1"] {
        let said = complaints(&format!("{DIAL}SocketCAFile=ca\nSSLProtocol={nothing_left}\n"));
        let expected = "must be a list of TLS versions with TLSv1.2 or TLSv1.3 among them";
        assert!(said.contains(expected), "{nothing_left}: {said}");
    }
}

#[test]
fn what_tls_lacks_is_told() {
    for (rest, key) in [
        (format!("{DIAL}SocketUseSSL=Y\n"), "CertificationAuthoritiesFile"),
        (format!("{DIAL}ClientCertificateFile=c\n"), "CertificationAuthoritiesFile"),
        (format!("{LISTEN}SSLEnable=Y\n"), "ServerCertificateFile"),
        (format!("{LISTEN}SocketCAFile=ca\n"), "ServerCertificateFile"),
        (format!("{LISTEN}ServerCertificateFile=c\nNeedClientAuth=Y\n"), "CertificationAuthoritiesFile"),
    ] {
        let said = complaints(&rest);
        assert!(said.starts_with(&format!("line 1: the session has no {key}: ")), "{rest}\n{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

/// Each would leave the session less safe than its file asks.
#[test]
fn what_cannot_be_honoured_is_refused() {
    for line in [
        "SocketInsecureSkipVerify=Y",
        "SSLValidateCertificates=N",
        "SSLCheckCertificateRevocation=Y",
        "CertificationAuthoritiesDirectory=d",
        "CertificateRevocationListDirectory=d",
        "SocketPrivateKeyBytes=b",
    ] {
        let said = complaints(&format!("{DIAL}SocketCAFile=ca\n{line}\n"));
        let key = line.split('=').next().unwrap();
        assert!(
            said.starts_with(&format!("line 8: {key} cannot be honoured, and running without it")),
            "{said}"
        );
    }
    let said = complaints(&format!("{DIAL}SocketCAFile=ca\nCertificateVerifyLevel=0\n"));
    assert!(said.contains("CertificateVerifyLevel=0: must be 1 or 2 for an initiator"), "{said}");
    // With these the session is as safe without them.
    let java = "SocketKeyStore=k\nSocketKeyStorePassword=hush\nCipherSuites=AES\n";
    let said = warnings(&format!("{DIAL}SocketCAFile=ca\n{java}"));
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("Java key stores are not read: convert them to PEM"), "{said:?}");
    assert!(!said.join("").contains("hush"));
}

#[test]
fn keys_without_effect_are_told() {
    let said = warnings(&format!("{DIAL}SocketServerName=name\n"));
    assert!(
        said.len() == 1 && said[0].contains("SocketServerName has no effect: the connection is plain"),
        "{said:?}"
    );
    let said = warnings(&format!("{DIAL}SocketCAFile=ca\nServerCertificateFile=c\n"));
    assert!(said.len() == 1 && said[0].contains("an initiator has ClientCertificateFile"), "{said:?}");
    let said = warnings(&format!("{LISTEN}SSLCertificate=c\nSNIHostName=name\n"));
    assert!(said.len() == 1 && said[0].contains("only an initiator has it"), "{said:?}");
    let said = warnings(&format!("{DIAL}SocketCAFile=ca\nLogonPasswordInClear=Y\n"));
    assert!(said.len() == 1 && said[0].contains("under TLS nothing is in clear"), "{said:?}");
}

#[test]
fn users_and_passwords_go_in_clear_only_when_the_file_says_so() {
    for (tag, field) in [(553, "Username(553)"), (554, "Password(554)"), (925, "NewPassword(925)")] {
        let with = format!("{DIAL}LogonTag=96=x\nLogonTag1={tag}=hush\n");
        let said = complaints(&with);
        let expected = format!("line 8: LogonTag1 would send {field} in clear: set up TLS");
        assert!(said.starts_with(&expected) && said.contains("LogonPasswordInClear=Y"), "{said}");
        assert!(!said.contains("hush"));
        assert!(session(&format!("{WHO}{with}LogonPasswordInClear=Y\n")).password_in_clear);
        assert_eq!(session(&format!("{WHO}{with}SocketCAFile=ca\n")).logon_fields.len(), 2);
    }
    // One mistake in what two sessions inherit is one mistake.
    let other = WHO.replace("THEM", "OTHERS");
    let text = format!("[DEFAULT]\nLogonTag=554=hush\n{WHO}{DIAL}{other}{DIAL}");
    assert_eq!(parse(text.as_bytes()).unwrap_err().errors.len(), 1);
}

#[test]
fn sessions_that_share_a_listener_share_its_tls() {
    let other = WHO.replace("THEM", "OTHERS");
    let secured = format!("{LISTEN}ServerCertificateFile=c\n");
    assert_eq!(parse(format!("{WHO}{secured}{other}{secured}").as_bytes()).unwrap().sessions.len(), 2);
    let said = parse(format!("{WHO}{secured}{other}{LISTEN}").as_bytes()).unwrap_err().to_string();
    assert_eq!(
        said,
        "line 7: 0.0.0.0:1 is shared with the session of line 1, which has other TLS or AllowedRemoteAddresses: write the same \
         keys, or another port"
    );
    let elsewhere = LISTEN.replace('1', "2");
    assert!(parse(format!("{WHO}{secured}{other}{elsewhere}").as_bytes()).is_ok());
}
