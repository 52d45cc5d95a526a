//! Authority and leaf of a branch as they are now: read, made, renewed, and shown to whoever shakes hands.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::TlsError;
use super::authority::Authority;
use super::leaf::{LIFE, Leaf};
use crate::journal::{DataFolder, write_private};

/// A branch's certificates. Shared: whoever holds it sees the newest.
#[derive(Clone)]
pub struct Certificates(Arc<Shared>);

struct Shared {
    folder: DataFolder,
    /// Names the operator gave the branch.
    hosts: Vec<String>,
    current: RwLock<Option<Arc<Current>>>,
}

struct Current {
    authority: Authority,
    leaf: Leaf,
    certified: Arc<CertifiedKey>,
}

/// What is to be made anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Renewal {
    /// What the branch shows; tablets notice nothing.
    Leaf,
    /// The authority as well: every tablet has to be given it again.
    Authority,
}

impl Certificates {
    /// None yet: [`Certificates::keep_up`] reads or makes them.
    pub fn new(folder: DataFolder, hosts: Vec<String>) -> Self {
        Self(Arc::new(Shared { folder, hosts, current: RwLock::default() }))
    }

    /// The authority, once there is one.
    pub fn authority(&self) -> Option<Authority> {
        self.current().map(|current| current.authority.clone())
    }

    /// What the branch shows, once there is something.
    pub fn leaf(&self) -> Option<Leaf> {
        self.current().map(|current| current.leaf.clone())
    }

    fn current(&self) -> Option<Arc<Current>> {
        self.0.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sees to it that there is an authority, made when there is none, and a certificate of it for the branch's own names and
    /// these addresses, made anew when it lacks one or is of another time. Whoever connects from then on is shown it; open
    /// connections go on.
    ///
    /// # Errors
    /// [`TlsError`]; what was shown before is shown on.
    pub fn keep_up(&self, addresses: &[String], now: Timestamp) -> Result<(), TlsError> {
        let authority = self.authority_of_file()?;
        let (names, strange) = self.names(addresses, &authority);
        let leaf = match self.leaf_of_file().filter(|leaf| leaf.suits(&names, now)) {
            Some(leaf) => leaf,
            None => {
                let leaf = authority.issue(names, now, LIFE)?;
                write(&self.0.folder.leaf(), &leaf)?;
                tracing::info!(names = ?leaf.names, until = %leaf.not_after, "the branch has a certificate for HTTPS");
                if !strange.is_empty() {
                    tracing::warn!(names = ?strange, "the authority does not vouch for these; for names the operator gave, `ca renew --authority` makes one that does");
                }
                leaf
            }
        };
        if self.current().is_none_or(|current| current.leaf != leaf) {
            let certified = leaf.certified(authority.der()?)?;
            let current = Current { authority, leaf, certified };
            *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(current));
        }
        Ok(())
    }

    fn authority_of_file(&self) -> Result<Authority, TlsError> {
        let path = self.0.folder.authority();
        if let Some(authority) = read(&path)? {
            return Ok(authority);
        }
        let made = Authority::make(&self.0.hosts)?;
        write(&path, &made)?;
        tracing::info!(name = made.name(), "the branch has an authority of its own for HTTPS");
        Ok(made)
    }

    /// One that cannot be read is as one that is not there: another is made.
    fn leaf_of_file(&self) -> Option<Leaf> {
        read(&self.0.folder.leaf()).unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "the certificate for HTTPS cannot be read");
            None
        })
    }

    /// The names a certificate is made for, and those the authority is not believed about.
    fn names(&self, addresses: &[String], authority: &Authority) -> (Vec<String>, Vec<String>) {
        let always = ["localhost", "127.0.0.1", "comanda.local"].into_iter().map(str::to_owned);
        let all: BTreeSet<String> =
            always.chain(machine()).chain(self.0.hosts.iter().cloned()).chain(addresses.iter().cloned()).collect();
        all.into_iter().partition(|name| authority.vouches_for(name))
    }

    /// How connections are encrypted: with whatever is shown at the time.
    ///
    /// # Errors
    /// [`TlsError::Use`].
    pub fn configuration(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let resolver: Arc<dyn ResolvesServerCert> = Arc::new(self.clone());
        let mut configuration = versions.map_err(TlsError::Use)?.with_no_client_auth().with_cert_resolver(resolver);
        configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(configuration))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current().map(|current| Arc::clone(&current.certified))
    }
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Certificates({:?})", self.leaf())
    }
}

/// What the kernel calls this machine, under `.local`.
fn machine() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?.trim().to_ascii_lowercase();
    let label = name.split('.').next().unwrap_or_default();
    let fits = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| format!("{label}.local"))
}

/// What the folder has of authority and leaf.
///
/// # Errors
/// When a file cannot be read, or is none.
pub fn kept(folder: &DataFolder) -> Result<Option<(Authority, Option<Leaf>)>, TlsError> {
    let Some(authority) = read(&folder.authority())? else { return Ok(None) };
    Ok(Some((authority, read(&folder.leaf())?)))
}

/// Throws away what is to be made anew: the next look makes it.
///
/// # Errors
/// When the disk does not let go of it.
pub fn throw_away(folder: &DataFolder, what: Renewal) -> Result<(), TlsError> {
    remove(&folder.leaf())?;
    match what {
        Renewal::Leaf => Ok(()),
        Renewal::Authority => remove(&folder.authority()),
    }
}

fn remove(path: &Path) -> Result<(), TlsError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(TlsError::File { path: path.to_owned(), source })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, TlsError> {
    let place = |source| TlsError::File { path: path.to_owned(), source };
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| place(error.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(place(error)),
    }
}

fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), TlsError> {
    let place = |source| TlsError::File { path: path.to_owned(), source };
    let bytes = serde_json::to_vec(value).map_err(|error| place(error.into()))?;
    write_private(path, &bytes).map_err(place)
}
