//! Enrolling: a code, a key made here, and the certificate the cloud makes for it; and the next one before it ends.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use comanda_shared::ids::BranchId;
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use serde::Deserialize;
use uuid::Uuid;

use super::identity::Identity;
use crate::journal::DataFolder;
use crate::staff::secrets;

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
struct Answer {
    branch: BranchId,
    appliance: Uuid,
    certificate: String,
    authority: String,
    broker: String,
    not_after: Timestamp,
    #[serde(default)]
    renew_at: Option<Timestamp>,
    #[serde(default)]
    documents: Option<String>,
    /// What the company's PIN verifiers are keyed with, hexadecimal; older clouds give none.
    #[serde(default)]
    staff_key: Option<String>,
}

/// What the cloud gives a box.
pub struct Given {
    /// For whom it speaks, and with what.
    pub identity: Identity,
    /// What the company's PIN verifiers are keyed with.
    company_key: Option<[u8; 32]>,
}

impl Given {
    /// Keeps it, the identity last.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(&self, folder: &DataFolder) -> Result<()> {
        self.keep_company_key(folder)?;
        self.identity.write(&folder.identity()).context("could not keep the identity")
    }

    /// Keeps the company's key. It is as good before the identity is there: nothing is keyed with it yet.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep_company_key(&self, folder: &DataFolder) -> Result<()> {
        let Some(key) = self.company_key else { return Ok(()) };
        secrets::keep_company_key(&folder.company_key(), key).context("could not keep the key of the company's PINs")
    }
}

/// Uses a code at the cloud: this box speaks for the code's branch from now on. A box that was enrolled before speaks for
/// the new branch only.
///
/// # Errors
/// When the cloud cannot be reached or refuses; then nothing has changed here.
pub fn enrol(folder: &DataFolder, cloud: &str, code: &str) -> Result<Identity> {
    ensure!(!folder.is_practice(), "nothing of practice goes to a cloud");
    let given = ask_for(cloud, code)?;
    given.keep(folder)?;
    Ok(given.identity)
}

/// Uses a code at the cloud, and keeps nothing yet.
///
/// # Errors
/// When the cloud cannot be reached or refuses.
pub fn ask_for(cloud: &str, code: &str) -> Result<Given> {
    let cloud = cloud.trim_end_matches('/');
    ensure!(is_safe(cloud), "the cloud is spoken to over https://, and over http:// on this machine only");
    let key = KeyPair::generate().context("could not make a key")?;
    let asked = serde_json::json!({"code": code, "request": request_with(&key)?});
    let answer = ask(&format!("{cloud}/api/v1/enrol"), &asked)?;
    made_of(answer, cloud, &key.serialize_pem())
}

/// Asks for the next certificate, with the same key.
///
/// # Errors
/// As [`enrol`].
pub fn renew(folder: &DataFolder, identity: &Identity) -> Result<Identity> {
    let key = KeyPair::from_pem(&identity.key).context("could not read the key of this box")?;
    let (branch, appliance) = (identity.branch, identity.appliance);
    let asked = serde_json::json!({"branch": branch, "appliance": appliance, "request": request_with(&key)?});
    let answer = ask(&format!("{}/api/v1/renew", identity.cloud), &asked)?;
    let renewed = made_of(answer, &identity.cloud, &identity.key)?;
    renewed.keep(folder)?;
    Ok(renewed.identity)
}

/// Leaves the cloud: the box forgets for whom it spoke, and how. What the branch uses stays, and is changed here again.
///
/// # Errors
/// When the file cannot be removed.
pub fn leave(folder: &DataFolder) -> Result<()> {
    match std::fs::remove_file(folder.identity()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("could not forget the identity")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn request_with(key: &KeyPair) -> Result<String> {
    let request = CertificateParams::default().serialize_request(key).and_then(|request| request.pem());
    request.context("could not make a certificate request")
}

fn ask(address: &str, asked: &serde_json::Value) -> Result<Answer> {
    super::choose_cryptography();
    let client = reqwest::blocking::Client::builder().timeout(PATIENCE).build().context("could not speak HTTPS")?;
    let request = client.post(address).header("content-type", "application/json").body(asked.to_string());
    let answer = request.send().with_context(|| format!("could not reach {address}"))?;
    let status = answer.status().as_u16();
    let body = answer.text().context("could not read what the cloud answered")?;
    if status != 201 {
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        bail!("the cloud refused: {} ({status})", problem["title"].as_str().unwrap_or("no reason was given"));
    }
    serde_json::from_str(&body).context("the cloud's answer cannot be read")
}

fn made_of(answer: Answer, cloud: &str, key: &str) -> Result<Given> {
    let company_key = answer.staff_key.map(|key| {
        let mut bytes = [0; 32];
        hex::decode_to_slice(key, &mut bytes).map(|()| bytes)
    });
    let company_key = company_key.transpose().context("the key of the company's PINs is none")?;
    let identity = Identity {
        branch: answer.branch,
        appliance: answer.appliance,
        broker: answer.broker,
        authority: answer.authority,
        certificate: answer.certificate,
        key: key.to_owned(),
        not_after: answer.not_after,
        renew_at: answer.renew_at,
        cloud: cloud.to_owned(),
        documents: answer.documents,
    };
    Ok(Given { identity, company_key })
}

fn is_safe(cloud: &str) -> bool {
    let Some(host) = cloud.strip_prefix("http://") else { return cloud.starts_with("https://") };
    let host = host.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn a_code_is_told_to_nobody_in_clear() {
        for cloud in ["https://nube.example", "http://127.0.0.1:8090", "http://localhost", "http://[::1]:80"] {
            assert!(is_safe(cloud), "{cloud}");
        }
        for cloud in ["http://nube.example", "http://127.0.0.1.example", "ftp://localhost", "nube", ""] {
            assert!(!is_safe(cloud), "{cloud}");
        }
    }
}
