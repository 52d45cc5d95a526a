//! What else is printed but tickets: receipts, pre-bills, shift reports, test pages, and the pulse that opens a drawer.
//!
//! A document is data, said once by whoever knows it (sums, names, numbers), so that it looks right on whatever printer it
//! comes out of in the end, and the same when it is printed again. Everything in it is final: nothing is computed here but
//! how an amount is written. Text is free of layout; what is long is broken by the printer's own width.

mod pass;
mod template;

pub use pass::{DeliverySlip, SlipLine, WholeLine, WholeOrder, WholeOrderCause};
pub use template::{
    Alignment, Block, Field, TemplateError, TemplatePaper, Templates, TypeSize, check as check_template,
};

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::ids::OrderId;
use crate::money::{Currency, Money, Quantity};

/// What a printer is given besides tickets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintedDocument {
    /// For a guest who has paid.
    Receipt(Receipt),
    /// For a guest who is about to pay.
    PreBill(Bill),
    /// The figures of a shift, or of any other time.
    ShiftReport(Report),
    /// What shows an installer that a printer is set up well.
    TestPage(TestPage),
    /// What stood on tickets that waited too long, on one paper.
    HeldSummary(HeldSummary),
    /// An order whole, for whoever puts it together.
    WholeOrder(WholeOrder),
    /// For whoever brings an order to the guest.
    DeliverySlip(DeliverySlip),
    /// Opens a drawer; nothing is printed.
    DrawerPulse(DrawerPin),
}

/// What kind of document it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaperKind {
    /// For a guest who has paid.
    Receipt,
    /// For a guest who is about to pay.
    PreBill,
    /// The figures of a shift.
    ShiftReport,
    /// What shows an installer that a printer is set up well.
    TestPage,
    /// What stood on tickets that waited too long.
    HeldSummary,
    /// An order whole.
    WholeOrder,
    /// For whoever brings an order.
    DeliverySlip,
    /// Opens a drawer.
    DrawerPulse,
}

/// Who the paper is from.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Letterhead {
    /// The restaurant's name.
    pub name: String,
    /// Below it, centred: company, NIT, address, phone.
    #[serde(default)]
    pub lines: Vec<String>,
}

/// What was had and what it costs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bill {
    /// Who it is from.
    pub letterhead: Letterhead,
    /// The number people call out: `L-0042`.
    pub number: String,
    /// `Mesa 12`, `Para llevar`.
    pub place: String,
    /// By the branch's clock on the wall.
    pub at: DateTime,
    /// Who served.
    pub by: Option<String>,
    /// What is said of the guest, a line each: name, document, address.
    #[serde(default)]
    pub guest: Vec<String>,
    /// What was had.
    pub lines: Vec<BillLine>,
    /// From the subtotal to what stands above the total: discounts, taxes, tip.
    #[serde(default)]
    pub sums: Vec<Sum>,
    /// What is to be paid.
    pub total: Money,
    /// At the end, centred: thanks, how to tip, where to complain.
    #[serde(default)]
    pub footer: Vec<String>,
}

/// A line of a bill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BillLine {
    /// How many.
    pub quantity: Quantity,
    /// Of what.
    pub name: String,
    /// Modifiers, and parts of a combo.
    #[serde(default)]
    pub details: Vec<String>,
    /// What all of it costs.
    pub amount: Money,
}

/// An amount with its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sum {
    /// `Impoconsumo 8 %`.
    pub label: String,
    /// How much.
    pub amount: Money,
}

/// A paid bill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// What was had and what it costs.
    pub bill: Bill,
    /// `Recibo`, `Factura de venta`, `Nota de reembolso`.
    pub title: String,
    /// The number that never comes again: `ESQ-L-000042`.
    pub consecutive: String,
    /// What the law wants said about the number: resolution, range.
    #[serde(default)]
    pub legal: Vec<String>,
    /// How it was paid: what was given, by tender.
    pub payments: Vec<Sum>,
    /// What was given back.
    #[serde(default)]
    pub change: Option<Money>,
    /// The order, so that its guest can be told how to follow it; none of receipts of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Which copy it is, from 1; 0 for the first print.
    #[serde(default)]
    pub copy: u32,
    /// The templates it looks as, by number: those of its first print.
    #[serde(default = "first_template")]
    pub template: u16,
}

/// Of papers that were printed when there were no others.
const fn first_template() -> u16 {
    crate::kitchen::TEMPLATE
}

/// Figures under headings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Who it is from.
    pub letterhead: Letterhead,
    /// `Cierre Z`, `Informe X`.
    pub title: String,
    /// By the branch's clock on the wall.
    pub at: DateTime,
    /// Whose shift.
    pub by: Option<String>,
    /// The figures.
    pub sections: Vec<Section>,
    /// Who signs, a line each.
    #[serde(default)]
    pub signatures: Vec<String>,
}

/// Figures under a heading.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The figures.
    pub rows: Vec<Figure>,
}

/// A figure with its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// How much or how many, as it is written.
    pub value: String,
    /// Whether it sums up what stands above it.
    #[serde(default)]
    pub is_sum: bool,
}

/// What shows an installer that a printer is set up well: its letters, its width, its cut.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TestPage {
    /// What people call the printer.
    pub printer: String,
    /// Where it is.
    pub address: String,
    /// The stations it serves, by name.
    pub stations: Vec<String>,
    /// By the branch's clock on the wall.
    pub at: DateTime,
}

/// What stood on tickets that waited too long for their printer, so that a cook reads one paper and not eighty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeldSummary {
    /// What people call the printer.
    pub printer: String,
    /// When it was asked for, by the branch's clock on the wall.
    pub at: DateTime,
    /// The tickets, the oldest first.
    pub tickets: Vec<HeldTicket>,
}

/// A ticket that waited too long.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeldTicket {
    /// The number people call out: `L-0042`.
    pub number: String,
    /// When it was issued, by the branch's clock on the wall.
    pub at: DateTime,
    /// Whether it takes back instead of ordering.
    pub is_void: bool,
    /// What to cook or not to cook: `2 Salchipapa (SIN cebolla)`.
    pub lines: Vec<String>,
}

/// The pin of a printer's drawer socket.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DrawerPin {
    /// The one nearly every drawer hangs on.
    #[default]
    Two,
    /// A second drawer.
    Five,
}

impl DrawerPin {
    /// Whether it is the one nearly every drawer hangs on.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl PrintedDocument {
    /// The order whose guest it has words of. They are personal data: they stand with the order, and are read from there
    /// when the paper is printed, so that erasing them once erases them everywhere.
    pub const fn guest_of(&self) -> Option<OrderId> {
        match self {
            Self::WholeOrder(whole) => Some(whole.order),
            Self::DeliverySlip(slip) => Some(slip.order),
            Self::Receipt(_)
            | Self::PreBill(_)
            | Self::ShiftReport(_)
            | Self::TestPage(_)
            | Self::HeldSummary(_)
            | Self::DrawerPulse(_) => None,
        }
    }

    /// The templates it looks as, by number; none of what has no template.
    pub const fn template(&self) -> Option<u16> {
        match self {
            Self::Receipt(receipt) => Some(receipt.template),
            Self::WholeOrder(whole) => Some(whole.template),
            Self::DeliverySlip(slip) => Some(slip.template),
            Self::PreBill(_)
            | Self::ShiftReport(_)
            | Self::TestPage(_)
            | Self::HeldSummary(_)
            | Self::DrawerPulse(_) => None,
        }
    }

    /// What kind of document it is.
    pub const fn kind(&self) -> PaperKind {
        match self {
            Self::Receipt(_) => PaperKind::Receipt,
            Self::PreBill(_) => PaperKind::PreBill,
            Self::ShiftReport(_) => PaperKind::ShiftReport,
            Self::TestPage(_) => PaperKind::TestPage,
            Self::HeldSummary(_) => PaperKind::HeldSummary,
            Self::WholeOrder(_) => PaperKind::WholeOrder,
            Self::DeliverySlip(_) => PaperKind::DeliverySlip,
            Self::DrawerPulse(_) => PaperKind::DrawerPulse,
        }
    }
}

/// An amount as people in Colombia read it: `$18.500`, `$3,33`, `-$500`, `USD 4,50`. Cents are written where there are any.
pub fn written(amount: Money) -> String {
    let minor = amount.minor().unsigned_abs();
    let (units, cents) = (minor / 100, minor % 100);
    let digits = units.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let sign = if amount.minor() < 0 { "-" } else { "" };
    let unit = if amount.currency() == Currency::COP { "$".to_owned() } else { format!("{} ", amount.currency()) };
    let cents = if cents == 0 { String::new() } else { format!(",{cents:02}") };
    format!("{sign}{unit}{grouped}{cents}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_people_read_it() {
        for (minor, text) in
            [(0, "$0"), (1_850_000, "$18.500"), (333, "$3,33"), (-50_000, "-$500"), (12_345_678_900, "$123.456.789")]
        {
            assert_eq!(written(Money::new(minor, Currency::COP)), text);
        }
        assert_eq!(written(Money::new(450, "USD".parse().unwrap())), "USD 4,50");
    }
}
