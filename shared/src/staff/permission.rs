//! The table of who may do what.

use serde::{Deserialize, Serialize};

/// What somebody may be allowed to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Permission {
    /// Take an order.
    #[serde(rename = "orders.create")]
    OrdersCreate,
    /// See orders and their tickets.
    #[serde(rename = "orders.view")]
    OrdersView,
    /// Accept an order, so that the kitchen begins.
    #[serde(rename = "orders.accept")]
    OrdersAccept,
    /// Move an order on: preparing, ready, served, on the way, delivered.
    #[serde(rename = "orders.advance")]
    OrdersAdvance,
    /// Take a line back that was sent.
    #[serde(rename = "orders.void")]
    OrdersVoid,
    /// End an order, with a reason.
    #[serde(rename = "orders.cancel")]
    OrdersCancel,
    /// See the catalog.
    #[serde(rename = "catalog.view")]
    CatalogView,
    /// Change the catalog.
    #[serde(rename = "catalog.edit")]
    CatalogEdit,
    /// Say that something ran out, or is back.
    #[serde(rename = "catalog.availability")]
    CatalogAvailability,
    /// See printers and their jobs.
    #[serde(rename = "printing.view")]
    PrintingView,
    /// Set printers up, test them, send jobs again.
    #[serde(rename = "printing.manage")]
    PrintingManage,
    /// See how the branch is doing.
    #[serde(rename = "monitoring.view")]
    MonitoringView,
    /// Take money for an order.
    #[serde(rename = "payments.take")]
    PaymentsTake,
    /// Give money back.
    #[serde(rename = "payments.refund")]
    PaymentsRefund,
    /// Take something off the price of an order or a line.
    #[serde(rename = "orders.discount")]
    OrdersDiscount,
    /// Open an order again that was handed over.
    #[serde(rename = "orders.reopen")]
    OrdersReopen,
    /// Answer for a drawer: open it with a float, count it at the end.
    #[serde(rename = "cash.shift")]
    CashShift,
    /// Put money into a drawer or take some out, other than for an order.
    #[serde(rename = "cash.movements")]
    CashMovements,
    /// Open a drawer without a sale.
    #[serde(rename = "cash.no_sale")]
    CashNoSale,
    /// See what should be in the drawers, close the day, close somebody's forgotten shift.
    #[serde(rename = "cash.reports")]
    CashReports,
    /// Keep customers' cards.
    #[serde(rename = "customers.edit")]
    CustomersEdit,
    /// Take on staff, change what they are and their PINs, end their sessions.
    #[serde(rename = "staff.manage")]
    StaffManage,
    /// See who worked when, and correct it.
    #[serde(rename = "staff.hours")]
    StaffHours,
    /// Pair screens with the branch and put them out.
    #[serde(rename = "devices.manage")]
    DevicesManage,
    /// Change how the branch works: its floor plan, how it is paid.
    #[serde(rename = "settings.edit")]
    SettingsEdit,
    /// See who did what.
    #[serde(rename = "audit.view")]
    AuditView,
    /// Say whether the branch takes orders from outside: open, busy, paused, closed.
    #[serde(rename = "branch.state")]
    BranchState,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 27] = [
        Self::OrdersCreate,
        Self::OrdersView,
        Self::OrdersAccept,
        Self::OrdersAdvance,
        Self::OrdersVoid,
        Self::OrdersCancel,
        Self::CatalogView,
        Self::CatalogEdit,
        Self::CatalogAvailability,
        Self::PrintingView,
        Self::PrintingManage,
        Self::MonitoringView,
        Self::PaymentsTake,
        Self::PaymentsRefund,
        Self::OrdersDiscount,
        Self::OrdersReopen,
        Self::CashShift,
        Self::CashMovements,
        Self::CashNoSale,
        Self::CashReports,
        Self::CustomersEdit,
        Self::StaffManage,
        Self::StaffHours,
        Self::DevicesManage,
        Self::SettingsEdit,
        Self::AuditView,
        Self::BranchState,
    ];

    /// As it is written: `orders.create`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrdersCreate => "orders.create",
            Self::OrdersView => "orders.view",
            Self::OrdersAccept => "orders.accept",
            Self::OrdersAdvance => "orders.advance",
            Self::OrdersVoid => "orders.void",
            Self::OrdersCancel => "orders.cancel",
            Self::CatalogView => "catalog.view",
            Self::CatalogEdit => "catalog.edit",
            Self::CatalogAvailability => "catalog.availability",
            Self::PrintingView => "printing.view",
            Self::PrintingManage => "printing.manage",
            Self::MonitoringView => "monitoring.view",
            Self::PaymentsTake => "payments.take",
            Self::PaymentsRefund => "payments.refund",
            Self::OrdersDiscount => "orders.discount",
            Self::OrdersReopen => "orders.reopen",
            Self::CashShift => "cash.shift",
            Self::CashMovements => "cash.movements",
            Self::CashNoSale => "cash.no_sale",
            Self::CashReports => "cash.reports",
            Self::CustomersEdit => "customers.edit",
            Self::StaffManage => "staff.manage",
            Self::StaffHours => "staff.hours",
            Self::DevicesManage => "devices.manage",
            Self::SettingsEdit => "settings.edit",
            Self::AuditView => "audit.view",
            Self::BranchState => "branch.state",
        }
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What somebody is at the branch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Owns the company.
    Owner,
    /// Runs the branch.
    Admin,
    /// Sells and charges.
    Cashier,
    /// Serves tables.
    Waiter,
    /// Cooks.
    Kitchen,
    /// Brings orders to guests.
    Rider,
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not a role: owner, admin, cashier, waiter, kitchen or rider is meant")]
pub struct RoleError(String);

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Owner, Self::Admin, Self::Cashier, Self::Waiter, Self::Kitchen, Self::Rider];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Cashier => "cashier",
            Self::Waiter => "waiter",
            Self::Kitchen => "kitchen",
            Self::Rider => "rider",
        }
    }

    /// Whether the role carries the permission.
    pub const fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Owner | Self::Admin => true,
            Self::Cashier => match permission {
                P::OrdersCreate
                | P::OrdersView
                | P::OrdersAccept
                | P::OrdersAdvance
                | P::OrdersVoid
                | P::OrdersCancel
                | P::CatalogView
                | P::CatalogAvailability
                | P::PrintingView
                | P::PrintingManage
                | P::MonitoringView
                | P::PaymentsTake
                | P::CashShift
                | P::CustomersEdit
                | P::BranchState => true,
                P::CatalogEdit
                | P::PaymentsRefund
                | P::OrdersDiscount
                | P::OrdersReopen
                | P::CashMovements
                | P::CashNoSale
                | P::CashReports
                | P::StaffManage
                | P::StaffHours
                | P::DevicesManage
                | P::SettingsEdit
                | P::AuditView => false,
            },
            Self::Waiter => matches!(
                permission,
                P::OrdersCreate | P::OrdersView | P::OrdersAccept | P::OrdersAdvance | P::CatalogView | P::PrintingView
            ),
            Self::Kitchen => matches!(
                permission,
                P::OrdersView | P::OrdersAdvance | P::CatalogView | P::CatalogAvailability | P::PrintingView
            ),
            Self::Rider => matches!(permission, P::OrdersView | P::OrdersAdvance),
        }
    }
}

impl std::str::FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| RoleError(text.to_owned()))
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_json_and_in_text() {
        for permission in Permission::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.as_str());
        }
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
            assert_eq!(role.as_str().parse(), Ok(role));
        }
    }

    #[test]
    fn a_cook_moves_orders_on_but_neither_takes_nor_ends_them() {
        assert!(Role::Kitchen.allows(Permission::OrdersAdvance));
        assert!(!Role::Kitchen.allows(Permission::OrdersCreate));
        assert!(!Role::Kitchen.allows(Permission::OrdersCancel));
    }
}
