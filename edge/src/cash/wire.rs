//! The shapes of shifts and counts in requests and answers. Amounts are minor units.

use std::collections::BTreeMap;

use comanda_shared::cash::{
    CashMoved, CloseShift, Counted, DayClosed, Denomination, MovementKind, SalesSums, Shift, Taking, Takings,
};
use comanda_shared::ids::{MovementId, ReportId, ShiftId};
use comanda_shared::money::{Currency, Money};
use comanda_shared::order::{PaymentMethod, limits};
use comanda_shared::time::LocalInstant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queries;
use crate::http::problem::Problem;
use crate::orders::wire::tidy;
use crate::staff::approval::Approval;
use crate::staff::store::name_of;
use crate::staff::wire::{ActorView, PersonView};

/// A shift that is opened.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewShift)]
pub struct OpenRequest {
    /// The drawer's name.
    #[schema(max_length = 40, example = "principal")]
    pub drawer: String,
    /// What is in it to give change with.
    #[schema(minimum = 0, example = 10_000_000)]
    pub float: i64,
}

/// What is put into a drawer or taken out, other than for an order.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMovement)]
pub struct MovementRequest {
    /// Which way.
    pub kind: MovementKind,
    /// 0 of a drawer that is opened without a sale.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub amount: i64,
    /// Why.
    #[schema(max_length = 120)]
    pub reason: String,
    /// Of somebody who may, where whoever asks may not.
    pub approval: Option<Approval>,
}

/// A count, by somebody who was not told what should be there.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCount)]
pub struct CloseRequest {
    /// Whose; the open shift of whoever asks unless told otherwise.
    pub shift: Option<ShiftId>,
    counted: CountRequest,
    /// What whoever counted has to say.
    #[schema(max_length = 500)]
    notes: Option<String>,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[schema(as = CountedByHand)]
struct CountRequest {
    /// Notes and coins.
    cash: Vec<Denomination>,
    /// What slips, transfers and vouchers came to, by method.
    #[serde(flatten)]
    others: BTreeMap<PaymentMethod, i64>,
}

impl CloseRequest {
    /// What it means.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn command(self) -> Result<CloseShift, Problem> {
        let counted = Counted { cash: self.counted.cash, others: self.counted.others };
        Ok(CloseShift { counted, notes: tidy(self.notes, limits::NOTE, || "notes".to_owned())? })
    }
}

/// A shift, with what the tables know beside it.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    /// The shift.
    pub shift: Shift,
    /// What whoever answers for it is called.
    pub user: String,
    /// Payments taken in it.
    pub sales_count: i64,
}

impl Seen {
    /// A shift with what the tables know beside it.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn of(connection: &Connection, shift: Shift) -> rusqlite::Result<Self> {
        let user = name_of(connection, shift.user)?.unwrap_or_default();
        let sales_count = queries::takings_of_shift(connection, shift.id)?.all().payments;
        Ok(Self { shift, user, sales_count })
    }
}

/// A shift. What should be in its drawer is not said before it was counted.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Shift)]
pub struct ShiftView {
    id: ShiftId,
    drawer: String,
    user: PersonView,
    currency: Currency,
    business_day: Date,
    opened_at: LocalInstant,
    float: i64,
    #[schema(required)]
    closed_at: Option<LocalInstant>,
    /// In the order they were made.
    movements: Vec<MovementView>,
    /// Payments taken in it.
    sales_count: i64,
}

/// What was put in or taken out.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Movement)]
pub struct MovementView {
    id: MovementId,
    kind: MovementKind,
    amount: i64,
    reason: String,
    by: ActorView,
    #[schema(required)]
    approved_by: Option<comanda_shared::ids::StaffId>,
    at: LocalInstant,
}

impl MovementView {
    fn of(moved: &CashMoved, zone: &TimeZone) -> Self {
        Self {
            id: moved.movement,
            kind: moved.kind,
            amount: moved.amount.minor(),
            reason: moved.reason.clone(),
            by: moved.by.into(),
            approved_by: moved.approved_by,
            at: LocalInstant::at(moved.at, zone),
        }
    }
}

impl ShiftView {
    /// A shift in the branch's time zone.
    pub fn of(seen: &Seen, zone: &TimeZone) -> Self {
        let Seen { shift, user, sales_count } = seen;
        Self {
            id: shift.id,
            drawer: shift.drawer.clone(),
            user: PersonView::of(shift.user, user.clone()),
            currency: shift.float.currency(),
            business_day: shift.business_day,
            opened_at: LocalInstant::at(shift.opened_at, zone),
            float: shift.float.minor(),
            closed_at: shift.closed().map(|closed| LocalInstant::at(closed.at, zone)),
            movements: shift.movements.iter().map(|moved| MovementView::of(moved, zone)).collect(),
            sales_count: *sales_count,
        }
    }
}

/// What a shift came to.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Closure)]
pub struct ClosureView {
    /// The shift's id.
    id: ShiftId,
    /// The count's number, which never comes again.
    #[schema(example = "ESQ-C-000001")]
    number: String,
    shift: ShiftView,
    /// What should have been there, by method; of cash with float and movements.
    #[schema(value_type = BTreeMap<PaymentMethod, i64>)]
    expected: BTreeMap<PaymentMethod, i64>,
    /// What was found, of what was counted.
    #[schema(value_type = BTreeMap<PaymentMethod, i64>)]
    counted: BTreeMap<PaymentMethod, i64>,
    /// Notes and coins, as they were counted.
    denominations: Vec<Denomination>,
    /// Found over expected, by method, of what was counted.
    #[schema(value_type = BTreeMap<PaymentMethod, i64>)]
    differences: BTreeMap<PaymentMethod, i64>,
    /// The sum of these; negative where something is missing.
    difference: i64,
    /// What orders brought in.
    #[schema(value_type = BTreeMap<PaymentMethod, TakingView>)]
    takings: BTreeMap<PaymentMethod, TakingView>,
    #[schema(required)]
    notes: Option<String>,
    /// Who counted.
    by: ActorView,
    business_day: Date,
    at: LocalInstant,
}

/// What orders brought in by one method.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Taking)]
pub struct TakingView {
    /// How many payments.
    payments: i64,
    /// What they came to, without change.
    amount: i64,
    /// Of it, tip.
    tip: i64,
    /// How many refunds.
    refunds: i64,
    /// What was given back.
    refunded: i64,
    /// Of it, tip.
    tip_refunded: i64,
    /// What stayed.
    net: i64,
}

impl From<Taking> for TakingView {
    fn from(taking: Taking) -> Self {
        let Taking { payments, amount, tip, refunds, refunded, tip_refunded } = taking;
        Self { payments, amount, tip, refunds, refunded, tip_refunded, net: taking.net() }
    }
}

/// Takings as they are answered.
pub fn takings_view(takings: &Takings) -> BTreeMap<PaymentMethod, TakingView> {
    takings.0.iter().map(|(method, taking)| (*method, (*taking).into())).collect()
}

fn minor(sums: &BTreeMap<PaymentMethod, Money>) -> BTreeMap<PaymentMethod, i64> {
    sums.iter().map(|(method, sum)| (*method, sum.minor())).collect()
}

impl ClosureView {
    /// What the shift came to; none while it is open.
    pub fn of(seen: &Seen, zone: &TimeZone) -> Option<Self> {
        let closed = seen.shift.closed()?;
        let counted = minor(&closed.counted.sums(seen.shift.float.currency()).ok()?);
        let expected = minor(&closed.expected);
        let over = |(method, found): (&PaymentMethod, &i64)| {
            (*method, found - expected.get(method).copied().unwrap_or_default())
        };
        Some(Self {
            id: closed.shift,
            number: closed.number.clone(),
            shift: ShiftView::of(seen, zone),
            differences: counted.iter().map(over).collect(),
            expected,
            counted,
            denominations: closed.counted.cash.clone(),
            difference: closed.difference.minor(),
            takings: takings_view(&closed.takings),
            notes: closed.notes.clone(),
            by: closed.by.into(),
            business_day: closed.business_day,
            at: LocalInstant::at(closed.at, zone),
        })
    }
}

/// How the day stands, without closing anything.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = ReportX)]
pub struct ReportXView {
    business_day: Date,
    at: LocalInstant,
    /// What orders brought in today, whoever took it.
    #[schema(value_type = BTreeMap<PaymentMethod, TakingView>)]
    takings: BTreeMap<PaymentMethod, TakingView>,
    /// The shifts that are open, the oldest first.
    shifts: Vec<OpenShiftView>,
}

/// An open shift, with what should be in its drawer.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = OpenShift)]
pub struct OpenShiftView {
    #[serde(flatten)]
    shift: ShiftView,
    #[schema(value_type = BTreeMap<PaymentMethod, i64>)]
    expected: BTreeMap<PaymentMethod, i64>,
    #[schema(value_type = BTreeMap<PaymentMethod, TakingView>)]
    takings: BTreeMap<PaymentMethod, TakingView>,
}

impl OpenShiftView {
    /// An open shift, with what should be in its drawer.
    pub fn of(seen: &Seen, takings: &Takings, zone: &TimeZone) -> Self {
        let expected = seen.shift.own_money().and_then(|own| takings.expected(own));
        Self {
            shift: ShiftView::of(seen, zone),
            expected: minor(&expected.unwrap_or_default()),
            takings: takings_view(takings),
        }
    }
}

impl ReportXView {
    /// The report of a moment.
    pub fn of(business_day: Date, at: LocalInstant, takings: &Takings, shifts: Vec<OpenShiftView>) -> Self {
        Self { business_day, at, takings: takings_view(takings), shifts }
    }
}

/// A day's report: everything since the one before it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = ReportZ)]
pub struct ReportZView {
    id: ReportId,
    #[schema(example = "ESQ-Z-000001")]
    number: String,
    business_day: Date,
    /// When the report before it was made; none of the first.
    #[schema(required)]
    since: Option<LocalInstant>,
    at: LocalInstant,
    currency: Currency,
    sales: SalesView,
    #[schema(value_type = BTreeMap<PaymentMethod, TakingView>)]
    takings: BTreeMap<PaymentMethod, TakingView>,
    /// Drawers that were still to be counted.
    open_shifts: u32,
    journal: JournalView,
    by: ActorView,
}

/// What was sold; cancelled orders are in no amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = SalesSums)]
struct SalesView {
    orders: i64,
    cancelled: i64,
    /// Prices with modifiers.
    gross: i64,
    discount: i64,
    tax: i64,
    /// What guests pay, without tips.
    net: i64,
}

/// How far the journal had come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ChainHead)]
struct JournalView {
    sequence: u64,
    /// The hash of that entry, in hexadecimal.
    hash: String,
}

impl ReportZView {
    /// A report in the branch's time zone.
    pub fn of(report: &DayClosed, zone: &TimeZone) -> Self {
        let SalesSums { orders, cancelled, gross, discount, tax, net } = report.sales;
        Self {
            id: report.report,
            number: report.number.clone(),
            business_day: report.business_day,
            since: report.since.map(|at| LocalInstant::at(at, zone)),
            at: LocalInstant::at(report.at, zone),
            currency: report.currency,
            sales: SalesView { orders, cancelled, gross, discount, tax, net },
            takings: takings_view(&report.takings),
            open_shifts: report.open_shifts,
            journal: JournalView { sequence: report.journal.sequence, hash: report.journal.hash.clone() },
            by: report.by.into(),
        }
    }
}
