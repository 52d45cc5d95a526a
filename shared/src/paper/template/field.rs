//! What blocks show, and on which paper each has a place.

use serde::{Deserialize, Serialize};

use super::TemplatePaper;

/// How often a field stands on a paper.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not at all.
    Never,
    /// Once.
    Needed,
    /// At most once.
    Optional,
    /// As often as one likes.
    Free,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $name:literal: $ticket:ident $receipt:ident $slip:ident $whole:ident,)*) => {
        /// What a block shows.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaperField))]
        pub enum Field {
            $($(#[$doc])* $field,)*
        }

        impl Field {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$field),*];

            /// As it is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$field => $name,)* }
            }

            /// How often it stands on a paper.
            pub(super) const fn stands_on(self, paper: TemplatePaper) -> Kind {
                let [ticket, receipt, slip, whole] = match self {
                    $(Self::$field => [Kind::$ticket, Kind::$receipt, Kind::$slip, Kind::$whole],)*
                };
                match paper {
                    TemplatePaper::Ticket => ticket,
                    TemplatePaper::Receipt => receipt,
                    TemplatePaper::DeliverySlip => slip,
                    TemplatePaper::WholeOrder => whole,
                }
            }
        }
    };
}

// How often each stands on a ticket, on a receipt, on the slip of a delivery, on an order whole.
fields! {
    /// The number people call out, and the time.
    NumberAndTime = "number_and_time": Needed Never Needed Needed,
    /// The station, and the table or how it is served.
    StationAndPlace = "station_and_place": Needed Never Never Never,
    /// What paper it is, and the table or how it is served.
    PaperAndPlace = "paper_and_place": Never Never Needed Needed,
    /// Name, address, document: who it is from.
    Letterhead = "letterhead": Never Needed Optional Never,
    /// What it is, and the number that never comes again.
    Number = "number": Never Needed Never Never,
    /// The number people call out, and the table.
    OrderAndPlace = "order_and_place": Never Optional Never Never,
    /// When, and who served.
    DateAndBy = "date_and_by": Never Needed Never Never,
    /// What was ordered.
    Lines = "lines": Needed Needed Needed Needed,
    /// What the guest said, and who they are; on a slip where to bring it, and whom to call.
    Guest = "guest": Needed Needed Needed Needed,
    /// Discounts and taxes.
    Sums = "sums": Never Needed Never Never,
    /// What is to be paid.
    Total = "total": Never Needed Needed Never,
    /// How it was paid, and what was given back.
    Payments = "payments": Never Needed Never Never,
    /// What whoever brings it has to collect.
    Collect = "collect": Never Never Needed Never,
    /// What the law wants said about the number.
    Legal = "legal": Never Needed Never Never,
    /// The branch's own last words.
    Footer = "footer": Never Optional Never Never,
    /// The branch's own picture.
    Logo = "logo": Never Optional Optional Never,
    /// A QR code: of words of the branch's own, or of the number that never comes again.
    Code = "code": Never Optional Never Never,
    /// A QR code by which guests who wait for their order see how far it is; nothing on other receipts.
    Follow = "follow": Never Optional Never Never,
    /// Who took the order, and the mark that tells this ticket from all others.
    ByAndMark = "by_and_mark": Needed Never Never Never,
    /// How many pieces it is, and who took the order.
    CountAndBy = "count_and_by": Never Never Never Needed,
    /// Words of the branch's own.
    Text = "text": Free Free Free Free,
    /// A line across the paper.
    Rule = "rule": Free Free Free Free,
    /// An empty line.
    Blank = "blank": Free Free Free Free,
}
