//! Who works at the branch and what they may do; and the credentials of scripts.
//!
//! Secrets (PIN verifiers, token hashes) are in no event and no state here: an event says only that they changed. A
//! [`Roster`] is no event: it is what a company lays down.

mod event;
mod permission;
mod roles;
mod roster;
mod state;

use crate::ids::DeviceId;
pub use crate::ids::{RoleId, StaffId, TokenId};
pub use event::{
    PinChanged, StaffAdded, StaffChanged, StaffEvent, StaffLockedOut, StaffPersonal, TokenCreated, TokenRevoked,
};
pub use permission::{Permission, Rights, Role, RoleError};
pub use roles::{OwnRole, Roles, RolesError};
pub use roster::{COMPANY_KEY, Member, Roster, RosterError, Verifier};
pub use state::{Staff, Token};

use serde::{Deserialize, Serialize};

/// Somebody who approves one act of somebody else, with their own PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Approver {
    /// Who.
    pub staff: StaffId,
    /// As what.
    pub role: Role,
}

/// Who did something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody who works here.
    Staff(StaffId),
    /// A script.
    Token(TokenId),
    /// A paired screen where nobody is logged in: who stands before it is not known.
    Device(DeviceId),
    /// Whoever holds the box: the command line.
    Operator,
    /// The branch itself.
    Branch,
    /// Whoever the cloud speaks for: the owner, from anywhere.
    Cloud,
}
