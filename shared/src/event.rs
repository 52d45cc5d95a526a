//! Everything that can happen in a branch, as one type, and the head every entry of the journal carries.
//!
//! An event is never renamed and its body never re-serialised once stored. Its kind and version stand in the
//! [`Header`]; the body is the JSON of the event's own struct; personal data stands beside it
//! ([`Event::personal`]). A file in `shared/tests/golden/` holds one body for each kind and version.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::alert::AlertEvent;
use crate::attendance::AttendanceEvent;
use crate::availability::AvailabilityEvent;
use crate::branch::BranchEvent;
use crate::cash::CashEvent;
use crate::customer::CustomerEvent;
use crate::device::DeviceEvent;
use crate::ids::{CommandId, DeviceId, EventId};
use crate::kitchen::KitchenEvent;
use crate::order::OrderEvent;
use crate::personal::Personal;
use crate::printer::PrinterEvent;
use crate::staff::{Actor, StaffEvent, StaffId};

/// Declares the events of one feature: an enum of structs, each with the kind it is stored under.
macro_rules! event_family {
    ($(#[$doc:meta])* $family:ident { $($(#[$variant_doc:meta])* $variant:ident($body:ty) = $kind:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum $family { $($(#[$variant_doc])* $variant($body),)* }

        impl $family {
            /// The kinds of this family.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// The kind it is stored under.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind,)* }
            }

            /// Appends the body as it is stored.
            pub(crate) fn append_body(&self, text: &mut String) -> serde_json::Result<()> {
                match self { $(Self::$variant(body) => $crate::json::append(text, body),)* }
            }

            /// The event of this kind and body; none when the kind is of another family.
            pub(crate) fn read(kind: &str, body: &str) -> Option<serde_json::Result<Self>> {
                match kind {
                    $($kind => Some(serde_json::from_str(body).map(Self::$variant)),)*
                    _ => None,
                }
            }
        }

        $(impl From<$body> for $crate::event::Event {
            fn from(body: $body) -> Self {
                $family::$variant(body).into()
            }
        })*
    };
}
pub(crate) use event_family;

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// To the branch as a whole.
    Branch(BranchEvent),
    /// To an order.
    Order(OrderEvent),
    /// In the kitchen.
    Kitchen(KitchenEvent),
    /// To a drawer and whoever answers for it.
    Cash(CashEvent),
    /// To what can be had of what is sold.
    Availability(AvailabilityEvent),
    /// To a printer of the branch.
    Printer(PrinterEvent),
    /// To somebody who works here, or a script's credential.
    Staff(StaffEvent),
    /// To a paired screen.
    Device(DeviceEvent),
    /// To an alert.
    Alert(AlertEvent),
    /// To a guest's card.
    Customer(CustomerEvent),
    /// To the time somebody is at work.
    Attendance(AttendanceEvent),
}

/// Why stored bytes are no event this program knows.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A kind or version of a newer program.
    #[error(
        "the journal has an event «{kind}» version {version}, which this program does not know: it was written by a newer one"
    )]
    Unknown {
        /// Its kind.
        kind: String,
        /// Its version.
        version: u16,
    },
    /// The body does not read as its kind says.
    #[error("the body of an event «{kind}» cannot be read")]
    Body {
        /// Its kind.
        kind: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Event {
    /// Every kind there is, family by family.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        let families = [
            BranchEvent::KINDS,
            OrderEvent::KINDS,
            KitchenEvent::KINDS,
            CashEvent::KINDS,
            AvailabilityEvent::KINDS,
            PrinterEvent::KINDS,
            StaffEvent::KINDS,
            DeviceEvent::KINDS,
            AlertEvent::KINDS,
            CustomerEvent::KINDS,
            AttendanceEvent::KINDS,
        ];
        families.into_iter().flatten().copied()
    }

    /// The kind it is stored under: `order.placed`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Branch(event) => event.kind(),
            Self::Order(event) => event.kind(),
            Self::Kitchen(event) => event.kind(),
            Self::Cash(event) => event.kind(),
            Self::Availability(event) => event.kind(),
            Self::Printer(event) => event.kind(),
            Self::Staff(event) => event.kind(),
            Self::Device(event) => event.kind(),
            Self::Alert(event) => event.kind(),
            Self::Customer(event) => event.kind(),
            Self::Attendance(event) => event.kind(),
        }
    }

    /// The version of the body's shape. All are of version 1 so far; the first version 2 brings the upcasts.
    pub const fn version(&self) -> u16 {
        1
    }

    /// The thing it happened to.
    pub fn aggregate(&self) -> Uuid {
        match self {
            Self::Branch(_) => Uuid::nil(),
            Self::Order(event) => event.order().uuid(),
            Self::Kitchen(event) => event.subject(),
            Self::Cash(event) => event.subject(),
            Self::Availability(event) => event.subject(),
            Self::Printer(event) => event.printer().uuid(),
            Self::Staff(event) => event.subject(),
            Self::Device(event) => event.device().uuid(),
            Self::Alert(event) => event.alert().uuid(),
            Self::Customer(event) => event.customer().uuid(),
            Self::Attendance(event) => event.entry().uuid(),
        }
    }

    /// The body as it is stored: JSON without personal data.
    pub fn body(&self) -> String {
        let mut text = String::new();
        self.append_body(&mut text);
        text
    }

    /// Appends the body as it is stored to a text.
    pub fn append_body(&self, text: &mut String) {
        let appended = match self {
            Self::Branch(event) => event.append_body(text),
            Self::Order(event) => event.append_body(text),
            Self::Kitchen(event) => event.append_body(text),
            Self::Cash(event) => event.append_body(text),
            Self::Availability(event) => event.append_body(text),
            Self::Printer(event) => event.append_body(text),
            Self::Staff(event) => event.append_body(text),
            Self::Device(event) => event.append_body(text),
            Self::Alert(event) => event.append_body(text),
            Self::Customer(event) => event.append_body(text),
            Self::Attendance(event) => event.append_body(text),
        };
        appended.expect("an event's body is plain data with text keys, which JSON can always hold");
    }

    /// The event of this kind, version and body, its personal data still to be given by [`Event::with_personal`].
    ///
    /// # Errors
    /// [`EventError::Unknown`] for what a newer program wrote; [`EventError::Body`] for a body that does not read.
    pub fn read(kind: &str, version: u16, body: &str) -> Result<Self, EventError> {
        let unknown = || EventError::Unknown { kind: kind.to_owned(), version };
        if version != 1 {
            return Err(unknown());
        }
        let read = BranchEvent::read(kind, body)
            .map(|event| event.map(Self::Branch))
            .or_else(|| OrderEvent::read(kind, body).map(|event| event.map(Self::Order)))
            .or_else(|| KitchenEvent::read(kind, body).map(|event| event.map(Self::Kitchen)))
            .or_else(|| CashEvent::read(kind, body).map(|event| event.map(Self::Cash)))
            .or_else(|| AvailabilityEvent::read(kind, body).map(|event| event.map(Self::Availability)))
            .or_else(|| PrinterEvent::read(kind, body).map(|event| event.map(Self::Printer)))
            .or_else(|| StaffEvent::read(kind, body).map(|event| event.map(Self::Staff)))
            .or_else(|| DeviceEvent::read(kind, body).map(|event| event.map(Self::Device)))
            .or_else(|| AlertEvent::read(kind, body).map(|event| event.map(Self::Alert)))
            .or_else(|| CustomerEvent::read(kind, body).map(|event| event.map(Self::Customer)))
            .or_else(|| AttendanceEvent::read(kind, body).map(|event| event.map(Self::Attendance)));
        read.ok_or_else(unknown)?.map_err(|source| EventError::Body { kind: kind.to_owned(), source })
    }

    /// The personal data it carries, as JSON; none when nobody told us anything.
    pub fn personal(&self) -> Option<String> {
        match self {
            Self::Order(event) => event.personal().and_then(told),
            Self::Staff(event) => event.personal().and_then(told),
            Self::Customer(event) => event.personal().and_then(told),
            Self::Branch(_)
            | Self::Kitchen(_)
            | Self::Cash(_)
            | Self::Printer(_)
            | Self::Device(_)
            | Self::Alert(_)
            | Self::Attendance(_)
            | Self::Availability(_) => None,
        }
    }

    /// The same event with its personal data: the JSON that stood beside it, or `None` where it has been erased.
    ///
    /// # Errors
    /// [`EventError::Body`] when the JSON does not read as this kind's personal data.
    pub fn with_personal(mut self, data: Option<&str>) -> Result<Self, EventError> {
        let kind = self.kind();
        let place = |source| EventError::Body { kind: kind.to_owned(), source };
        match &mut self {
            Self::Order(event) => {
                if let Some(personal) = event.personal_mut() {
                    *personal = restored(data).map_err(place)?;
                }
            }
            Self::Staff(event) => {
                if let Some(personal) = event.personal_mut() {
                    *personal = restored(data).map_err(place)?;
                }
            }
            Self::Customer(event) => {
                if let Some(personal) = event.personal_mut() {
                    *personal = restored(data).map_err(place)?;
                }
            }
            Self::Branch(_)
            | Self::Kitchen(_)
            | Self::Cash(_)
            | Self::Printer(_)
            | Self::Device(_)
            | Self::Alert(_)
            | Self::Attendance(_)
            | Self::Availability(_) => {}
        }
        Ok(self)
    }
}

fn told<T: Serialize + Default + PartialEq>(personal: &Personal<T>) -> Option<String> {
    let data = personal.known().filter(|data| **data != T::default())?;
    Some(serde_json::to_string(data).expect("personal data is text, which JSON can always hold"))
}

fn restored<T: for<'de> Deserialize<'de>>(data: Option<&str>) -> serde_json::Result<Personal<T>> {
    data.map_or(Ok(Personal::Erased), |data| serde_json::from_str(data).map(Personal::Known))
}

macro_rules! family_into_event {
    ($($family:ident => $variant:ident)*) => {$(
        impl From<$family> for Event {
            fn from(event: $family) -> Self {
                Self::$variant(event)
            }
        }
    )*};
}

family_into_event! {
    BranchEvent => Branch
    OrderEvent => Order
    KitchenEvent => Kitchen
    CashEvent => Cash
    AvailabilityEvent => Availability
    PrinterEvent => Printer
    StaffEvent => Staff
    DeviceEvent => Device
    AlertEvent => Alert
    CustomerEvent => Customer
    AttendanceEvent => Attendance
}

/// What the journal remembers of a request, so that a repeat is known and answered by what the first one did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RequestMark {
    /// A digest of what was asked, in hexadecimal: the same key with another body is refused.
    pub digest: String,
    /// What the command was about.
    pub subject: Uuid,
}

/// The head of a journal entry, stored as JSON and hashed as stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// Place in the journal: from 1, without a gap, for the life of the branch's file.
    pub sequence: u64,
    /// The entry.
    pub id: EventId,
    /// The event's kind.
    pub kind: String,
    /// The version of its body's shape.
    pub version: u16,
    /// The thing it happened to.
    pub aggregate: Uuid,
    /// The command that made it; the idempotency key of whoever asked.
    pub command: CommandId,
    /// Set on the last entry of a command that had an idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestMark>,
    /// Whether the command ends with this entry.
    pub last_of_command: bool,
    /// Who did it.
    pub actor: Actor,
    /// Who allowed the exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<StaffId>,
    /// On which screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// Branch time: never before the entry before it.
    pub at: Timestamp,
    /// The day of business it counts for.
    pub business_day: Date,
    /// Whether the clock was in doubt: more than two minutes behind the journal, or more than a day ahead of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_suspect: bool,
    /// BLAKE3 of the salted personal data beside the journal, in hexadecimal, when there is some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal: Option<String>,
}
