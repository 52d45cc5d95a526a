//! A daemon that stops, is killed, or finds another in its place.

use comanda_tests::branch::place_until_acknowledged;
use comanda_tests::client::idempotency_key;
use comanda_tests::menu;
use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::appliance::{Appliance, Said, mode};

#[test]
fn a_second_daemon_on_the_same_data_refuses_and_the_first_goes_on() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let complaint = appliance.call(&["run", "--listen", "127.0.0.1:0"]);
    let complaint = complaint.fails();
    assert!(complaint.contains("in use by another Comanda"), "{complaint}");
    assert!(complaint.contains(appliance.daemon.data().to_str().unwrap()), "{complaint}");

    let elsewhere = appliance.folder.path().join("elsewhere");
    let address = appliance.daemon.address().to_string();
    let mut second = Command::new(appliance.daemon.program());
    second.arg("run").arg("--data-dir").arg(elsewhere).args(["--listen", &address]);
    let complaint = Said::by(second, &["run"]).fails();
    assert!(complaint.contains(&format!("could not listen on {address}")), "{complaint}");

    let answer = appliance.client(&token).post("/api/v1/orders", &idempotency_key(1, 1), &menu::one_dish()).unwrap();
    assert_eq!(answer.status, 201, "{answer}");
    appliance.call(&["settings", "show"]).good();
}

#[test]
fn after_sigterm_what_has_begun_is_finished_and_nothing_acknowledged_is_missing() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let is_stopping = AtomicBool::new(false);
    let acknowledged: BTreeSet<String> = std::thread::scope(|scope| {
        let sell = |till: u64| {
            let mut client = appliance.client(&token);
            let is_stopping = &is_stopping;
            scope.spawn(move || {
                let mut taken = Vec::new();
                for number in 0.. {
                    match client.post("/api/v1/orders", &idempotency_key(till, number), &menu::four_dishes()) {
                        Ok(answer) if answer.status == 201 => {
                            taken.push(answer.json().unwrap()["id"].as_str().unwrap().to_owned());
                        }
                        Ok(answer) => {
                            assert_eq!(answer.status, 503, "{answer}");
                            break;
                        }
                        Err(error) => {
                            assert!(is_stopping.load(Ordering::SeqCst), "{error:#}");
                            break;
                        }
                    }
                }
                taken
            })
        };
        let tills: Vec<_> = (1..=4).map(sell).collect();
        std::thread::sleep(Duration::from_millis(500));
        is_stopping.store(true, Ordering::SeqCst);
        // The daemon's own handle is borrowed by the tills.
        let process = appliance.daemon.process().unwrap().to_string();
        assert!(Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &process]).status().unwrap().success());
        tills.into_iter().flat_map(|till| till.join().unwrap()).collect()
    });
    appliance.stop();
    assert!(acknowledged.len() > 20, "only {} orders were tried", acknowledged.len());
    assert!(!appliance.daemon.data().join("control.sock").exists());
    assert!(!appliance.daemon.data().join("branch.db-wal").exists(), "the file was not tidied");

    let database = rusqlite::Connection::open(appliance.database()).unwrap();
    let mut orders = database.prepare("SELECT lower(hex(id)) FROM orders").unwrap();
    let kept: BTreeSet<String> = orders.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let missing: Vec<_> = acknowledged.iter().filter(|id| !kept.contains(&id.replace('-', ""))).collect();
    assert_eq!(missing, Vec::<&String>::new());
    // What was committed and not acknowledged is at most what each till had in flight.
    assert!(kept.len() <= acknowledged.len() + 4, "{} orders, {} acknowledged", kept.len(), acknowledged.len());
}

#[test]
fn clients_that_stay_silent_or_send_half_a_request_do_not_keep_the_branch_from_stopping() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let mut idle = appliance.client(&token);
    assert_eq!(idle.get("/api/v1/orders").unwrap().status, 200);
    let silent = TcpStream::connect(appliance.daemon.address()).unwrap();
    let mut half_head = TcpStream::connect(appliance.daemon.address()).unwrap();
    half_head.write_all(b"POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\n").unwrap();
    let mut half_body = TcpStream::connect(appliance.daemon.address()).unwrap();
    let head = format!(
        "POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: k\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"type\":"
    );
    half_body.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    appliance.stop();
    drop((silent, half_head, half_body));
    appliance.call(&["journal", "verify"]).good();
}

#[test]
fn a_killed_daemon_leaves_nothing_in_the_way_of_calls_or_of_the_next_one() {
    let mut appliance = Appliance::with_a_menu();
    let socket = appliance.daemon.data().join("control.sock");
    for _ in 0..2 {
        appliance.daemon.start().unwrap();
        assert_eq!(mode(&socket), 0o600, "others can open the control socket");
        appliance.call(&["settings", "show"]).good();
        appliance.daemon.kill().unwrap();
        assert!(socket.exists(), "nothing was tried");
        appliance.call(&["settings", "set", "--code", "ESQ"]).good();
        appliance.call(&["journal", "verify"]).good();
    }
    appliance.daemon.start().unwrap();
    assert_eq!(appliance.json(&["settings", "show"])["code"], "ESQ");
    appliance.stop();
    assert!(!socket.exists());
}

#[test]
fn a_branch_sells_when_nobody_reads_what_it_says() {
    let appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    let address = appliance.daemon.address().to_string();
    let mut run = appliance.command(&["run", "--listen", &address, "--trust", "network"]);
    run.env("COMANDA_LOG", "debug");
    let mut branch = run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((branch.stdout.take(), branch.stderr.take()));
    let sold = place_until_acknowledged(
        &mut appliance.client(&token),
        &idempotency_key(1, 1),
        &menu::one_dish(),
        Duration::from_secs(20),
    );
    branch.kill().unwrap();
    branch.wait().unwrap();
    sold.unwrap();
}

#[test]
fn a_branch_begins_for_real_under_a_running_daemon_and_once_in_its_life() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.call(&["settings", "set", "--name", "La Esquina"]).good();
    appliance.daemon.start().unwrap();
    let take = |appliance: &Appliance, number| {
        let mut client = appliance.client(&token);
        place_until_acknowledged(&mut client, &idempotency_key(3, number), &menu::one_dish(), Duration::from_secs(20))
    };
    let first = take(&appliance, 1).unwrap();
    let second = take(&appliance, 2).unwrap();
    assert_ne!(first["number"], second["number"]);
    let complaint = appliance.call(&["begin", "La Ezquina"]).fails();
    assert!(complaint.contains("not the branch's name"), "{complaint}");

    // A till that keeps its connection, and one that sent half a request, hold nothing up.
    let mut idle = appliance.client(&token);
    assert_eq!(idle.get("/api/v1/orders").unwrap().status, 200);
    let process = appliance.daemon.process().unwrap();
    appliance.call(&["begin", "La Esquina"]).good();
    let is_there = |name: &str| {
        appliance
            .daemon
            .data()
            .read_dir()
            .unwrap()
            .any(|file| file.unwrap().file_name().to_str().unwrap().starts_with(name))
    };
    let began = Instant::now();
    while !is_there("branch.trial-") {
        assert!(began.elapsed() < Duration::from_secs(20), "the trial was not put aside");
        std::thread::sleep(Duration::from_millis(20));
    }
    let anew = take(&appliance, 3).unwrap();
    assert_eq!(anew["number"], first["number"], "numbers begin again");
    assert_eq!(appliance.daemon.process().unwrap(), process, "the same process serves it");
    let complaint = appliance.call(&["begin", "La Esquina"]).fails();
    assert!(complaint.contains("began for real already"), "{complaint}");
    appliance.stop();
    appliance.call(&["journal", "verify"]).good();
    appliance.call(&["journal", "replay", "--check"]).good();
}
