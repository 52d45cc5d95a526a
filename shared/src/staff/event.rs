//! What happens to staff and credentials.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Role;
use crate::event::event_family;
use crate::ids::{StaffId, TokenId};
use crate::personal::Personal;

event_family! {
    /// What happens to staff and credentials.
    StaffEvent {
        /// Somebody works here from now on.
        Added(StaffAdded) = "staff.added",
        /// Somebody is something else, is called otherwise, or works here no longer.
        Changed(StaffChanged) = "staff.changed",
        /// Somebody has a new PIN.
        PinChanged(PinChanged) = "staff.pin_changed",
        /// Too many wrong PINs were typed as somebody's: for a while theirs is not looked at.
        LockedOut(StaffLockedOut) = "staff.locked_out",
        /// A script has a credential.
        TokenCreated(TokenCreated) = "token.created",
        /// A script's credential is void.
        TokenRevoked(TokenRevoked) = "token.revoked",
    }
}

/// What we know of somebody as a person.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StaffPersonal {
    /// What they are called.
    pub name: String,
}

/// Somebody works here from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StaffAdded {
    /// Who.
    pub staff: StaffId,
    /// As what.
    pub role: Role,
    /// Their name.
    #[serde(skip)]
    pub personal: Personal<StaffPersonal>,
}

/// How somebody who works here is from now on, or that they do no longer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StaffChanged {
    /// Who.
    pub staff: StaffId,
    /// As what.
    pub role: Role,
    /// Whether they still work here.
    pub is_active: bool,
    /// Their name.
    #[serde(skip)]
    pub personal: Personal<StaffPersonal>,
}

/// Somebody has a new PIN; which, no event says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PinChanged {
    /// Who.
    pub staff: StaffId,
}

/// Too many wrong PINs were typed as somebody's; until when none is looked at is operational, and at which screen stands in
/// the entry's head.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StaffLockedOut {
    /// Whose PIN was guessed at.
    pub staff: StaffId,
    /// Wrong PINs in a row.
    pub wrong_pins: u32,
}

/// A script has a credential; which, no event says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TokenCreated {
    /// The credential's id.
    pub token: TokenId,
    /// What the script is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
}

/// A script's credential is void.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TokenRevoked {
    /// The credential's id.
    pub token: TokenId,
}

impl StaffEvent {
    /// The person or credential it happened to.
    pub const fn subject(&self) -> Uuid {
        match self {
            Self::Added(added) => added.staff.uuid(),
            Self::Changed(changed) => changed.staff.uuid(),
            Self::PinChanged(changed) => changed.staff.uuid(),
            Self::LockedOut(locked) => locked.staff.uuid(),
            Self::TokenCreated(created) => created.token.uuid(),
            Self::TokenRevoked(revoked) => revoked.token.uuid(),
        }
    }

    pub(crate) const fn personal(&self) -> Option<&Personal<StaffPersonal>> {
        match self {
            Self::Added(added) => Some(&added.personal),
            Self::Changed(changed) => Some(&changed.personal),
            Self::PinChanged(_) | Self::LockedOut(_) | Self::TokenCreated(_) | Self::TokenRevoked(_) => None,
        }
    }

    pub(crate) const fn personal_mut(&mut self) -> Option<&mut Personal<StaffPersonal>> {
        match self {
            Self::Added(added) => Some(&mut added.personal),
            Self::Changed(changed) => Some(&mut changed.personal),
            Self::PinChanged(_) | Self::LockedOut(_) | Self::TokenCreated(_) | Self::TokenRevoked(_) => None,
        }
    }
}
