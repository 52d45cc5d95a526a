//! Wrong PINs.

use crate::support::Branch;
use comanda_shared::staff::Role;
use jiff::SignedDuration;

use crate::sessions::log_in;

#[test]
fn wrong_pins_lock_a_person_out_for_longer_and_longer_and_a_restart_does_not_help() {
    let mut branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    let luis = branch.add_staff("Luis", Role::Waiter, "1379");
    for _ in 0..4 {
        log_in(&branch, &ana, "0000").is_refused(401, "pin.wrong");
    }
    let mut waits = Vec::new();
    for _ in 0..6 {
        let locked = log_in(&branch, &ana, "0000");
        locked.is_refused(429, "pin.locked");
        let wait: i64 = locked.header("retry-after").unwrap().parse().unwrap();
        // Locked out, the right PIN is not looked at, and asking makes it no longer.
        branch.restart();
        let right = log_in(&branch, &ana, "2580");
        right.is_refused(429, "pin.locked");
        assert_eq!(right.header("retry-after"), Some(wait.to_string().as_str()));
        log_in(&branch, &luis, "1379").is(200);
        branch.wait(SignedDuration::from_secs(wait));
        waits.push(wait);
    }
    assert!(waits.windows(2).all(|pair| pair[0] < pair[1]) && waits[0] >= 30, "{waits:?}");
    assert!(waits[5] <= 901, "{waits:?}");

    log_in(&branch, &ana, "2580").is(200);
    log_in(&branch, &ana, "0000").is_refused(401, "pin.wrong");
}

#[test]
fn guesses_sent_at_once_do_not_pass_the_lock_out_together() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..12).map(|_| scope.spawn(|| log_in(&branch, &ana, "0000").status)).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(401), count(429)), (4, 8));
}

#[test]
fn a_thousand_wrong_pins_from_twenty_devices_are_a_handful_of_guesses() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let device = |first: u32| {
            let (branch, ana) = (&branch, &ana);
            let guess = move |guess: u32| log_in(branch, ana, &format!("{guess:04}")).status;
            scope.spawn(move || (first..first + 50).map(guess).collect::<Vec<_>>())
        };
        let devices: Vec<_> = (0..20).map(|device_number| device(device_number * 50)).collect();
        devices.into_iter().flat_map(|device| device.join().unwrap()).collect()
    });
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(401), count(429)), (4, 996), "and none of them got in");
}

#[test]
fn nobody_and_no_pin_log_in() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    log_in(&branch, "0193a000-0000-7000-8000-000000000000", "2580").is_refused(401, "pin.wrong");
    for pin in ["", "258", "25800", " 2580", &"2580".repeat(10_000)] {
        let answer = log_in(&branch, &ana, pin);
        assert!(matches!(answer.status, 401 | 422 | 429), "{answer}");
        assert_eq!(answer.header("set-cookie"), None);
    }
}
