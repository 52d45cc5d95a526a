//! The key of a company's PIN verifiers: made of one file beside the authority's, never in the database.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, ParamsBuilder, Version};
use comanda_shared::staff::{COMPANY_KEY, Verifier};

use crate::db::{CompanyId, chance};
use crate::enrolment::authority::Authority;

/// What a company's verifiers are keyed with.
#[derive(Clone)]
pub struct CompanyKey([u8; 32]);

impl CompanyKey {
    /// A company's; the file it is made of is made when there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is none of ours.
    pub fn of(authority: &Authority, company: CompanyId) -> Result<Self> {
        let path = authority.file("staff.key");
        let secret = read_or_make(&path).with_context(|| format!("the key of PINs, {}", path.display()))?;
        Ok(Self(*blake3::keyed_hash(&secret, company.0.as_bytes()).as_bytes()))
    }

    /// As boxes are given it.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// The verifier of a PIN. Takes tens of milliseconds.
    ///
    /// # Panics
    /// Never: the parameters are within Argon2's bounds.
    pub fn verifier(&self, pin: &str) -> Verifier {
        // As the branches' own: 9 MiB, 3 passes.
        let key = argon2::KeyId::new(COMPANY_KEY).expect("the name of the key is short");
        let params = ParamsBuilder::new().m_cost(9 * 1024).t_cost(3).p_cost(1).keyid(key).build();
        let params = params.expect("these parameters are within Argon2's bounds");
        let argon2 = Argon2::new_with_secret(&self.0, Algorithm::Argon2id, Version::V0x13, params);
        let argon2 = argon2.expect("a key of 32 bytes is within Argon2's bounds");
        let salt = SaltString::encode_b64(&chance::<16>()).expect("sixteen bytes are a salt");
        Verifier(argon2.hash_password(pin.as_bytes(), &salt).expect("a few digits can always be hashed").to_string())
    }
}

fn read_or_make(path: &Path) -> Result<[u8; 32]> {
    // Two that make it at once: the one that comes second reads what the first made.
    for _ in 0..2 {
        match fs::read(path) {
            Ok(bytes) => return bytes.try_into().map_err(|_| anyhow::anyhow!("it is not 32 bytes long")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let draft = path.with_extension(format!("{}.part", hex::encode(chance::<8>())));
        let mut file = fs::File::options().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(&chance::<32>())?;
        file.sync_all()?;
        // Fails where there is one already.
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    anyhow::bail!("it cannot be made")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_key_of_a_company_stays_and_is_no_other_companys() {
        let folder = std::env::temp_dir().join(format!("comanda-staff-key-{}", crate::db::new_id()));
        fs::create_dir_all(&folder).unwrap();
        let authority = Authority::at(folder.clone());
        let (one, other) = (CompanyId(Uuid::from_u128(1)), CompanyId(Uuid::from_u128(2)));
        let key = CompanyKey::of(&authority, one).unwrap().to_hex();
        assert_eq!(CompanyKey::of(&authority, one).unwrap().to_hex(), key);
        assert_ne!(CompanyKey::of(&authority, other).unwrap().to_hex(), key);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let verifier = CompanyKey::of(&authority, one).unwrap().verifier("2580").0;
        assert!(verifier.contains("keyid=") && !verifier.contains("2580"), "{verifier}");
        fs::remove_dir_all(folder).unwrap();
    }
}
