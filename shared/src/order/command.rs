//! What may be asked of an order.

use jiff::Timestamp;

use super::{Channel, Course, Fire, OrderPersonal, OrderType, PassPaper, PaymentMethod, SplitBy, Stage};
use crate::ids::{DiscountId, LineId, OrderId, PaymentId, RefundId};
use crate::money::Quantity;

/// A command to one order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderCommand {
    /// Take it.
    Place(PlaceOrder),
    /// Let the kitchen begin.
    Accept,
    /// Add lines to it.
    AddLines(AddLines),
    /// Take a line back.
    VoidLine(VoidLine),
    /// Move it on.
    Advance(Advance),
    /// End it.
    Cancel(Cancel),
    /// Say how much the guest gives on top.
    SetTip(SetTip),
    /// Take money for it.
    TakePayment(TakePayment),
    /// Give money back.
    Refund(RefundPayment),
    /// Open it again after it was handed over.
    Reopen,
    /// Take something off.
    Discount(GiveDiscount),
    /// Take a discount back.
    RemoveDiscount(DiscountId),
    /// Split its bill.
    Split(SplitBy),
    /// Make one bill of it again.
    UndoSplit,
    /// Seat it elsewhere: at this table, or at none.
    Move(Option<String>),
    /// Let the kitchen begin with what waits.
    Fire(Fire),
    /// Print what is to be paid, for the guest.
    PrintBill,
    /// Print its receipt once more.
    ReprintReceipt,
    /// Print a paper of the pass once more.
    ReprintForPass(PassPaper),
}

/// A line as it is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLine {
    /// The line's id, made for it already.
    pub id: LineId,
    /// The product, by id or sku.
    pub product: String,
    /// How many.
    pub quantity: Quantity,
    /// The modifiers, by id or sku; one named twice counts twice.
    pub modifiers: Vec<String>,
    /// A wish in words.
    pub notes: Option<String>,
    /// When in the meal it is eaten; a combo with its parts.
    pub course: Option<Course>,
    /// Whether the kitchen waits with it until somebody says so.
    pub is_held: bool,
    /// What was chosen, when the product is a combo.
    pub choices: Vec<NewChoice>,
}

/// A part of a combo as it is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewChoice {
    /// The id of the line it becomes, made for it already.
    pub id: LineId,
    /// The slot it fills, by id or key.
    pub slot: String,
    /// The product, by id or sku.
    pub product: String,
    /// The product's modifiers, by id or sku; one named twice counts twice.
    pub modifiers: Vec<String>,
    /// A wish in words.
    pub notes: Option<String>,
}

impl NewLine {
    /// How many lines it becomes.
    pub const fn count(&self) -> usize {
        1 + self.choices.len()
    }

    /// The wishes in words, with the lines they are for.
    pub fn all_notes(&self) -> impl Iterator<Item = (LineId, &str)> {
        let own = std::iter::once((self.id, &self.notes));
        let all = own.chain(self.choices.iter().map(|choice| (choice.id, &choice.notes)));
        all.filter_map(|(line, notes)| Some((line, notes.as_deref()?)))
    }
}

/// Take an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaceOrder {
    /// The order's id, made for it already.
    pub id: OrderId,
    /// How it is served.
    pub order_type: OrderType,
    /// Where it came from.
    pub channel: Channel,
    /// The table, when it is served at one.
    pub table: Option<String>,
    /// The number another system gave it.
    pub external_number: Option<String>,
    /// When it is wanted, where that is not as soon as can be.
    pub scheduled_for: Option<Timestamp>,
    /// What is asked for.
    pub lines: Vec<NewLine>,
    /// What the guest told about themselves; notes of lines stand with the lines.
    pub personal: OrderPersonal,
}

/// Add lines to an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddLines {
    /// What is asked for as well.
    pub lines: Vec<NewLine>,
}

/// Take a line back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VoidLine {
    /// Which.
    pub line: LineId,
    /// Why.
    pub reason: String,
}

/// Move an order on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advance {
    /// How far it has come.
    pub to: Stage,
}

/// End an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cancel {
    /// Why.
    pub reason: String,
    /// How what was paid is given back; needed where something was.
    pub refund: Option<RefundAll>,
}

/// Give everything back that was paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundAll {
    /// With what; as it was paid unless told otherwise.
    pub method: Option<PaymentMethod>,
    /// The refunds' ids, made for them already: one for each payment of the order.
    pub ids: Vec<RefundId>,
}

/// Say how much the guest gives on top.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetTip {
    /// Minor units of the order's currency; 0 for none.
    pub amount: i64,
}

/// Take money for an order. Amounts are minor units of the order's currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakePayment {
    /// The payment's id, made for it already.
    pub id: PaymentId,
    /// The id of what its sum is rounded by, made for it already.
    pub rounding: PaymentId,
    /// With what.
    pub method: PaymentMethod,
    /// How much of it pays the order, the tip that is given with it included.
    pub amount: i64,
    /// A tip that is given with it and was not known before; 0 for none.
    pub tip: i64,
    /// What the guest handed over, of cash.
    pub received: Option<i64>,
    /// The number of the slip, the transfer, the voucher.
    pub reference: Option<String>,
    /// Which part of a split it pays, from 0.
    pub part: Option<usize>,
}

/// How much somebody wants to take off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewDiscount {
    /// So much of a thousand.
    Percent(i64),
    /// So many minor units of the order's currency.
    Amount(i64),
    /// All of it.
    Comp,
}

/// Take something off an order or a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GiveDiscount {
    /// The discount's id, made for it already.
    pub id: DiscountId,
    /// The line; none for the whole order.
    pub line: Option<LineId>,
    /// How much.
    pub kind: NewDiscount,
    /// Why.
    pub reason: String,
}

/// Give money back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundPayment {
    /// The refund's id, made for it already.
    pub id: RefundId,
    /// The id of the refund of what its sum was rounded by, made for it already.
    pub rounding: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// Minor units of the order's currency.
    pub amount: i64,
    /// Why.
    pub reason: String,
    /// With what; as it was paid unless told otherwise.
    pub method: Option<PaymentMethod>,
}
