//! What the cloud lays down for a branch: whole versions, told of by pointer and fetched by their hash; and how a branch
//! says what it made of them.
//!
//! A branch that was away is told of the last version only. Pointers and reports may be lost, repeated and reordered: a
//! version counts by its number, and a branch reports again every few minutes.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::BranchId;

/// Where the latest version of something is to be had.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pointer {
    /// What it is about: `catalog`, `settings`. One that is not known is reported so and passed over.
    pub kind: String,
    /// The cloud's number for it: the highest that a branch is told of is the one to use.
    pub version: u64,
    /// SHA-256 of the document, in hexadecimal: also its name.
    pub sha256: String,
    /// How long the document is.
    pub bytes: u64,
}

/// What the cloud has laid down and this branch does not use yet, and what it would like to be shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Directives {
    /// Where documents are: `https://HOST:PORT`, known by the authority that certified the branch.
    pub from: String,
    /// One for each kind at most.
    pub pointers: Vec<Pointer>,
    /// Documents in use at the branch that the cloud has not seen, by their SHA-256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<String>,
}

/// How a branch is, said when it is told where to go on, when something of it changes, and every few minutes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct State {
    /// The branch.
    pub branch: BranchId,
    /// The box, as the cloud named it.
    pub appliance: Uuid,
    /// The sequence of its last entry.
    pub head: u64,
    /// What it uses.
    pub directives: Vec<DirectiveReport>,
    /// Bytes that may still be written to its disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_free: Option<u64>,
    /// Its printers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printers: Vec<PrinterReport>,
}

/// What a branch uses of one kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DirectiveReport {
    /// Of which kind.
    pub kind: String,
    /// The cloud's number of the version in use; 0 when the branch laid it down itself, or none is in use.
    pub version: u64,
    /// The document in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// A later version of the cloud's that is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_taken: Option<NotTaken>,
}

/// A version that is not used, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NotTaken {
    /// Which.
    pub version: u64,
    /// Why, in words.
    pub detail: String,
    /// Whether it is no use to try it again.
    pub is_final: bool,
}

/// How a printer is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrinterReport {
    /// What it is called.
    pub name: String,
    /// In a word, as the branch's own API has it.
    pub condition: String,
}
