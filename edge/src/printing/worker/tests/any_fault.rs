//! Whatever happens to a printer and to the program: every ticket comes out, and what came out twice says so.
//!
//! The printer here answers nothing, as the cheapest do: its faults are those one can know of at all. It breaks off after any
//! number of bytes, also after the last, when the paper is whole and nobody can know.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};

use proptest::prelude::*;

use super::*;

/// What the printer does with a connection.
#[derive(Clone, Copy, Debug)]
enum Mood {
    /// Prints and closes.
    Good,
    /// Breaks off after so many bytes.
    BreaksAfter(usize),
    /// Prints everything, and breaks off instead of closing.
    BreaksAtTheEnd,
}

/// What happens meanwhile.
#[derive(Clone, Copy, Debug)]
enum Act {
    Order,
    OrderTwice,
    Reprint,
    Restart,
    Wait,
}

fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![
        3 => Just(Mood::Good),
        4 => (0..900_usize).prop_map(Mood::BreaksAfter),
        2 => Just(Mood::BreaksAtTheEnd),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Order), 1 => Just(Act::OrderTwice), 1 => Just(Act::Reprint), 1 => Just(Act::Restart), 3 => Just(Act::Wait)
    ]
}

/// How many: a few with every run of the tests, thousands when somebody has the time.
fn cases() -> ProptestConfig {
    let cases = if std::env::var_os("COMANDA_LONG").is_some() { 2_000 } else { 24 };
    ProptestConfig { cases, max_shrink_iters: 20, ..ProptestConfig::default() }
}

/// What came out of the printer, a roll over all connections.
type Roll = Arc<Mutex<Vec<u8>>>;

/// The listener lives as long as the process: a case that ended leaves its printer waiting for nobody.
fn moody(moods: Vec<Mood>) -> (SocketAddr, Roll) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, roll) = (listener.local_addr().unwrap(), Roll::default());
    let printed = Arc::clone(&roll);
    std::thread::spawn(move || {
        for (line, mood) in listener.incoming().zip(moods.into_iter().chain(std::iter::repeat(Mood::Good))) {
            serve(&line.unwrap(), mood, &printed);
        }
    });
    (address, roll)
}

fn serve(mut line: &TcpStream, mood: Mood, roll: &Roll) {
    let breaks = || SockRef::from(line).set_linger(Some(Duration::ZERO)).unwrap();
    let most = if let Mood::BreaksAfter(bytes) = mood { bytes } else { usize::MAX };
    let (mut taken, mut byte) = (0, [0]);
    while taken < most {
        match line.read(&mut byte) {
            Ok(0) if matches!(mood, Mood::BreaksAtTheEnd) => return breaks(),
            Ok(0) | Err(_) => return,
            Ok(_) => roll.lock().unwrap_or_else(PoisonError::into_inner).push(byte[0]),
        }
        taken += 1;
    }
    breaks();
}

/// The whole tickets on the roll: their number, and whether they say that they may be there twice, or are printed again.
fn tickets(shop: &Shop, roll: &Roll) -> Vec<(String, bool, bool)> {
    let bytes = roll.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let paper = shop.paper(&bytes);
    let pieces = paper.rows.split(|row| *row == PaperRow::Cut);
    let read = |piece: &[PaperRow]| {
        let lines = Paper { rows: piece.to_vec() }.lines();
        // The last line ends with the ticket's mark, so that a torn one is not taken for whole.
        let is_mark = |word: &str| word.len() == 4 && word.chars().all(|digit| digit.is_ascii_hexdigit());
        let is_whole = lines.last().and_then(|line| line.split_whitespace().last()).is_some_and(is_mark);
        let number = lines.iter().find_map(|line| line.split_whitespace().find(|word| word.starts_with("L-")))?;
        let says = |word: &str| lines.iter().any(|line| line.contains(word));
        is_whole.then(|| (number.to_owned(), says("POSIBLE DUPLICADO"), says("REIMPRESIÓN")))
    };
    pieces.filter_map(read).collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn nothing_is_lost_in_silence_and_nothing_comes_twice_without_a_word(
        moods in proptest::collection::vec(mood(), 0..5), acts in proptest::collection::vec(act(), 1..10),
    ) {
        let (address, roll) = moody(moods);
        let mut shop = Shop::with_printer_at(address);
        let mut reprints: BTreeMap<String, usize> = BTreeMap::new();
        let mut orders = vec![shop.trial.order(placing(&[("burger", 1)])).unwrap()];
        shop.print();
        for act in acts {
            match act {
                Act::Order => orders.push(shop.trial.order(placing(&[("burger", 1)])).unwrap()),
                Act::OrderTwice => orders.push(shop.trial.order(placing(&[("burger", 2), ("combo", 1)])).unwrap()),
                Act::Reprint => {
                    let order = orders.last().unwrap();
                    let (journal, request) = (shop.trial.journal(), shop.trial.once());
                    block_on(feature_of_kitchen::reprint(journal, request, Role::Cashier, order.id, None)).unwrap();
                    *reprints.entry(order.number.clone()).or_default() += 1;
                }
                Act::Restart => {
                    shop.close();
                    shop.trial.restart();
                    shop.print();
                }
                Act::Wait => {
                    shop.trial.clock.pass(SignedDuration::from_secs(3));
                    std::thread::sleep(Duration::from_millis(30));
                }
            }
        }
        let printer = shop.printer("Plancha").id;
        shop.until("nothing waits", |shop| {
            shop.board.hurry(printer);
            shop.count("ended_at IS NULL") == 0
        });
        let came_out = tickets(&shop, &roll);
        for order in &orders {
            let number = &order.number;
            let of_it = || came_out.iter().filter(|(other, _, _)| other == number);
            prop_assert!(of_it().count() > 0, "{number} is lost: {came_out:?}");
            let first = of_it().filter(|(_, is_doubtful, is_reprint)| !is_doubtful && !is_reprint).count();
            prop_assert!(first <= 1, "{number} came {first} times without a word: {came_out:?}");
            let again = of_it().filter(|(_, is_doubtful, is_reprint)| !is_doubtful && *is_reprint).count();
            prop_assert!(again <= reprints.get(number).copied().unwrap_or_default(), "{number}: {came_out:?}");
        }
        for order in &orders {
            for ticket in crate::kitchen::store::tickets_of(&shop.trial.file(), order.id).unwrap() {
                let is_proved = matches!(ticket.status, TicketStatus::Proved { .. });
                prop_assert!(is_proved || ticket.ticket.printers.is_empty(), "{:?}", ticket.status);
            }
        }
    }
}
