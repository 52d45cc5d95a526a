//! What a card takes, and what becomes of it.

use super::*;
use crate::ids::{CustomerId, StaffId};
use crate::personal::Personal;
use crate::staff::Actor;
use jiff::Timestamp;
use uuid::Uuid;

const WORDING: &str = "¿Autoriza guardar sus datos para sus pedidos?";

fn id(last: u128) -> CustomerId {
    CustomerId::from_uuid(Uuid::from_u128(last))
}

fn context(owner_of_phone: Option<CustomerId>) -> CustomerContext {
    let actor = Actor::Staff(StaffId::from_uuid(Uuid::from_u128(9)));
    CustomerContext { now: Timestamp::UNIX_EPOCH, actor, owner_of_phone }
}

fn card(phone: &str) -> CustomerPersonal {
    NewCard { phone: phone.to_owned(), name: Some(" Ana ".to_owned()), ..NewCard::default() }.checked().unwrap()
}

fn applied(state: Option<Customer>, events: Vec<CustomerEvent>) -> Customer {
    let mut state = state;
    for event in events {
        Customer::apply(&mut state, &event.into());
    }
    state.unwrap()
}

fn ana() -> Customer {
    let add = CustomerCommand::Add { id: id(1), personal: card("300 123 4567"), consent: Some(WORDING.to_owned()) };
    applied(None, decide(None, add, &context(None)).unwrap())
}

#[test]
fn a_card_is_kept_only_with_the_guests_consent_in_the_words_they_were_asked_in() {
    for (consent, rejection) in [
        (None, CustomerRejection::ConsentMissing),
        (Some(" ".to_owned()), CustomerRejection::Wording),
        (Some("x".repeat(1001)), CustomerRejection::Wording),
    ] {
        let add = CustomerCommand::Add { id: id(1), personal: card("3001234567"), consent };
        assert_eq!(decide(None, add, &context(None)), Err(rejection));
    }
    let ana = ana();
    assert!(ana.allows(ConsentPurpose::Orders) && !ana.allows(ConsentPurpose::Marketing));
    assert_eq!(ana.consents[0].wording, WORDING);
}

#[test]
fn a_phone_number_is_on_one_card() {
    let add = CustomerCommand::Add { id: id(2), personal: card("3001234567"), consent: Some(WORDING.to_owned()) };
    let taken = CustomerRejection::PhoneTaken { customer: id(1) };
    assert_eq!(decide(None, add, &context(Some(id(1)))), Err(taken));
    let change = CustomerCommand::Change { status: CustomerStatus::Blocked, personal: card("3001234567") };
    assert_eq!(decide(Some(&ana()), change, &context(Some(id(1)))).unwrap().len(), 1, "its own");
}

#[test]
fn what_is_so_already_writes_nothing() {
    let ana = ana();
    let change = CustomerCommand::Change { status: ana.status, personal: ana.personal.known().unwrap().clone() };
    assert_eq!(decide(Some(&ana), change, &context(None)), Ok(Vec::new()));
    let consent =
        CustomerCommand::Consent { purpose: ConsentPurpose::Orders, is_given: true, wording: WORDING.to_owned() };
    assert_eq!(decide(Some(&ana), consent, &context(None)), Ok(Vec::new()));
}

#[test]
fn a_consent_taken_back_stays_written_beside_the_one_that_was_given() {
    let ana = ana();
    let consent = |is_given| CustomerCommand::Consent {
        purpose: ConsentPurpose::Marketing,
        is_given,
        wording: WORDING.to_owned(),
    };
    let given = applied(Some(ana.clone()), decide(Some(&ana), consent(true), &context(None)).unwrap());
    assert!(given.allows(ConsentPurpose::Marketing));
    let back = applied(Some(given.clone()), decide(Some(&given), consent(false), &context(None)).unwrap());
    assert!(!back.allows(ConsentPurpose::Marketing));
    assert_eq!((back.consents.len(), back.version), (3, 4));
}

#[test]
fn an_erased_card_is_nobodys_and_stays_erased() {
    let ana = ana();
    let erased = applied(Some(ana.clone()), decide(Some(&ana), CustomerCommand::Erase, &context(None)).unwrap());
    assert_eq!(erased.personal, Personal::Erased);
    assert_eq!(decide(Some(&erased), CustomerCommand::Erase, &context(None)), Ok(Vec::new()));
    let change = CustomerCommand::Change { status: CustomerStatus::Active, personal: card("3001234567") };
    assert_eq!(decide(Some(&erased), change, &context(None)), Err(CustomerRejection::Unknown));
}

#[test]
fn a_phone_number_is_the_same_however_it_is_written() {
    for text in ["3001234567", "+57 300 123 4567", "(300) 123-4567", "57.300.123.4567"] {
        assert_eq!(text.parse::<Phone>().unwrap().key(), "3001234567", "{text}");
    }
    assert_eq!("601 234 5".parse::<Phone>().unwrap().key(), "6012345");
    for (text, error) in [
        ("", PhoneError::Length),
        ("12345", PhoneError::Length),
        ("1234567890123456", PhoneError::Length),
        ("300-CALL-ANA", PhoneError::Letters),
        ("３００１２３４５６７", PhoneError::Letters),
    ] {
        assert_eq!(text.parse::<Phone>(), Err(error), "{text}");
    }
}

#[test]
fn the_check_digit_of_a_nit_is_counted() {
    // Bancolombia, Ecopetrol, Avianca, as they print them.
    for nit in ["890.903.938-8", "899999068-1", "890.100.577-6"] {
        assert!(IdDocument::new(DocumentKind::Nit, nit).is_ok(), "{nit}");
    }
    assert_eq!(IdDocument::new(DocumentKind::Nit, "890903938").unwrap().number, "890903938-8");
    let wrong = IdDocument::new(DocumentKind::Nit, "890903938-7");
    assert_eq!(wrong, Err(DocumentError::CheckDigit { expected: 8 }));
    for (kind, text) in [
        (DocumentKind::Cc, "123"),
        (DocumentKind::Cc, "12x45678"),
        (DocumentKind::Nit, "890903938-"),
        (DocumentKind::Passport, "AB 12 §"),
    ] {
        assert_eq!(IdDocument::new(kind, text), Err(DocumentError::Written), "{text}");
    }
}

#[test]
fn each_mistake_on_a_card_names_its_field() {
    let fine = || NewCard { phone: "3001234567".to_owned(), ..NewCard::default() };
    let address = |text: &str| (text.to_owned(), None);
    for (card, field) in [
        (NewCard { phone: "300".to_owned(), ..fine() }, "phone"),
        (NewCard { name: Some("x".repeat(121)), ..fine() }, "name"),
        (NewCard { email: Some("ana@correo".to_owned()), ..fine() }, "email"),
        (NewCard { email: Some("ana @correo.co".to_owned()), ..fine() }, "email"),
        (NewCard { document: Some((DocumentKind::Cc, "1".to_owned())), ..fine() }, "document.number"),
        (NewCard { addresses: vec![address("Carrera 7"), address(" ")], ..fine() }, "addresses[1].text"),
        (NewCard { addresses: vec![address("x"); 11], ..fine() }, "addresses"),
        (NewCard { notes: Some("x".repeat(501)), ..fine() }, "notes"),
    ] {
        assert_eq!(card.checked().unwrap_err().field(), field);
    }
    let ana = NewCard { email: Some("ana@correo.co".to_owned()), name: Some(String::new()), ..fine() };
    let ana = ana.checked().unwrap();
    assert_eq!((ana.email.as_deref(), ana.name), (Some("ana@correo.co"), None));
}
