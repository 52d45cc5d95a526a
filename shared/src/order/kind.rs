//! How an order is served, where it came from, how far it has come.

use serde::{Deserialize, Serialize};

/// How an order is served; what the guest calls «mesa», «llevar», «domicilio».
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrderType {
    /// Eaten here, at a table or the bar.
    DineIn,
    /// Taken away by the guest.
    Takeaway,
    /// Brought to the guest.
    Delivery,
}

impl OrderType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DineIn, Self::Takeaway, Self::Delivery];

    /// The letter its numbers begin with: Mesa, LLevar, Domicilio.
    pub const fn letter(self) -> char {
        match self {
            Self::DineIn => 'M',
            Self::Takeaway => 'L',
            Self::Delivery => 'D',
        }
    }

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DineIn => "dine_in",
            Self::Takeaway => "takeaway",
            Self::Delivery => "delivery",
        }
    }
}

/// Where an order came from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Channel {
    /// Taken by staff at the branch.
    Pos,
    /// Sent by the guest from the table's menu.
    Qr,
    /// Taken on the telephone.
    Phone,
    /// From the company's own web menu.
    Online,
    /// From a WhatsApp conversation.
    Whatsapp,
    /// From the voice agent.
    Voice,
    /// Keyed in from Rappi.
    Rappi,
    /// Keyed in from DiDi.
    Didi,
    /// Keyed in from elsewhere.
    Other,
}

impl Channel {
    /// Whether nobody at the branch took it: the guest is told whether the branch is open, and it may refuse. What comes
    /// from Rappi or DiDi was promised there already, and is keyed in.
    pub const fn is_from_outside(self) -> bool {
        match self {
            Self::Online | Self::Whatsapp | Self::Voice => true,
            Self::Pos | Self::Qr | Self::Phone | Self::Rappi | Self::Didi | Self::Other => false,
        }
    }
}

/// How far an accepted order has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stage {
    /// The kitchen has begun.
    Preparing,
    /// All of it can be handed over.
    Ready,
    /// Handed to the guest here.
    Served,
    /// With the rider.
    OnTheWay,
    /// With the guest.
    Delivered,
}

/// How far an order has come, as it is stored and sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OrderStatus))]
pub enum StatusName {
    /// Taken, and waiting to be accepted.
    Received,
    /// The kitchen may begin.
    Accepted,
    /// The kitchen has begun.
    Preparing,
    /// All of it can be handed over.
    Ready,
    /// Handed to the guest here.
    Served,
    /// With the rider.
    OnTheWay,
    /// With the guest.
    Delivered,
    /// Ended before that.
    Cancelled,
    /// Part of another order by now.
    Merged,
}

impl StatusName {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Received,
        Self::Accepted,
        Self::Preparing,
        Self::Ready,
        Self::Served,
        Self::OnTheWay,
        Self::Delivered,
        Self::Cancelled,
        Self::Merged,
    ];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Accepted => "accepted",
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Served => "served",
            Self::OnTheWay => "on_the_way",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Merged => "merged",
        }
    }

    /// Whether nothing more is to be done for an order in this state.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Served | Self::Delivered | Self::Cancelled | Self::Merged => true,
            Self::Received | Self::Accepted | Self::Preparing | Self::Ready | Self::OnTheWay => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_json_and_in_the_file() {
        for status in StatusName::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for order_type in OrderType::ALL {
            assert_eq!(serde_json::to_value(order_type).unwrap(), order_type.as_str());
        }
    }
}
