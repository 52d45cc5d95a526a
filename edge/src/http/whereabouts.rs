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
    /// Where guests find the menu, over HTTP; nowhere when that is off.
    pub guests: Vec<SocketAddr>,
    /// Where it was to be served besides.
    pub taken: Taken,
}

/// Where another program was first; the branch sells without.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Taken {
    /// Places of HTTPS.
    pub encrypted: Vec<SocketAddr>,
    /// Places of the guests' menu.
    pub guests: Vec<SocketAddr>,
}

impl ServedAt {
    /// At this address over HTTP, and nowhere else.
    pub fn only(plain: SocketAddr) -> Self {
        Self { plain: vec![plain], encrypted: Vec::new(), guests: Vec::new(), taken: Taken::default() }
    }

    /// Where it is over HTTP, first of all.
    pub fn listen(&self) -> SocketAddr {
        self.plain.first().copied().unwrap_or(DEFAULT_ADDRESS)
    }
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

    /// Where it is served; at the usual address of this machine before it is.
    pub fn served_at(&self) -> ServedAt {
        self.served_at.get().cloned().unwrap_or_else(|| ServedAt::only(DEFAULT_ADDRESS))
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

    /// Where guests find the menu; nowhere when that is off.
    pub fn menu_addresses(&self) -> Vec<String> {
        self.served_at.get().map(|places| self.found_at("http", &places.guests)).unwrap_or_default()
    }

    /// Where a guest's phone finds its own order: at the guests' door where there is one, for their Wi-Fi may lead to no other.
    /// Over HTTP where the network is served so, for no phone of a guest believes the branch's own authority, and the first
    /// thing they would see is a warning; over HTTPS where only this machine is served without.
    pub fn for_guests(&self) -> Option<String> {
        let seen =
            |listen: &[SocketAddr]| listen.iter().copied().filter(|at| !at.ip().is_loopback()).collect::<Vec<_>>();
        let served = self.served_at.get().map(|places| {
            let doors = [("http", &places.guests), ("http", &places.plain), ("https", &places.encrypted)];
            doors.into_iter().flat_map(|(scheme, door)| self.found_at(scheme, &seen(door))).collect::<Vec<_>>()
        });
        let on_this_machine = || self.menu_addresses().into_iter().chain(self.addresses()).next();
        served.unwrap_or_default().into_iter().next().or_else(on_this_machine)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn served_at(plain: &[&str], encrypted: &[&str], guests: &[&str]) -> Whereabouts {
        let whereabouts = Whereabouts::default();
        let at = |places: &[&str]| places.iter().map(|place| place.parse().unwrap()).collect();
        whereabouts.serve_at(ServedAt {
            plain: at(plain),
            encrypted: at(encrypted),
            guests: at(guests),
            taken: Taken::default(),
        });
        whereabouts
    }

    #[test]
    fn a_guest_is_led_to_what_needs_nothing_on_a_phone_and_to_https_where_there_is_nothing_else() {
        let (here, plain, encrypted) = ("127.0.0.1:8080", "192.168.1.50:8080", "192.168.1.50:8443");
        for (plain, encrypted, led_to) in [
            (&[plain][..], &[encrypted][..], "http://192.168.1.50:8080"),
            (&[here, plain][..], &[encrypted][..], "http://192.168.1.50:8080"),
            (&[here][..], &[encrypted][..], "https://192.168.1.50:8443"),
            (&[here][..], &[][..], "http://127.0.0.1:8080"),
        ] {
            assert_eq!(served_at(plain, encrypted, &[]).for_guests().as_deref(), Some(led_to));
        }
        assert_eq!(Whereabouts::default().for_guests().as_deref(), Some("http://127.0.0.1:8080"));
    }

    #[test]
    fn a_guest_is_led_to_the_guests_door_where_there_is_one_on_their_network() {
        let (here, plain, menu) = ("127.0.0.1:8080", "192.168.1.50:8080", "10.8.0.1:80");
        let led_to = |guests: &[&str]| served_at(&[plain], &[], guests).for_guests();
        assert_eq!(led_to(&[menu]).as_deref(), Some("http://10.8.0.1:80"));
        assert_eq!(
            led_to(&["127.0.0.1:8090"]).as_deref(),
            Some("http://192.168.1.50:8080"),
            "a phone is no part of this machine"
        );
        let alone = served_at(&[here], &[], &["127.0.0.1:8090"]);
        assert_eq!(alone.for_guests().as_deref(), Some("http://127.0.0.1:8090"));
        assert_eq!(alone.menu_addresses(), ["http://127.0.0.1:8090"]);
        assert!(
            served_at(&[plain], &[], &[]).menu_addresses().is_empty()
                && Whereabouts::default().menu_addresses().is_empty()
        );
    }
}
