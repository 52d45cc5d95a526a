//! The table, the router and the API's document say the same.

use crate::support::{Branch, lemonade};
use crate::table::Who::{Anybody, Known, May};
use comanda_shared::staff::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::table::{GUEST_ROUTES, ROUTES, filled, is_unsafe};

#[test]
fn the_table_of_these_tests_has_every_route_of_the_router() {
    let listed: BTreeSet<(&str, String)> =
        ROUTES.iter().map(|(method, path, _)| (*method, (*path).to_owned())).collect();
    let api = (include_str!("../../src/http/router.rs").split_once("let api =").unwrap().1, "/api/v1");
    let (api, rest) = (api.0.split_once("Router::new()\n        .nest").unwrap(), api.1);
    let page = include_str!("../../src/http/page.rs");
    let authority = include_str!("../../src/tls/page.rs");
    let sources = [(api.0, rest), (api.1, ""), (screens().0, ""), (page, ""), (authority, "")];
    let mut found = 0;
    for (source, prefix) in sources {
        for (method, path) in routes(source) {
            assert!(listed.contains(&(method.as_str(), format!("{prefix}{path}"))), "{method} {prefix}{path}");
            found += 1;
        }
    }
    // All but the one that is nowhere.
    assert_eq!(found, ROUTES.len() - 1);
}

#[test]
fn the_table_of_these_tests_has_every_route_of_the_guests_door() {
    let router = include_str!("../../src/http/guest_router.rs");
    let page = include_str!("../../src/http/page.rs").split_once("pub fn guest_routes").unwrap().1;
    let found: BTreeSet<(String, &str)> = [router, screens().1, page].into_iter().flat_map(routes).collect();
    let listed = GUEST_ROUTES.iter().map(|(path, _)| ("GET".to_owned(), *path));
    assert_eq!(found, listed.filter(|(_, path)| *path != "/nowhere").collect());
}

/// The pages' routes in the sources: of the branch's own door, and of the guests'.
fn screens() -> (&'static str, &'static str) {
    include_str!("../../src/http/screens.rs").split_once("pub fn menu_routes").unwrap()
}

/// The routes of a source, each with its method.
fn routes(source: &str) -> impl Iterator<Item = (String, &str)> {
    source.split(".route(").skip(1).map(|route| {
        let path = route.split('"').nth(1).unwrap();
        let methods = ["get(", "post(", "patch(", "put(", "delete("].into_iter();
        let (_, method) = methods.filter_map(|method| Some((route.find(method)?, method))).min().unwrap();
        (method.trim_end_matches('(').to_uppercase(), path)
    })
}

/// The operation that describes a route; of what is no part of the API, null.
fn operation<'d>(document: &'d Value, method: &str, path: &str) -> &'d Value {
    &document["paths"][path][method.to_lowercase()]
}

#[test]
fn the_openapi_document_has_every_route_and_says_who_may_call_it() {
    let document = Branch::without_a_catalog().ask("GET", "openapi.json").by_nobody().send().is(200);
    let mut described = 0;
    for (method, path, who) in ROUTES {
        let operation = operation(&document, method, path);
        let is_api = path.starts_with("/api/v1/") || matches!(path, "/healthz" | "/readyz" | "/metrics");
        assert_eq!(operation.is_object(), is_api, "{method} {path}");
        if is_api {
            described += 1;
            let answers = &operation["responses"];
            assert_eq!(operation["security"] == json!([{}]), who == Anybody, "{method} {path}");
            let takes_a_pin = path.ends_with("/login") || path.contains("/clock-");
            assert_eq!(answers["401"].is_object(), who != Anybody || takes_a_pin, "{method} {path}");
            assert!(answers["default"].is_object() && !operation["summary"].is_null(), "{method} {path}");
            let needs =
                operation["description"].as_str().unwrap_or_default().split_once("Needs `").map(|(_, text)| text);
            let needed = needs.and_then(|text| text.split_once('`')).map(|(permission, _)| permission);
            match who {
                May(permission) => {
                    assert_eq!(needed, Some(permission.as_str()), "{method} {path}");
                    assert!(answers["403"].is_object(), "{method} {path}");
                }
                Anybody | Known => assert_eq!(needed, None, "{method} {path}"),
            }
        }
    }
    for (path, _) in GUEST_ROUTES.into_iter().filter(|(path, _)| path.starts_with("/api/v1/menu")) {
        let operation = operation(&document, "GET", path);
        assert_eq!(operation["security"], json!([{}]), "{path}");
        assert!(operation["responses"]["default"].is_object() && operation["tags"] == json!(["menu"]), "{path}");
        described += 1;
    }
    let paths = document["paths"].as_object().unwrap().values();
    assert_eq!(described, paths.map(|path| path.as_object().unwrap().len()).sum::<usize>());
}

#[test]
fn the_openapi_document_says_which_requests_need_a_key_a_version_and_a_body() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let document = branch.get("openapi.json").is(200);
    for (method, path, _) in ROUTES.into_iter().filter(|(method, _, _)| is_unsafe(method)) {
        let operation = operation(&document, method, path);
        let is_needed = |header: &str| {
            let parameters = operation["parameters"].as_array();
            parameters
                .into_iter()
                .flatten()
                .any(|parameter| parameter["name"] == header && parameter["required"] == true)
        };
        let path = filled(path, &order);
        // What is missing is said in this order; the next thing is looked at once it is there.
        let mut headers = Vec::new();
        let code = |headers: &[(&str, &str)]| {
            let ask = branch.ask(method, &path).by(Role::Owner);
            let answer = headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value)).send();
            if answer.status < 300 { Value::Null } else { answer.is(answer.status)["code"].clone() }
        };
        for (header, value, missing) in
            [("Idempotency-Key", path.as_str(), "idempotency_key.missing"), ("If-Match", "\"1\"", "version.required")]
        {
            assert_eq!(is_needed(header), code(&headers) == missing, "{method} {path}");
            if is_needed(header) {
                headers.push((header, value));
            }
        }
        let has_body = operation["requestBody"]["required"] == true;
        assert_eq!(has_body, code(&headers) == "media_type.unsupported", "{method} {path}");
    }
}
