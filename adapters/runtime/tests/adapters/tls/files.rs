//! Files of certificates and keys: what is wrong with one is told with its name and a remedy.

use std::path::Path;

use sansfix_runtime::tls::{ClientTls, TlsFiles, TlsVersion, rustls};

use super::authority::{Authority, Folder};
use super::files;

/// The error of both roles, which must name the file.
fn error(files: &TlsFiles, named: &Path) -> String {
    let [error, other] = [files.client().map(drop).unwrap_err(), files.server().map(drop).unwrap_err()];
    assert_eq!(error, other);
    assert_eq!(error.file, named, "{error}");
    assert!(!error.remedy.is_empty());
    let said = error.to_string();
    assert!(!said.contains("PRIVATE KEY-----\n"), "{said}");
    said
}

#[test]
fn every_mistake_names_its_file_and_a_remedy() {
    let folder = Folder::new();
    let authority = Authority::new("Root");
    let own = authority.issue("venue");
    let good = files(&folder, Some(&own), Some(&authority));
    assert!(good.client().is_ok() && good.server().is_ok());
    let (certificate, key) = (good.certificate.clone().unwrap(), good.key.clone().unwrap());

    let missing = folder.put("x", "").with_file_name("missing.pem");
    let said = error(&TlsFiles { certificate: Some(missing.clone()), ..good.clone() }, &missing);
    assert!(said.contains("No such file"), "{said}");
    for (field, what) in [("certificate", "no certificate"), ("authorities", "no certificate")] {
        let mut wrong = good.clone();
        let place = if field == "certificate" { &mut wrong.certificate } else { &mut wrong.authorities };
        *place = Some(key.clone());
        assert!(error(&wrong, &key).contains(what));
    }
    let said = error(&TlsFiles { key: Some(certificate.clone()), ..good.clone() }, &certificate);
    assert!(said.contains("no private key"), "{said}");
    let said = error(&TlsFiles { key: None, ..good.clone() }, &certificate);
    assert!(said.contains("no private key"), "{said}");
    let said = error(&TlsFiles { revocation_lists: Some(key.clone()), ..good.clone() }, &key);
    assert!(said.contains("no revocation list"), "{said}");
    let said = error(&TlsFiles { certificate: None, ..good.clone() }, &key);
    assert!(said.contains("a key and no certificate"), "{said}");

    let other = folder.put("other.key", authority.issue("venue").key);
    let said = error(&TlsFiles { key: Some(other.clone()), ..good.clone() }, &other);
    assert!(said.contains("cannot be used with the certificate"), "{said}");
    for text in [
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    ] {
        let locked = folder.put("locked.key", text);
        let said = error(&TlsFiles { key: Some(locked.clone()), ..good.clone() }, &locked);
        assert!(said.contains("encrypted with a password"), "{said}");
    }
    let torn = folder.put("torn.pem", &own.chain[..own.chain.len() / 2]);
    let said = error(&TlsFiles { certificate: Some(torn.clone()), ..good.clone() }, &torn);
    assert!(said.contains("damaged"), "{said}");
    let (oldest, newest) = (TlsVersion::Tls13, TlsVersion::Tls12);
    assert!(
        error(&TlsFiles { oldest, newest, ..good }, Path::new("TLS")).contains("from TLS 1.3 to TLS 1.2")
    );
}

#[test]
fn what_cannot_be_looked_at_names_its_file_too() {
    let folder = Folder::new();
    let authority = Authority::new("Root");
    let good = files(&folder, Some(&authority.issue("venue")), Some(&authority));
    let missing = folder.put("x", "").with_file_name("missing.pem");
    let long = folder.put("long.pem", "");
    std::fs::File::options().write(true).open(&long).unwrap().set_len((64 << 20) + 1).unwrap();
    for (file, what) in [(&missing, "No such file"), (&long, "it is longer than 64 MiB")] {
        for wrong in [
            TlsFiles { certificate: Some(file.clone()), ..good.clone() },
            TlsFiles { key: Some(file.clone()), ..good.clone() },
            TlsFiles { authorities: Some(file.clone()), ..good.clone() },
            TlsFiles { revocation_lists: Some(file.clone()), ..good.clone() },
        ] {
            let said = error(&wrong, file);
            assert!(said.contains(what), "{said}");
        }
    }
    // What is marked as one and is none, in the base64 of PEM and in what that stands for.
    let marked = |what: &str, text: &str| {
        folder.put("marked.pem", format!("-----BEGIN {what}-----\n{text}\n-----END {what}-----\n"))
    };
    for (text, said_of_lists) in [("AAAA", "nothing can be checked with it"), ("A", "it is damaged")] {
        let list = marked("X509 CRL", text);
        let said = error(&TlsFiles { revocation_lists: Some(list.clone()), ..good.clone() }, &list);
        assert!(said.contains(said_of_lists), "{said}");
    }
    let key = marked("PRIVATE KEY", "A");
    let said = error(&TlsFiles { key: Some(key.clone()), ..good.clone() }, &key);
    assert!(said.contains("it is damaged"), "{said}");
    let authorities = marked("CERTIFICATE", "AAAA");
    let said = error(&TlsFiles { authorities: Some(authorities.clone()), ..good }, &authorities);
    assert!(said.contains("a certificate in it cannot be used"), "{said}");
}

#[test]
fn configurations_are_equal_when_they_are_shared_and_ask_for_the_same_name() {
    let folder = Folder::new();
    let files = files(&folder, None, Some(&Authority::new("Root")));
    let (one, another) = (files.client().unwrap(), files.client().unwrap());
    assert_eq!(one, ClientTls::new(one.config.clone()));
    assert_ne!(one, another, "who has made it, and with what, is not looked into");
    let named = ClientTls { server_name: Some("venue.example".into()), ..one.clone() };
    assert_ne!(one, named);
    assert_eq!(format!("{named:?}"), "ClientTls { server_name: Some(\"venue.example\"), .. }");
}

#[test]
fn the_name_goes_with_the_handshake_unless_that_is_not_wanted() {
    let folder = Folder::new();
    let files = files(&folder, None, Some(&Authority::new("Root")));
    for (sni, expected) in [(true, Some("venue.example")), (false, None)] {
        let config = TlsFiles { sni, ..files.clone() }.client().unwrap().config;
        let mut hello = Vec::new();
        rustls::ClientConnection::new(config, "venue.example".try_into().unwrap())
            .unwrap()
            .write_tls(&mut hello)
            .unwrap();
        let mut acceptor = rustls::server::Acceptor::default();
        acceptor.read_tls(&mut &*hello).unwrap();
        let accepted = acceptor.accept().map_err(|(error, _)| error).unwrap().unwrap();
        assert_eq!(accepted.client_hello().server_name(), expected);
    }
}

#[test]
fn nobody_is_trusted_who_is_not_named() {
    let folder = Folder::new();
    let authority = Authority::new("Root");
    let nobody = files(&folder, Some(&authority.issue("venue")), None);
    let said = nobody.client().unwrap_err().to_string();
    assert!(said.contains("nothing says which authorities are trusted"), "{said}");
    assert!(nobody.server().is_ok());
    let said = TlsFiles { require_client_certificate: true, ..nobody }.server().unwrap_err().to_string();
    assert!(said.contains("nothing says which authorities are trusted"), "{said}");
    let said = files(&folder, None, None).server().unwrap_err().to_string();
    assert!(said.contains("an acceptor has no certificate"), "{said}");
}

#[test]
fn a_key_may_stand_in_the_file_of_its_certificate_and_is_never_shown() {
    let folder = Folder::new();
    let authority = Authority::new("Root");
    let own = authority.issue("venue");
    let both = folder.put("both.pem", own.chain.clone() + &own.key);
    let files = TlsFiles { certificate: Some(both), key: None, ..files(&folder, None, Some(&authority)) };
    let (client, server) = (files.client().unwrap(), files.server().unwrap());
    let secret: String = own.key.lines().nth(1).unwrap().chars().take(20).collect();
    for shown in
        [format!("{client:?}"), format!("{files:?}"), format!("{server:?}"), format!("{:?}", client.config)]
    {
        assert!(!shown.contains(&secret) && !shown.contains("PRIVATE"), "{shown}");
    }
}
