//! Documents over HTTPS: the cloud is known by the authority that certified this box, this box by its certificate.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::blocking::{Client, Response};

use crate::sync::identity::Identity;

/// No document is longer: ten thousand products are some four megabytes.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(10);
/// For a large document over a slow line.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where documents are.
pub struct Documents {
    client: Client,
    from: String,
    appliance: String,
}

impl Documents {
    /// The documents there, for this box.
    ///
    /// # Errors
    /// When the address is not `https://`, or the identity cannot be used.
    pub fn at(identity: &Identity, from: &str) -> Result<Self> {
        ensure!(from.starts_with("https://"), "documents are fetched over https:// only, not from «{from}»");
        let own = [identity.certificate.as_bytes(), identity.key.as_bytes()].join(&b'\n');
        let own = reqwest::Identity::from_pem(&own).context("the certificate of this box cannot be used")?;
        let authority = reqwest::Certificate::from_pem(identity.authority.as_bytes());
        let authority = authority.context("the certificate of the cloud's authority cannot be used")?;
        let client = Client::builder().tls_certs_only([authority]).identity(own).https_only(true);
        let client = client.connect_timeout(CONNECT).timeout(PATIENCE).build().context("could not speak HTTPS")?;
        let (from, appliance) = (from.trim_end_matches('/').to_owned(), identity.appliance.to_string());
        Ok(Self { client, from, appliance })
    }

    fn address(&self, sha256: &str) -> Result<String> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        ensure!(is_hash, "«{sha256}» is no document's name");
        Ok(format!("{}/api/v1/documents/{sha256}", self.from))
    }

    /// What else the cloud has for this box.
    ///
    /// # Errors
    /// When the cloud cannot be reached, refuses, or says more than a document may have.
    pub fn get(&self, path: &str) -> Result<Vec<u8>> {
        self.read(&format!("{}/api/v1/{path}", self.from))
    }

    /// The document of this name, as it came: whoever asked looks whether it is the one.
    ///
    /// # Errors
    /// When the cloud cannot be reached, refuses, or says more than a document may have.
    pub fn fetch(&self, sha256: &str) -> Result<Vec<u8>> {
        self.read(&self.address(sha256)?)
    }

    /// Hands something in, and says what the cloud answers.
    ///
    /// # Errors
    /// When the cloud cannot be reached or refuses.
    pub fn post(&self, path: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        let address = format!("{}/api/v1/{path}", self.from);
        let told = self.client.post(&address).header("comanda-appliance", &self.appliance).body(body).send();
        told_of(expect(told.with_context(|| format!("could not reach {address}"))?, 200)?)
    }

    fn read(&self, address: &str) -> Result<Vec<u8>> {
        let asked = self.client.get(address).header("comanda-appliance", &self.appliance).send();
        told_of(expect(asked.with_context(|| format!("could not reach {address}"))?, 200)?)
    }

    /// Shows the cloud a document in use here.
    ///
    /// # Errors
    /// When the cloud cannot be reached or refuses.
    pub fn show(&self, sha256: &str, body: String) -> Result<()> {
        let address = self.address(sha256)?;
        let told = self.client.put(&address).header("comanda-appliance", &self.appliance);
        let told = told.header("content-type", "application/json").body(body).send();
        expect(told.with_context(|| format!("could not reach {address}"))?, 204).map(drop)
    }
}

fn told_of(answer: Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    answer.take(MOST_BYTES + 1).read_to_end(&mut body).context("the answer broke off")?;
    ensure!(body.len() as u64 <= MOST_BYTES, "the answer is longer than {MOST_BYTES} bytes");
    Ok(body)
}

fn expect(answer: Response, status: u16) -> Result<Response> {
    let answered = answer.status().as_u16();
    if answered != status {
        let address = answer.url().clone();
        let problem: serde_json::Value = serde_json::from_slice(&told_of(answer)?).unwrap_or_default();
        bail!("{address} answered {answered} {}", problem["title"].as_str().unwrap_or_default());
    }
    Ok(answer)
}
