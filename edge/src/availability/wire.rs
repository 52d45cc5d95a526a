//! What ran out, as it is sent and said.

use comanda_shared::availability::{AvailabilityRejection, Item, Stockout, Stockouts, Until};
use comanda_shared::order::limits;
use comanda_shared::time::LocalInstant;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::Saying;
use crate::http::problem::{Code, Problem};
use crate::orders::wire::tidy;

/// What is said about a product or a modifier.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AvailabilityRequest)]
pub struct AvailabilityRequest {
    /// Whether it can be had. With `left` it can, so often.
    available: bool,
    /// It is back by itself at this time; without, somebody has to say so.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// So many are left: every order takes its own, and then there are none.
    #[serde(default)]
    left: Option<u32>,
    /// Why, for whoever asks: at most 120 characters.
    #[serde(default)]
    reason: Option<String>,
}

impl AvailabilityRequest {
    /// What is meant.
    ///
    /// # Errors
    /// `field.invalid` when it says two things at once, or the reason is too long.
    pub fn saying(self) -> Result<Saying, Problem> {
        let twice = |field: &str| Err(Problem::from(Code::FieldInvalid).at(field, "this does not go with the rest"));
        let reason = tidy(self.reason, limits::SHORT_TEXT, || "reason".to_owned())?;
        match (self.available, self.until, self.left) {
            (true, None, None) => Ok(Saying::Back),
            (true, None, Some(left)) => Ok(Saying::Out { until: Until::Count(left), reason }),
            (false, Some(until), None) => Ok(Saying::Out { until: Until::Instant(until), reason }),
            (false, None, None) => Ok(Saying::Out { until: Until::TurnedBack, reason }),
            (true, Some(_), _) => twice("until"),
            (false, _, Some(_)) => twice("left"),
        }
    }
}

/// Something that ran out, or of which so many are left.
#[derive(Serialize, ToSchema)]
#[schema(as = Stockout)]
pub struct StockoutView {
    /// The product's sku; none for a modifier.
    #[schema(required)]
    product: Option<String>,
    /// The modifier's sku, in every product that has it.
    #[schema(required)]
    modifier: Option<String>,
    /// What people call it.
    name: String,
    /// How many are left; 0 when it ran out.
    left: u32,
    /// When it is back by itself.
    #[schema(required)]
    until: Option<LocalInstant>,
    #[schema(required)]
    reason: Option<String>,
    since: LocalInstant,
}

/// What ran out.
#[derive(Serialize, ToSchema)]
#[schema(as = Availability)]
pub struct AvailabilityView {
    items: Vec<StockoutView>,
}

impl AvailabilityView {
    /// What holds at this moment.
    pub fn of(stockouts: &Stockouts, now: Timestamp, zone: &TimeZone) -> Self {
        Self { items: stockouts.in_force(now).map(|stockout| StockoutView::of(stockout, zone)).collect() }
    }
}

impl StockoutView {
    fn of(stockout: &Stockout, zone: &TimeZone) -> Self {
        let sku = Some(stockout.sku.clone());
        let (product, modifier) = match &stockout.item {
            Item::Product(_) => (sku, None),
            Item::Modifier(_) => (None, sku),
        };
        let (left, until) = match stockout.until {
            Until::TurnedBack => (0, None),
            Until::Instant(until) => (0, Some(LocalInstant::at(until, zone))),
            Until::Count(left) => (left, None),
        };
        Self {
            name: stockout.name.clone(),
            product,
            modifier,
            left,
            until,
            reason: stockout.reason.clone(),
            since: LocalInstant::at(stockout.since, zone),
        }
    }
}

impl From<AvailabilityRejection> for Problem {
    fn from(rejection: AvailabilityRejection) -> Self {
        let detail = rejection.to_string();
        match rejection {
            AvailabilityRejection::PermissionMissing(_) => Self::from(Code::PermissionMissing).detail(detail),
            AvailabilityRejection::UntilPassed => Self::from(Code::FieldInvalid).at("until", detail),
            AvailabilityRejection::CountTooLarge => Self::from(Code::FieldInvalid).at("left", detail),
        }
    }
}
