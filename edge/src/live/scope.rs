//! What a screen may listen to.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use comanda_shared::ids::StationId;
use comanda_shared::staff::Permission;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

/// What a screen listens to; as text `branch` or `station:<uuid>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// The branch's orders.
    Branch,
    /// What is to be made at one station.
    Station(StationId),
}

impl Scope {
    /// What whoever listens must be allowed to do.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Branch | Self::Station(_) => Permission::OrdersView,
        }
    }
}

/// A text that names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no scope: branch or station:<uuid> is meant")]
pub struct ScopeError(String);

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let station = |text: &str| text.strip_prefix("station:")?.parse().ok().map(Self::Station);
        match text {
            "branch" => Ok(Self::Branch),
            other => station(other).ok_or_else(|| ScopeError(other.to_owned())),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Branch => formatter.write_str("branch"),
            Self::Station(station) => write!(formatter, "station:{station}"),
        }
    }
}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder().schema_type(Type::String).pattern(Some("^(branch|station:[0-9a-f-]{36})$"));
        text.description(Some("What a screen listens to: `branch`, or `station:` and its id.")).into()
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
        for text in ["branch", "station:0193a000-0000-7000-8000-000000000000"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for text in ["", "Branch", "station", "station:", "station:fryer", "table:7"] {
            assert_eq!(text.parse::<Scope>(), Err(ScopeError(text.to_owned())));
        }
    }
}
