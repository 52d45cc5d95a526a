//! What the branch shows to whoever connects over HTTPS: a certificate for its names and addresses as they are now.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use serde::{Deserialize, Serialize};

use super::TlsError;

/// How long one is good. Telephones believe none of more than 825 days.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24 * 200);
/// When less than this is left, the next one is made: a box that was in a cupboard for a season makes it when it starts.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 60);

/// A certificate of the branch.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Names and addresses it is for.
    pub names: Vec<String>,
    /// PEM.
    pub certificate: String,
    /// PEM.
    pub key: String,
    /// From when on it is good.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
}

impl Leaf {
    /// Whether it may be shown by a branch of these names, now.
    pub fn suits(&self, names: &[String], now: Timestamp) -> bool {
        let is_for_all = names.iter().all(|name| self.names.contains(name));
        is_for_all && self.not_before <= now && self.not_after.duration_since(now) >= RENEW_BEFORE
    }

    /// As it is shown: itself and who vouches for it.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn certified(&self, authority: CertificateDer<'static>) -> Result<Arc<CertifiedKey>, TlsError> {
        let own = CertificateDer::from_pem_slice(self.certificate.as_bytes()).map_err(|_| TlsError::Broken)?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(|_| TlsError::Broken)?;
        let key = any_supported_type(&key).map_err(TlsError::Use)?;
        let certified = CertifiedKey::new(vec![own, authority], key);
        certified.keys_match().map_err(TlsError::Use)?;
        Ok(Arc::new(certified))
    }
}

impl std::fmt::Debug for Leaf {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Leaf(for {:?} until {})", self.names, self.not_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::authority::Authority;

    #[test]
    fn one_that_lacks_a_name_or_is_of_another_time_is_made_anew() {
        let now: Timestamp = "2026-11-22T18:30:00Z".parse().unwrap();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let both = names(&["comanda.local", "192.168.1.20"]);
        let leaf = Authority::make(&[]).unwrap().issue(both.clone(), now, LIFE).unwrap();
        assert!(leaf.suits(&both, now) && leaf.suits(&names(&["comanda.local"]), now));
        assert!(!leaf.suits(&names(&["comanda.local", "192.168.1.21"]), now), "it moved");
        assert!(leaf.suits(&both, now + SignedDuration::from_hours(24 * 139)));
        assert!(!leaf.suits(&both, now + SignedDuration::from_hours(24 * 141)), "it nears its end");
        assert!(!leaf.suits(&both, now - SignedDuration::from_hours(48)), "the clock was wrong when it was made");
        assert!(!format!("{leaf:?}").contains("PRIVATE"));
    }
}
