//! The table of who may do what.
//!
//! Each row is a choice that the product really asks about: a permission, the roles that come with it, and what it is for.
//! Owners and administrators have all of them. `docs/permissions.md` is made of it.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::RoleId;

macro_rules! permissions {
    ($($name:ident = $code:literal for [$($role:ident),*], $meaning:literal;)*) => {
        /// What somebody may be allowed to do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Permission {
            $(
                #[doc = $meaning]
                #[serde(rename = $code)]
                #[cfg_attr(feature = "openapi", schema(rename = $code))]
                $name,
            )*
        }

        impl Permission {
            /// All of them, in the table's order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is written: `orders.create`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it is for, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }

            /// The roles that come with it, besides those that have everything.
            const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role),*],)* }
            }
        }
    };
}

permissions! {
    // Orders
    OrdersView = "orders.view" for [Cashier, Waiter, Kitchen, Rider, Employee, LimitedAdmin], "See orders and their tickets.";
    OrdersCreate = "orders.create" for [Cashier, Waiter, LimitedAdmin], "Take an order.";
    OrdersAccept = "orders.accept" for [Cashier, Waiter, LimitedAdmin], "Accept an order, so that the kitchen begins.";
    OrdersAdvance = "orders.advance" for [Cashier, Waiter, Kitchen, Rider, Employee, LimitedAdmin], "Move an order on: preparing, ready, served, on the way, delivered.";
    OrdersMove = "orders.move" for [Cashier, Waiter, LimitedAdmin], "Move an order to another table, or make one of two.";
    OrdersSplit = "orders.split" for [Cashier, Waiter, LimitedAdmin], "Split what is to be paid.";
    OrdersVoid = "orders.void" for [Cashier, LimitedAdmin], "Take a line back that was sent.";
    OrdersCancel = "orders.cancel" for [Cashier, LimitedAdmin], "End an order, with a reason.";
    OrdersDiscount = "orders.discount" for [], "Take something off the price of an order or a line.";
    OrdersReopen = "orders.reopen" for [], "Open an order again that was handed over.";
    // Menu
    CatalogView = "catalog.view" for [Cashier, Waiter, Kitchen, Employee, LimitedAdmin], "See the catalog.";
    CatalogEdit = "catalog.edit" for [LimitedAdmin], "Change the catalog.";
    CatalogImport = "catalog.import" for [], "Replace the catalog by a file.";
    CatalogAvailability = "catalog.availability" for [Cashier, Kitchen, LimitedAdmin], "Say that something ran out, or is back.";
    // Printing
    PrintingView = "printing.view" for [Cashier, Waiter, Kitchen, LimitedAdmin], "See printers and their jobs.";
    PrintingManage = "printing.manage" for [Cashier, LimitedAdmin], "Pause and test printers, send jobs again or elsewhere.";
    PrintersSetUp = "printers.set_up" for [Cashier], "Set printers up: which there are, where, for which stations.";
    PapersEdit = "papers.edit" for [Cashier], "Arrange what stands on tickets and receipts.";
    TicketsReprint = "tickets.reprint" for [Cashier, Waiter, LimitedAdmin], "Have the kitchen's tickets printed again.";
    ReceiptsReprint = "receipts.reprint" for [Cashier, Waiter, LimitedAdmin], "Print a receipt, a whole order or the slip of a delivery again.";
    // Money
    PaymentsTake = "payments.take" for [Cashier, LimitedAdmin], "Take money for an order.";
    PaymentsRefund = "payments.refund" for [], "Give money back.";
    CashShift = "cash.shift" for [Cashier, LimitedAdmin], "Answer for a drawer: open it with a float, count it at the end.";
    CashMovements = "cash.movements" for [], "Put money into a drawer or take some out, other than for an order.";
    CashNoSale = "cash.no_sale" for [], "Open a drawer without a sale.";
    CashReports = "cash.reports" for [LimitedAdmin], "See what should be in the drawers, close the day, close somebody's forgotten shift.";
    ReportsView = "reports.view" for [Cashier, LimitedAdmin], "See the day's figures: what was sold, what was cancelled.";
    // Guests
    CustomersView = "customers.view" for [Cashier, LimitedAdmin], "See customers' cards and what they ordered.";
    CustomersEdit = "customers.edit" for [Cashier, LimitedAdmin], "Keep customers' cards.";
    CustomersErase = "customers.erase" for [], "Erase a customer for good, where they ask for that.";
    // People and screens
    StaffManage = "staff.manage" for [], "Take on staff, change what they are and their PINs, end their sessions.";
    StaffHours = "staff.hours" for [], "See who worked when, and correct it.";
    RolesEdit = "roles.edit" for [], "Make roles of the company's own, and say what comes with them.";
    DevicesManage = "devices.manage" for [], "Pair screens with the branch, put them out, unlock them.";
    AuditView = "audit.view" for [], "See who did what.";
    // The branch
    MonitoringView = "monitoring.view" for [Cashier, LimitedAdmin], "See how the branch is doing.";
    BranchState = "branch.state" for [Cashier, LimitedAdmin], "Say whether the branch takes orders from outside: open, busy, paused, closed.";
    BackupsManage = "backups.manage" for [Cashier], "Make copies of the branch and prove them.";
    SupportBundle = "support.bundle" for [Cashier], "Pack the file for support.";
    FloorEdit = "floor.edit" for [], "Change where the tables stand.";
    SettingsEdit = "settings.edit" for [], "Change how the branch works: its name, hours, taxes' numbers, how it is paid.";
    BranchBegin = "branch.begin" for [], "Put the trial aside and begin for real.";
}

impl Permission {
    const fn bit(self) -> u64 {
        1 << self as u8
    }
}

const _: () = assert!(Permission::ALL.len() <= 64, "a set of permissions is 64 bits");

/// A set of permissions.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Rights(u64);

impl Rights {
    /// Whether this one is among them.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// The first of them that does not come with the role.
    pub fn beyond(self, role: Role) -> Option<Permission> {
        Permission::ALL.iter().copied().find(|permission| self.has(*permission) && !role.allows(*permission))
    }
}

impl FromIterator<Permission> for Rights {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What somebody is at the branch.
///
/// Stored and sent as one word: a role that every branch has, or the id of one of the company's own. What an own role allows is
/// no part of that: it is looked up in [the roles in use](super::Roles), and until then it allows nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Owns the company.
    Owner,
    /// Runs the branch.
    Admin,
    /// Looks after the menu and the day's figures, and changes no settings.
    LimitedAdmin,
    /// Sells and charges.
    Cashier,
    /// Serves tables.
    Waiter,
    /// Cooks.
    Kitchen,
    /// Brings orders to guests.
    Rider,
    /// Lends a hand: sees orders and moves them on.
    Employee,
    /// A role of the company's own.
    Own {
        /// Which.
        id: RoleId,
        /// What it allows by now.
        rights: Rights,
    },
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "«{0}» is not a role: owner, admin, limited_admin, cashier, waiter, kitchen, rider, employee or the id of an own one is meant"
)]
pub struct RoleError(String);

impl Role {
    /// Those that every branch has.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::Admin,
        Self::LimitedAdmin,
        Self::Cashier,
        Self::Waiter,
        Self::Kitchen,
        Self::Rider,
        Self::Employee,
    ];

    /// As it is written; none of the company's own, which are written as their ids.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::Owner => Some("owner"),
            Self::Admin => Some("admin"),
            Self::LimitedAdmin => Some("limited_admin"),
            Self::Cashier => Some("cashier"),
            Self::Waiter => Some("waiter"),
            Self::Kitchen => Some("kitchen"),
            Self::Rider => Some("rider"),
            Self::Employee => Some("employee"),
            Self::Own { .. } => None,
        }
    }

    /// Whether the role carries the permission.
    pub fn allows(self, permission: Permission) -> bool {
        match self {
            Self::Own { rights, .. } => rights.has(permission),
            Self::Owner | Self::Admin => true,
            Self::LimitedAdmin | Self::Cashier | Self::Waiter | Self::Kitchen | Self::Rider | Self::Employee => {
                permission.roles().contains(&self)
            }
        }
    }

    /// All that comes with it.
    pub fn rights(self) -> Rights {
        Permission::ALL.iter().copied().filter(|permission| self.allows(*permission)).collect()
    }

    /// Whether it has everything, and lets others in.
    pub const fn runs_the_branch(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }
}

impl std::str::FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let own = || text.parse().ok().map(|id| Self::Own { id, rights: Rights::default() });
        let found = Self::ALL.into_iter().find(|role| role.word() == Some(text));
        found.or_else(own).ok_or_else(|| RoleError(text.to_owned()))
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Own { id, .. } => id.fmt(formatter),
            shipped => formatter.write_str(shipped.word().unwrap_or_default()),
        }
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_the_same_in_json_and_in_text_and_each_is_one_permissions() {
        for permission in Permission::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.as_str());
        }
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.to_string());
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        let names: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
        assert_eq!(names.len(), Permission::ALL.len());
        assert!(names.len() >= 35, "{}", names.len());
    }

    #[test]
    fn a_cook_moves_orders_on_but_neither_takes_nor_ends_them() {
        assert!(Role::Kitchen.allows(Permission::OrdersAdvance));
        assert!(!Role::Kitchen.allows(Permission::OrdersCreate));
        assert!(!Role::Kitchen.allows(Permission::OrdersCancel));
    }

    #[test]
    fn an_employee_sees_orders_and_moves_them_on_and_does_nothing_else() {
        let allowed: Vec<&str> =
            Permission::ALL.iter().filter(|each| Role::Employee.allows(**each)).map(|each| each.as_str()).collect();
        assert_eq!(allowed, ["orders.view", "orders.advance", "catalog.view"]);
    }

    #[test]
    fn a_limited_admin_looks_after_menu_and_figures_and_changes_no_settings_and_nobodys_role() {
        for granted in [Permission::CatalogEdit, Permission::ReportsView, Permission::CashReports] {
            assert!(Role::LimitedAdmin.allows(granted), "{granted}");
        }
        for withheld in [
            Permission::SettingsEdit,
            Permission::StaffManage,
            Permission::DevicesManage,
            Permission::CatalogImport,
            Permission::PrintersSetUp,
            Permission::BranchBegin,
        ] {
            assert!(!Role::LimitedAdmin.allows(withheld), "{withheld}");
        }
    }
}
