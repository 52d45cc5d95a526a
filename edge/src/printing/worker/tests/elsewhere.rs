//! Printers whose address changes.

use super::*;
use crate::journal::CommandError;
use crate::printing::setup::PrinterRefusal;
use comanda_shared::printer::CodePage;
use surroundings::tests::arp;

const PORT: u16 = 9100;
const CARD: &str = "00:26:ab:12:34:56";
const ANOTHER: &str = "9c:93:4e:00:00:01";

fn at(host: &str) -> SocketAddr {
    SocketAddr::new(host.parse().unwrap(), PORT)
}

/// A shop whose neighbours are those of a file.
fn shop_among(address: SocketAddr, heard: &[(&str, &str)]) -> (Shop, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("arp"), arp(heard)).unwrap();
    let mut shop = Shop::with_printer_at(address);
    shop.surroundings = Surroundings { arp: folder.path().join("arp"), ..Surroundings::default() };
    (shop, folder)
}

/// What a worker of the shop is given.
fn workshop(shop: &Shop) -> Workshop {
    Workshop {
        journal: shop.trial.journal().clone(),
        bell: Arc::default(),
        changes: Arc::default(),
        stopping: Arc::default(),
        folder: shop.trial.data(),
        board: shop.board.clone(),
        surroundings: shop.surroundings.clone(),
        guests: Invitations::of_test(),
    }
}

fn now_heard(folder: &tempfile::TempDir, heard: &[(&str, &str)]) {
    std::fs::write(folder.path().join("arp"), arp(heard)).unwrap();
}

#[test]
fn a_printer_that_got_another_address_is_followed_by_its_card() {
    let before = TcpListener::bind(at("127.0.51.2")).unwrap();
    let (mut shop, folder) = shop_among(at("127.0.51.2"), &[("127.0.51.2", CARD)]);
    let first = shop.order_burger();
    shop.print();
    printing(before, 1).recv_timeout(SOON).unwrap();
    shop.until_printed(first);
    let printer = shop.printer("Plancha");
    shop.until("its card is known", |shop| queries::hardware(&shop.trial.file(), printer.id).unwrap().is_some());

    let tray = printing(TcpListener::bind(at("127.0.51.9")).unwrap(), 3);
    now_heard(&folder, &[("127.0.51.9", CARD)]);
    let second = shop.order_burger();
    shop.until_printed(second);
    let ticket = tray.iter().find(|bytes| !bytes.is_empty()).unwrap();
    let lines = shop.paper(&ticket).lines();
    assert!(lines[0].starts_with("L-0002"), "no byte had left: {lines:?}");
    assert_eq!(shop.printer("Plancha").address, tcp(at("127.0.51.9")));
    assert_eq!(shop.trial.entries().iter().filter(|entry| entry.header.kind == "printer.changed").count(), 1);
}

#[test]
fn two_printers_that_swapped_their_addresses_do_not_print_each_others_tickets() {
    let heard = [("127.0.52.2", CARD), ("127.0.52.3", ANOTHER)];
    let (shop, folder) = shop_among(at("127.0.52.2"), &heard);
    shop.trial.add_printer("Barra", tcp(at("127.0.52.3")), &["barra"]);
    let [grill, bar] = ["Plancha", "Barra"].map(|name| shop.printer(name));
    let workshop = workshop(&shop);
    [&grill, &bar].into_iter().for_each(|printer| follow::remember(&workshop, printer));
    assert_eq!(follow::look(&workshop, &grill), follow::Standing::Itself);

    now_heard(&folder, &[("127.0.52.2", ANOTHER), ("127.0.52.3", CARD)]);
    assert_eq!(follow::look(&workshop, &grill), Moved(tcp(at("127.0.52.3"))));
    assert_eq!(follow::look(&workshop, &bar), Moved(tcp(at("127.0.52.2"))));
    follow::follow(&workshop, &grill, tcp(at("127.0.52.3")));
    assert_eq!([&grill, &bar].map(|printer| shop.printer(&printer.name).address), [bar.address, grill.address]);
}

#[test]
fn a_box_that_was_exchanged_for_another_is_the_printer_from_then_on() {
    let (shop, folder) = shop_among(at("127.0.53.2"), &[("127.0.53.2", CARD)]);
    let printer = shop.printer("Plancha");
    let workshop = workshop(&shop);
    follow::remember(&workshop, &printer);
    now_heard(&folder, &[("127.0.53.2", ANOTHER)]);
    assert_eq!(follow::look(&workshop, &printer), follow::Standing::Itself);
    follow::remember(&workshop, &printer);
    assert_eq!(queries::hardware(&shop.trial.file(), printer.id).unwrap().as_deref(), Some(ANOTHER));
}

#[test]
fn a_plan_that_cannot_be_is_refused_and_changes_nothing() {
    let (_socket, address) = switched_off();
    let shop = Shop::with_printer_at(address);
    let before = shop.trial.entries().len();
    let new = |change: fn(&mut NewPrinter)| {
        let mut new = new_printer("Caja", PrinterAddress::Virtual, &[]);
        change(&mut new);
        match setup::add(shop.trial.journal(), new) {
            Err(CommandError::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(new(|new| new.name = " ".to_owned()), PrinterRefusal::Name);
    assert_eq!(new(|new| new.name = "Plancha".to_owned()), PrinterRefusal::NameTaken("Plancha".to_owned()));
    assert_eq!(new(|new| new.columns = Some(19)), PrinterRefusal::Columns(19));
    assert_eq!(new(|new| new.fallback = Some("Nadie".to_owned())), PrinterRefusal::Unknown("Nadie".to_owned()));
    assert_eq!(new(|new| new.model = Some("tm-x".to_owned())), PrinterRefusal::ModelUnknown("tm-x".to_owned()));
    let page_missing = new(|new| (new.model, new.code_page) = (Some("tm-u220".to_owned()), Some(CodePage::Pc858)));
    assert!(page_missing.to_string().contains("it has pc437"), "{page_missing}");
    assert_eq!(shop.trial.entries().len(), before);
}

#[test]
fn a_printer_of_a_known_model_is_set_up_as_the_model_is_unless_somebody_says_otherwise() {
    let (_socket, address) = switched_off();
    let shop = Shop::with_printer_at(address);
    let add = |name: &str, change: fn(&mut NewPrinter)| {
        let mut new = NewPrinter { model: Some("zj-5870".to_owned()), ..NewPrinter::at(name, PrinterAddress::Virtual) };
        change(&mut new);
        setup::add(shop.trial.journal(), new).unwrap();
        let printer = shop.printer(name);
        (printer.columns, crate::printing::profile_of(&printer, Some("TM-T88V")))
    };
    let (columns, profile) = add("Cocina", |_| {});
    assert_eq!((columns, printer_page(&profile)), (32, (CodePage::Pc850, 2)));
    assert!(
        profile.features.has_no_cutter && !profile.features.prints_qr,
        "what an operator says goes before what it says"
    );
    let (columns, profile) = add("Otra", |new| {
        (new.columns, new.code_page, new.code_page_number) = (Some(42), Some(CodePage::Pc858), Some(53))
    });
    assert_eq!((columns, printer_page(&profile)), (42, (CodePage::Pc858, 53)));

    let plancha = shop.printer("Plancha");
    assert!(!crate::printing::profile_of(&plancha, None).features.prints_qr);
    assert!(crate::printing::profile_of(&plancha, Some("TM-T88V")).features.prints_qr, "it says what it is");
}

fn printer_page(profile: &crate::printing::profile::PrinterProfile) -> (CodePage, u8) {
    (profile.code_page, profile.page_number())
}
