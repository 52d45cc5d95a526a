//! The shapes of discounts and splits in requests and answers. Amounts are minor units of the order's currency.

use comanda_shared::ids::{DiscountId, JobId, LineId, StaffId};
use comanda_shared::order::{
    Discount, DiscountKind, GiveDiscount, NewDiscount, Order, PassPaper, Share, SplitBy, limits,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::problem::Problem;
use crate::orders::wire::tidy;
use crate::staff::approval::Approval;
use crate::staff::wire::ActorView;

/// How something is taken off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DiscountKind)]
enum KindWord {
    /// `value` of a thousand.
    Percent,
    /// `value` minor units.
    Amount,
    /// All of it: on the house.
    Comp,
}

/// Something that is taken off.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDiscount)]
pub struct DiscountRequest {
    /// The line, a combo with its parts; the whole order unless told otherwise.
    line: Option<LineId>,
    kind: KindWord,
    /// Of a thousand, or minor units; not looked at of what is on the house.
    #[serde(default)]
    #[schema(example = 100)]
    value: i64,
    #[schema(max_length = 120, example = "Se demoró")]
    reason: String,
    /// Of somebody who may, where whoever asks may not.
    pub approval: Option<Approval>,
}

impl DiscountRequest {
    /// What it means; the discount's id is made later.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn command(self) -> Result<GiveDiscount, Problem> {
        let kind = match self.kind {
            KindWord::Percent => NewDiscount::Percent(self.value),
            KindWord::Amount => NewDiscount::Amount(self.value),
            KindWord::Comp => NewDiscount::Comp,
        };
        let reason = tidy(Some(self.reason), limits::SHORT_TEXT, || "reason".to_owned())?.unwrap_or_default();
        Ok(GiveDiscount { id: DiscountId::from_uuid(Uuid::nil()), line: self.line, kind, reason })
    }
}

/// Something that was taken off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Discount)]
pub struct DiscountView {
    id: DiscountId,
    /// The line; none of the whole order.
    #[schema(required)]
    line: Option<LineId>,
    kind: KindWord,
    /// Of a thousand, or minor units; 0 of what is on the house.
    value: i64,
    /// How much that is now.
    amount: i64,
    reason: String,
    by: ActorView,
    #[schema(required)]
    approved_by: Option<StaffId>,
}

impl From<&Discount> for DiscountView {
    fn from(discount: &Discount) -> Self {
        let (kind, value) = match discount.kind {
            DiscountKind::Percent(rate) => (KindWord::Percent, i64::from(rate.0)),
            DiscountKind::Amount(amount) => (KindWord::Amount, amount.minor()),
            DiscountKind::Comp => (KindWord::Comp, 0),
        };
        Self {
            id: discount.id,
            line: discount.line,
            kind,
            value,
            amount: discount.amount.minor(),
            reason: discount.reason.clone(),
            by: discount.by.into(),
            approved_by: discount.approved_by,
        }
    }
}

/// How a bill is to be split.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = NewSplit)]
pub enum SplitRequest {
    /// Into equal parts.
    Equal {
        /// How many.
        #[schema(minimum = 2, maximum = 50)]
        parts: usize,
    },
    /// Into amounts that sum to what is due.
    Amounts {
        /// One for each part.
        amounts: Vec<i64>,
    },
    /// By who had what.
    Lines {
        /// One list for each part; the shares of a line sum to 1000 over all parts.
        parts: Vec<Vec<ShareShape>>,
    },
}

/// A line, or some of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineShare)]
pub struct ShareShape {
    line: LineId,
    /// How much of it, of a thousand.
    #[schema(maximum = 1000, example = 500)]
    share_permille: u16,
}

impl From<ShareShape> for Share {
    fn from(shape: ShareShape) -> Self {
        Self { line: shape.line, share_permille: shape.share_permille }
    }
}

impl From<Share> for ShareShape {
    fn from(share: Share) -> Self {
        Self { line: share.line, share_permille: share.share_permille }
    }
}

impl From<SplitRequest> for SplitBy {
    fn from(request: SplitRequest) -> Self {
        match request {
            SplitRequest::Equal { parts } => Self::Equal(parts),
            SplitRequest::Amounts { amounts } => Self::Amounts(amounts),
            SplitRequest::Lines { parts } => {
                Self::Lines(parts.into_iter().map(|part| part.into_iter().map(Share::from).collect()).collect())
            }
        }
    }
}

/// How a bill is split.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Split)]
pub struct SplitView {
    /// They sum to what is due and what was paid of them.
    parts: Vec<PartView>,
}

/// What one pays of a split bill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = SplitPart)]
struct PartView {
    /// What a payment names in `part`.
    index: usize,
    /// With the tip of whoever pays it.
    amount: i64,
    paid: i64,
    /// What was had, where the bill was split by lines.
    #[schema(required)]
    lines: Option<Vec<ShareShape>>,
}

impl SplitView {
    /// How the bill of an order is split.
    pub fn of(order: &Order) -> Option<Self> {
        let part = |(index, part): (usize, &comanda_shared::order::SplitPart)| PartView {
            index,
            amount: part.amount.minor(),
            paid: order.paid_of(part).minor(),
            lines: part.lines.as_ref().map(|lines| lines.iter().copied().map(ShareShape::from).collect()),
        };
        (!order.split.is_empty()).then(|| Self { parts: order.split.iter().enumerate().map(part).collect() })
    }
}

/// A paper of the pass that is to be printed once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperReprint)]
pub struct PaperRequest {
    /// Which.
    pub paper: PassPaper,
}

/// What is printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = PaperPrinted)]
pub struct PrintedView {
    /// The jobs that print it; none of a repeat, whose paper was printed with the first.
    pub jobs: Vec<JobId>,
}
