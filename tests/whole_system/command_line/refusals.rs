//! Calls that are refused, and what is said then.

use comanda_tests::menu;
use serde_json::{Value, json};
use std::process::Stdio;

use crate::appliance::Appliance;

/// What is refused for what it says, with a word that the complaint must have in it.
fn refused_calls(appliance: &Appliance) -> Vec<(Vec<String>, &'static str)> {
    let existing = appliance.file("existing.db", &json!({}));
    let no_json = appliance.folder.path().join("latin1.json");
    std::fs::write(&no_json, b"\xf1").unwrap();
    let (existing, no_json) = (existing.as_str(), no_json.to_str().unwrap());
    let calls: [(&[&str], &str); 15] = [
        (&["catalog", "import", "/nowhere/catalog.json"], "/nowhere/catalog.json"),
        (&["catalog", "import", no_json], "not UTF-8"),
        (&["settings", "set", "--code", "esquina"], "capital letters"),
        (&["settings", "set", "--timezone", "Mars/Olympus"], "America/Bogota"),
        (&["settings", "set", "--name", ""], "1 to 80"),
        (&["staff", "add", " ", "--role", "cashier", "--pin", "2580"], "1 to 60"),
        (&["staff", "add", "Ana", "--role", "cashier", "--pin", "12"], "four to eight digits"),
        (&["staff", "add", "Ana", "--role", "cashier", "--pin", "12a4"], "four to eight digits"),
        (&["token", "create", "--role", "cashier", "--name", "a\nb"], "1 to 60"),
        (&["printer", "add", "Caja", "virtual:"], "already"),
        (&["printer", "add", "Otra", "virtual:", "--station", "horno"], "plancha, barra"),
        (&["printer", "add", "Otra", "virtual:", "--columns", "3"], "48 or 42"),
        (&["printer", "add", "Otra", "virtual:", "--fallback", "Nadie"], "Nadie"),
        (&["printer", "remove", "Nadie"], "Nadie"),
        (&["journal", "replay", "--into", existing], "exists already"),
    ];
    let owned = |arguments: &[&str]| arguments.iter().map(|argument| (*argument).to_owned()).collect();
    calls.into_iter().map(|(arguments, word)| (owned(arguments), word)).collect()
}

#[test]
fn a_refused_call_says_why_in_one_line_the_same_with_the_daemon_stopped_and_running_and_changes_nothing() {
    let mut appliance = Appliance::with_a_menu();
    appliance.call(&["printer", "add", "Caja", "virtual:"]).good();
    let calls = refused_calls(&appliance);
    let before = appliance.json(&["journal", "stats"])["entries"].clone();
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let mut complaints = Vec::new();
        for (arguments, word) in &calls {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let complaint = appliance.call(&arguments).fails();
            assert!(complaint.contains(word), "{arguments:?}: {complaint}");
            assert_eq!(appliance.call(&[&["--json"], &arguments[..]].concat()).fails(), complaint);
            complaints.push(complaint);
        }
        rounds.push(complaints);
        if rounds.len() == 1 {
            appliance.daemon.start().unwrap();
        }
    }
    assert_eq!(rounds[0], rounds[1]);
    assert_eq!(appliance.json(&["journal", "stats"])["entries"], before);
}

#[test]
fn what_cannot_be_meant_is_answered_with_how_to_say_it() {
    let appliance = Appliance::unpacked();
    for arguments in [
        &["staff", "add", "Ana", "--role", "king", "--pin", "2580"][..],
        &["printer", "add", "Caja", "http://10.0.0.5"],
        &["printer", "add", "Caja", "virtual:", "--columns", "many"],
        &["settings", "set", "--day-starts-at", "25:00"],
        &["journal", "replay", "--check", "--into", "x"],
        &["run", "--listen", "everywhere"],
        &["sell"],
        &[],
    ] {
        let said = appliance.call(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said}");
        assert!(said.err.contains("--help"), "{said}");
    }
    assert!(!appliance.daemon.data().exists());
}

#[test]
fn a_box_without_a_branch_or_a_menu_says_so() {
    let appliance = Appliance::unpacked();
    for act in ["verify", "export", "stats"] {
        let complaint = appliance.call(&["journal", act]).fails();
        assert!(complaint.contains("no branch here yet"), "{complaint}");
    }
    let complaint = appliance.call(&["catalog", "export"]).fails();
    assert!(complaint.contains("no catalog yet"), "{complaint}");
    assert_eq!(appliance.call(&["printer", "list"]).good(), "no printer is set up\n");
}

#[test]
fn settings_of_the_program_that_cannot_be_read_are_named() {
    let appliance = Appliance::unpacked();
    let config = appliance.folder.path().join("comanda.toml");
    for (text, word) in [("lisen = \"0.0.0.0:80\"", "lisen"), ("listen = ", "comanda.toml")] {
        std::fs::write(&config, text).unwrap();
        let said = appliance.call(&["--config", config.to_str().unwrap(), "printer", "list"]);
        assert!(said.code == Some(1) && said.out.is_empty() && said.err.contains(word), "{said}");
    }
    let complaint = appliance.call(&["--config", "/nowhere/comanda.toml", "printer", "list"]).fails();
    assert!(complaint.contains("/nowhere/comanda.toml"), "{complaint}");
}

#[test]
fn a_menu_with_bad_rows_is_refused_whole_with_every_row_named() {
    let mut appliance = Appliance::with_a_menu();
    let mut bad = menu::catalog();
    bad["categories"][0]["products"][1]["price"] = json!(-1);
    bad["categories"][1]["products"][0]["station"] = json!("horno");
    bad["categories"][1]["products"][2]["sku"] = json!("perro");
    let bad = appliance.file("bad.json", &bad);
    let places =
        ["categories[0].products[1].price", "categories[1].products[0].station", "categories[1].products[2].sku"];
    let kept = appliance.call(&["catalog", "export"]).good();
    for _ in 0..2 {
        let said = appliance.call(&["catalog", "import", &bad]);
        assert_eq!(said.code, Some(1), "{said}");
        assert!(said.out.contains("nothing was imported") && said.out.contains("3 rows"), "{said}");
        assert!(places.iter().all(|place| said.out.contains(place)), "{said}");
        let said = appliance.call(&["--json", "catalog", "import", &bad]);
        let errors: Value = serde_json::from_str(&said.out).unwrap();
        let named: Vec<_> =
            errors["errors"].as_array().unwrap().iter().map(|row| row["place"].as_str().unwrap()).collect();
        assert_eq!((said.code, named), (Some(1), places.to_vec()));
        assert_eq!(appliance.call(&["catalog", "export"]).good(), kept);
        if appliance.daemon.process().is_err() {
            appliance.daemon.start().unwrap();
        }
    }
}

#[test]
fn what_cannot_be_printed_is_a_failure_in_one_line() {
    let appliance = Appliance::with_a_menu();
    for arguments in [&["catalog", "export"][..], &["journal", "export"], &["--json", "settings", "show"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = appliance.command(arguments);
        let output = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), complaint.lines().count()), (Some(1), 1), "{arguments:?}: {complaint}");
        assert!(complaint.contains("could not print") || complaint.contains("No space left"), "{complaint}");
    }
}
