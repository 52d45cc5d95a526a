//! Which screens are alive.

use crate::support::{Branch, lemonade};
use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::json;

use crate::screen::{Screen, screens};

#[test]
fn a_screen_that_paints_is_alive_and_one_that_does_not_is_late_and_then_dead() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut screen, _) = Screen::listening(&branch, &served);
    branch.take(&lemonade());
    let painted = branch.sequence();
    screen.messages_up_to(painted);
    screen.say(&json!({"type": "painted", "cursor": painted}));
    // What it said is heard before its next hello is answered.
    screen.hello(&["branch"]);
    assert_eq!(screens(&branch), [("pos".to_owned(), "alive".to_owned(), 0)]);
    branch.wait(SignedDuration::from_secs(25));
    assert_eq!(screens(&branch)[0].1, "late");
    branch.wait(SignedDuration::from_secs(35));
    assert_eq!(screens(&branch)[0].1, "dead");
    let metrics = branch.ask("GET", "/metrics").by(Role::Admin).send();
    assert!(String::from_utf8_lossy(&metrics.bytes).contains("comanda_live_screens_dead 1"));
}

#[test]
fn a_screen_of_another_build_is_told_which_one_is_served_and_shows_as_such() {
    let branch = Branch::open();
    let served = branch.serve();
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.say(&json!({"type": "hello", "screen": "kitchen", "scopes": ["branch"], "journal_id": null,
                       "last_sequence": null, "ui_version": "older"}));
    let welcome = screen.next_of("welcome");
    assert_ne!(welcome["ui_version"], json!("older"), "so that it loads itself anew when nobody needs it");
    let listed = branch.ask("GET", "screens").by(Role::Admin).send().is(200);
    assert_eq!((&listed["items"][0]["ui_version"], &listed["items"][0]["current"]), (&json!("older"), &json!(false)));
}
