//! Printers whose address changes.

use super::*;
use crate::journal::CommandError;
use crate::printing::setup::PrinterRefusal;
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
    assert_eq!(new(|new| new.columns = 19), PrinterRefusal::Columns(19));
    assert_eq!(new(|new| new.fallback = Some("Nadie".to_owned())), PrinterRefusal::Unknown("Nadie".to_owned()));
    assert_eq!(new(|new| new.model = Some("tm-x".to_owned())), PrinterRefusal::ModelUnknown("tm-x".to_owned()));
    assert_eq!(shop.trial.entries().len(), before);
}
