//! Certificates end, and branches go on: with ones that are good for seconds, against the real broker and the real cloud.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use comanda_tests::branch::{Branch, place_until_acknowledged};
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, Response, idempotency_key};
use comanda_tests::menu;
use comanda_tests::patience::within;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(90);
/// How long a certificate is good for here.
const LIFE: Duration = Duration::from_secs(30);

fn identity(branch: &Branch) -> Value {
    serde_json::from_slice(&std::fs::read(branch.daemon.data().join("identity.json")).unwrap()).unwrap()
}

fn sell(branch: &Branch, number: u64) {
    let key = idempotency_key(31, number);
    place_until_acknowledged(&mut branch.client(), &key, &menu::one_dish(), PATIENCE).unwrap();
}

/// Whether the broker lets somebody with this identity in.
fn is_let_in(chain: &Chain, identity: &Value) -> bool {
    let folder = tempfile::tempdir().unwrap();
    for (name, part) in [("ca.pem", "authority"), ("cert.pem", "certificate"), ("key.pem", "key")] {
        std::fs::write(folder.path().join(name), identity[part].as_str().unwrap()).unwrap();
    }
    let port = chain.broker.address().port().to_string();
    let topic = format!("b/{}/up/0", identity["branch"].as_str().unwrap());
    let told = Command::new("mosquitto_pub")
        .args(["-V", "5", "-q", "1", "-h", "localhost", "-p", &port, "-m", "{}", "-t", &topic])
        .args(["--cafile", "ca.pem", "--cert", "cert.pem", "--key", "key.pem"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    told.status.success()
}

/// A certificate request for a key, PEM; for a new key when none is given.
fn request(key: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    match key {
        Some(key) => std::fs::write(&file, key).unwrap(),
        None => openssl(
            folder.path(),
            &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem"],
        ),
    }
    openssl(folder.path(), &["req", "-new", "-key", "key.pem", "-subj", "/CN=x", "-out", "request.pem"]);
    std::fs::read_to_string(folder.path().join("request.pem")).unwrap()
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn ask_to_renew(chain: &Chain, identity: &Value, request: &str) -> Response {
    let asked = json!({"branch": identity["branch"], "appliance": identity["appliance"], "request": request});
    let mut anybody = Client::new(chain.listens_for_people(), PATIENCE);
    anybody.post("/api/v1/renew", "unused", &asked).unwrap()
}

#[test]
fn a_branch_has_its_next_certificate_before_one_ends_and_also_after_and_nobody_else_gets_it() {
    let life = format!("{}s", LIFE.as_secs());
    let chain = Chain::start_with(&["--box-certificates", &life]).unwrap();
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    chain.enrol("CHA", &branch.daemon).unwrap();
    sell(&branch, 0);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    let first = identity(&branch);
    assert!(is_let_in(&chain, &first));

    // At two thirds of its life, while the branch sells.
    let second = within(PATIENCE, "the next certificate came", || {
        Some(identity(&branch)).filter(|now| now["certificate"] != first["certificate"])
    });
    assert_eq!((&second["key"], &second["appliance"]), (&first["key"], &first["appliance"]));
    sell(&branch, 1);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();

    // Switched off until long after its certificate has ended: the broker does not know it any more, and then does.
    branch.daemon.terminate(PATIENCE).unwrap();
    let last = identity(&branch);
    within(PATIENCE, "the certificate has ended", || (!is_let_in(&chain, &last)).then_some(()));
    branch.daemon.start().unwrap();
    sell(&branch, 2);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    assert_ne!(identity(&branch)["certificate"], last["certificate"]);

    // Cut off from everything while it ends, but switched on.
    chain.cable.cut();
    let during = identity(&branch);
    sell(&branch, 3);
    within(PATIENCE, "it has ended meanwhile", || (!is_let_in(&chain, &during)).then_some(()));
    chain.cable.mend();
    sell(&branch, 4);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();

    // By rule: the name of a box is not enough, the key must be its own; not half a year after it ended; not once revoked.
    let own = identity(&branch);
    branch.daemon.terminate(PATIENCE).unwrap();
    assert_eq!(ask_to_renew(&chain, &own, &request(None)).status, 403, "for another key");
    let right = request(own["key"].as_str());
    assert_eq!(ask_to_renew(&chain, &own, &right).status, 201);
    chain.postgres.sql("UPDATE appliance SET not_after = now() - interval '181 days'").unwrap();
    assert_eq!(ask_to_renew(&chain, &own, &right).status, 403, "half a year after it ended");
    chain.postgres.sql("UPDATE appliance SET not_after = now() - interval '179 days'").unwrap();
    assert_eq!(ask_to_renew(&chain, &own, &right).status, 201);
    chain.call(&["revoke", "esquina/CHA"]).unwrap();
    assert_eq!(ask_to_renew(&chain, &own, &right).status, 403, "after it was revoked");
}
