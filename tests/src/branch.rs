//! A branch set up for a test: the daemon on a fresh folder, its catalog, its printers, and who may sell.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::Client;
use crate::daemon::Daemon;
use crate::printer::EmulatedPrinter;

/// Statuses of a print job that will still change by itself.
const UNFINISHED: [&str; 3] = ["queued", "sending", "sent"];
/// How long a client waits for one answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// The branch.
pub struct Branch {
    /// Its daemon, running.
    pub daemon: Daemon,
    token: String,
    // Removed after the daemon, which writes in it.
    _folder: TempDir,
}

impl Branch {
    /// Opens a branch with this catalog and one printer for each of these stations.
    ///
    /// # Errors
    /// When the daemon does not start or takes something not.
    pub fn open(catalog: &Value, printers: &[(&str, &EmulatedPrinter)]) -> Result<Self> {
        let folder = tempfile::tempdir().context("make a folder for the branch")?;
        let daemon = Daemon::beside_this_program(folder.path())?;
        Self::open_with(daemon, folder, catalog, printers)
    }

    /// As [`Branch::open`], of a daemon that was prepared.
    ///
    /// # Errors
    /// As [`Branch::open`].
    pub fn open_with(
        mut daemon: Daemon,
        folder: TempDir,
        catalog: &Value,
        printers: &[(&str, &EmulatedPrinter)],
    ) -> Result<Self> {
        daemon.start()?;
        daemon.import_catalog(catalog)?;
        for (station, printer) in printers {
            daemon.add_printer(&format!("impresora-{station}"), &printer.uri(), station)?;
        }
        let token = daemon.create_token("cashier")?;
        Ok(Self { daemon, token, _folder: folder })
    }

    /// A client with the right to sell.
    pub fn client(&self) -> Client {
        Client::new(self.daemon.address(), ANSWER_PATIENCE).with_token(&self.token)
    }

    /// Every order, in the order of the answer.
    ///
    /// # Errors
    /// When a page is not answered.
    pub fn orders(&self) -> Result<Vec<Value>> {
        self.all("/api/v1/orders?limit=200")
    }

    /// Every print job of a status.
    ///
    /// # Errors
    /// When a page is not answered.
    pub fn print_jobs(&self, status: &str) -> Result<Vec<Value>> {
        self.all(&format!("/api/v1/print/jobs?status={status}&limit=200"))
    }

    /// Waits until no print job is left that will still change by itself.
    ///
    /// # Errors
    /// When some are left after `patience`; the error shows how many and one of them.
    pub fn wait_until_printed(&self, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        loop {
            let pages =
                UNFINISHED.map(|status| self.first_page(&format!("/api/v1/print/jobs?status={status}&limit=1")));
            let [queued, sending, sent] = pages;
            let left = [queued?, sending?, sent?].concat();
            if left.is_empty() {
                return Ok(());
            }
            if Instant::now() > deadline {
                let count = self.print_jobs("queued")?.len();
                bail!("after {patience:?} {count} print jobs are queued; one is {}", left[0]);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Follows `next_cursor` to the end.
    fn all(&self, path: &str) -> Result<Vec<Value>> {
        let mut client = self.client();
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut page = page(&mut client, &format!("{path}{cursor}"))?;
            items.append(page["items"].as_array_mut().context("a list without items")?);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(items),
            }
        }
    }

    fn first_page(&self, path: &str) -> Result<Vec<Value>> {
        let page = page(&mut self.client(), path)?;
        Ok(page["items"].as_array().context("a list without items")?.clone())
    }
}

fn page(client: &mut Client, path: &str) -> Result<Value> {
    let answer = client.get(path)?;
    ensure!(answer.status == 200, "GET {path} was answered {answer}");
    answer.json()
}

/// Sends an order with the same key and body until it is acknowledged, as a point of sale does: a lost connection and a
/// 503 say nothing about whether the order is there.
///
/// # Errors
/// When it is refused for good, or not acknowledged within `patience`.
pub fn place_until_acknowledged(client: &mut Client, key: &str, body: &Value, patience: Duration) -> Result<Value> {
    let deadline = Instant::now() + patience;
    loop {
        let outcome = client.post("/api/v1/orders", key, body);
        let fault = match outcome {
            Ok(answer) if matches!(answer.status, 200 | 201) => return answer.json(),
            Ok(answer) if answer.status == 503 => anyhow::anyhow!("{answer}"),
            Ok(answer) => bail!("the order {body} was answered {answer}"),
            Err(error) => error,
        };
        if Instant::now() > deadline {
            return Err(fault).with_context(|| format!("not acknowledged within {patience:?}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
