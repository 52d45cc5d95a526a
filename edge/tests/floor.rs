//! The floor plan: who draws it, what is refused, and that nobody draws over somebody else's.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};

use support::{Answer, Branch};

fn plan() -> Value {
    json!({"zones": [
        {"name": "Salón", "tables": [
            {"name": "1", "seats": 4, "shape": "square", "x": 1, "y": 1},
            {"name": "2", "seats": 2, "shape": "round", "x": 8, "y": 1}]},
        {"name": "Terraza", "tables": [{"name": "T1", "seats": 6, "shape": "long", "x": 3, "y": 10}]}]})
}

fn draw(branch: &Branch, version: u64, plan: &Value) -> Answer {
    branch.ask("PUT", "settings/floor").by(Role::Admin).header("if-match", &version.to_string()).json(plan).send()
}

#[test]
fn a_plan_that_is_drawn_is_there_for_waiters_also_after_a_restart_and_a_new_menu() {
    let mut branch = Branch::open();
    let empty = branch.ask("GET", "settings/floor").by(Role::Waiter).send().is(200);
    assert_eq!(empty, json!({"version": 0, "plan": {"zones": []}}));
    let drawn = draw(&branch, 0, &plan()).is(200);
    assert_eq!(drawn, json!({"version": 1, "plan": plan()}));
    branch.import(&support::catalog());
    branch.add_virtual_printer("Barra", &["barra"]);
    for _ in 0..2 {
        assert_eq!(branch.ask("GET", "settings/floor").by(Role::Waiter).send().is(200), drawn);
        branch.restart();
    }
}

#[test]
fn nobody_draws_over_what_somebody_else_has_drawn() {
    let branch = Branch::open();
    draw(&branch, 0, &plan()).is(200);
    draw(&branch, 0, &json!({"zones": []})).is_refused(409, "floor.version_conflict");
    let same = draw(&branch, 1, &plan()).is(200);
    assert_eq!(same["version"], json!(1), "the same again is no new version");
}

#[test]
fn a_plan_that_cannot_be_is_refused_and_says_why() {
    let branch = Branch::open();
    let mut twice = plan();
    twice["zones"][1]["tables"][0]["name"] = json!("2");
    let problem = draw(&branch, 0, &twice).is_refused(422, "field.invalid");
    assert_eq!(problem["errors"][0]["detail"], json!("«2» is there twice"));
    let mut outside = plan();
    outside["zones"][0]["tables"][0]["x"] = json!(32);
    draw(&branch, 0, &outside).is_refused_at(422, "field.invalid", "zones");
    let waiter = branch.ask("PUT", "settings/floor").by(Role::Waiter).header("if-match", "0").json(&plan());
    waiter.send().is_refused(403, "permission.missing");
}
