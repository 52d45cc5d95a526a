//! Other sites and other hosts.

use crate::support::{Branch, lemonade};

use crate::table::{ROUTES, filled, is_unsafe};

#[test]
fn an_unsafe_request_from_another_site_is_refused() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let before = branch.sequence();
    for (method, path, _) in ROUTES.into_iter().filter(|(method, _, _)| is_unsafe(method)) {
        let path = filled(path, &order);
        for (name, value) in [
            ("origin", "http://evil.example"),
            ("origin", "https://evil.example:8080"),
            ("origin", "null"),
            ("origin", ""),
            ("origin", "http://127.0.0.1:8081"),
            ("origin", "http://127.0.0.1"),
            ("origin", "http://127.0.0.1:8080.evil.example"),
            ("origin", "file://"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let answer = branch.ask(method, &path).header(name, value).send();
            answer.is_refused(403, "origin.foreign");
        }
    }
    assert_eq!(branch.sequence(), before);

    let own = branch.ask("POST", "orders").header("origin", "http://127.0.0.1:8080").header("idempotency-key", "key");
    own.header("sec-fetch-site", "same-origin").json(&lemonade()).send().is(201);
    // Reading is safe: no other site can see the answer.
    branch.ask("GET", "orders").header("origin", "http://evil.example").send().is(200);
}

#[test]
fn a_host_that_is_not_ours_is_not_answered() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    for (method, path, _) in ROUTES {
        for host in ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "esquina.lan.evil.example", ""] {
            let answer = branch.ask(method, &filled(path, &order)).header("host", host).send();
            answer.is_refused(421, "host.unknown");
        }
    }
    for host in ["192.168.1.20:8080", "[fe80::1]:8080", "localhost", "Caja.local:8080", "ESQUINA.lan:8080"] {
        branch.ask("GET", "orders").header("host", host).send().is(200);
    }
}
