//! Where the branch listens, as the settings say it.

use std::net::{AddrParseError, SocketAddr};

use serde::Deserialize;

/// The port of HTTP unless it is told otherwise.
pub const HTTP_PORT: u16 = 8080;
/// The port of HTTPS beside it.
const HTTPS_PORT: u16 = 8443;
/// The port at which guests find the menu: not the next one after HTTP's, where a practice branch is.
const MENU_PORT: u16 = 8090;

/// Where a door of the branch is that stands beside HTTP's.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "Places")]
pub enum Beside {
    /// At the usual port; where that is taken, the branch goes without.
    #[default]
    Auto,
    /// Nowhere.
    Off,
    /// At these addresses.
    At(Vec<SocketAddr>),
}

/// A text that says no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no place to listen at: an address and port, auto or off is meant")]
pub struct BesideError(String);

impl std::str::FromStr for Beside {
    type Err = BesideError;

    fn from_str(text: &str) -> Result<Self, BesideError> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            _ => {
                let each = text.split(',').map(|place| place.trim().parse());
                each.collect::<Result<Vec<_>, _>>().map(Self::At).map_err(|_| BesideError(text.to_owned()))
            }
        }
    }
}

impl TryFrom<Places> for Beside {
    type Error = BesideError;

    fn try_from(places: Places) -> Result<Self, BesideError> {
        match places {
            Places::One(text) => text.parse(),
            Places::Several(texts) => texts.join(",").parse(),
        }
    }
}

impl Beside {
    /// Where to listen over HTTPS, beside these addresses of HTTP: unless told otherwise, at port 8443 beside each that has port 8080.
    pub fn https(&self, plain: &[SocketAddr]) -> Vec<SocketAddr> {
        self.places(|| {
            let usual = plain.iter().filter(|address| address.port() == HTTP_PORT);
            usual.map(|address| SocketAddr::new(address.ip(), HTTPS_PORT)).collect()
        })
    }

    /// Where guests find the menu, beside these addresses of HTTP: unless told otherwise, at port 8090 of each, or at any that is
    /// free where HTTP is at any.
    pub fn guests(&self, plain: &[SocketAddr]) -> Vec<SocketAddr> {
        self.places(|| {
            let port = |http: u16| if http == 0 { 0 } else { MENU_PORT };
            let mut places: Vec<SocketAddr> =
                plain.iter().map(|address| SocketAddr::new(address.ip(), port(address.port()))).collect();
            places.sort_unstable();
            places.dedup_by_key(|place| place.ip());
            places.retain(|place| place.port() == 0 || !plain.contains(place));
            places
        })
    }

    fn places(&self, usual: impl FnOnce() -> Vec<SocketAddr>) -> Vec<SocketAddr> {
        match self {
            Self::Off => Vec::new(),
            Self::At(places) => places.clone(),
            Self::Auto => usual(),
        }
    }
}

/// One place or several, as they stand in the file.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Places {
    One(String),
    Several(Vec<String>),
}

impl Places {
    pub(super) fn addresses(self) -> Result<Vec<SocketAddr>, AddrParseError> {
        let texts = match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        };
        texts.iter().map(|text| text.parse()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn https_stands_beside_the_usual_port_and_elsewhere_where_it_is_told_to() {
        let plain = [at("192.168.1.20:8080"), at("127.0.0.1:4000")];
        assert_eq!(Beside::Auto.https(&plain), [at("192.168.1.20:8443")]);
        assert_eq!(Beside::Auto.https(&plain[1..]), []);
        assert_eq!(Beside::Off.https(&plain), []);
        let several: Beside = "127.0.0.1:1, [::1]:2".parse().unwrap();
        assert_eq!(several.https(&plain), [at("127.0.0.1:1"), at("[::1]:2")]);
    }

    #[test]
    fn the_menu_stands_beside_every_address_of_http_once_and_at_any_port_where_http_does() {
        let plain = [at("192.168.1.20:80"), at("127.0.0.1:4000"), at("192.168.1.20:8080")];
        assert_eq!(Beside::Auto.guests(&plain), [at("127.0.0.1:8090"), at("192.168.1.20:8090")]);
        assert_eq!(Beside::Auto.guests(&[at("127.0.0.1:0")]), [at("127.0.0.1:0")]);
        assert_eq!(Beside::Auto.guests(&[at("0.0.0.0:8090")]), [], "the branch itself is there");
        assert_eq!(Beside::Off.guests(&plain), []);
        assert_eq!("10.8.0.1:80".parse::<Beside>().unwrap().guests(&plain), [at("10.8.0.1:80")]);
    }
}
