//! Which certificates are accepted, and what both sides say of those that are not.

use sansfix_registry::CommandOutcome;
use sansfix_runtime::tls::{TlsFiles, TlsVersion};

use super::authority::{Authority, Folder};
use super::{Desk, HOST, Venue, client, files, server};
use crate::host::{Adapter, on_both_adapters};
use crate::{GENEROUS, desk, venue, wait_logged_on};

const HANDSHAKE: &str = "the TLS handshake failed: the counterparty";

fn a_server_shows_its_certificate_and_asks_for_none(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), None));
    let desk = Desk::dial(on, place.address(), Some(client(None, &authority)));
    desk.is_served();
}

fn both_sides_show_certificates(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), Some(&authority)));
    let desk = Desk::dial(on, place.address(), Some(client(Some(&authority.issue("desk")), &authority)));
    desk.is_served();
    wait_logged_on(&place.registry, &venue());
}

fn a_chain_leads_to_the_authority(on: Adapter) {
    let root = Authority::new("Root");
    let between = root.intermediate("Between");
    let mut own = between.issue(HOST);
    let place = Venue::secured(on, server(&own, None));
    let broken = Desk::dial(on, place.address(), Some(client(None, &root)));
    broken.hears_that("not connected", "is from none of the authorities that are trusted here");
    own.chain.push_str(&between.chain);
    let place = Venue::secured(on, server(&own, None));
    Desk::dial(on, place.address(), Some(client(None, &root))).is_served();
}

fn a_server_of_another_authority_is_refused_and_learns_why(on: Adapter) {
    let place = Venue::secured(on, server(&Authority::new("Other").issue(HOST), None));
    let desk = Desk::dial(on, place.address(), Some(client(None, &Authority::new("Root"))));
    let begins = format!("not connected: {}: {HANDSHAKE}'s certificate", place.address());
    desk.hears_that(&begins, "is from none of the authorities that are trusted here");
    place.wait_refused("it does not trust the authority of our certificate");
}

fn a_server_whose_certificate_has_expired_is_refused_and_learns_why(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue_expired(HOST), None));
    let desk = Desk::dial(on, place.address(), Some(client(None, &authority)));
    desk.hears_that("not connected: ", "the counterparty's certificate has expired");
    place.wait_refused("our certificate has expired by its clock");
}

fn a_server_with_another_name_is_refused_unless_that_name_is_expected(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue("venue.example"), None));
    let mut tls = client(None, &authority);
    let desk = Desk::dial(on, place.address(), Some(tls.clone()));
    desk.hears_that("not connected: ", "is for another name than the one that was dialled or configured");
    place.wait_refused("it does not accept our certificate");
    tls.server_name = Some("venue.example".into());
    Desk::dial(on, place.address(), Some(tls.clone())).is_served();
    tls.server_name = Some("no name".into());
    let desk = Desk::dial(on, place.address(), Some(tls));
    desk.hears_that("not connected: ", "\"no name\" is neither a host name nor an address");
}

/// Under TLS 1.3 the initiator learns it after the handshake; its session has sent its Logon by then.
fn a_client_without_a_certificate_is_refused_and_learns_why(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), Some(&authority)));
    let desk = Desk::dial(on, place.address(), Some(client(None, &authority)));
    desk.hears_that("broken: the TLS connection failed: ", "it requires a certificate of ours");
    desk.hears_that("ended: ", "");
    place.wait_refused("the counterparty showed no certificate, and one is required");
}

fn a_client_of_another_authority_is_refused_and_learns_why(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), Some(&authority)));
    let stranger = Authority::new("Other").issue("desk");
    let desk = Desk::dial(on, place.address(), Some(client(Some(&stranger), &authority)));
    desk.hears_that("broken: ", "it does not trust the authority of our certificate");
    place.wait_refused("is from none of the authorities that are trusted here");
}

fn a_client_whose_certificate_has_expired_is_refused_and_learns_why(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), Some(&authority)));
    let late = authority.issue_expired("desk");
    let desk = Desk::dial(on, place.address(), Some(client(Some(&late), &authority)));
    desk.hears_that("broken: ", "our certificate has expired by its clock");
    place.wait_refused("the counterparty's certificate has expired");
    assert!(!place.registry.is_logged_on(&venue()).unwrap());
}

fn under_tls_1_2_a_refused_client_learns_it_within_the_handshake(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), Some(&authority)));
    let old = |own| {
        let newest = TlsVersion::Tls12;
        let folder = Folder::new();
        TlsFiles { newest, ..files(&folder, own, Some(&authority)) }.client().unwrap()
    };
    let refused = Desk::dial(on, place.address(), Some(old(None)));
    refused.hears_that("not connected: ", "the counterparty refused: ");
    Desk::dial(on, place.address(), Some(old(Some(&authority.issue("desk"))))).is_served();
}

fn versions_that_do_not_meet_are_told_on_both_sides(on: Adapter) {
    let authority = Authority::new("Root");
    let folder = Folder::new();
    let own = authority.issue(HOST);
    let new = TlsFiles { oldest: TlsVersion::Tls13, ..files(&folder, Some(&own), None) };
    let place = Venue::secured(on, new.server().unwrap());
    let old = TlsFiles { newest: TlsVersion::Tls12, ..files(&folder, None, Some(&authority)) };
    let desk = Desk::dial(on, place.address(), Some(old.client().unwrap()));
    desk.hears_that("not connected: ", "it speaks no TLS version that is allowed here");
    place.wait_refused("no TLS version, cipher suite or key that is spoken here");
}

fn a_revoked_certificate_is_refused_on_either_side(on: Adapter) {
    let authority = Authority::new("Root");
    let (place, good, bad) = (authority.issue(HOST), authority.issue("desk"), authority.issue("desk"));
    let folder = Folder::new();
    let lists = folder.put("list.pem", authority.revoke(&[&bad]));
    let checking =
        TlsFiles { revocation_lists: Some(lists), ..files(&folder, Some(&place), Some(&authority)) };
    let open = Venue::secured(on, checking.server().unwrap());
    let revoked = Desk::dial(on, open.address(), Some(client(Some(&bad), &authority)));
    revoked.hears_that("broken: ", "our certificate has been revoked");
    open.wait_refused("the counterparty's certificate has been revoked");
    Desk::dial(on, open.address(), Some(client(Some(&good), &authority))).is_served();

    let lists = folder.put("other.pem", authority.revoke(&[&place]));
    let checking =
        TlsFiles { revocation_lists: Some(lists), ..files(&folder, Some(&good), Some(&authority)) };
    let desk = Desk::dial(on, open.address(), Some(checking.client().unwrap()));
    desk.hears_that("not connected: ", "the counterparty's certificate has been revoked");
    // A list of somebody else says nothing about it, and that is not enough.
    let lists = folder.put("foreign.pem", Authority::new("Other").revoke(&[]));
    let checking =
        TlsFiles { revocation_lists: Some(lists), ..files(&folder, Some(&good), Some(&authority)) };
    let desk = Desk::dial(on, open.address(), Some(checking.client().unwrap()));
    desk.hears_that("not connected: ", "none of the revocation lists is from");
}

/// Records of a byte each are none.
fn a_configuration_that_contradicts_itself_is_told_for_each_connection(on: Adapter) {
    let authority = Authority::new("Root");
    let mut wrong = (*server(&authority.issue(HOST), None)).clone();
    wrong.max_fragment_size = Some(1);
    let place = Venue::secured(on, wrong.into());
    let mut tls = client(None, &authority);
    let desk = Desk::dial(on, place.address(), Some(tls.clone()));
    // That it ends within the handshake, or is reset with what it has said unread.
    desk.hears_that("not connected: ", "");
    place.wait_refused("the TLS handshake failed: the supplied max_fragment_size was too small or large");

    let place = Venue::secured(on, server(&authority.issue(HOST), None));
    let mut wrong = (*tls.config).clone();
    wrong.max_fragment_size = Some(1);
    tls.config = wrong.into();
    let desk = Desk::dial(on, place.address(), Some(tls));
    desk.hears_that("not connected: ", "the supplied max_fragment_size was too small or large");
}

/// No session is resumed: who was let in once is looked at again.
fn every_connection_is_authenticated_anew(on: Adapter) {
    let authority = Authority::new("Root");
    let place = Venue::secured(on, server(&authority.issue(HOST), Some(&authority)));
    let tls = client(Some(&authority.issue("desk")), &authority);
    let dialling = Desk::dial(on, place.address(), Some(tls.clone()));
    dialling.is_served();
    for _ in 0..2 {
        let out = dialling.registry.logout(&desk(), "").unwrap().wait(GENEROUS);
        assert_eq!(out, Some(CommandOutcome::Completed));
        assert_eq!(dialling.registry.logon(&desk()).unwrap().wait(GENEROUS), Some(CommandOutcome::LoggedOn));
    }
    // The configurations themselves say so.
    let server = server(&authority.issue(HOST), None);
    assert!(server.send_tls13_tickets == 0 && !server.session_storage.can_cache());
    assert_eq!(
        format!("{:?}", tls.config.resumption).matches("Disabled").count(),
        1,
        "{:?}",
        tls.config.resumption
    );
}

on_both_adapters!(
    a_configuration_that_contradicts_itself_is_told_for_each_connection,
    a_server_shows_its_certificate_and_asks_for_none,
    both_sides_show_certificates,
    a_chain_leads_to_the_authority,
    a_server_of_another_authority_is_refused_and_learns_why,
    a_server_whose_certificate_has_expired_is_refused_and_learns_why,
    a_server_with_another_name_is_refused_unless_that_name_is_expected,
    a_client_without_a_certificate_is_refused_and_learns_why,
    a_client_of_another_authority_is_refused_and_learns_why,
    a_client_whose_certificate_has_expired_is_refused_and_learns_why,
    under_tls_1_2_a_refused_client_learns_it_within_the_handshake,
    versions_that_do_not_meet_are_told_on_both_sides,
    a_revoked_certificate_is_refused_on_either_side,
    every_connection_is_authenticated_anew,
);
