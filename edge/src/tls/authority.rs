//! The branch's own authority: a key that never leaves the box, and a certificate that is put on tablets.

use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::TlsError;
use super::leaf::Leaf;

/// How names of a local network end (RFC 6762, 8375, and what routers call theirs), besides `localhost`.
const LOCAL_ZONES: [&str; 6] = ["localhost", "local", "lan", "home", "internal", "home.arpa"];

/// What addresses of a local network begin with, and how many bits of that count: RFC 1918, 3927, 6598, 4193, 4291, and the
/// box itself.
const LOCAL_NETWORKS: [(&str, u8); 9] = [
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("fc00::", 7),
    ("fe80::", 10),
    ("::1", 128),
];

/// A branch's authority.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// What tablets call it in their lists: «Comanda 3F9A 01C4».
    name: String,
    /// Names of the operator that it vouches for besides those of local networks.
    zones: Vec<String>,
    /// PEM.
    certificate: String,
    /// PEM.
    key: String,
}

impl Authority {
    /// A new one, which vouches for a local network and, besides, for names that end like these.
    ///
    /// # Errors
    /// [`TlsError::Make`].
    pub fn make(zones: &[String]) -> Result<Self, TlsError> {
        let made = |source| TlsError::Make { of: "the authority", source };
        let key = KeyPair::generate().map_err(made)?;
        let print = hex::encode_upper(&Sha256::digest(key.public_key_raw())[..4]);
        let name = format!("Comanda {} {}", &print[..4], &print[4..]);
        let zones: Vec<String> = zones.iter().filter(|zone| zone.parse::<IpAddr>().is_err()).cloned().collect();
        let certificate = params(&name, &zones).self_signed(&key).map_err(made)?.pem();
        Ok(Self { name, zones, certificate, key: key.serialize_pem() })
    }

    /// What tablets call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The certificate, PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The certificate, DER.
    ///
    /// # Errors
    /// [`TlsError::Broken`].
    pub fn der(&self) -> Result<CertificateDer<'static>, TlsError> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes()).map_err(|_| TlsError::Broken)
    }

    /// SHA-256 of the certificate, as tablets show it: 32 pairs of hexadecimal digits.
    ///
    /// # Errors
    /// [`TlsError::Broken`].
    pub fn fingerprint(&self) -> Result<String, TlsError> {
        let digest = Sha256::digest(self.der()?.as_ref());
        Ok(digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":"))
    }

    /// Whether tablets believe it about this name or address.
    pub fn vouches_for(&self, name: &str) -> bool {
        match name.parse::<IpAddr>() {
            Err(_) if !name.is_ascii() => false,
            Ok(address) => LOCAL_NETWORKS.iter().any(|(network, bits)| is_within(address, network, *bits)),
            Err(_) => {
                let own = self.zones.iter().map(String::as_str);
                LOCAL_ZONES
                    .into_iter()
                    .chain(own)
                    .any(|zone| name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
            }
        }
    }

    /// A certificate for these names and addresses, good from a day ago, for clocks differ, and for so long from now.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn issue(&self, names: Vec<String>, now: Timestamp, life: SignedDuration) -> Result<Leaf, TlsError> {
        let made = |source| TlsError::Make { of: "the branch", source };
        let authority = KeyPair::from_pem(&self.key).map_err(made)?;
        let issuer = Issuer::new(params(&self.name, &self.zones), authority);
        let key = KeyPair::generate().map_err(made)?;
        let (not_before, not_after) = (now - SignedDuration::from_hours(24), now + life);
        let mut params = CertificateParams::new(names.clone()).map_err(made)?;
        params.distinguished_name.push(DnType::CommonName, "Comanda");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let date = |at: Timestamp| {
            rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(at.as_second()).unwrap_or_default())
        };
        (params.not_before, params.not_after) = (date(not_before), date(not_after));
        let certificate = params.signed_by(&key, &issuer).map_err(made)?.pem();
        Ok(Leaf { names, certificate, key: key.serialize_pem(), not_before, not_after })
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Authority({})", self.name)
    }
}

/// What its certificate says. Its time does not depend on the clock: a box that starts for the first time may not know the
/// date. It ends with the last year that needs no longer form of a date (RFC 5280, 4.1.2.5).
fn params(name: &str, zones: &[String]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    let names = LOCAL_ZONES.into_iter().map(str::to_owned).chain(zones.iter().cloned()).map(GeneralSubtree::DnsName);
    let networks = LOCAL_NETWORKS.into_iter().filter_map(|(network, bits)| {
        let network = network.parse().ok()?;
        Some(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(network, bits)))
    });
    let permitted_subtrees = names.chain(networks).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    params
}

fn is_within(address: IpAddr, network: &str, bits: u8) -> bool {
    match (address, network.parse::<IpAddr>()) {
        (IpAddr::V4(address), Ok(IpAddr::V4(network))) => {
            (u32::from(address) ^ u32::from(network)).leading_zeros() >= u32::from(bits)
        }
        (IpAddr::V6(address), Ok(IpAddr::V6(network))) => {
            (u128::from(address) ^ u128::from(network)).leading_zeros() >= u32::from(bits)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_vouches_for_a_local_network_and_the_operators_names_and_for_nothing_of_the_world() {
        let authority = Authority::make(&["esquina.com.co".to_owned(), "8.8.8.8".to_owned()]).unwrap();
        for name in
            ["comanda.local", "caja.esquina.com.co", "esquina.com.co", "192.168.1.20", "::1", "fd00::7", "box.lan"]
        {
            assert!(authority.vouches_for(name), "{name}");
        }
        for name in
            ["bancolombia.com", "malesquina.com.co", "8.8.8.8", "172.32.0.1", "2001:db8::1", "local.evil.example"]
        {
            assert!(!authority.vouches_for(name), "{name}");
        }
    }

    #[test]
    fn two_branches_are_told_apart_by_name_and_fingerprint_and_no_key_is_shown() {
        let [one, other] = [(); 2].map(|()| Authority::make(&[]).unwrap());
        assert_ne!(one.name(), other.name());
        assert_ne!(one.fingerprint().unwrap(), other.fingerprint().unwrap());
        assert_eq!(one.fingerprint().unwrap().len(), 32 * 3 - 1);
        assert!(!format!("{one:?}").contains("PRIVATE"));
    }
}
