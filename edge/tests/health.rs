//! How the branch says it is: the doctor over HTTP, and what Prometheus reads.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::collections::BTreeSet;

use comanda_shared::staff::Role;
use serde_json::json;
use support::Branch;

#[test]
fn a_manager_sees_what_the_doctor_found_and_what_to_do() {
    let branch = Branch::open();
    let diagnosis = branch.ask("GET", "health/doctor").by(Role::Admin).send().is(200);
    let lines = diagnosis["lines"].as_array().unwrap();
    assert!(lines.len() >= 24, "{}", lines.len());
    for line in lines {
        assert_eq!(line["advice"].is_null(), line["grade"] == json!("good"), "{line}");
    }
    let backup = lines.iter().find(|line| line["check"] == json!("backup.age")).unwrap();
    assert_eq!(backup["grade"], json!("attention"), "{backup}");
}

#[test]
fn backups_are_made_proved_and_listed_over_http() {
    let branch = Branch::open();
    let made = branch.ask("POST", "backups").by(Role::Admin).send().is(201);
    let again = branch.ask("POST", "backups").by(Role::Admin).send().is(200);
    assert_eq!(made, again, "one of the last minute is answered in place of another");
    let listed = branch.ask("GET", "backups").by(Role::Admin).send().is(200);
    assert_eq!(listed["items"], json!([made]));
    let name = made["id"].as_str().unwrap();
    let proof = branch.ask("POST", &format!("backups/{name}/verify")).by(Role::Admin).send().is(200);
    assert_eq!(proof, json!({"id": name, "good": true, "reason": null}));
    branch.ask("POST", "backups/..%2Fpepper/verify").by(Role::Admin).send().is_refused(404, "not_found");
    assert!(metrics(&branch).contains("comanda_backup_age_seconds 0"));
}

#[test]
fn every_metric_of_the_alerts_and_the_dashboard_exists() {
    let branch = Branch::open();
    branch.ask("POST", "backups").by(Role::Admin).send().is(201);
    let text = metrics(&branch);
    let there: BTreeSet<&str> = text.lines().filter(|line| !line.starts_with('#')).filter_map(word).collect();
    let alerts = include_str!("../../systemd/alerts.yml");
    let dashboard = include_str!("../../systemd/grafana-dashboard.json");
    let words = [alerts, dashboard].into_iter().flat_map(|file| file.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let named: BTreeSet<&str> = words.filter(|word| word.starts_with("comanda_")).collect();
    assert!(named.len() >= 8, "{named:?}");
    assert!(named.is_subset(&there), "{named:?} of {there:?}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}

fn metrics(branch: &Branch) -> String {
    let answer = branch.ask("GET", "/metrics").by(Role::Admin).send();
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.bytes).unwrap()
}

fn word(line: &str) -> Option<&str> {
    line.split([' ', '{']).next()
}
