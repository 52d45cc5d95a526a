//! Printers that are worse than broken: a cable that is pulled, power that goes in the middle of a ticket, a clone that
//! says it is somebody, a serial line on which nothing ever ends.

use super::*;

#[test]
fn a_printer_whose_cable_is_pulled_holds_up_no_other_and_its_tickets_come_out_elsewhere() {
    let mut kitchen = Kitchen::with_backup();
    kitchen.warm_up();
    kitchen.grill.behave(Conduct::BlackHole).unwrap();
    let began = Instant::now();
    let number = kitchen.order_dish();
    assert!(began.elapsed() < Duration::from_secs(1), "an order waits for no printer");
    let ticket = comes_out(&kitchen.bar, &number);
    assert!(is_backup(&ticket) && !ticket.marked_duplicate, "\n{}", ticket.picture());
    kitchen.until_alerted("printer.down");

    kitchen.grill.behave(Conduct::Orderly).unwrap();
    let next = kitchen.order_dish();
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    std::thread::sleep(A_WHILE);
    for number in [number, next] {
        assert_eq!(unmarked(&[&kitchen.grill, &kitchen.bar], &number), 1, "{:#?}", pictures(&kitchen.bar));
    }
}

#[test]
fn a_printer_that_loses_power_in_a_ticket_gets_it_again_whole_and_marked() {
    let mut kitchen = Kitchen::without_backup();
    kitchen.warm_up();
    kitchen.grill.behave(Conduct::PowerCycles(150)).unwrap();
    let number = kitchen.order_dish();
    let ticket = comes_out(&kitchen.grill, &number);
    assert!(ticket.marked_duplicate, "\n{}", ticket.picture());
    assert_eq!(ticket.piece.blemishes, Vec::<String>::new(), "\n{}", ticket.picture());
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    assert_eq!(unmarked(&[&kitchen.grill], &number), 0, "{:#?}", pictures(&kitchen.grill));
}

#[test]
fn a_clone_that_says_its_model_and_names_no_job_leaves_nothing_strange_on_the_paper() {
    let clone = EmulatedPrinter::start(Answers::Identity).unwrap();
    let branch = Branch::open(&menu::catalog(), &[(menu::GRILL, &clone)]).unwrap();
    for request in 1..=2 {
        let answer = branch.client().post("/api/v1/orders", &idempotency_key(1, request), &menu::one_dish()).unwrap();
        comes_out(&clone, answer.json().unwrap()["number"].as_str().unwrap());
    }
    branch.wait_until_printed(PATIENCE).unwrap();
    for ticket in clone.tickets() {
        assert!(ticket.complete && ticket.unplaced.is_empty(), "\n{}", ticket.picture());
        assert_eq!(ticket.piece.blemishes, Vec::<String>::new(), "\n{}", ticket.picture());
    }
    assert_eq!(clone.tickets().len(), 2, "{:#?}", pictures(&clone));
    assert!(branch.print_jobs("printed").unwrap().iter().all(|job| job["proof"] == "answered"));
}

#[test]
fn a_serial_printer_prints_and_proves_it_and_one_that_was_off_gets_its_ticket_when_it_is_back() {
    let serial = EmulatedPrinter::start_serial(Answers::Processes).unwrap();
    let branch = Branch::open(&menu::catalog(), &[(menu::GRILL, &serial)]).unwrap();
    let order = |request| {
        let answer = branch.client().post("/api/v1/orders", &idempotency_key(1, request), &menu::one_dish()).unwrap();
        answer.json().unwrap()["number"].as_str().unwrap().to_owned()
    };
    let first = comes_out(&serial, &order(1));
    assert_eq!(first.piece.blemishes, Vec::<String>::new(), "\n{}", first.picture());
    branch.wait_until_printed(PATIENCE).unwrap();
    assert_eq!(branch.print_jobs("printed").unwrap()[0]["proof"], "confirmed");

    serial.behave(Conduct::Refuse).unwrap();
    let number = order(2);
    std::thread::sleep(A_WHILE);
    serial.behave(Conduct::Orderly).unwrap();
    let ticket = comes_out(&serial, &number);
    assert!(!ticket.marked_duplicate, "no byte of it had left\n{}", ticket.picture());
    branch.wait_until_printed(PATIENCE).unwrap();
    assert_eq!(unmarked(&[&serial], &number), 1);
}
