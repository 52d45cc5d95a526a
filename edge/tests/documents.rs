//! The documents that are made from the code: `docs/openapi.json` says what the branch's API does, `docs/errors.md` what
//! its refusals mean, `docs/permissions.md` who may do what.
//!
//! `COMANDA_BLESS=1 cargo test -p comanda-edge --test documents` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use comanda_edge::http::openapi::Document;
use comanda_edge::http::problem::Code;
use comanda_shared::staff::{Permission, Role};
use serde_json::Value;
use support::Branch;
use utoipa::OpenApi;

/// Asserts that the document of this name says this, or writes it when asked to.
fn assert_current(name: &str, said: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if is_blessing() {
        std::fs::write(&file, said).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == said, "docs/{name} is not what the code says; COMANDA_BLESS=1 writes it anew");
}

fn is_blessing() -> bool {
    std::env::var_os("COMANDA_BLESS").is_some()
}

/// Every value of this key, wherever it stands.
fn values_of<'d>(key: &str, document: &'d Value, found: &mut Vec<&'d Value>) {
    match document {
        Value::Object(fields) => {
            found.extend(fields.get(key));
            fields.values().for_each(|value| values_of(key, value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| values_of(key, item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_openapi_document_of_the_sources_is_the_one_that_is_served() {
    assert_current("openapi.json", &(Document::openapi().to_pretty_json().unwrap() + "\n"));
    // What was blessed just now is served by the next build.
    if is_blessing() {
        return;
    }
    let served = Branch::without_a_catalog().ask("GET", "openapi.json").by_nobody().send().is(200);
    assert_eq!(served, serde_json::to_value(Document::openapi()).unwrap());
}

#[test]
fn what_the_openapi_document_names_is_in_it_and_no_two_routes_have_one_name() {
    let document = serde_json::to_value(Document::openapi()).unwrap();
    let mut references = Vec::new();
    values_of("$ref", &document, &mut references);
    for reference in references {
        let place = reference.as_str().unwrap().strip_prefix('#').unwrap();
        assert!(document.pointer(place).is_some(), "{reference}");
    }
    let mut descriptions = Vec::new();
    values_of("description", &document, &mut descriptions);
    for text in descriptions.iter().filter_map(|description| description.as_str()) {
        assert!(!text.is_empty() && !text.contains("[`"), "«{text}» is for readers of the code");
    }
    let mut names = Vec::new();
    values_of("operationId", &document, &mut names);
    let different: BTreeSet<&str> = names.iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(different.len(), names.len(), "{names:?}");
}

#[test]
fn the_catalogue_of_errors_has_every_code_and_what_to_do_about_it() {
    let mut text = String::from(HEAD_OF_ERRORS);
    for code in Code::ALL {
        let cells = [code.title(), code.spanish(), code.advice()].join(" | ");
        text += &format!("| `{}` | {} | {cells} |\n", code.as_str(), code.status());
    }
    assert_current("errors.md", &text);
}

#[test]
fn the_table_of_permissions_is_the_one_of_the_code() {
    let mut text = String::from(HEAD_OF_PERMISSIONS);
    let head: Vec<String> = Role::ALL.iter().map(|role| format!("`{role}`")).collect();
    text +=
        &format!("| permission | what it is for | {} |\n|---|---|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for permission in Permission::ALL {
        let cells = Role::ALL.map(|role| if role.allows(*permission) { "yes" } else { "" });
        text += &format!("| `{permission}` | {} | {} |\n", permission.meaning(), cells.join(" | "));
    }
    assert_current("permissions.md", &text);
}

#[test]
fn only_the_page_of_the_document_may_have_styles_in_its_elements_and_none_asks_another_host() {
    let branch = Branch::without_a_catalog();
    for path in ["/", "/pos", "/kitchen", "/manager", "/tickets", "/ca", "/api/v1/docs"] {
        let answer = branch.ask("GET", path).by_nobody().send();
        let policy = answer.header("content-security-policy").unwrap();
        assert_eq!(policy.contains("style-src 'self' 'unsafe-inline';"), path == "/api/v1/docs", "{path}: {policy}");
        assert_eq!(policy.matches("unsafe").count(), usize::from(path == "/api/v1/docs"), "{path}: {policy}");
        assert!(policy.starts_with("default-src 'self';") && !policy.contains("http"), "{path}: {policy}");
    }
}

/// The tests a document names, each with the file it says it stands in: [`name`](../file).
fn tests_named(text: &str) -> Vec<(&str, &str)> {
    let named = text.split("[`").skip(1).filter_map(|rest| rest.split_once("`](../"));
    named.filter_map(|(name, rest)| Some((name, rest.split_once(')')?.0))).collect()
}

#[test]
fn every_test_that_the_page_of_attacks_names_is_there() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let named = tests_named(&text);
    assert!(named.len() > 40, "{named:?}");
    for (name, file) in named {
        let source = std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let stands = source.find(&format!("fn {name}(")).unwrap_or_else(|| panic!("{name} is not in {file}"));
        let before = source[..stands].trim_end();
        assert!(before.ends_with(']'), "{name} is not run as a test");
    }
    for row in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| attack")) {
        assert!(!tests_named(row).is_empty() || row.contains("in CI"), "nothing tries this: {row}");
    }
}
const HEAD_OF_PERMISSIONS: &str = "\
# Who may do what

Made from the table in [`shared/src/staff/permission.rs`](../shared/src/staff/permission.rs); a test holds it current. Each route
names the one it needs ([`edge/src/http/router.rs`](../edge/src/http/router.rs)), and tests ask every route as every role.
Somebody who has the permission can approve with their PIN, for one act, what is taken back or given away: `orders.void`,
`orders.cancel`, `orders.discount`, `orders.reopen`, `payments.refund`, `cash.movements`, `cash.no_sale`.

";

const HEAD_OF_ERRORS: &str = "\
# Refusals and what to do about them

Made from the table in [`edge/src/http/problem.rs`](../edge/src/http/problem.rs); a test holds it current.

A refusal is `application/problem+json`. `code` is for programs and does not change; `message` is for staff; `detail` says in
English what it was about; `errors` names each field at fault. A code that is not known is to be read by its status. Where no
answer came at all, the request may have been done: send the very same again with the same key.

| code | status | what it means | what staff read | what a caller does |
|---|---|---|---|---|
";
