//! What a screen may listen to.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use comanda_shared::ids::{OrderId, StationId};
use comanda_shared::staff::Permission;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

/// What a screen listens to; as text `branch`, `station:<uuid>`, `cashier`, `order:<uuid>`, `rider`, `admin`, `guest:<uuid>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// The branch's orders.
    Branch,
    /// What is to be made at one station.
    Station(StationId),
    /// The orders that something is still to be paid of.
    Cashier,
    /// One order.
    Order(OrderId),
    /// The deliveries that are ready or on their way.
    Rider,
    /// How the branch is doing.
    Admin,
    /// How far one order has come, and nothing else of it.
    Guest(OrderId),
}

impl Scope {
    /// What whoever listens must be allowed to do.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Branch | Self::Station(_) | Self::Order(_) | Self::Guest(_) => Permission::OrdersView,
            Self::Cashier => Permission::PaymentsTake,
            Self::Rider => Permission::OrdersAdvance,
            Self::Admin => Permission::MonitoringView,
        }
    }

    /// Whether what is sold, and what ran out, is told to it.
    pub const fn sells(self) -> bool {
        match self {
            Self::Branch | Self::Station(_) | Self::Cashier | Self::Admin => true,
            Self::Order(_) | Self::Rider | Self::Guest(_) => false,
        }
    }
}

/// A text that names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no scope: branch, station:<uuid>, cashier, order:<uuid>, rider, admin or guest:<uuid> is meant")]
pub struct ScopeError(String);

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let named = match text.split_once(':') {
            None => match text {
                "branch" => Some(Self::Branch),
                "cashier" => Some(Self::Cashier),
                "rider" => Some(Self::Rider),
                "admin" => Some(Self::Admin),
                _ => None,
            },
            Some(("station", id)) => id.parse().ok().map(Self::Station),
            Some(("order", id)) => id.parse().ok().map(Self::Order),
            Some(("guest", id)) => id.parse().ok().map(Self::Guest),
            Some(_) => None,
        };
        named.ok_or_else(|| ScopeError(text.to_owned()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Branch => formatter.write_str("branch"),
            Self::Station(station) => write!(formatter, "station:{station}"),
            Self::Cashier => formatter.write_str("cashier"),
            Self::Order(order) => write!(formatter, "order:{order}"),
            Self::Rider => formatter.write_str("rider"),
            Self::Admin => formatter.write_str("admin"),
            Self::Guest(order) => write!(formatter, "guest:{order}"),
        }
    }
}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .pattern(Some("^(branch|cashier|rider|admin|(station|order|guest):[0-9a-f-]{36})$"));
        text.description(Some("What a screen listens to: `branch`, `cashier`, `rider`, `admin`, or `station:`, `order:`, `guest:` and an id.")).into()
    }
}

impl ToSchema for Scope {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("LiveScope")
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reads_back_what_it_printed_and_nothing_else() {
        let id = "0193a000-0000-7000-8000-000000000000";
        let with_id = ["station", "order", "guest"].map(|kind| format!("{kind}:{id}"));
        for text in ["branch", "cashier", "rider", "admin"].map(str::to_owned).into_iter().chain(with_id) {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for text in ["", "Branch", "station", "station:", "station:fryer", "table:7", "cashier:7", "guest"] {
            assert_eq!(text.parse::<Scope>(), Err(ScopeError(text.to_owned())));
        }
    }
}
