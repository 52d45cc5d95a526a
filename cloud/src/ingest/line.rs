//! The line to the broker: hears the branches of our shards, brings each message to its branch, where it is read while the desk
//! works through those before it, and sends the answers.
//!
//! The client is made anew after every error, and never waited for in the loop that polls it: see the traps in
//! `docs/running-the-cloud.md`. What is lost with a connection is said again by the branches.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use comanda_shared::ids::BranchId;
use comanda_shared::protocol::topic::{self, Topic, shard_of};
use comanda_shared::protocol::{Backoff, Downward, HARD_BYTES, Upward, WINDOW};
use rumqttc::{
    AsyncClient, Event, MqttOptions, NetworkOptions, Packet, QoS, SubscribeFilter, TlsConfiguration, Transport,
};
use tokio::sync::{mpsc, watch};

use super::desk::{self, Incoming, TOGETHER};
use super::read::Said;
use super::store::Place;
use super::{calls, leases};
use crate::db::Database;
use crate::enrolment::authority::{Authority, CLOUD};
use crate::tenancy::company_of_branch;

/// Messages of one branch that may wait; one more is dropped, and the branch says it again.
const WAITING: usize = 64;
/// A branch that says nothing for so long has no desk any more.
const IDLE: Duration = Duration::from_secs(120);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Publishes that may wait for the broker.
const OUTBOX: usize = 1024;

/// Where the broker is, and who we are to it.
#[derive(Clone, Debug)]
pub struct Broker {
    /// A name or address in its certificate.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Our certificate and its authority.
    pub authority: Authority,
    /// Of the shards of branches, how many this process works for at most.
    pub most_shards: u8,
}

/// Calls that may wait.
const CALLS: usize = 1024;

/// Works until it is dropped. Boxes fetch documents from the address given last.
///
/// # Errors
/// When the certificates cannot be read.
pub async fn work(database: Database, address: String, broker: Broker, documents: String) -> Result<()> {
    let held = watch::Sender::new(BTreeSet::new());
    let shards = held.subscribe();
    let leases = tokio::spawn(leases::keep(address.clone(), broker.most_shards, held));
    let line = Line { database, broker, documents: documents.into(), desks: Arc::default(), client: Arc::default() };
    let (called, calls) = mpsc::channel(CALLS);
    let hearing = tokio::spawn(calls::hear(address, called));
    let calling = tokio::spawn(line.clone().call(calls, shards.clone()));
    let ended = line.listen(shards).await;
    for task in [leases, hearing, calling] {
        task.abort();
    }
    ended
}

/// What is brought to a branch.
enum Heard {
    /// It said this, which is not read yet.
    Payload(Vec<u8>),
    /// It is called.
    Called,
}

#[derive(Clone)]
struct Line {
    database: Database,
    broker: Broker,
    documents: Arc<str>,
    desks: Arc<Mutex<HashMap<BranchId, mpsc::Sender<Heard>>>>,
    client: Arc<Mutex<Option<AsyncClient>>>,
}

impl Line {
    async fn listen(&self, mut shards: watch::Receiver<BTreeSet<u8>>) -> Result<()> {
        let mut backoff = Backoff::between(Duration::from_millis(200), Duration::from_secs(5));
        loop {
            let options = self.options()?;
            let error = self.one_connection(options, &mut shards, &mut backoff).await;
            *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None;
            let pause = backoff.next(u32::from_le_bytes(crate::db::chance()));
            tracing::warn!(error = format!("{error:#}"), ?pause, "the line to the broker is down");
            tokio::time::sleep(pause).await;
        }
    }

    fn options(&self) -> Result<MqttOptions> {
        let read = |name: &str| {
            let path = self.broker.authority.file(name);
            std::fs::read(&path).with_context(|| format!("read {}", path.display()))
        };
        let name = format!("{CLOUD}-{}", std::process::id());
        let mut options = MqttOptions::new(name, self.broker.host.clone(), self.broker.port);
        let largest = HARD_BYTES + 8192;
        options.set_keep_alive(KEEP_ALIVE).set_clean_session(true).set_max_packet_size(largest, largest);
        options.set_transport(Transport::Tls(TlsConfiguration::Simple {
            ca: read("authority.pem")?,
            alpn: None,
            client_auth: Some((read(&format!("{CLOUD}.pem"))?, read(&format!("{CLOUD}.key.pem"))?)),
        }));
        Ok(options)
    }

    /// Polls one client until it fails; nothing in here waits for that client.
    async fn one_connection(
        &self,
        options: MqttOptions,
        shards: &mut watch::Receiver<BTreeSet<u8>>,
        backoff: &mut Backoff,
    ) -> anyhow::Error {
        let (client, mut events) = AsyncClient::new(options, OUTBOX);
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        network.set_connection_timeout(5);
        events.set_network_options(network);
        let mut heard: BTreeSet<u8> = BTreeSet::new();
        let mut is_connected = false;
        loop {
            let event = tokio::select! {
                event = events.poll() => event,
                changed = shards.changed() => match changed {
                    Ok(()) if is_connected => match follow(&client, &mut heard, &shards.borrow()) {
                        Ok(()) => continue,
                        Err(error) => return error,
                    },
                    Ok(()) => continue,
                    Err(_) => return anyhow::anyhow!("nobody keeps the leases"),
                },
            };
            match event {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    tracing::info!("the line to the broker is up");
                    is_connected = true;
                    backoff.reset();
                    if let Err(error) = follow(&client, &mut heard, &shards.borrow_and_update()) {
                        return error;
                    }
                    *self.client.lock().unwrap_or_else(PoisonError::into_inner) = Some(client.clone());
                }
                Ok(Event::Incoming(Packet::Publish(publish))) => self.bring(&publish.topic, &publish.payload),
                Ok(_) => {}
                Err(error) => return error.into(),
            }
        }
    }

    /// Brings a message to the desk of its branch.
    fn bring(&self, topic: &str, payload: &[u8]) {
        let Ok(Topic::Up(branch)) = topic.parse() else {
            tracing::warn!(topic, "something was said on a topic that is none");
            return;
        };
        self.put(branch, Heard::Payload(payload.to_vec()));
    }

    /// Brings calls to the desks of those branches this process works for.
    async fn call(self, mut calls: mpsc::Receiver<BranchId>, shards: watch::Receiver<BTreeSet<u8>>) {
        while let Some(branch) = calls.recv().await {
            if shards.borrow().contains(&shard_of(branch)) {
                self.put(branch, Heard::Called);
            }
        }
    }

    fn put(&self, branch: BranchId, heard: Heard) {
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let desk = desks.entry(branch).or_insert_with(|| self.open_desk(branch));
        match desk.try_send(heard) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => tracing::debug!(branch.id = %branch, "a desk is full"),
            Err(mpsc::error::TrySendError::Closed(heard)) => {
                *desk = self.open_desk(branch);
                // A new desk has room.
                let _ = desk.try_send(heard);
            }
        }
    }

    fn open_desk(&self, branch: BranchId) -> mpsc::Sender<Heard> {
        let (desk, heard) = mpsc::channel(WAITING);
        let (reads, waiting) = mpsc::channel(WINDOW);
        tokio::spawn(read_ahead(branch, heard, reads));
        tokio::spawn(self.clone().sit_at(branch, waiting));
        desk
    }

    async fn sit_at(self, branch: BranchId, mut waiting: mpsc::Receiver<Incoming>) {
        let mut messages = Vec::with_capacity(TOGETHER);
        let mut place = None;
        while let Ok(count @ 1..) = tokio::time::timeout(IDLE, waiting.recv_many(&mut messages, TOGETHER)).await {
            match self.work_through(branch, &mut place, &messages).await {
                Ok(answers) => {
                    for answer in answers {
                        self.answer(branch, &answer).await;
                    }
                }
                Err(error) => {
                    let error = format!("{error:#}");
                    tracing::error!(branch.id = %branch, count, error, "messages of a branch could not be stored");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
            messages.clear();
        }
    }

    /// A branch stays its company's, so that its place is looked for once.
    async fn work_through(
        &self,
        branch: BranchId,
        place: &mut Option<Place>,
        messages: &[Incoming],
    ) -> Result<Vec<Downward>> {
        if place.is_none() {
            let company = company_of_branch(&self.database, branch).await?;
            *place = company.map(|company| Place { company, branch });
        }
        let Some(place) = *place else {
            tracing::warn!(branch.id = %branch, "a branch that nobody has speaks");
            return Ok(Vec::new());
        };
        Ok(desk::work(&self.database, place, &self.documents, messages).await?)
    }

    /// Sends an answer; one that cannot be sent is lost, and the branch asks again.
    async fn answer(&self, branch: BranchId, answer: &Downward) {
        let client = self.client.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(client) = client else { return };
        let publish = client.publish(Topic::Down(branch).to_string(), QoS::AtLeastOnce, false, answer.encode());
        if !matches!(tokio::time::timeout(Duration::from_secs(5), publish).await, Ok(Ok(()))) {
            tracing::debug!(branch.id = %branch, "an answer could not be sent");
        }
    }
}

/// Reads what a branch says, some messages ahead of its desk, until the desk is closed.
async fn read_ahead(branch: BranchId, mut heard: mpsc::Receiver<Heard>, desk: mpsc::Sender<Incoming>) {
    loop {
        let heard = tokio::select! {
            heard = heard.recv() => heard,
            () = desk.closed() => return,
        };
        let incoming = match heard {
            Some(Heard::Payload(payload)) => match read(branch, &payload) {
                Some(said) => Incoming::Said(Box::new(said)),
                None => continue,
            },
            Some(Heard::Called) => Incoming::Called,
            None => return,
        };
        if desk.send(incoming).await.is_err() {
            return;
        }
    }
}

fn read(branch: BranchId, payload: &[u8]) -> Option<Said> {
    match Upward::decode(payload) {
        Ok(message) if message.branch() == branch => Some(Said::read(message)),
        Ok(message) => {
            tracing::error!(branch.id = %branch, names = %message.branch(), "a message names another branch");
            None
        }
        Err(error) => {
            let error = format!("{:#}", anyhow::Error::new(error));
            tracing::error!(branch.id = %branch, bytes = payload.len(), error, "a message cannot be read");
            None
        }
    }
}

/// Subscribes to what is ours now and leaves the rest; never waits.
fn follow(client: &AsyncClient, heard: &mut BTreeSet<u8>, ours: &BTreeSet<u8>) -> Result<()> {
    let new = ours.difference(heard).map(|shard| SubscribeFilter::new(topic::all_up(*shard), QoS::AtLeastOnce));
    let new: Vec<SubscribeFilter> = new.collect();
    if !new.is_empty() {
        client.try_subscribe_many(new)?;
    }
    for shard in heard.difference(ours) {
        client.try_unsubscribe(topic::all_up(*shard))?;
    }
    heard.clone_from(ours);
    Ok(())
}
