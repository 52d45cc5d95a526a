//! What happened, by the names that other systems know: a message tells them beside how the thing looks now.
//!
//! One table has every name that is told, with who tells it: a program that waits for another waits in vain.

use comanda_shared::alert::AlertEvent;
use comanda_shared::availability::AvailabilityEvent;
use comanda_shared::branch::{BranchEvent, DirectiveKind};
use comanda_shared::event::Event;
use comanda_shared::kitchen::KitchenEvent;
use comanda_shared::order::{OrderEvent, Stage};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $text:literal by $teller:ident,)*) => {
        /// What happened, by a name that other systems know.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, ToSchema)]
        #[schema(as = LiveEventName)]
        pub enum EventName {
            $($(#[$doc])* #[schema(rename = $text)] $name,)*
        }

        impl EventName {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Who tells it.
            pub const fn teller(self) -> Teller {
                match self { $(Self::$name => Teller::$teller,)* }
            }
        }
    };
}

/// Who tells that something happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Teller {
    /// The branch, with the message about it.
    Branch,
    /// Nobody from outside: whoever listens sees it by themselves.
    Listener,
}

names! {
    /// An order was taken.
    OrderCreated = "order:created" by Branch,
    /// An order has another state.
    OrderStatusChanged = "order:status_changed" by Branch,
    /// The kitchen may begin.
    OrderAccepted = "order:accepted" by Branch,
    /// The kitchen has begun.
    OrderPreparing = "order:preparing" by Branch,
    /// All of it can be handed over.
    OrderReady = "order:ready" by Branch,
    /// It is with the rider.
    OrderOnTheWay = "order:on_the_way" by Branch,
    /// It is with the guest.
    OrderDelivered = "order:delivered" by Branch,
    /// It was ended before that.
    OrderCancelled = "order:cancelled" by Branch,
    /// A ticket waits for its printer.
    PrintQueued = "print:queued" by Branch,
    /// Something was paid.
    PaymentCompleted = "payment:completed" by Branch,
    /// Money was given back.
    PaymentRefunded = "payment:refunded" by Branch,
    /// What is sold is another: a new catalog, something ran out or is back.
    RestaurantMenuUpdate = "restaurant:menu_update" by Branch,
    /// The branch opens, closes or pauses.
    RestaurantStatusUpdate = "restaurant:status_update" by Branch,
    /// Somebody should look.
    SystemAlert = "system:alert" by Branch,
    /// The connection is there or gone.
    SystemConnectionStatus = "system:connection_status" by Listener,
    /// It is tried again.
    SystemReconnectAttempt = "system:reconnect_attempt" by Listener,
    /// The branch stops: the connection is closed with 1012.
    SystemMaintenance = "system:maintenance" by Listener,
    /// There is a newer build of the screens: it stands in `welcome`.
    SystemNewFeature = "system:new_feature" by Listener,
}

impl Serialize for EventName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What an event is called; nothing where other systems have no name for it.
pub const fn names_of(event: &Event) -> &'static [EventName] {
    use EventName as N;
    match event {
        Event::Order(OrderEvent::Placed(_)) => &[N::OrderCreated],
        Event::Order(OrderEvent::Accepted(_)) => &[N::OrderAccepted, N::OrderStatusChanged],
        Event::Order(OrderEvent::Advanced(advanced)) => match advanced.to {
            Stage::Preparing => &[N::OrderPreparing, N::OrderStatusChanged],
            Stage::Ready => &[N::OrderReady, N::OrderStatusChanged],
            Stage::OnTheWay => &[N::OrderOnTheWay, N::OrderStatusChanged],
            Stage::Delivered => &[N::OrderDelivered, N::OrderStatusChanged],
            Stage::Served => &[N::OrderStatusChanged],
        },
        Event::Order(OrderEvent::Cancelled(_)) => &[N::OrderCancelled, N::OrderStatusChanged],
        Event::Order(OrderEvent::Reopened(_) | OrderEvent::Merged(_)) => &[N::OrderStatusChanged],
        Event::Order(OrderEvent::PaymentTaken(_)) => &[N::PaymentCompleted],
        Event::Order(OrderEvent::PaymentRefunded(_)) => &[N::PaymentRefunded],
        Event::Kitchen(KitchenEvent::TicketIssued(_)) => &[N::PrintQueued],
        Event::Availability(
            AvailabilityEvent::StockedOut(_) | AvailabilityEvent::Restocked(_) | AvailabilityEvent::Counted(_),
        ) => &[N::RestaurantMenuUpdate],
        Event::Alert(AlertEvent::Raised(_)) => &[N::SystemAlert],
        Event::Branch(BranchEvent::StateChanged(_)) => &[N::RestaurantStatusUpdate],
        Event::Branch(BranchEvent::DirectiveApplied(applied)) => match applied.kind {
            DirectiveKind::Catalog => &[N::RestaurantMenuUpdate],
            DirectiveKind::Settings
            | DirectiveKind::Papers
            | DirectiveKind::Staff
            | DirectiveKind::Roles
            | DirectiveKind::Floor => &[],
        },
        Event::Order(_)
        | Event::Kitchen(_)
        | Event::Alert(_)
        | Event::Branch(_)
        | Event::Cash(_)
        | Event::Device(_)
        | Event::Customer(_)
        | Event::Attendance(_)
        | Event::Printer(_)
        | Event::Staff(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page that says what each name means, between its heading and the next.
    fn page() -> String {
        let page = include_str!("../../../docs/live.md");
        let (_, after) = page.split_once("## What happened, by name\n").unwrap();
        after.split_once("\n## ").unwrap().0.to_owned()
    }

    /// Whatever stands in « ` » there and looks like a name, with the rest of its row.
    fn rows() -> Vec<(String, String)> {
        let page = page();
        let row = |line: &str| {
            let (name, rest) = line.strip_prefix("| `")?.split_once("` |")?;
            Some((name.to_owned(), rest.to_owned()))
        };
        page.lines().filter_map(row).collect()
    }

    #[test]
    fn the_page_and_the_code_have_the_same_names_with_the_same_teller() {
        let teller = |name: &EventName| match name.teller() {
            Teller::Branch => "the branch",
            Teller::Listener => "who listens",
        };
        let coded: Vec<(String, &str)> =
            EventName::ALL.iter().map(|name| (name.as_str().to_owned(), teller(name))).collect();
        let written: Vec<(String, String)> =
            rows().into_iter().map(|(name, rest)| (name, rest.split('|').next().unwrap().trim().to_owned())).collect();
        let written: Vec<(String, &str)> =
            written.iter().map(|(name, teller)| (name.clone(), teller.as_str())).collect();
        assert_eq!(written, coded);
    }

    #[test]
    fn what_the_branch_tells_is_what_it_is_said_to_tell() {
        let source = include_str!("names.rs");
        let (_, table) = source.split_once("pub const fn names_of").unwrap();
        let table = table.split_once("#[cfg(test)]").unwrap().0;
        for name in EventName::ALL {
            let is_told = table.contains(&format!("N::{name:?}"));
            assert_eq!(is_told, name.teller() == Teller::Branch, "{}", name.as_str());
        }
    }
}
