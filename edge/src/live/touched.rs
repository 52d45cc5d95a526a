//! Which things look different after an event: one table of every event there is.

use comanda_shared::branch::{BranchEvent, DirectiveKind};
use comanda_shared::event::Event;
use comanda_shared::ids::{AlertId, OrderId};
use comanda_shared::order::OrderEvent;
use comanda_shared::printer::PrinterEvent;
use comanda_shared::staff::StaffEvent;

/// What an event changes for those who look. At most one thing in each scope, so that a scope's messages never share a
/// sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Touched {
    /// Nothing a screen shows.
    Nothing,
    /// An order, and with it its cards.
    Order(OrderId),
    /// The cards of an order alone.
    Cards(OrderId),
    /// An alert.
    Alert(AlertId),
    /// What ran out.
    Availability,
    /// Whether the branch is open.
    BranchState,
    /// Which catalog is in use.
    Catalog,
    /// How everything is shown, or in which life of the journal: screens begin anew.
    Everything,
}

/// What an event changes for those who look.
pub const fn touched(event: &Event) -> Touched {
    match event {
        Event::Order(
            order @ (OrderEvent::Placed(_)
            | OrderEvent::Accepted(_)
            | OrderEvent::LinesAdded(_)
            | OrderEvent::LineVoided(_)
            | OrderEvent::Advanced(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::TipSet(_)
            | OrderEvent::PaymentTaken(_)
            | OrderEvent::PaymentRefunded(_)
            | OrderEvent::ReceiptIssued(_)
            | OrderEvent::Closed(_)
            | OrderEvent::Reopened(_)
            | OrderEvent::Discounted(_)
            | OrderEvent::DiscountRemoved(_)
            | OrderEvent::Repriced(_)
            | OrderEvent::Split(_)
            | OrderEvent::SplitUndone(_)
            | OrderEvent::Moved(_)
            | OrderEvent::Fired(_)
            | OrderEvent::LinesMerged(_)
            | OrderEvent::Merged(_)
            | OrderEvent::BillPrinted(_)
            | OrderEvent::ReceiptReprinted(_)
            | OrderEvent::PassPaperReprinted(_)
            | OrderEvent::PersonalErased(_)),
        ) => Touched::Order(order.order()),
        Event::Kitchen(kitchen) => match kitchen.order() {
            Some(order) => Touched::Cards(order),
            None => Touched::Nothing,
        },
        Event::Availability(_) => Touched::Availability,
        Event::Alert(alert) => Touched::Alert(alert.alert()),
        Event::Branch(BranchEvent::DirectiveApplied(applied)) => match applied.kind {
            DirectiveKind::Catalog => Touched::Catalog,
            // The time zone may be another, which every view is written in.
            DirectiveKind::Settings => Touched::Everything,
            DirectiveKind::Papers | DirectiveKind::Floor | DirectiveKind::Staff | DirectiveKind::Roles => Touched::Nothing,
        },
        Event::Branch(BranchEvent::StateChanged(_)) => Touched::BranchState,
        Event::Branch(BranchEvent::Opened(_) | BranchEvent::NumbersSkipped(_)) => Touched::Everything,
        Event::Branch(BranchEvent::BusinessDayOpened(_) | BranchEvent::Begun(_))
        | Event::Cash(_)
        | Event::Device(_)
        // Who a guest is, is told to whoever asks and may, not to every screen.
        | Event::Customer(_)
        // Who is at work is asked for by whoever may, and told to no screen.
        | Event::Attendance(_)
        | Event::Printer(PrinterEvent::Added(_) | PrinterEvent::Changed(_) | PrinterEvent::Removed(_))
        | Event::Staff(
            StaffEvent::Added(_)
            | StaffEvent::Changed(_)
            | StaffEvent::PinChanged(_)
            | StaffEvent::LockedOut(_)
            | StaffEvent::TokenCreated(_)
            | StaffEvent::TokenRevoked(_),
        ) => Touched::Nothing,
    }
}
