//! The cloud's own certificate authority, for boxes and the broker only; its files in one folder.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PublicKeyData,
};

/// The name under which the cloud itself is known to the broker.
pub const CLOUD: &str = "comanda-cloud";
const DAYS_OF_AUTHORITY: i64 = 3_650;
const DAYS_OF_SERVERS: i64 = 825;
/// How long a box's certificate is good for, unless told otherwise.
pub const HOURS_OF_BOXES: i64 = 24 * 90;

/// The authority's folder.
#[derive(Clone, Debug)]
pub struct Authority {
    folder: PathBuf,
    life_of_boxes: SignedDuration,
}

/// A box's certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certified {
    /// PEM.
    pub certificate: String,
    /// Until when it is good.
    pub not_after: Timestamp,
    /// From when on the next one is to be asked for.
    pub renew_at: Timestamp,
    /// BLAKE3 of the key it is for.
    pub key_hash: Vec<u8>,
}

impl Authority {
    /// The authority kept in this folder.
    pub const fn at(folder: PathBuf) -> Self {
        Self { folder, life_of_boxes: SignedDuration::from_hours(HOURS_OF_BOXES) }
    }

    /// The same with boxes' certificates good for so long.
    #[must_use]
    pub const fn with_life_of_boxes(mut self, life: SignedDuration) -> Self {
        self.life_of_boxes = life;
        self
    }

    /// Its certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// A file of the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes the authority, the broker's certificate for these names and addresses, and the cloud's own. What is there
    /// already stays.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn prepare(&self, broker_names: &[String]) -> Result<()> {
        fs::create_dir_all(&self.folder).with_context(|| format!("make {}", self.folder.display()))?;
        if !self.certificate().exists() {
            let key = KeyPair::generate()?;
            let mut params = lasting(CertificateParams::default(), days(DAYS_OF_AUTHORITY));
            params.distinguished_name.push(DnType::CommonName, "Comanda devices");
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            let certificate = params.self_signed(&key)?;
            write_secret(&self.file("authority.key.pem"), &key.serialize_pem())?;
            fs::write(self.certificate(), certificate.pem()).context("write the authority's certificate")?;
        }
        let server = (broker_names.to_vec(), ExtendedKeyUsagePurpose::ServerAuth);
        self.issue_once("broker", "comanda-broker", server.0.clone(), server.1.clone())?;
        self.issue_once("devices", "comanda-devices", server.0, server.1)?;
        self.issue_once(CLOUD, CLOUD, Vec::new(), ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue_once(&self, file: &str, name: &str, hosts: Vec<String>, purpose: ExtendedKeyUsagePurpose) -> Result<()> {
        let (certificate, secret) = (self.file(&format!("{file}.pem")), self.file(&format!("{file}.key.pem")));
        if certificate.exists() {
            return Ok(());
        }
        let key = KeyPair::generate()?;
        let mut params = lasting(CertificateParams::new(hosts)?, days(DAYS_OF_SERVERS));
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![purpose];
        let issued = params.signed_by(&key, &self.issuer()?)?;
        write_secret(&secret, &key.serialize_pem())?;
        fs::write(&certificate, issued.pem()).with_context(|| format!("write {}", certificate.display()))
    }

    fn issuer(&self) -> Result<Issuer<'static, KeyPair>> {
        let key = read(&self.file("authority.key.pem"))?;
        let certificate = read(&self.certificate())?;
        Ok(Issuer::from_ca_cert_pem(&certificate, KeyPair::from_pem(&key)?)?)
    }

    /// A certificate for a box's own key. Of the request only the key is taken, once it has shown that it has it;
    /// the name is ours.
    ///
    /// # Errors
    /// When the request is none, or the authority's files cannot be read.
    pub fn certify(&self, request: &str, common_name: &str) -> Result<Certified> {
        ensure!(request.len() < 16 * 1024, "the certificate request is too long");
        let request = CertificateSigningRequestParams::from_pem(request).context("read the certificate request")?;
        let now = Timestamp::now();
        let mut params = lasting(CertificateParams::default(), self.life_of_boxes);
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let issued = params.signed_by(&request.public_key, &self.issuer()?)?;
        let not_after = now.checked_add(self.life_of_boxes).context("a certificate that never ends")?;
        // At two thirds of its life.
        let renew_at = now.checked_add(self.life_of_boxes / 3 * 2).context("a certificate that never ends")?;
        let key_hash = blake3::hash(request.public_key.der_bytes()).as_bytes().to_vec();
        Ok(Certified { certificate: issued.pem(), not_after, renew_at, key_hash })
    }
}

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// Good from a day ago, for clocks differ, and for so long from now.
fn lasting(mut params: CertificateParams, life: SignedDuration) -> CertificateParams {
    let at = |instant: SignedDuration| {
        rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(instant.as_secs()).unwrap_or_default())
    };
    let now = Timestamp::now().as_duration();
    params.not_before = at(now.saturating_sub(days(1)));
    params.not_after = at(now.saturating_add(life));
    params
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("read {}: was `comanda-cloud prepare` run?", path.display()))
}

fn write_secret(path: &Path, text: &str) -> Result<()> {
    let place = || format!("write {}", path.display());
    let mut file = fs::File::options().write(true).create_new(true).mode(0o600).open(path).with_context(place)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_in_a_certificate_is_ours_whatever_the_box_asked_for() {
        let folder = std::env::temp_dir().join(format!("comanda-authority-{}", crate::db::new_id()));
        let authority = Authority::at(folder.clone());
        authority.prepare(&["localhost".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut asked = CertificateParams::default();
        asked.distinguished_name.push(DnType::CommonName, CLOUD);
        let request = asked.serialize_request(&key).unwrap().pem().unwrap();
        let Certified { certificate, not_after, renew_at, key_hash } = authority.certify(&request, "a-branch").unwrap();
        assert_eq!(key_hash, authority.certify(&request, "a-branch").unwrap().key_hash);
        let der = rustls::pki_types::pem::PemObject::from_pem_slice(certificate.as_bytes());
        let der: rustls::pki_types::CertificateDer<'_> = der.unwrap();
        let text = String::from_utf8_lossy(&der).into_owned();
        assert!(text.contains("a-branch") && !text.contains(CLOUD));
        assert!(not_after > Timestamp::now() + days(89));
        assert!(renew_at > Timestamp::now() + days(59) && renew_at < Timestamp::now() + days(61));
        assert!(authority.certify("no request", "a-branch").is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
