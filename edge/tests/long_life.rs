//! Long life: days of service in one process, two rushes a day, something wrong every minute. Nothing is lost or doubled, not a
//! cent is off, memory stays flat, and the file grows by what is sold.
//!
//! One short day; seven whole ones with `COMANDA_LONG` (84,000 orders, some twenty minutes in a debug build).
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::environment::Environment;
use comanda_edge::journal::replay::{differences, replay_into};
use comanda_edge::journal::verify::verify;
use comanda_edge::journal::{DataFolder, open_reader};
use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Branch, lemonade};

/// A lemonade and its tax.
const PRICE: i64 = 595_000;

/// How long and how much.
struct Plan {
    days: u32,
    /// Minutes of a rush, of which there are two a day, and orders in each of them.
    rush: (u32, u32),
    /// Minutes of a quiet hour, of which there are four a day.
    quiet: u32,
}

impl Plan {
    fn of_this_run() -> Self {
        match std::env::var_os("COMANDA_LONG") {
            Some(_) => Self { days: 7, rush: (96, 60), quiet: 120 },
            None => Self { days: 1, rush: (3, 20), quiet: 5 },
        }
    }
}

struct Restaurant {
    branch: Branch,
    sold: u64,
    cancelled: u64,
    minutes: u64,
}

impl Restaurant {
    /// One order from taking it to the guest who leaves.
    fn serve(&mut self) {
        let order = self.branch.take(&lemonade());
        let id = order["id"].as_str().unwrap().to_owned();
        if self.sold % 50 == 49 {
            let cancel = self.branch.ask("POST", &format!("orders/{id}/cancel")).by(Role::Admin);
            let cancel =
                cancel.header("if-match", &format!("\"{}\"", order["version"])).json(&json!({"reason": "se fue"}));
            cancel.header("idempotency-key", &self.branch.new_key()).send().is(200);
            self.cancelled += 1;
        } else {
            let pay = json!({"order": id, "method": "cash", "amount": PRICE, "received": PRICE});
            self.branch.post("payments", &self.branch.new_key(), &pay).is(201);
            for to in ["preparing", "ready", "served"] {
                self.branch.advance(&order["id"], to).is(200);
            }
        }
        self.sold += 1;
    }

    /// Something that goes wrong, another thing each minute; none of it sells anything.
    fn trouble(&mut self) {
        match self.minutes % 5 {
            0 => drop(self.branch.post("orders", &self.branch.new_key(), &json!({"type": "takeaway", "lines": []}))),
            1 => drop(self.branch.ask("POST", "orders").header("idempotency-key", "x").bytes("{\"half").send()),
            2 => drop(self.branch.ask("GET", "orders").with_secret("nobody's").send()),
            3 => self.branch.wait(SignedDuration::from_secs(-90)),
            _ => drop(self.branch.get("orders?search=nadie")),
        }
        self.minutes += 1;
    }

    fn minute(&mut self, orders: u32) {
        for _ in 0..orders {
            self.serve();
        }
        self.trouble();
        self.branch.wait(SignedDuration::from_secs(60));
    }

    fn day(&mut self, plan: &Plan) {
        let post = |branch: &Branch, role: Role, path: &str, body: &Value| {
            branch.ask("POST", path).by(role).header("idempotency-key", &branch.new_key()).json(body).send()
        };
        let before = (self.sold, self.cancelled);
        post(&self.branch, Role::Cashier, "cash/open", &json!({"drawer": "principal", "float": 10_000_000})).is(201);
        for _ in 0..2 {
            (0..plan.rush.0).for_each(|_| self.minute(plan.rush.1));
            (0..2 * plan.quiet).for_each(|_| self.minute(1));
        }
        // Whoever asks twice gets what there is; a key is nobody else's.
        let key = self.branch.new_key();
        let first = self.branch.post("orders", &key, &lemonade()).is(201);
        assert_eq!(self.branch.post("orders", &key, &lemonade()).is(200)["id"], first["id"]);
        self.branch
            .post("payments", &self.branch.new_key(), &json!({"order": first["id"], "method": "card", "amount": PRICE}))
            .is(201);
        self.sold += 1;

        let paid = i64::try_from((self.sold - before.0 - 1) - (self.cancelled - before.1)).unwrap();
        let counted = json!({"counted": {"cash": [{"value": 5_000, "count": (10_000_000 + paid * PRICE) / 5_000}], "card": PRICE}});
        let closed = post(&self.branch, Role::Cashier, "cash/close", &counted).is(200);
        assert_eq!(
            (&closed["difference"], &closed["expected"]["cash"]),
            (&json!(0), &json!(10_000_000 + paid * PRICE))
        );
        post(&self.branch, Role::Admin, "cash/reports/z", &json!({})).is(201);
        self.branch.restart();
        self.branch.wait(SignedDuration::from_hours(12));
    }
}

/// Memory of this process that is in use, in KiB.
fn resident_kib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

#[test]
fn days_of_service_lose_nothing_and_memory_stays_flat() {
    let plan = Plan::of_this_run();
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path()).unwrap();
    let branch = Branch::in_folder(folder);
    branch.import(&support::catalog());
    branch.add_virtual_printer("Cocina", &["freidora"]);
    let mut restaurant = Restaurant { branch, sold: 0, cancelled: 0, minutes: 0 };
    let mut memory = Vec::new();
    for day in 1..=plan.days {
        restaurant.day(&plan);
        let bytes = std::fs::metadata(data.database()).unwrap().len();
        memory.push(resident_kib());
        let each = bytes / restaurant.sold * 1000 / 1024;
        println!(
            "day {day}: {} orders, {} KiB resident, {each} KiB of file per 1,000 orders",
            restaurant.sold,
            memory[memory.len() - 1]
        );
    }

    let file = open_reader(&data.database(), &Environment::system()).unwrap();
    let orders: (i64, i64) = file
        .query_row("SELECT count(*), count(DISTINCT consecutive) FROM orders", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(orders, (i64::try_from(restaurant.sold).unwrap(), orders.0));
    assert!(verify(&file).unwrap().is_whole());
    let scratch = data.scratch(&Environment::system()).unwrap();
    replay_into(&file, &scratch.file(), &Environment::system()).unwrap();
    let replayed = open_reader(&scratch.file(), &Environment::system()).unwrap();
    assert_eq!(differences(&file, &replayed).unwrap(), []);
    // The first days fill caches; from the third on, a day leaves less than a megabyte.
    if let [_, _, third, .., last] = memory[..] {
        let days = i64::try_from(memory.len() - 3).unwrap();
        assert!(last - third <= 1024 * days, "{memory:?}");
    }
}
