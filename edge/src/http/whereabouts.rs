//! Where the branch is found, for whoever tells a screen or a guest: addresses first, the name besides.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use crate::mdns::naming::LocalName;
use crate::printing::surroundings::Surroundings;

/// Where a branch is served before it is said otherwise.
const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Where the branch is found. Shared: it is known to all once the branch is served.
#[derive(Clone, Default)]
pub struct Whereabouts {
    served_at: Arc<OnceLock<ServedAt>>,
    surroundings: Surroundings,
    /// What it is called under `.local`.
    pub local_name: LocalName,
}

/// Where it is served; at least one address without encryption, which needs nothing on a tablet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServedAt {
    /// Over HTTP.
    pub plain: Vec<SocketAddr>,
    /// Over HTTPS.
    pub encrypted: Vec<SocketAddr>,
}

impl Whereabouts {
    /// On a machine of these surroundings.
    pub fn around(surroundings: Surroundings) -> Self {
        Self { surroundings, ..Self::default() }
    }

    /// From now on it is served here. Said once.
    pub fn serve_at(&self, places: ServedAt) {
        self.served_at.get_or_init(|| places);
    }

    /// Where it is served over HTTP.
    pub fn listen(&self) -> SocketAddr {
        let first = self.served_at.get().and_then(|places| places.plain.first().copied());
        first.unwrap_or(DEFAULT_ADDRESS)
    }

    /// Where it is found: with this machine's own addresses, where it listens at all of them.
    pub fn addresses(&self) -> Vec<String> {
        match self.served_at.get() {
            Some(places) => self.found_at("http", &places.plain),
            None => self.found_at("http", &[DEFAULT_ADDRESS]),
        }
    }

    /// Where it is found over HTTPS; nowhere when that is off.
    pub fn encrypted_addresses(&self) -> Vec<String> {
        self.served_at.get().map(|places| self.found_at("https", &places.encrypted)).unwrap_or_default()
    }

    /// What its certificate has to be for, besides the names the operator gave it.
    pub fn certified(&self) -> Vec<String> {
        let own = self.surroundings.own_addresses().into_iter().map(IpAddr::from);
        let listening = self.served_at.get().into_iter().flat_map(|places| &places.encrypted);
        let listening = listening.map(SocketAddr::ip).filter(|address| !address.is_unspecified());
        own.chain(listening).map(|address| address.to_string()).chain(self.local_name.get()).collect()
    }

    fn found_at(&self, scheme: &str, listen: &[SocketAddr]) -> Vec<String> {
        let found = |address: SocketAddr| format!("{scheme}://{address}");
        let each = |address: &SocketAddr| match address.ip().is_unspecified() {
            false => vec![found(*address)],
            true => {
                let own = self.surroundings.own_addresses().into_iter();
                let named = self.local_name.get().map(|name| format!("{scheme}://{name}:{}", address.port()));
                own.map(|own| found(SocketAddr::from((own, address.port())))).chain(named).collect()
            }
        };
        listen.iter().flat_map(each).collect()
    }
}
