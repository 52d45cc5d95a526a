//! How a light branch comes to its certificate: as any box does, by a code.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use comanda_shared::ids::BranchId;
use comanda_tests::chain::Chain;
use comanda_tests::client::Client;
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);

/// For whom a box speaks, and with what.
#[derive(Clone)]
pub struct Identity {
    /// The branch.
    pub branch: BranchId,
    /// The box, as the cloud named it.
    pub appliance: Uuid,
    /// `HOST:PORT`, through the cable.
    pub broker: String,
    /// PEM.
    pub authority: String,
    /// PEM.
    pub certificate: String,
    /// PEM.
    pub key: String,
}

/// Makes a branch of the company `esquina` and enrols a box for it.
///
/// # Errors
/// When the cloud does not.
pub fn enrol(chain: &Chain, code: &str) -> Result<Identity> {
    chain.call(&["branch-create", "esquina", code, code])?;
    enrol_again(chain, code)
}

/// Enrols a box, in the place of any before it.
///
/// # Errors
/// When the cloud does not.
pub fn enrol_again(chain: &Chain, code: &str) -> Result<Identity> {
    let made = chain.call(&["code", &format!("esquina/{code}")])?;
    let key = KeyPair::generate().context("make a key")?;
    let request = CertificateParams::default().serialize_request(&key).and_then(|request| request.pem());
    let asked = json!({"code": made["code"], "request": request.context("make a request")?});
    let mut client = Client::new(chain.listens_for_people(), PATIENCE);
    let answer = client.post("/api/v1/enrol", "unused", &asked)?;
    ensure!(answer.status == 201, "the cloud refused: {answer}");
    let answer = answer.json()?;
    let text = |field: &str| -> Result<String> { Ok(string(&answer, field)?.to_owned()) };
    Ok(Identity {
        branch: string(&answer, "branch")?.parse().context("the branch is none")?,
        appliance: string(&answer, "appliance")?.parse().context("the box's name is none")?,
        broker: text("broker")?,
        authority: text("authority")?,
        certificate: text("certificate")?,
        key: key.serialize_pem(),
    })
}

fn string<'a>(answer: &'a Value, field: &str) -> Result<&'a str> {
    answer[field].as_str().with_context(|| format!("the answer has no {field}"))
}
