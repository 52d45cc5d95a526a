//! Ten thousand connections from a guest's address: the branch answers, sells, and forgets them.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::menu;
use socket2::{Domain, Socket, Type};

const CROWD: usize = 10_000;
const PATIENCE: Duration = Duration::from_secs(40);
/// What one address is given at most, and what the branch has open besides.
const MOST_FILES: usize = 128 + 200;

/// A connection that comes from another address of this machine, as a guest's telephone would.
fn from_a_guest(to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), 0)).into())?;
    socket.connect_timeout(&to.into(), PATIENCE)?;
    Ok(socket.into())
}

fn files(process: u32) -> usize {
    std::fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

#[test]
fn ten_thousand_silent_connections_of_one_guest_take_nobody_elses_place() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let process = branch.daemon.process().unwrap();
    let mut till = branch.client();
    let mut sell = |number| {
        let sold = till.post("/api/v1/orders", &idempotency_key(1, number), &menu::four_dishes()).unwrap();
        assert_eq!(sold.status, 201, "{sold}");
    };
    sell(0);
    let mut crowd: Vec<TcpStream> = Vec::new();
    for number in 0..CROWD {
        match from_a_guest(branch.daemon.address()) {
            Ok(connection) => crowd.push(connection),
            Err(error) => {
                // This process may have fewer files than that; then it comes with as many as it may.
                assert!(number > 500, "{error}");
                println!("a crowd of {number}: {error}");
                crowd.truncate(number - 50);
                break;
            }
        }
    }
    sell(1);
    assert!(files(process) < MOST_FILES, "{} files are open", files(process));
    // Somebody new comes in, and somebody from the guest's address does not.
    let health = Client::new(branch.daemon.address(), PATIENCE).get("/healthz").unwrap();
    assert_eq!(health.status, 200);
    let mut late = from_a_guest(branch.daemon.address()).unwrap();
    late.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(!matches!(late.read(&mut [0; 1]), Ok(1..)), "it was turned away");

    // Who says nothing is sent away, and the address is welcome again.
    let begun = Instant::now();
    while files(process) > 100 {
        assert!(begun.elapsed() < PATIENCE, "{} files are still open", files(process));
        std::thread::sleep(Duration::from_millis(200));
    }
    sell(2);
    drop(crowd);
    assert_eq!(branch.orders().unwrap().len(), 3);
    assert!(branch.daemon.terminate(PATIENCE).unwrap().success());
}
