//! What a box has once it was enrolled: for whom it speaks, its certificate and its key. One file in the data folder,
//! readable by its owner only; it is part of no backup, export or support bundle, so that a copy of a branch is not also
//! a copy of its right to speak.

use std::fs;
use std::io;
use std::path::Path;

use comanda_shared::ids::BranchId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::journal::write_private;

const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// For whom a box speaks, and with what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The branch, as the cloud knows it.
    pub branch: BranchId,
    /// The box, as the cloud named it.
    pub appliance: Uuid,
    /// The broker: `host:port`.
    pub broker: String,
    /// The certificate of the authority the broker is known by, PEM.
    pub authority: String,
    /// Ours, PEM.
    pub certificate: String,
    /// Our key, PEM. It was made here and has never left.
    pub key: String,
    /// Until when the certificate is good.
    pub not_after: Timestamp,
    /// From when on the next certificate is asked for, as the cloud said; a month before this one ends when it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renew_at: Option<Timestamp>,
    /// Where the cloud is, for renewal.
    pub cloud: String,
    /// Where documents are: `https://HOST:PORT`; unknown to boxes that were enrolled before there was such a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<String>,
}

impl Identity {
    /// What the file says; none before the box was enrolled.
    ///
    /// # Errors
    /// When it cannot be read, or is no identity.
    pub fn read(file: &Path) -> io::Result<Option<Self>> {
        match fs::read(file) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where documents are.
    ///
    /// # Errors
    /// When the cloud that enrolled this box did not say.
    pub fn documents(&self) -> anyhow::Result<String> {
        self.documents
            .clone()
            .ok_or_else(|| anyhow::anyhow!("this cloud is too old: it does not say where documents are"))
    }

    /// Whether it is time for the next certificate, and from then on. A clock that is far behind knows no better, but asks
    /// as soon as it is set.
    pub fn is_to_be_renewed(&self, now: Timestamp) -> bool {
        match self.renew_at {
            Some(at) => now >= at,
            None => self.not_after.duration_since(now) < RENEW_BEFORE,
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        write_private(file, &serde_json::to_vec(self)?)
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Identity({} at {})", self.branch, self.broker)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_is_read_back_and_is_nobody_elses_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("identity.json");
        assert!(Identity::read(&file).unwrap().is_none());
        let identity = Identity {
            branch: BranchId::from_uuid(Uuid::from_u128(1)),
            appliance: Uuid::from_u128(2),
            broker: "localhost:8883".to_owned(),
            authority: "a".to_owned(),
            certificate: "c".to_owned(),
            key: "secret".to_owned(),
            not_after: "2027-01-31T00:00:00Z".parse().unwrap(),
            renew_at: None,
            cloud: "http://127.0.0.1:1".to_owned(),
            documents: None,
        };
        identity.write(&file).unwrap();
        identity.write(&file).unwrap();
        assert!(Identity::read(&file).unwrap().unwrap() == identity);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!format!("{identity:?}").contains("secret"));
        assert!(!identity.is_to_be_renewed("2027-01-01T00:00:00Z".parse().unwrap()));
        assert!(identity.is_to_be_renewed("2027-01-02T00:00:00Z".parse().unwrap()));
        assert!(identity.is_to_be_renewed("2027-03-02T00:00:00Z".parse().unwrap()));
        let told = Identity { renew_at: Some("2027-01-15T00:00:00Z".parse().unwrap()), ..identity };
        assert!(!told.is_to_be_renewed("2027-01-14T00:00:00Z".parse().unwrap()));
        assert!(told.is_to_be_renewed("2027-01-15T00:00:00Z".parse().unwrap()));
    }
}
