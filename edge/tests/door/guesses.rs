//! Wrong PINs: of one person, of everybody at one screen, of everybody at every screen.

use std::net::{IpAddr, Ipv4Addr};

use crate::support::{Answer, Ask, Branch, lemonade};
use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::sessions::{cookie_of, in_session, log_in};

/// Screens that were let in, as the cookies they show.
fn screens(branch: &Branch, count: u32) -> Vec<(String, String)> {
    let pair = |number| {
        let plan = json!({"name": format!("Caja {number}"), "purpose": {"screen": "till"}});
        let code = branch.ask("POST", "devices/codes").by(Role::Admin).json(&plan).send().is(201);
        let paired = branch.ask("POST", "devices/pair").by_nobody().json(&json!({"code": code["code"]})).send();
        (paired.is(201)["id"].as_str().unwrap().to_owned(), cookie_of(&paired))
    };
    (0..count).map(pair).collect()
}

fn typed(ask: Ask<'_>, staff: &str, pin: &str) -> Answer {
    ask.by_nobody().json(&json!({"staff": staff, "pin": pin})).send()
}

fn log_in_at(branch: &Branch, screen: &str, staff: &str, pin: &str) -> Answer {
    typed(branch.ask("POST", "auth/login").header("cookie", screen), staff, pin)
}

fn listed(branch: &Branch, id: &str) -> Value {
    let devices = branch.ask("GET", "devices").by(Role::Admin).send().is(200);
    devices["items"].as_array().unwrap().iter().find(|device| device["id"] == json!(id)).unwrap().clone()
}

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

#[test]
fn a_thousand_wrong_pins_of_everybody_from_twenty_screens_are_ten_a_screen_and_whoever_is_logged_in_sells_on() {
    let mut branch = Branch::open().trusting_paired_screens();
    let people: Vec<String> =
        (0..60).map(|number| branch.add_staff(&format!("P{number}"), Role::Waiter, "2580")).collect();
    let luis = branch.add_staff("Luis", Role::Cashier, "1379");
    let screens = screens(&branch, 20);
    let tills: Vec<String> = screens
        .iter()
        .map(|(_, screen)| format!("{screen}; {}", cookie_of(&log_in_at(&branch, screen, &luis, "1379"))))
        .collect();
    let mut statuses = Vec::new();
    for half in [0..25, 25..50] {
        let guessed = std::thread::scope(|scope| {
            let guessing: Vec<_> = screens
                .iter()
                .enumerate()
                .map(|(number, (_, screen))| {
                    let (branch, people, half) = (&branch, &people, half.clone());
                    let guess = move |guess: usize| {
                        let person = &people[(number * 10 + guess) % people.len()];
                        log_in_at(branch, screen, person, &format!("{guess:04}")).status
                    };
                    scope.spawn(move || half.map(guess).collect::<Vec<_>>())
                })
                .collect();
            for till in &tills {
                let key = branch.new_key();
                in_session(&branch, till, "POST", "orders")
                    .header("idempotency-key", &key)
                    .json(&lemonade())
                    .send()
                    .is(201);
            }
            guessing.into_iter().flat_map(|guesses| guesses.join().unwrap()).collect::<Vec<_>>()
        });
        statuses.extend(guessed);
        branch.restart();
    }
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(401), count(429)), (20 * 9, 1000 - 20 * 9), "and none of them got in");
    for (_, screen) in &screens {
        let locked = log_in_at(&branch, screen, &luis, "1379");
        locked.is_refused(429, "device.locked");
        assert_eq!(locked.header("retry-after"), Some("31"));
    }
}

#[test]
fn a_locked_screen_opens_to_a_managers_own_pin_to_their_word_and_with_time() {
    let branch = Branch::open().trusting_paired_screens();
    let [ana, luis] = [("Ana", Role::Admin, "2580"), ("Luis", Role::Cashier, "1379")]
        .map(|(name, role, pin)| branch.add_staff(name, role, pin));
    let others: Vec<String> =
        (0..9).map(|number| branch.add_staff(&format!("P{number}"), Role::Waiter, "4444")).collect();
    let screens = screens(&branch, 3);
    for (_, screen) in &screens {
        for person in others.iter().take(8).chain([&luis]) {
            log_in_at(&branch, screen, person, "0000").is_refused(401, "pin.wrong");
        }
        log_in_at(&branch, screen, &others[8], "0000").is_refused(429, "device.locked");
        log_in_at(&branch, screen, &luis, "1379").is_refused(429, "device.locked");
    }
    let [(first, till), (second, bar), (_, terrace)] = &screens[..] else { unreachable!("three were paired") };
    assert_eq!(listed(&branch, first)["locked_until"], json!("2026-11-22T13:30:30.000-05:00"));

    // A manager comes to the till; their wrong PIN opens nothing and counts.
    log_in_at(&branch, till, &ana, "0000").is_refused(401, "pin.wrong");
    log_in_at(&branch, till, &luis, "1379").is_refused(429, "device.locked");
    log_in_at(&branch, till, &ana, "2580").is(200);
    log_in_at(&branch, till, &luis, "1379").is(200);
    // They unlock another from where they are; a cashier may not.
    let unlock = |role| branch.ask("POST", &format!("devices/{second}/unlock")).by(role).send();
    unlock(Role::Cashier).is_refused(403, "permission.missing");
    assert_eq!((unlock(Role::Admin).status, unlock(Role::Admin).status), (204, 204));
    log_in_at(&branch, bar, &luis, "1379").is(200);
    // Nobody comes to the third.
    branch.wait(SignedDuration::from_secs(30));
    log_in_at(&branch, terrace, &luis, "1379").is(200);
    assert_eq!(listed(&branch, first)["locked_until"], Value::Null);

    let acts = branch.ask("GET", "audit?kind=device.").by(Role::Owner).send().is(200);
    let acts: Vec<(&str, &Value)> =
        acts["items"].as_array().unwrap().iter().map(|act| (act["kind"].as_str().unwrap(), &act["subject"])).collect();
    let of =
        |kind: &str| acts.iter().filter(|(found, _)| *found == kind).map(|(_, id)| (*id).clone()).collect::<Vec<_>>();
    assert_eq!(of("device.unlocked"), [json!(second), json!(first)]);
    assert_eq!(of("device.locked_out").len(), 4, "three times, and once more by the manager's wrong one");
}

#[test]
fn a_machine_that_is_no_screen_of_ours_is_locked_by_its_address_and_others_are_not() {
    let mut branch = Branch::open();
    let people: Vec<String> =
        (0..10).map(|number| branch.add_staff(&format!("P{number}"), Role::Waiter, "2580")).collect();
    let at = |branch: &Branch, last: u8, person: &str, pin: &str| {
        let address = IpAddr::V4(Ipv4Addr::new(192, 168, 1, last));
        typed(branch.ask("POST", "auth/login").at_address(address), person, pin)
    };
    let statuses: Vec<u16> = people.iter().map(|person| at(&branch, 66, person, "0000").status).collect();
    assert_eq!(statuses, [[401; 9].as_slice(), &[429]].concat());
    branch.restart();
    at(&branch, 66, &people[0], "2580").is_refused(429, "device.locked");
    at(&branch, 20, &people[0], "2580").is(200);
    branch.wait(SignedDuration::from_secs(30));
    at(&branch, 66, &people[1], "2580").is(200);
}

#[test]
fn an_approval_guessed_at_a_till_locks_the_till_as_a_log_in_does() {
    let branch = Branch::open();
    let luis = branch.add_staff("Luis", Role::Cashier, "1379");
    let admins: Vec<String> =
        (0..4).map(|number| branch.add_staff(&format!("A{number}"), Role::Admin, "2580")).collect();
    let (_, screen) = &screens(&branch, 1)[0];
    let cookie = format!("{screen}; {}", cookie_of(&log_in_at(&branch, screen, &luis, "1379")));
    let order = branch.take(&lemonade());
    let path = format!("orders/{}/discounts", order["id"].as_str().unwrap());
    let approve = |number: usize| {
        let approval = json!({"staff": admins[number % 4], "pin": "0000"});
        let body = json!({"kind": "percent", "value": 10, "reason": "x", "approval": approval});
        let ask = in_session(&branch, &cookie, "POST", &path).header("idempotency-key", &branch.new_key());
        ask.header("if-match", "\"2\"").json(&body).send()
    };
    (0..10).for_each(|number| drop(approve(number).is_refused(403, "approval.refused")));
    log_in_at(&branch, screen, &luis, "1379").is_refused(429, "device.locked");
    in_session(&branch, &cookie, "GET", "orders").send().is(200);
}

#[test]
fn who_plays_with_the_keys_of_the_last_till_keeps_a_manager_with_a_long_pin_out_for_half_a_minute_at_most() {
    let mut branch = Branch::open().trusting_paired_screens();
    let [marta, ana, luis] =
        [("Marta", Role::Admin, "258013"), ("Ana", Role::Admin, "2580"), ("Luis", Role::Cashier, "1379")]
            .map(|(name, role, pin)| branch.add_staff(name, role, pin));
    let (_, till) = &screens(&branch, 1)[0];
    // It is known how long a PIN is once it was typed right; hers was, on some day before.
    log_in_at(&branch, till, &marta, "258013").is(200);
    branch.restart();
    for _ in 0..40 {
        for person in [&marta, &ana, &luis] {
            let answer = log_in_at(&branch, till, person, "0000");
            assert!(matches!(answer.status, 401 | 429), "{answer}");
        }
        branch.wait(SignedDuration::from_secs(31));
    }
    let waits = [&marta, &ana, &luis].map(|person| {
        let locked = log_in_at(&branch, till, person, "0000");
        locked.header("retry-after").unwrap().parse::<i64>().unwrap()
    });
    assert!(waits[0] <= 31 && waits[1] > 31 && waits[2] > 31, "{waits:?}");
    branch.wait(SignedDuration::from_secs(31));
    log_in_at(&branch, till, &luis, "1379").is_refused(429, "device.locked");
    log_in_at(&branch, till, &marta, "258013").is(200);
    // She came, and the till is open to everybody whose own PIN nobody played with.
    let camila = branch.add_staff("Camila", Role::Cashier, "4826");
    log_in_at(&branch, till, &camila, "4826").is(200);
}

#[test]
fn a_new_pin_is_taken_for_a_short_one_until_it_was_typed_right() {
    let branch = Branch::open();
    let marta = branch.add_staff("Marta", Role::Admin, "258013");
    (0..4).for_each(|_| drop(log_in(&branch, &marta, "000000").is_refused(401, "pin.wrong")));
    for wait in [31, 61] {
        let locked = log_in(&branch, &marta, "000000");
        assert_eq!(locked.header("retry-after"), Some(wait.to_string().as_str()), "{locked}");
        branch.wait(SignedDuration::from_secs(wait));
    }
}
