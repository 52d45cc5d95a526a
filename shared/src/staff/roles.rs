//! A company's own roles: each a name and what comes with it, as one immutable document a version, taken into use whole.
//!
//! Who has such a role carries only its id; what that allows is looked up in the version in use. A role that is taken away
//! allows nothing from then on, to nobody, until they are given another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Permission, Rights, Role};
use crate::ids::RoleId;

/// Roles a company has of its own, at most.
pub const MAX_ROLES: usize = 40;
/// Characters of a role's name, at most.
pub const MAX_NAME: usize = 40;

/// The roles a company has besides those every branch has.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Roles {
    /// In the order they are shown.
    pub roles: Vec<OwnRole>,
}

/// A role of a company's own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnRole {
    /// Which; made by whoever makes the role, a UUIDv7.
    pub id: RoleId,
    /// What people call it: «Jefe de turno».
    #[cfg_attr(feature = "openapi", schema(max_length = 40))]
    pub name: String,
    /// What comes with it.
    pub permissions: BTreeSet<Permission>,
}

/// Why roles cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RolesError {
    /// The name is empty, too long or has control characters.
    #[error("a role's name has 1 to 40 printable characters, unlike «{0}»")]
    Name(String),
    /// Two are one, or are called the same.
    #[error("«{0}» is there twice")]
    Twice(String),
    /// More than a company has.
    #[error("a company has at most 40 roles of its own")]
    TooMany,
}

impl OwnRole {
    /// What comes with it.
    pub fn rights(&self) -> Rights {
        self.permissions.iter().copied().collect()
    }
}

impl Roles {
    /// The roles, if they can be used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn checked(self) -> Result<Self, RolesError> {
        if self.roles.len() > MAX_ROLES {
            return Err(RolesError::TooMany);
        }
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for OwnRole { id, name, .. } in &self.roles {
            let is_name = (1..=MAX_NAME).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
            if !is_name {
                return Err(RolesError::Name(name.clone()));
            }
            if !ids.insert(id) || !names.insert(name.trim().to_lowercase()) {
                return Err(RolesError::Twice(name.clone()));
            }
        }
        Ok(self)
    }

    /// A role of the company's own.
    pub fn own(&self, id: RoleId) -> Option<&OwnRole> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// The role with what it allows by now.
    pub fn resolved(&self, role: Role) -> Role {
        match role {
            Role::Own { id, .. } => Role::Own { id, rights: self.own(id).map(OwnRole::rights).unwrap_or_default() },
            Role::Owner
            | Role::Admin
            | Role::LimitedAdmin
            | Role::Cashier
            | Role::Waiter
            | Role::Kitchen
            | Role::Rider
            | Role::Employee => role,
        }
    }

    /// What a role of the company's own is called; none of the others, and of one that was taken away.
    pub fn name_of(&self, role: Role) -> Option<&str> {
        match role {
            Role::Own { id, .. } => self.own(id).map(|role| role.name.as_str()),
            Role::Owner
            | Role::Admin
            | Role::LimitedAdmin
            | Role::Cashier
            | Role::Waiter
            | Role::Kitchen
            | Role::Rider
            | Role::Employee => None,
        }
    }

    /// Whether the role is one that can be given to somebody.
    pub fn knows(&self, role: Role) -> bool {
        !matches!(role, Role::Own { .. }) || self.name_of(role).is_some()
    }

    /// What the roles that are other ones than before give, or gave: whoever changes them needs to have it.
    pub fn touched(&self, before: &Self) -> Rights {
        let other = |one: &Self, than: &Self| -> Rights {
            let changed = one.roles.iter().filter(|role| than.own(role.id) != Some(*role));
            changed.flat_map(|role| role.permissions.iter().copied()).collect()
        };
        other(self, before).and(other(before, self))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn role(number: u128, name: &str, permissions: &[Permission]) -> OwnRole {
        let id = RoleId::from_uuid(Uuid::from_u128(number));
        OwnRole { id, name: name.to_owned(), permissions: permissions.iter().copied().collect() }
    }

    #[test]
    fn an_own_role_allows_what_the_version_in_use_says_and_nothing_once_it_is_gone() {
        let chief = role(1, "Jefe de turno", &[Permission::OrdersView, Permission::OrdersDiscount]);
        let stored: Role = chief.id.to_string().parse().unwrap();
        assert!(!stored.allows(Permission::OrdersView), "what is stored is only which");
        let roles = Roles { roles: vec![chief] };
        let now = roles.resolved(stored);
        assert!(now.allows(Permission::OrdersDiscount) && !now.allows(Permission::SettingsEdit));
        assert!(!now.runs_the_branch());
        assert_eq!(roles.name_of(stored), Some("Jefe de turno"));
        let gone = Roles::default();
        assert!(Permission::ALL.iter().all(|permission| !gone.resolved(now).allows(*permission)));
        assert!(roles.knows(stored) && !gone.knows(stored) && gone.knows(Role::Waiter));
    }

    #[test]
    fn what_is_stored_of_an_own_role_is_its_id_and_reads_back() {
        let stored: Role = role(7, "x", &[]).id.to_string().parse().unwrap();
        let text = serde_json::to_string(&stored).unwrap();
        assert_eq!(text, "\"00000000-0000-0000-0000-000000000007\"");
        assert_eq!(serde_json::from_str::<Role>(&text).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Role>("\"waiter\"").unwrap(), Role::Waiter);
        assert!(serde_json::from_str::<Role>("\"chief\"").is_err());
    }

    #[test]
    fn whoever_changes_roles_needs_what_they_give_and_gave() {
        let before =
            Roles { roles: vec![role(1, "a", &[Permission::CashShift]), role(2, "b", &[Permission::AuditView])] };
        let after =
            Roles { roles: vec![role(1, "a", &[Permission::OrdersView]), role(2, "b", &[Permission::AuditView])] };
        let touched = after.touched(&before);
        assert!(touched.has(Permission::CashShift) && touched.has(Permission::OrdersView));
        assert!(!touched.has(Permission::AuditView), "what stays as it is, is nobody's act");
    }

    #[test]
    fn roles_that_cannot_be_told_apart_are_refused() {
        let twice = Roles { roles: vec![role(1, "Jefe", &[]), role(2, " jefe", &[])] };
        assert_eq!(twice.checked(), Err(RolesError::Twice(" jefe".to_owned())));
        let same = Roles { roles: vec![role(1, "a", &[]), role(1, "b", &[])] };
        assert_eq!(same.checked(), Err(RolesError::Twice("b".to_owned())));
        assert!(Roles { roles: vec![role(1, " ", &[])] }.checked().is_err());
    }
}
