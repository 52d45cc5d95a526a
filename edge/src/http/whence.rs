//! From where a request comes: which paired screen, which address, over what.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use axum::serve::IncomingStream;
use comanda_shared::device::Device;

use super::cookies::Cookie;
use super::visitors::Visitors;
use crate::journal::ReadError;
use crate::staff::Access;

/// The other end of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// Whether what is said is encrypted.
    pub is_encrypted: bool,
}

impl Connected<IncomingStream<'_, Visitors>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Visitors>) -> Self {
        Self { address: stream.remote_addr().ip(), is_encrypted: false }
    }
}

/// From where a request comes.
#[derive(Clone, Default, Debug)]
pub struct Whence {
    /// The paired screen, when it is one.
    pub device: Option<Device>,
    /// Its secret.
    pub secret: Option<String>,
    /// The address; none where there is no network between.
    pub address: Option<IpAddr>,
    /// Whether it came over HTTPS.
    pub is_encrypted: bool,
}

impl Whence {
    /// From where a request with this head comes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn of(headers: &HeaderMap, extensions: &Extensions, access: &Access) -> Result<Self, ReadError> {
        let peer = extensions.get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| *peer);
        let address = peer.map(|peer| peer.address);
        let is_encrypted = peer.is_some_and(|peer| peer.is_encrypted);
        let Some(secret) = Cookie::Device.of(headers).map(str::to_owned) else {
            return Ok(Self { address, is_encrypted, ..Self::default() });
        };
        let device = access.device(&secret).await?;
        Ok(Self { secret: device.is_some().then_some(secret), device, address, is_encrypted })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Whence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
