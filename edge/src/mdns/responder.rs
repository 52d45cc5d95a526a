//! Answers for one name of this host (RFC 6762): asks first whether anybody has it, says that it has, answers whoever asks, and
//! says goodbye.
//!
//! Where another answers for the name from an address that is not ours, the branch takes the next one: `comanda-2.local`.
//! Whatever arrives is only bytes: what cannot be read is passed over, and only the local network is answered.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::time::{Duration, Instant};

use socket2::{Domain, SockRef, Socket, Type};

use super::dns::{self, Record};
use super::naming::LocalName;
use crate::printing::surroundings::Surroundings;

/// How long what was said is to be believed, in seconds (RFC 6762, 10).
const BELIEVED_S: u32 = 120;
/// A name is asked for three times before it is taken (RFC 6762, 8.1),
const PROBES: u32 = 3;
/// so long apart; and no answer is said to everybody more often.
const APART: Duration = Duration::from_millis(250);
/// How often it is looked whether the box has another address, or stops.
const NAP: Duration = Duration::from_millis(250);
const LOOK_AROUND: Duration = Duration::from_secs(30);
/// No name is tried with a higher number.
const LAST_NUMBER: u32 = 99;

/// A socket among those that answer for themselves.
pub struct Responder {
    socket: UdpSocket,
    group: SocketAddrV4,
    own: Vec<Ipv4Addr>,
}

/// What was heard of a name.
#[derive(Debug)]
enum Heard {
    /// Somebody asks where it is.
    Asked { message: Vec<u8>, from: SocketAddrV4 },
    /// Somebody else says that it is theirs.
    Claimed { by: Ipv4Addr },
}

/// Why it was stopped answering for a name.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Stopped,
    Taken,
}

impl Responder {
    /// Listens where everybody does, on each of this machine's networks.
    ///
    /// # Errors
    /// When the port or every network is out of reach.
    pub fn join(group: SocketAddrV4, surroundings: &Surroundings) -> io::Result<Self> {
        Self::join_at(group, &surroundings.own_addresses())
    }

    fn join_at(group: SocketAddrV4, own: &[Ipv4Addr]) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
        // Others of this machine may answer for names of their own.
        socket.set_reuse_address(true)?;
        socket.set_reuse_port(true)?;
        // To what is said to everybody only: what is said to this machine alone is for whoever asked.
        socket.bind(&group.into())?;
        socket.set_multicast_ttl_v4(255)?;
        socket.set_read_timeout(Some(NAP))?;
        let mut responder = Self { socket: socket.into(), group, own: Vec::new() };
        responder.join_networks(own);
        if responder.own.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NetworkUnreachable, "this machine is on no network"));
        }
        Ok(responder)
    }

    fn join_networks(&mut self, own: &[Ipv4Addr]) {
        let strange: Vec<Ipv4Addr> = own.iter().filter(|address| !self.own.contains(address)).copied().collect();
        self.own.retain(|address| own.contains(address));
        for address in strange {
            match self.socket.join_multicast_v4(self.group.ip(), &address) {
                Ok(()) => self.own.push(address),
                // It went and came back, or has two addresses in one network.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => self.own.push(address),
                Err(error) => tracing::debug!(%error, "one network is not answered"),
            }
        }
    }

    /// Answers for this label under `.local`, or the next that is free, until told to stop.
    pub fn answer_for(
        &mut self,
        label: &str,
        known_as: &LocalName,
        surroundings: &Surroundings,
        is_stopping: &dyn Fn() -> bool,
    ) {
        for number in 1..=LAST_NUMBER {
            let name = if number == 1 { format!("{label}.local") } else { format!("{label}-{number}.local") };
            if self.is_free(&name) {
                tracing::info!(%name, "the branch answers to its name");
                known_as.set(Some(name.clone()));
                let networks = || surroundings.own_addresses();
                if self.hold(&name, &networks, is_stopping) == Ended::Stopped {
                    return;
                }
            }
            tracing::warn!(%name, "another answers to this name: the next one is tried");
            known_as.set(None);
            if is_stopping() {
                return;
            }
        }
    }

    /// Asks whether anybody has the name.
    fn is_free(&self, name: &str) -> bool {
        for _ in 0..PROBES {
            self.say(&|_| dns::probe(name));
            let until = Instant::now() + APART;
            while Instant::now() < until {
                if let Some(Heard::Claimed { .. }) = self.hear(name) {
                    return false;
                }
            }
        }
        true
    }

    /// Says that the name is ours, and answers whoever asks.
    fn hold(&mut self, name: &str, networks: &dyn Fn() -> Vec<Ipv4Addr>, is_stopping: &dyn Fn() -> bool) -> Ended {
        self.say(&|own| dns::claim(name, own, BELIEVED_S));
        let (mut said, mut looked) = (Instant::now(), Instant::now());
        while !is_stopping() {
            match self.hear(name) {
                Some(Heard::Claimed { by }) => {
                    tracing::debug!(%by, "another says that our name is theirs");
                    return Ended::Taken;
                }
                Some(Heard::Asked { message, from }) if from.port() != self.group.port() => {
                    self.answer_one(name, &message, from);
                }
                Some(Heard::Asked { .. }) if said.elapsed() >= APART => {
                    self.say(&|own| dns::claim(name, own, BELIEVED_S));
                    said = Instant::now();
                }
                Some(Heard::Asked { .. }) | None => {}
            }
            if looked.elapsed() >= LOOK_AROUND {
                looked = Instant::now();
                let own = networks();
                if own != self.own {
                    self.join_networks(&own);
                    self.say(&|own| dns::claim(name, own, BELIEVED_S));
                }
            }
        }
        self.say(&|own| dns::claim(name, own, 0));
        Ended::Stopped
    }

    /// What is next heard of this name; none when nothing was for a while.
    fn hear(&self, name: &str) -> Option<Heard> {
        let mut buffer = [0; 9000];
        let (length, SocketAddr::V4(from)) = self.socket.recv_from(&mut buffer).ok()? else { return None };
        let message = &buffer[..length];
        if !is_local(*from.ip()) {
            return None;
        }
        if dns::asks_for(message, name) {
            return Some(Heard::Asked { message: message.to_vec(), from });
        }
        let claimed = dns::read(message).into_iter().find_map(|record| match record {
            Record::Address { name: of, host } if of.eq_ignore_ascii_case(name) => Some(host),
            _ => None,
        });
        claimed.filter(|host| !self.own.contains(host)).map(|by| Heard::Claimed { by })
    }

    /// Says something on each network, of our address in it. One that is gone hears nothing.
    fn say(&self, what: &dyn Fn(Ipv4Addr) -> Vec<u8>) {
        for own in &self.own {
            let sent = SockRef::from(&self.socket).set_multicast_if_v4(own);
            let sent = sent.and_then(|()| self.socket.send_to(&what(*own), self.group));
            if let Err(error) = sent {
                tracing::debug!(%error, "a network could not be told the branch's name");
            }
        }
    }

    /// Answers one who asked from a port of their own, with our address on their side.
    fn answer_one(&self, name: &str, asked: &[u8], to: SocketAddrV4) {
        let Some(own) = own_towards(*to.ip()) else { return };
        let Some(answer) = dns::answer_to(asked, name, own) else { return };
        if let Err(error) = self.socket.send_to(&answer, to) {
            tracing::debug!(%error, "somebody could not be told the branch's address");
        }
    }
}

fn is_local(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local()
}

/// Our own address on the way to another: the kernel chooses it for a datagram that is never sent.
fn own_towards(other: Ipv4Addr) -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((other, 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(own) => Some(own),
        IpAddr::V6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// A branch that answers on the loopback network, among those of a port of its own.
    struct Called {
        group: SocketAddrV4,
        name: LocalName,
        stop: Arc<AtomicBool>,
        thread: Option<std::thread::JoinHandle<()>>,
    }

    impl Called {
        fn on(label: &'static str, group: SocketAddrV4) -> Self {
            let (name, stop) = (LocalName::default(), Arc::new(AtomicBool::new(false)));
            let mut responder = Responder::join_at(group, &[Ipv4Addr::LOCALHOST]).unwrap();
            let (known_as, stopping) = (name.clone(), Arc::clone(&stop));
            let thread = std::thread::spawn(move || {
                let nowhere = Surroundings { routes: "/nowhere".into(), ..Surroundings::default() };
                responder.answer_for(label, &known_as, &nowhere, &|| stopping.load(Ordering::SeqCst));
            });
            Self { group, name, stop, thread: Some(thread) }
        }

        fn is_called(&self, wanted: &str) {
            let until = Instant::now() + PATIENCE;
            while self.name.get().as_deref() != Some(wanted) {
                assert!(Instant::now() < until, "it is called {:?}, not {wanted}", self.name.get());
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    impl Drop for Called {
        fn drop(&mut self) {
            self.stop.store(true, Ordering::SeqCst);
            let ended = self.thread.take().map(std::thread::JoinHandle::join);
            assert!(std::thread::panicking() || ended.is_some_and(|ended| ended.is_ok()));
        }
    }

    /// Those who answer for themselves, at a port nobody else has.
    fn group() -> SocketAddrV4 {
        let port = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        SocketAddrV4::new(*crate::mdns::GROUP.ip(), port)
    }

    /// A machine of the network, which asks from a port of its own.
    fn machine() -> UdpSocket {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        SockRef::from(&socket).set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    fn answer(machine: &UdpSocket) -> Vec<Record> {
        let mut buffer = [0; 512];
        let (length, _) = machine.recv_from(&mut buffer).unwrap();
        dns::read(&buffer[..length])
    }

    fn there(name: &str, host: Ipv4Addr) -> Record {
        Record::Address { name: name.to_owned(), host }
    }

    #[test]
    fn a_tablet_that_asks_for_the_branchs_name_is_told_its_address() {
        let branch = Called::on("comanda", group());
        branch.is_called("comanda.local");
        let tablet = machine();
        tablet.send_to(&dns::probe("COMANDA.local"), branch.group).unwrap();
        assert_eq!(answer(&tablet), [there("comanda.local", Ipv4Addr::LOCALHOST)]);
        // Of what is not its name it says nothing; bytes that mean nothing do it no harm.
        tablet.send_to(&dns::probe("otra.local"), branch.group).unwrap();
        tablet.send_to(b"\xff\xff\xff", branch.group).unwrap();
        tablet.send_to(&dns::probe("comanda.local"), branch.group).unwrap();
        assert_eq!(answer(&tablet), [there("comanda.local", Ipv4Addr::LOCALHOST)]);
    }

    #[test]
    fn a_branch_that_finds_its_name_taken_takes_the_next_and_again_when_somebody_claims_that_later() {
        let (group, other) = (group(), Ipv4Addr::new(192, 168, 1, 9));
        // It hears every question of the group, and answers for a name that is another machine's.
        let taken = Responder::join_at(group, &[Ipv4Addr::LOCALHOST]).unwrap();
        let has_answered = Arc::new(AtomicBool::new(false));
        let answered = Arc::clone(&has_answered);
        let answering = std::thread::spawn(move || {
            while !answered.load(Ordering::SeqCst) {
                if let Some(Heard::Asked { .. }) = taken.hear("comanda.local") {
                    taken.say(&|_| dns::claim("comanda.local", other, BELIEVED_S));
                }
            }
        });
        let branch = Called::on("comanda", group);
        branch.is_called("comanda-2.local");
        has_answered.store(true, Ordering::SeqCst);
        answering.join().unwrap();
        machine().send_to(&dns::claim("comanda-2.local", other, BELIEVED_S), group).unwrap();
        branch.is_called("comanda-3.local");
    }
}
