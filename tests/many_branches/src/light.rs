//! A light branch: its journal, and the conversation with the cloud over MQTT and TLS, as the daemon's uplink holds it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use comanda_shared::protocol::topic::Topic;
use comanda_shared::protocol::{Backoff, Downward, HARD_BYTES, Input, Log, Output, Sender, Standing};
use jiff::Timestamp;
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, NetworkOptions, Packet, QoS, TlsConfiguration, Transport};
use tokio::sync::watch;

use crate::{Identity, Journal};

const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A light branch. Copies are of the same.
#[derive(Clone)]
pub struct LightBranch {
    /// Who it is.
    pub identity: Identity,
    journal: Arc<Mutex<Journal>>,
    committed: watch::Sender<u64>,
    /// Up to where the cloud is known to have it.
    acknowledged: watch::Sender<u64>,
    standing: Arc<Mutex<Standing>>,
}

impl LightBranch {
    /// A branch with this journal.
    pub fn new(identity: Identity, journal: Journal) -> Self {
        Self {
            identity,
            journal: Arc::new(Mutex::new(journal)),
            committed: watch::Sender::new(0),
            acknowledged: watch::Sender::new(0),
            standing: Arc::new(Mutex::new(Standing::Offline)),
        }
    }

    /// The journal, to look at.
    pub fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the journal, and says how far it is then.
    pub fn live(&self, change: impl FnOnce(&mut Journal)) -> u64 {
        let mut journal = self.journal();
        change(&mut journal);
        let (end, _) = journal.end();
        drop(journal);
        self.committed.send_replace(end);
        end
    }

    /// How the conversation stands.
    pub fn standing(&self) -> Standing {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn stands(&self, standing: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = standing;
    }

    /// Up to where the cloud is known to have it, as it moves.
    pub fn acknowledged(&self) -> watch::Receiver<u64> {
        self.acknowledged.subscribe()
    }

    /// Speaks with the cloud until it is dropped, or the cloud says that it may not.
    pub async fn speak(self) {
        let mut backoff = Backoff::default();
        loop {
            // An error is a connection that broke: there will be another.
            let _ = self.converse(&mut backoff).await;
            if matches!(self.standing(), Standing::Barred(_)) {
                return;
            }
            self.stands(Standing::Offline);
            tokio::time::sleep(backoff.next(chance())).await;
        }
    }

    async fn converse(&self, backoff: &mut Backoff) -> Result<()> {
        let (client, mut events) = self.connect()?;
        let (up, down) = (Topic::Up(self.identity.branch).to_string(), Topic::Down(self.identity.branch).to_string());
        let me = comanda_shared::protocol::Identity {
            branch: self.identity.branch,
            appliance: self.identity.appliance,
            app: "light".to_owned(),
        };
        let mut sender = Sender::new(me, *self.acknowledged.borrow(), 0);
        let (begun, mut committed) = (Instant::now(), self.committed.subscribe());
        let mut is_up = false;
        loop {
            let wakes = sender.wakes_at().map(|at| begun + Duration::from_millis(at));
            let wake = async {
                match wakes {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            let input = tokio::select! {
                event = events.poll() => match event? {
                    Event::Incoming(Packet::ConnAck(_)) => {
                        client.try_subscribe(down.as_str(), QoS::AtLeastOnce)?;
                        continue;
                    }
                    Event::Incoming(Packet::SubAck(_)) => {
                        is_up = true;
                        Input::Connected { session: u64::from(chance()) << 32 | u64::from(chance()) }
                    }
                    Event::Incoming(Packet::Publish(publish)) => Input::Heard(Downward::decode(&publish.payload)?),
                    _ => continue,
                },
                changed = committed.changed(), if is_up => {
                    changed?;
                    Input::Committed
                }
                () = wake => Input::Tick,
            };
            sender.wall_clock(Timestamp::now().as_millisecond());
            let now = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            let outputs = {
                let journal = self.journal();
                let Ok(outputs) = sender.step(now, input, &*journal);
                outputs
            };
            for output in outputs {
                match output {
                    Output::Send(message) => {
                        client.try_publish(up.as_str(), QoS::AtLeastOnce, false, message.encode())?
                    }
                    Output::CursorMoved(to) => drop(self.acknowledged.send_replace(to)),
                    Output::OpenLife { first, .. } => bail!("a light branch does not part from itself, at {first}"),
                    Output::Commands(_) | Output::Directives(_) => {}
                    Output::Hangup => bail!("nothing came back"),
                }
            }
            let standing = sender.standing();
            if standing == Standing::Streaming {
                backoff.reset();
            }
            let is_barred = matches!(standing, Standing::Barred(_));
            self.stands(standing);
            if is_barred {
                return Ok(());
            }
        }
    }

    fn connect(&self) -> Result<(AsyncClient, EventLoop)> {
        let (host, port) = self.identity.broker.rsplit_once(':').context("the broker is HOST:PORT")?;
        let mut options = MqttOptions::new(self.identity.appliance.to_string(), host, port.parse()?);
        let largest = HARD_BYTES + 8192;
        options.set_keep_alive(KEEP_ALIVE).set_clean_session(true).set_max_packet_size(largest, largest);
        options.set_transport(Transport::Tls(TlsConfiguration::Simple {
            ca: self.identity.authority.clone().into_bytes(),
            alpn: None,
            client_auth: Some((self.identity.certificate.clone().into_bytes(), self.identity.key.clone().into_bytes())),
        }));
        let (client, mut events) = AsyncClient::new(options, 64);
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        network.set_connection_timeout(10);
        events.set_network_options(network);
        Ok((client, events))
    }
}

/// Whether the cloud is known to have all of it.
pub fn is_through(branch: &LightBranch) -> bool {
    let Ok(head) = branch.journal().head();
    *branch.acknowledged.borrow() == head
}

fn chance() -> u32 {
    getrandom::u32().unwrap_or(7)
}

/// Whose cryptography TLS uses in this process.
pub fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
