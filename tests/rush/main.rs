//! `rush`: a lunch rush at La Esquina, to look at and to break things under.
//!
//! Guests order in the shapes of a real restaurant's orders, said in the words of the demo's menu (`data/`). About twelve
//! orders a minute come in waves; cooks make them line by line and bump them off their screens, somebody hands them over;
//! now and then a guest adds something or leaves. Every order has a key, and is sent again with it when the branch does not answer: kill the daemon
//! in the middle, start it again, and nothing is lost or there twice. After each outage, and at the end, that is checked.
//!
//! ```text
//! rush --address 127.0.0.1:8080 --token TOKEN [--rate 12] [--count 1834] [--seed N]
//! ```
//! The token may stand in `COMANDA_TOKEN` instead. It only goes to a branch on this machine: made-up orders have nothing
//! to look for in a real kitchen. It ends by itself after `--count` orders; without it, when the file is through.

mod branch;
mod cooks;
mod guests;
mod http;
mod shapes;

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use comanda_tests::random::Random;
use serde_json::Value;

use branch::{Branch, refusal, text};
use cooks::Touch;
use guests::{Menu, pick};
use shapes::Shape;

/// How many of a hundred orders come, from one tenth of a wave to the next; on the mean a hundred.
const WAVE_PERCENT: [u64; 10] = [100, 140, 170, 150, 120, 90, 60, 50, 50, 70];
const WAVE: Duration = Duration::from_secs(20 * 60);
const REASONS: [&str; 4] =
    ["El cliente se arrepintió", "Pedido repetido", "No alcanza el tiempo", "Se equivocaron de dirección"];

fn main() -> ExitCode {
    match spend_a_lunch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rush: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn spend_a_lunch() -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut random = Random::seeded(options.seed);
    let branch = Branch::at(options.address, options.token, options.seed);
    branch
        .story
        .tell(&format!("empieza el almuerzo: unos {} pedidos por minuto (semilla {})", options.rate, options.seed));

    let mut rush = Rush::begin(branch, options.rate, &mut random)?;
    let shapes = shapes::read()?;
    let first = random.below(u64::try_from(shapes.len())?);
    let guests = shapes.iter().cycle().skip(usize::try_from(first)?).take(options.count.unwrap_or(shapes.len()));
    for guest in guests {
        rush.serve_until(rush.next_guest, &mut random)?;
        rush.take_order(guest, &mut random)?;
    }
    rush.serve_the_rest(&mut random)?;
    rush.check_that_nothing_is_lost()?;
    rush.tell_the_end();
    Ok(())
}

struct Options {
    address: SocketAddr,
    token: String,
    /// Orders a minute.
    rate: u64,
    count: Option<usize>,
    seed: u64,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            token: std::env::var("COMANDA_TOKEN").unwrap_or_default(),
            rate: 12,
            count: None,
            seed: Random::seed_of_this_run(),
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
            let number = || value.parse::<u64>().with_context(|| format!("{name} is a number, not {value}"));
            match name.as_str() {
                "--address" => options.address = value.parse().context("--address is like 127.0.0.1:8080")?,
                "--token" => options.token = value,
                "--rate" => options.rate = number()?.clamp(1, 600),
                "--count" => options.count = Some(usize::try_from(number()?)?),
                "--seed" => options.seed = number()?,
                other => bail!("unknown option {other}; there are --address, --token, --rate, --count and --seed"),
            }
        }
        ensure!(options.address.ip().is_loopback(), "the rush only goes to a branch on this machine (127.0.0.1)");
        ensure!(!options.token.is_empty(), "a token is needed: --token, or COMANDA_TOKEN");
        Ok(options)
    }
}

/// A lunch: the guests still to come, and the orders that somebody has to move on.
struct Rush {
    branch: Branch,
    menu: Menu,
    additions: Vec<Shape>,
    rate: u64,
    began: Instant,
    next_guest: Instant,
    open: BTreeMap<String, OpenOrder>,
    /// Consecutive numbers of the orders taken, to see that none comes twice.
    numbers: HashSet<String>,
    added: u32,
    cancelled: u32,
    refused: u32,
    outages_checked: u32,
}

struct OpenOrder {
    number: String,
    status: String,
    version: u64,
    is_delivery: bool,
    /// What the cooks have still to do for it.
    work: VecDeque<Touch>,
    /// What they have done.
    done: HashSet<Touch>,
    /// When somebody has time for it.
    due: Instant,
}

impl Rush {
    /// Takes up what an earlier lunch left open.
    fn begin(mut branch: Branch, rate: u64, random: &mut Random) -> Result<Self> {
        let left = branch.open_orders()?;
        if !left.is_empty() {
            branch.story.tell(&format!("quedaron {} pedidos abiertos de antes; se siguen atendiendo", left.len()));
        }
        let (began, menu, additions) = (Instant::now(), Menu::of_la_esquina()?, shapes::read()?);
        let mut rush = Self {
            branch,
            menu,
            additions,
            rate,
            began,
            next_guest: began,
            open: BTreeMap::new(),
            numbers: HashSet::new(),
            added: 0,
            cancelled: 0,
            refused: 0,
            outages_checked: 0,
        };
        for order in left {
            rush.remember(&order, random)?;
        }
        Ok(rush)
    }

    fn take_order(&mut self, guest: &Shape, random: &mut Random) -> Result<()> {
        self.next_guest = Instant::now() + self.pause_before_the_next(random);
        let body = self.menu.order(guest, random);
        let answer = self.branch.post_once("/api/v1/orders", &body)?;
        if !matches!(answer.status, 200 | 201) {
            self.refused += 1;
            self.branch.story.tell(&format!("         no se pudo tomar un pedido: {}", refusal(&answer)));
            return Ok(());
        }
        let order = &answer.body;
        let (number, consecutive) = (text(order, "number")?, text(order, "consecutive")?);
        ensure!(self.numbers.insert(consecutive.to_owned()), "¡el número {consecutive} salió dos veces!");
        let pieces: u64 =
            body["lines"].as_array().into_iter().flatten().filter_map(|line| line["quantity"].as_u64()).sum();
        let pieces = if pieces == 1 { "1 producto".to_owned() } else { format!("{pieces} productos") };
        self.branch.story.tell(&format!("{number}  pedido · {} · {pieces} · {}", place(order), pesos(&order["total"])));
        self.remember(order, random)
    }

    /// The orders come in waves, and never evenly.
    fn pause_before_the_next(&self, random: &mut Random) -> Duration {
        let tenth = self.began.elapsed().as_secs() % WAVE.as_secs() * 10 / WAVE.as_secs();
        let percent = usize::try_from(tenth).ok().and_then(|tenth| WAVE_PERCENT.get(tenth)).copied().unwrap_or(100);
        let mean_ms = 60_000 * 100 / (self.rate * percent);
        Duration::from_millis(mean_ms * (30 + random.below(141)) / 100)
    }

    fn remember(&mut self, order: &Value, random: &mut Random) -> Result<()> {
        let done = self.open.remove(text(order, "id")?).map(|known| known.done).unwrap_or_default();
        let open = OpenOrder {
            number: text(order, "number")?.to_owned(),
            status: text(order, "status")?.to_owned(),
            version: order["version"].as_u64().unwrap_or_default(),
            is_delivery: order["type"] == "delivery",
            work: cooks::work(order, &done),
            done,
            due: Instant::now(),
        };
        if next_status(&open).is_some() {
            let due = Instant::now() + time_in(&open, random);
            self.open.insert(text(order, "id")?.to_owned(), OpenOrder { due, ..open });
        }
        Ok(())
    }

    /// Moves on whatever is due, until then.
    fn serve_until(&mut self, moment: Instant, random: &mut Random) -> Result<()> {
        loop {
            let next = self.open.iter().min_by_key(|(_, order)| order.due).map(|(id, order)| (id.clone(), order.due));
            let due = next.as_ref().map_or(moment, |(_, due)| *due).min(moment);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            match next {
                Some((id, due)) if due < moment => self.serve(&id, random)?,
                _ => return Ok(()),
            }
        }
    }

    fn serve_the_rest(&mut self, random: &mut Random) -> Result<()> {
        while let Some(last) = self.open.values().map(|order| order.due).max() {
            self.serve_until(last + Duration::from_millis(1), random)?;
        }
        Ok(())
    }

    fn serve(&mut self, id: &str, random: &mut Random) -> Result<()> {
        if self.branch.story.outages > self.outages_checked {
            self.check_that_nothing_is_lost()?;
        }
        let Some(order) = self.open.get(id) else { return Ok(()) };
        let is_early = matches!(order.status.as_str(), "accepted" | "preparing");
        match random.below(60) {
            0 if is_early => self.cancel(id, random),
            1..4 if is_early => self.add_something(id, random),
            _ if is_early && !order.work.is_empty() => self.cook(id, random),
            _ => self.move_on(id, random),
        }
    }

    /// One touch on a kitchen screen; after the last of an order it is looked at again, for it may be ready.
    fn cook(&mut self, id: &str, random: &mut Random) -> Result<()> {
        let Some(touch) = self.open.get_mut(id).and_then(|order| order.work.pop_front()) else { return Ok(()) };
        let answer = self.branch.post_once(&touch.path(id), &touch.body())?;
        let Some(order) = self.open.get_mut(id).filter(|_| answer.status == 200) else {
            return self.look_again(id, random);
        };
        order.done.insert(touch);
        if order.work.is_empty() {
            let number = order.number.clone();
            self.branch.story.tell(&format!("{number}  sale de cocina"));
            return self.look_again(id, random);
        }
        order.due = Instant::now() + time_in(order, random);
        Ok(())
    }

    fn move_on(&mut self, id: &str, random: &mut Random) -> Result<()> {
        let Some((order, status)) = self.open.get(id).and_then(|order| Some((order, next_status(order)?))) else {
            self.open.remove(id);
            return Ok(());
        };
        let number = order.number.clone();
        let answer = self.branch.change_status(id, status)?;
        if answer.status == 200 {
            self.branch.story.tell(&format!("{number}  {}", in_spanish(status)));
            return self.remember(&answer.body, random);
        }
        // Somebody else was quicker, or it was done before the answer got lost: what counts is how it is now.
        self.look_again(id, random)
    }

    fn add_something(&mut self, id: &str, random: &mut Random) -> Result<()> {
        let position = usize::try_from(random.below(u64::try_from(self.additions.len())?))?;
        let body = self.menu.addition(&self.additions[position], random);
        let answer = self.branch.post_once(&format!("/api/v1/orders/{id}/lines"), &body)?;
        if answer.status != 200 {
            return self.look_again(id, random);
        }
        self.added += 1;
        let (number, total) = (text(&answer.body, "number")?, pesos(&answer.body["total"]));
        self.branch.story.tell(&format!("{number}  agregan algo · ahora {total}"));
        self.remember(&answer.body, random)
    }

    fn cancel(&mut self, id: &str, random: &mut Random) -> Result<()> {
        let Some(order) = self.open.get(id) else { return Ok(()) };
        let (number, reason) = (order.number.clone(), pick(&REASONS, random));
        let answer = self.branch.cancel(id, order.version, reason)?;
        if answer.status != 200 {
            return self.look_again(id, random);
        }
        self.cancelled += 1;
        self.open.remove(id);
        self.branch.story.tell(&format!("{number}  cancelado: {reason}"));
        Ok(())
    }

    fn look_again(&mut self, id: &str, random: &mut Random) -> Result<()> {
        let answer = self.branch.get(&format!("/api/v1/orders/{id}"))?;
        ensure!(answer.status == 200, "¡un pedido aceptado ya no está! {id}: {}", refusal(&answer));
        self.remember(&answer.body, random)
    }

    /// Every order that was acknowledged and is still ours to serve is there, and there once.
    fn check_that_nothing_is_lost(&mut self) -> Result<()> {
        self.outages_checked = self.branch.story.outages;
        let there = self.branch.open_orders()?;
        let numbers: HashSet<_> = there.iter().filter_map(|order| order["consecutive"].as_str()).collect();
        ensure!(numbers.len() == there.len(), "¡hay pedidos con el mismo número!");
        let ids: HashSet<_> = there.iter().filter_map(|order| order["id"].as_str()).collect();
        for (id, order) in self.open.iter().filter(|(id, _)| !ids.contains(id.as_str())) {
            // Somebody else may have finished it; then it is closed, not gone.
            let answer = self.branch.get(&format!("/api/v1/orders/{id}"))?;
            ensure!(answer.status == 200, "¡{} se perdió! ({id})", order.number);
        }
        let count = self.open.len();
        self.branch.story.tell(&format!("         nada perdido, nada doble: los {count} pedidos abiertos están"));
        Ok(())
    }

    fn tell_the_end(&self) {
        let (taken, story) = (self.numbers.len(), &self.branch.story);
        story.tell(&format!(
            "fin: {taken} pedidos, {} con algo agregado, {} cancelados, {} rechazados; {} veces sin respuesta, {} repetidos sin doblarse",
            self.added, self.cancelled, self.refused, story.outages, story.saved_from_doubling
        ));
    }
}

/// What comes after; nothing once the guest has it or it is cancelled.
fn next_status(order: &OpenOrder) -> Option<&'static str> {
    match order.status.as_str() {
        "received" => Some("accepted"),
        "accepted" => Some("preparing"),
        "preparing" => Some("ready"),
        "ready" if order.is_delivery => Some("on_the_way"),
        "ready" => Some("served"),
        "on_the_way" => Some("delivered"),
        _ => None,
    }
}

/// How long until somebody has time for an order again. A kitchen in a hurry: this is to be watched.
fn time_in(order: &OpenOrder, random: &mut Random) -> Duration {
    let (least, more) = match order.status.as_str() {
        "received" => (1, 4),
        "accepted" | "preparing" if order.done.is_empty() => (15, 60),
        "accepted" | "preparing" => (4, 30),
        "ready" => (10, 40),
        _ => (40, 90),
    };
    Duration::from_millis(1000 * least + random.below(1000 * more))
}

fn in_spanish(status: &str) -> &str {
    match status {
        "accepted" => "aceptado",
        "preparing" => "en preparación",
        "ready" => "listo",
        "served" => "servido",
        "on_the_way" => "en camino",
        "delivered" => "entregado",
        other => other,
    }
}

fn place(order: &Value) -> String {
    let place = match (order["type"].as_str(), order["table"].as_str()) {
        (Some("dine_in"), Some(table)) => format!("mesa {table}"),
        (Some("delivery"), _) => "domicilio".to_owned(),
        _ => "para llevar".to_owned(),
    };
    order["customer"]["name"].as_str().map_or(place.clone(), |name| format!("{place} · {name}"))
}

/// `$ 18.500` of 1850000.
fn pesos(minor: &Value) -> String {
    let digits = (minor.as_i64().unwrap_or_default() / 100).to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    format!("$ {}", groups.join("."))
}
