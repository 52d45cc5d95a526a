//! What a command makes happen at a drawer, or why not: pure, from the shift and what the feature loaded beside it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{
    CashEvent, CashMoved, CashRejection, Counted, DrawerCause, DrawerOpened, MovementKind, Shift, ShiftClosed,
    ShiftOpened, Takings, limits,
};
use crate::ids::{CommandId, MovementId, ShiftId};
use crate::money::{Currency, Money};
use crate::order::PaymentMethod;
use crate::staff::{Actor, Approver, Permission, Role};

/// What a decision may depend on besides the shift itself.
#[derive(Clone, Copy, Debug)]
pub struct CashContext {
    /// Branch time.
    pub now: Timestamp,
    /// The day of business.
    pub business_day: Date,
    /// Who asks.
    pub actor: Actor,
    /// As what.
    pub role: Role,
    /// Who approves what whoever asks may not.
    pub approver: Option<Approver>,
    /// What asks.
    pub command: CommandId,
}

impl CashContext {
    pub(super) fn permit(&self, permission: Permission) -> Result<(), CashRejection> {
        if self.role.allows(permission) { Ok(()) } else { Err(CashRejection::PermissionMissing(permission)) }
    }

    fn approver(&self, permission: Permission) -> Result<Option<crate::ids::StaffId>, CashRejection> {
        if self.role.allows(permission) {
            return Ok(None);
        }
        let approver = self.approver.filter(|approver| approver.role.allows(permission));
        approver.map(|approver| Some(approver.staff)).ok_or(CashRejection::ApprovalRequired(permission))
    }
}

/// What is open already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The drawer that whoever asks answers for.
    pub drawer_of_user: Option<String>,
    /// Whether somebody answers for the drawer asked for.
    pub is_drawer_taken: bool,
}

/// Answer for a drawer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenShift {
    /// The shift's id, made for it already.
    pub id: ShiftId,
    /// The drawer's name.
    pub drawer: String,
    /// What is in it, in minor units.
    pub float: i64,
}

/// Opens a shift. Money of two people in one drawer cannot be counted apart, so a drawer has one at a time.
///
/// # Errors
/// The first reason to refuse; then nothing happens.
pub fn open(
    open: &OpenShift,
    standing: Standing,
    currency: Option<Currency>,
    context: &CashContext,
) -> Result<CashEvent, CashRejection> {
    context.permit(Permission::CashShift)?;
    let currency = currency.ok_or(CashRejection::CatalogMissing)?;
    let drawer = open.drawer.trim();
    if !(1..=limits::DRAWER).contains(&drawer.chars().count()) || drawer.chars().any(char::is_control) {
        return Err(CashRejection::DrawerInvalid);
    }
    let float = amount(open.float, currency)?;
    if let Some(drawer) = standing.drawer_of_user {
        return Err(CashRejection::AlreadyOpen { drawer });
    }
    if standing.is_drawer_taken {
        return Err(CashRejection::DrawerTaken);
    }
    let (user, business_day, at) = (context.actor, context.business_day, context.now);
    let opened = ShiftOpened { shift: open.id, drawer: drawer.to_owned(), user, float, business_day, at };
    Ok(CashEvent::ShiftOpened(opened))
}

/// Put money in, take some out, or open the drawer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MoveCash {
    /// The movement's id, made for it already.
    pub id: MovementId,
    /// Which way.
    pub kind: MovementKind,
    /// Minor units.
    pub amount: i64,
    /// Why.
    pub reason: String,
}

/// Moves money other than for an order; the drawer opens with it.
///
/// # Errors
/// The first reason to refuse; then nothing happens.
pub fn move_cash(
    shift: Option<&Shift>,
    asked: &MoveCash,
    context: &CashContext,
) -> Result<Vec<CashEvent>, CashRejection> {
    let shift = shift.filter(|shift| shift.closed().is_none()).ok_or(CashRejection::NoneOpen)?;
    let permission = match asked.kind {
        MovementKind::In | MovementKind::Out | MovementKind::HandIn => Permission::CashMovements,
        MovementKind::NoSale => Permission::CashNoSale,
    };
    let approved_by = context.approver(permission)?;
    let amount = amount(asked.amount, shift.float.currency())?;
    if (amount.minor() == 0) != (asked.kind == MovementKind::NoSale) {
        return Err(CashRejection::AmountInvalid);
    }
    let reason = asked.reason.trim().to_owned();
    if reason.is_empty() {
        return Err(CashRejection::ReasonMissing);
    }
    if shift.movements.len() >= limits::MOVEMENTS {
        return Err(CashRejection::TooManyMovements);
    }
    let (movement, command, by, at) = (asked.id, context.command, context.actor, context.now);
    let moved = CashMoved { shift: shift.id, movement, command, kind: asked.kind, amount, reason, by, approved_by, at };
    let cause = DrawerCause::Movement(movement);
    let drawer = DrawerOpened { shift: shift.id, drawer: shift.drawer.clone(), cause, at };
    Ok(vec![CashEvent::Moved(moved), CashEvent::DrawerOpened(drawer)])
}

/// Count a drawer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseShift {
    /// What was found.
    pub counted: Counted,
    /// What whoever counted has to say.
    pub notes: Option<String>,
}

/// Closes a shift with its count. `takings` is what orders brought into it, `number` the next of the counts. Somebody
/// else's, forgotten, is closed by whoever may see the reports.
///
/// # Errors
/// The first reason to refuse; then nothing happens.
pub fn close(
    shift: &Shift,
    asked: &CloseShift,
    takings: Takings,
    number: String,
    context: &CashContext,
) -> Result<CashEvent, CashRejection> {
    let needed = if shift.user == context.actor { Permission::CashShift } else { Permission::CashReports };
    context.permit(needed)?;
    if shift.closed().is_some() {
        return Err(CashRejection::Closed);
    }
    let found = asked.counted.sums(shift.float.currency())?;
    let too_large = |_| CashRejection::AmountTooLarge;
    let expected = takings.expected(shift.own_money().map_err(too_large)?).map_err(too_large)?;
    let difference = difference(&found, &expected, shift.float.currency()).map_err(too_large)?;
    Ok(CashEvent::ShiftClosed(ShiftClosed {
        shift: shift.id,
        number,
        counted: asked.counted.clone(),
        expected,
        difference,
        takings,
        notes: asked.notes.clone(),
        by: context.actor,
        business_day: context.business_day,
        at: context.now,
    }))
}

/// What was found over what should have been there, of all that was counted.
fn difference(
    found: &BTreeMap<PaymentMethod, Money>,
    expected: &BTreeMap<PaymentMethod, Money>,
    currency: Currency,
) -> Result<Money, crate::money::MoneyError> {
    let zero = Money::zero(currency);
    found
        .iter()
        .try_fold(zero, |sum, (method, found)| sum.plus(found.minus(expected.get(method).copied().unwrap_or(zero))?))
}

fn amount(minor: i64, currency: Currency) -> Result<Money, CashRejection> {
    match minor {
        ..0 => Err(CashRejection::AmountInvalid),
        0..=crate::order::limits::AMOUNT => Ok(Money::new(minor, currency)),
        _ => Err(CashRejection::AmountTooLarge),
    }
}
