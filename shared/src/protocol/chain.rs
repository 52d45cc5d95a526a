//! The chain over a journal: each entry's hash covers the one before it, so that two journals which agree on one hash
//! agree on everything before it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A link of the chain: BLAKE3-256, in JSON as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What stands before the first entry of a branch.
    pub const GENESIS: Self = Self([0; 32]);

    /// The link after this one.
    #[must_use]
    pub fn then(&self, header: &[u8], body: &[u8]) -> Self {
        Self(chained(&self.0, header, body))
    }
}

/// The link after `previous`: BLAKE3-256 over the hash before and the bytes as stored.
pub fn chained(previous: &[u8; 32], header: &[u8], body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(previous).update(header).update(body);
    *hasher.finalize().as_bytes()
}

/// What a header holds of personal data: BLAKE3 over salt and JSON, in hexadecimal.
pub fn sealed(salt: &[u8; 16], data: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(salt).update(data);
    hasher.finalize().to_hex().to_string()
}

impl fmt::Display for ChainHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ChainHash({self})")
    }
}

impl Serialize for ChainHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChainHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        blake3::Hash::from_hex(text.as_bytes()).map(|hash| Self(*hash.as_bytes())).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_reads_back_what_it_printed() {
        let link = ChainHash::GENESIS.then(b"{}", b"{\"a\":1}");
        let json = serde_json::to_string(&link).unwrap();
        assert_eq!(json.len(), 66);
        assert_eq!(serde_json::from_str::<ChainHash>(&json).unwrap(), link);
    }
}
