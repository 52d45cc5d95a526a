//! Comanda itself, as a child process: orders over HTTP, tickets on its printers.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comanda_tests::branch::Branch;
use comanda_tests::client::idempotency_key;
use comanda_tests::fsync;
use comanda_tests::printer::{Answers, EmulatedPrinter};
use serde_json::{Value, json};

use super::{LINES, PRINTERS, Prints};

/// Tills that send orders side by side.
const TILLS: usize = 4;
/// Fifty orders a second.
const PACE: Duration = Duration::from_millis(20);

/// A branch, once it prints.
#[derive(Default)]
pub struct Comanda {
    branch: Option<Branch>,
}

/// A station for each printer, and as many dishes at each as a ticket has lines.
fn catalog() -> Value {
    let stations: Vec<Value> =
        (0..PRINTERS).map(|at| json!({"id": format!("s{at}"), "name": format!("S{at}")})).collect();
    let dish = |at: usize, line: usize| {
        json!({"sku": format!("p{at}-{line}"), "name": format!("Plato número {line}"), "price": 100_000, "tax": "inc-8",
               "station": format!("s{at}")})
    };
    let products: Vec<Value> = (0..PRINTERS).flat_map(|at| (0..LINES).map(move |line| dish(at, line))).collect();
    json!({
        "currency": "COP",
        "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true}],
        "stations": stations,
        "categories": [{"id": "carta", "name": "Carta", "products": products}],
    })
}

fn order(at: usize, lines: usize) -> Value {
    let line = |line: usize| json!({"product": format!("p{at}-{line}"), "quantity": 1, "modifiers": []});
    json!({"type": "takeaway", "lines": (0..lines).map(line).collect::<Vec<_>>()})
}

fn open(printers: &[EmulatedPrinter]) -> Result<Branch> {
    let names: Vec<String> = (0..PRINTERS).map(|at| format!("s{at}")).collect();
    let stations: Vec<_> = names.iter().map(String::as_str).zip(printers).collect();
    Branch::open(&catalog(), &stations)
}

fn place(client: &mut comanda_tests::client::Client, number: usize, body: &Value) -> Result<(Duration, String)> {
    let sent = Instant::now();
    let answer = client.post("/api/v1/orders", &idempotency_key(1, u64::try_from(number)?), body)?;
    let took = sent.elapsed();
    ensure!(answer.status == 201, "the order was answered {answer}");
    Ok((took, answer.json()?["number"].as_str().context("an order without a number")?.to_owned()))
}

impl Prints for Comanda {
    fn print(&mut self, printers: &[EmulatedPrinter], tickets: usize) -> Result<(Vec<Duration>, Vec<String>)> {
        let branch = self.branch.insert(open(printers)?);
        let branch = &*branch;
        let placed: Vec<Result<Vec<(usize, Duration, String)>>> = std::thread::scope(|scope| {
            let till = |till: usize| {
                scope.spawn(move || {
                    let mut client = branch.client();
                    let ours = (0..tickets).filter(|number| number % TILLS == till);
                    let place = |number: usize| {
                        let (took, name) = place(&mut client, number, &order(number % PRINTERS, LINES))?;
                        Ok((number, took, name))
                    };
                    ours.map(place).collect()
                })
            };
            let tills: Vec<_> = (0..TILLS).map(till).collect();
            let ended =
                tills.into_iter().map(|till| till.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a till panicked"))));
            ended.collect()
        });
        let mut placed: Vec<_> = placed.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        placed.sort_by_key(|(number, _, _)| *number);
        Ok(placed.into_iter().map(|(_, took, name)| (took, name)).unzip())
    }

    fn finish(&mut self, patience: Duration) {
        if let Some(branch) = &self.branch
            && let Err(error) = branch.wait_until_printed(patience)
        {
            eprintln!("  {error:#}");
        }
    }
}

/// Orders at fifty a second.
pub struct Paced {
    /// POST sent until the printer got the first byte of the ticket, sorted.
    pub first_bytes: Vec<Duration>,
    /// Of the folder's disk, in the same run.
    pub fsync_p99: Duration,
}

/// Sends orders of one line at fifty a second to healthy printers.
///
/// # Errors
/// When an order is refused, or a ticket does not come.
pub fn first_bytes(orders: usize) -> Result<Paced> {
    let printers = (0..PRINTERS).map(|_| EmulatedPrinter::start(Answers::Processes)).collect::<Result<Vec<_>>>()?;
    let branch = open(&printers)?;
    let mut client = branch.client();
    let begun = Instant::now();
    let mut sent = Vec::new();
    for number in 0..orders {
        let due = PACE * u32::try_from(number)?;
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
        let at = Instant::now();
        let (_, name) = place(&mut client, number, &order(number % PRINTERS, 1))?;
        sent.push((number % PRINTERS, name, at));
    }
    let mut first_bytes = Vec::new();
    for (place, name, at) in sent {
        let ticket = printers[place].wait_for(Duration::from_secs(30), |ticket| ticket.number == name);
        first_bytes
            .push(ticket.with_context(|| format!("{name} was not printed"))?.begun().saturating_duration_since(at));
    }
    first_bytes.sort_unstable();
    let folder = tempfile::tempdir()?;
    Ok(Paced { first_bytes, fsync_p99: fsync::measure(folder.path(), 200)?.percentile(99) })
}
