//! From where a request comes: which paired screen, which address, over what.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use axum::serve::IncomingStream;
use comanda_shared::device::Device;

use super::visitors::Visitors;
use crate::journal::ReadError;
use crate::staff::Access;

/// The cookie a paired screen's secret stands in.
pub const COOKIE: &str = "comanda_device";

/// The other end of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub IpAddr);

impl Connected<IncomingStream<'_, Visitors>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Visitors>) -> Self {
        Self(stream.remote_addr().ip())
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
}

impl Whence {
    /// From where a request with this head comes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn of(headers: &HeaderMap, extensions: &Extensions, access: &Access) -> Result<Self, ReadError> {
        let address = extensions.get::<ConnectInfo<Peer>>().map(|ConnectInfo(Peer(address))| *address);
        let Some(secret) = cookie(headers, COOKIE).map(str::to_owned) else {
            return Ok(Self { address, ..Self::default() });
        };
        let device = access.device(&secret).await?;
        Ok(Self { secret: device.is_some().then_some(secret), device, address })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Whence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// The cookie of this name.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}
