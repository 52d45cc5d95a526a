//! What is sent to make one order of two.

use comanda_shared::ids::OrderId;
use serde::Deserialize;
use utoipa::ToSchema;

/// The order that becomes part of another.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMerge)]
pub struct MergeRequest {
    /// Which.
    pub from: OrderId,
    /// The version of it that is meant: it may have been paid meanwhile.
    #[schema(minimum = 1, example = 3)]
    pub from_version: u32,
}
