//! Names of the local network that nobody hands out: mDNS (RFC 6762).
//!
//! [`dns`] is the language; printers are looked for in it ([`crate::printing::announced`]), and [`responder`] answers for the
//! branch's own name, so that a tablet opens `http://comanda.local:8080` and no address is typed. [`naming`] runs it.
//!
//! Addresses of a network are given out anew, and some telephones do not know these names: whatever is shown to be typed or
//! scanned has the address first, and the name besides.

pub mod dns;
pub mod naming;
pub mod responder;

use std::net::{Ipv4Addr, SocketAddrV4};

/// Where everybody listens who answers for themselves.
pub const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(224, 0, 0, 251), 5353);
