//! Documents over HTTPS: the cloud is known by the authority that certified this box, this box by its certificate.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;
use ureq::http::Response;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use crate::sync::identity::Identity;

/// No document is longer: ten thousand products are some four megabytes.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(10);
/// For a large document over a slow line.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where documents are.
pub struct Documents {
    client: Agent,
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
        let own = own(identity).context("the certificate of this box cannot be used")?;
        let authority =
            certificates(&identity.authority).context("the certificate of the cloud's authority cannot be used")?;
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&authority)).client_cert(Some(own)).build();
        let client = Agent::config_builder().tls_config(tls).https_only(true).http_status_as_error(false);
        let client = client.timeout_connect(Some(CONNECT)).timeout_global(Some(PATIENCE)).build().new_agent();
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
        let told = self.client.post(&address).header("comanda-appliance", &self.appliance).send(body);
        told_of(expect(told.with_context(|| format!("could not reach {address}"))?, &address, 200)?)
    }

    fn read(&self, address: &str) -> Result<Vec<u8>> {
        let asked = self.client.get(address).header("comanda-appliance", &self.appliance).call();
        told_of(expect(asked.with_context(|| format!("could not reach {address}"))?, address, 200)?)
    }

    /// Shows the cloud a document in use here.
    ///
    /// # Errors
    /// When the cloud cannot be reached or refuses.
    pub fn show(&self, sha256: &str, body: String) -> Result<()> {
        let address = self.address(sha256)?;
        let told = self.client.put(&address).header("comanda-appliance", &self.appliance);
        let told = told.header("content-type", "application/json").send(body);
        expect(told.with_context(|| format!("could not reach {address}"))?, &address, 204).map(drop)
    }
}

/// The certificate of this box with those that vouch for it, and its key, which must be its own.
fn own(identity: &Identity) -> Result<ClientCert> {
    let chain = certificates(&identity.certificate)?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes())?;
    let ders = chain.iter().map(|certificate| certificate.der().to_vec().into()).collect();
    CertifiedKey::from_der(ders, key, &default_provider())?;
    Ok(ClientCert::new_with_certs(&chain, PrivateKey::from_pem(identity.key.as_bytes())?))
}

fn certificates(pem: &str) -> Result<Vec<Certificate<'static>>> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem.as_bytes()) {
        if let PemItem::Certificate(certificate) = item? {
            certificates.push(certificate);
        }
    }
    ensure!(!certificates.is_empty(), "there is no certificate in it");
    Ok(certificates)
}

fn told_of(answer: Response<Body>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    answer.into_body().into_reader().take(MOST_BYTES + 1).read_to_end(&mut body).context("the answer broke off")?;
    ensure!(body.len() as u64 <= MOST_BYTES, "the answer is longer than {MOST_BYTES} bytes");
    Ok(body)
}

fn expect(answer: Response<Body>, address: &str, status: u16) -> Result<Response<Body>> {
    let answered = answer.status().as_u16();
    if answered != status {
        let problem: serde_json::Value = serde_json::from_slice(&told_of(answer)?).unwrap_or_default();
        bail!("{address} answered {answered} {}", problem["title"].as_str().unwrap_or_default());
    }
    Ok(answer)
}
