//! The state of a person and of a credential.

use serde::{Deserialize, Serialize};

use super::{Role, StaffEvent, StaffPersonal};
use crate::event::Event;
use crate::ids::{StaffId, TokenId};
use crate::personal::Personal;

/// Somebody who works at the branch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// As what.
    pub role: Role,
    /// Whether they still work here.
    pub is_active: bool,
    /// Their name, unless erased.
    pub personal: Personal<StaffPersonal>,
    /// How often the PIN was changed.
    pub pin_changes: u32,
}

impl Staff {
    /// What screens and tickets call them.
    pub fn name(&self) -> &str {
        self.personal.known().map_or("borrado", |personal| &personal.name)
    }

    /// Whether they work here and let others in.
    pub const fn runs_the_branch(&self) -> bool {
        self.is_active && self.role.runs_the_branch()
    }

    /// What the event makes of the person; `None` before they were added.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        match event {
            Event::Staff(StaffEvent::Added(added)) => {
                let (role, personal) = (added.role, added.personal.clone());
                *state = Some(Self { id: added.staff, role, is_active: true, personal, pin_changes: 0 });
            }
            Event::Staff(StaffEvent::Changed(changed)) => {
                if let Some(staff) = state {
                    staff.role = changed.role;
                    staff.is_active = changed.is_active;
                    staff.personal = changed.personal.clone();
                }
            }
            Event::Staff(StaffEvent::PinChanged(_)) => {
                if let Some(staff) = state {
                    staff.pin_changes += 1;
                }
            }
            Event::Staff(StaffEvent::LockedOut(_) | StaffEvent::TokenCreated(_) | StaffEvent::TokenRevoked(_))
            | Event::Branch(_)
            | Event::Order(_)
            | Event::Kitchen(_)
            | Event::Cash(_)
            | Event::Printer(_)
            | Event::Device(_)
            | Event::Alert(_)
            | Event::Customer(_)
            | Event::Attendance(_)
            | Event::Availability(_) => {}
        }
    }
}

/// A script's credential, without the secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Token {
    /// Which.
    pub id: TokenId,
    /// What the script is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whether it is void.
    pub is_revoked: bool,
}

impl Token {
    /// What the event makes of the credential; `None` before it was created.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        match event {
            Event::Staff(StaffEvent::TokenCreated(created)) => {
                let (id, name, role) = (created.token, created.name.clone(), created.role);
                *state = Some(Self { id, name, role, is_revoked: false });
            }
            Event::Staff(StaffEvent::TokenRevoked(_)) => {
                if let Some(token) = state {
                    token.is_revoked = true;
                }
            }
            Event::Staff(
                StaffEvent::Added(_) | StaffEvent::Changed(_) | StaffEvent::PinChanged(_) | StaffEvent::LockedOut(_),
            )
            | Event::Branch(_)
            | Event::Order(_)
            | Event::Kitchen(_)
            | Event::Cash(_)
            | Event::Printer(_)
            | Event::Device(_)
            | Event::Alert(_)
            | Event::Customer(_)
            | Event::Attendance(_)
            | Event::Availability(_) => {}
        }
    }
}
