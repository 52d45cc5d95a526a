//! The shapes of payments in requests and answers. Amounts are minor units of the order's currency.

use comanda_shared::branch::Settings;
use comanda_shared::ids::{OrderId, PaymentId, RefundId, ShiftId, StaffId};
use comanda_shared::order::{Payment, PaymentMethod, PaymentRefunded, RefundAll, RefundPayment, TakePayment, limits};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::problem::{Code, Problem};
use crate::orders::wire::{OrderView, tidy};
use crate::staff::approval::Approval;
use crate::staff::wire::ActorView;

/// Characters of a payment's reference.
const REFERENCE: usize = 60;

/// Money that is taken for an order.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPayment)]
pub struct PayRequest {
    /// Which.
    pub order: OrderId,
    method: PaymentMethod,
    /// What of it pays the order, a tip given with it included; no more than is due with that tip.
    #[schema(minimum = 1, example = 1_850_000)]
    amount: i64,
    /// What of the amount is a tip that the order does not know of yet: its tip rises by as much.
    #[serde(default)]
    #[schema(minimum = 0)]
    tip: i64,
    /// What the guest handed over, of cash; exactly the amount unless told otherwise.
    received: Option<i64>,
    /// The number of the slip, the transfer, the voucher.
    #[schema(max_length = 60)]
    reference: Option<String>,
    /// Which part of a split bill it pays, from 0; needed where the bill is split.
    part: Option<usize>,
}

impl PayRequest {
    /// What it means; the payment's id is made later.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn command(self) -> Result<TakePayment, Problem> {
        Ok(TakePayment {
            id: PaymentId::from_uuid(Uuid::nil()),
            rounding: PaymentId::from_uuid(Uuid::nil()),
            method: offered(self.method)?,
            amount: self.amount,
            tip: self.tip,
            received: self.received,
            reference: tidy(self.reference, REFERENCE, || "reference".to_owned())?,
            part: self.part,
        })
    }
}

/// Money that is given back.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRefund)]
pub struct RefundRequest {
    #[schema(minimum = 1)]
    amount: i64,
    #[schema(max_length = 120)]
    reason: String,
    /// With what; as it was paid unless told otherwise.
    method: Option<PaymentMethod>,
    /// Of somebody who may, where whoever asks may not.
    pub approval: Option<Approval>,
}

impl RefundRequest {
    /// What it means; the refund's id is made later.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn command(self, payment: PaymentId) -> Result<RefundPayment, Problem> {
        Ok(RefundPayment {
            id: RefundId::from_uuid(Uuid::nil()),
            rounding: RefundId::from_uuid(Uuid::nil()),
            payment,
            amount: self.amount,
            reason: tidy(Some(self.reason), limits::SHORT_TEXT, || "reason".to_owned())?.unwrap_or_default(),
            method: self.method.map(offered).transpose()?,
        })
    }
}

/// A way somebody may pay; what a sum was rounded by is none.
fn offered(method: PaymentMethod) -> Result<PaymentMethod, Problem> {
    if method.is_offered() {
        return Ok(method);
    }
    Err(Problem::from(Code::FieldInvalid).at("method", "nobody pays with what a sum was rounded by"))
}

/// How everything that was paid is given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRefundOfAll)]
pub struct RefundAllRequest {
    /// With what; as it was paid unless told otherwise.
    method: Option<PaymentMethod>,
}

impl RefundAllRequest {
    /// What it means; the refunds' ids are made later.
    pub const fn command(self) -> RefundAll {
        RefundAll { method: self.method, ids: Vec::new() }
    }
}

/// Whether money that was taken was given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentStatus)]
enum StatusView {
    /// None of it.
    Completed,
    /// All of it.
    Refunded,
    /// Some of it.
    PartlyRefunded,
}

/// Money that was taken for an order.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentView {
    id: PaymentId,
    method: PaymentMethod,
    /// What of it paid the order, without change.
    amount: i64,
    /// What of the amount is tip: what was eaten is paid first.
    tip: i64,
    /// What the guest handed over, of cash.
    #[schema(required)]
    received: Option<i64>,
    /// What the guest got back of it.
    #[schema(required)]
    change: Option<i64>,
    #[schema(required)]
    reference: Option<String>,
    /// Which part of a split it paid, from 0.
    #[schema(required)]
    part: Option<usize>,
    /// The shift it was taken in.
    #[schema(required)]
    shift: Option<ShiftId>,
    by: ActorView,
    at: LocalInstant,
    status: StatusView,
    /// What was given back of it.
    refunded: i64,
    refunds: Vec<RefundView>,
}

/// Money that was given back.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub struct RefundView {
    id: RefundId,
    payment: PaymentId,
    method: PaymentMethod,
    amount: i64,
    /// What of the amount is tip.
    tip: i64,
    reason: String,
    /// The shift it was given back in.
    #[schema(required)]
    shift: Option<ShiftId>,
    by: ActorView,
    #[schema(required)]
    approved_by: Option<StaffId>,
    at: LocalInstant,
}

impl PaymentView {
    /// A payment in the branch's time zone.
    pub fn of(payment: &Payment, zone: &TimeZone) -> Self {
        let Payment { taken, refunds } = payment;
        let status = match (refunds.is_empty(), payment.left().minor()) {
            (true, _) => StatusView::Completed,
            (false, 0) => StatusView::Refunded,
            (false, _) => StatusView::PartlyRefunded,
        };
        Self {
            id: taken.payment,
            method: taken.method,
            amount: taken.amount.minor(),
            tip: taken.tip.minor(),
            received: taken.cash.map(|cash| cash.received.minor()),
            change: taken.cash.map(|cash| cash.change.minor()),
            reference: taken.reference.clone(),
            part: taken.part,
            shift: taken.shift,
            by: taken.by.into(),
            at: LocalInstant::at(taken.at, zone),
            status,
            refunded: payment.refunded().minor(),
            refunds: refunds.iter().map(|refund| RefundView::of(refund, zone)).collect(),
        }
    }
}

impl RefundView {
    /// A refund in the branch's time zone.
    pub fn of(refund: &PaymentRefunded, zone: &TimeZone) -> Self {
        Self {
            id: refund.refund,
            payment: refund.payment,
            method: refund.method,
            amount: refund.amount.minor(),
            tip: refund.tip.minor(),
            reason: refund.reason.clone(),
            shift: refund.shift,
            by: refund.by.into(),
            approved_by: refund.approved_by,
            at: LocalInstant::at(refund.at, zone),
        }
    }
}

/// A payment that was taken, and its order after it.
#[derive(Serialize, ToSchema)]
pub struct Paid {
    /// The payment.
    pub payment: PaymentView,
    /// The order.
    pub order: OrderView,
}

/// A refund that was given, and its order after it.
#[derive(Serialize, ToSchema)]
pub struct Refunded {
    /// The refund.
    pub refund: RefundView,
    /// The order.
    pub order: OrderView,
}

/// A way to pay.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentMethodOffered)]
pub struct MethodView {
    method: PaymentMethod,
    /// As people call it.
    name: &'static str,
    /// Whether it leaves a number behind that is worth keeping: screens ask for it, the branch does not insist.
    needs_reference: bool,
    /// What a guest's telephone reads to pay, where the branch has one.
    #[schema(required)]
    qr: Option<QrView>,
    /// To what a sum that settles an order is rounded, minor units; 0 for not at all.
    rounds_to: i64,
}

/// What a guest's telephone reads to pay.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentQr)]
pub struct QrView {
    /// The text of the code: EMVCo, with its check sum.
    pub payload: String,
}

impl MethodView {
    /// A way to pay, as the branch's settings have it.
    pub fn of(method: PaymentMethod, settings: &Settings) -> Self {
        let qr = settings.payment_codes.get(&method).map(|payload| QrView { payload: payload.clone() });
        let rounds_to = if method == PaymentMethod::Cash { settings.cash_rounding } else { 0 };
        Self { method, name: method.spanish(), needs_reference: method.has_reference(), qr, rounds_to }
    }
}
