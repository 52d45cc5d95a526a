//! What carries messages: something that says when it is up, brings what was said, and takes what is to be said.
//!
//! The one there is speaks MQTT through `rumqttc` 0.25, whose ways are known: a client that has failed may hold back what
//! it should send for ever, so each connection has a new one; what it is asked to publish it sends only while it is
//! polled, so nothing here waits for it; without TCP_NODELAY a lone message waits forty milliseconds; and it takes packets of 10 KiB
//! unless told otherwise. It may lose whatever it was given, which the protocol expects.

use std::time::Duration;

use comanda_shared::protocol::HARD_BYTES;
use comanda_shared::protocol::topic::Topic;
use rumqttc::{
    AsyncClient, ClientError, ConnectionError, Event, EventLoop, MqttOptions, NetworkOptions, Packet, QoS,
    TlsConfiguration, Transport as Carrier,
};

use super::identity::Identity;

const KEEP_ALIVE: Duration = Duration::from_secs(30);
const CONNECT_SECONDS: u64 = 10;
/// Messages that may wait for the network: more than the protocol ever has under way.
const OUTBOX: usize = 64;

/// Why a connection is over.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The broker's address is none.
    #[error("the broker «{0}» is no HOST:PORT")]
    Address(String),
    /// The connection failed.
    #[error("the connection to the broker failed")]
    Connection(#[source] Box<ConnectionError>),
    /// It takes no more.
    #[error("the connection to the broker takes no more")]
    Full(#[source] Box<ClientError>),
}

/// What happened on a connection.
#[derive(Debug)]
pub enum Happening {
    /// It is up: from now on what the cloud says is heard.
    Up,
    /// The cloud said this.
    Said(Vec<u8>),
}

/// One connection, which is not used again once it is broken.
pub trait Transport {
    /// Hands over a message, without waiting.
    ///
    /// # Errors
    /// [`Broken`].
    fn send(&mut self, message: Vec<u8>) -> Result<(), Broken>;

    /// Waits for what happens next. May be left and called again.
    ///
    /// # Errors
    /// [`Broken`].
    fn next(&mut self) -> impl Future<Output = Result<Happening, Broken>>;
}

/// A connection over MQTT and TLS.
pub struct Mqtt {
    client: AsyncClient,
    events: EventLoop,
    up: String,
    down: String,
}

impl Mqtt {
    /// A connection that begins with the first [`Transport::next`].
    ///
    /// # Errors
    /// [`Broken::Address`].
    pub fn to(identity: &Identity) -> Result<Self, Broken> {
        let address = || Broken::Address(identity.broker.clone());
        let (host, port) = identity.broker.rsplit_once(':').ok_or_else(address)?;
        let port = port.parse().map_err(|_| address())?;
        let mut options = MqttOptions::new(identity.appliance.to_string(), host, port);
        let largest = HARD_BYTES + 8192;
        options.set_keep_alive(KEEP_ALIVE).set_clean_session(true).set_max_packet_size(largest, largest);
        options.set_transport(Carrier::Tls(TlsConfiguration::Simple {
            ca: identity.authority.clone().into_bytes(),
            alpn: None,
            client_auth: Some((identity.certificate.clone().into_bytes(), identity.key.clone().into_bytes())),
        }));
        let (client, mut events) = AsyncClient::new(options, OUTBOX);
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        network.set_connection_timeout(CONNECT_SECONDS);
        events.set_network_options(network);
        let (up, down) = (Topic::Up(identity.branch).to_string(), Topic::Down(identity.branch).to_string());
        Ok(Self { client, events, up, down })
    }
}

impl Transport for Mqtt {
    fn send(&mut self, message: Vec<u8>) -> Result<(), Broken> {
        let sent = self.client.try_publish(self.up.as_str(), QoS::AtLeastOnce, false, message);
        sent.map_err(|error| Broken::Full(Box::new(error)))
    }

    async fn next(&mut self) -> Result<Happening, Broken> {
        loop {
            let event = self.events.poll().await.map_err(|error| Broken::Connection(Box::new(error)))?;
            match event {
                Event::Incoming(Packet::ConnAck(_)) => {
                    let asked = self.client.try_subscribe(self.down.as_str(), QoS::AtLeastOnce);
                    asked.map_err(|error| Broken::Full(Box::new(error)))?;
                }
                Event::Incoming(Packet::SubAck(_)) => return Ok(Happening::Up),
                Event::Incoming(Packet::Publish(publish)) if publish.topic == self.down => {
                    return Ok(Happening::Said(publish.payload.to_vec()));
                }
                _ => {}
            }
        }
    }
}
