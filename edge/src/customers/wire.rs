//! The shapes of guests' cards in requests and answers. Amounts are minor units of the branch's currency.

use comanda_shared::customer::{
    Address, Consent, ConsentPurpose, Customer, CustomerPersonal, CustomerStatus, DocumentKind, NewCard,
};
use comanda_shared::ids::CustomerId;
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queries::Habits;
use crate::http::problem::Problem;
use crate::staff::wire::ActorView;

/// A card that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomerCard)]
pub struct AddRequest {
    #[schema(max_length = 40, example = "300 123 4567")]
    phone: String,
    #[schema(max_length = 120)]
    name: Option<String>,
    #[schema(max_length = 120, example = "ana@correo.co")]
    email: Option<String>,
    document: Option<DocumentShape>,
    #[serde(default)]
    #[schema(max_items = 10)]
    addresses: Vec<AddressShape>,
    #[schema(max_length = 500)]
    notes: Option<String>,
    /// The words in which the guest was asked whether the card may be kept, and said yes.
    #[schema(max_length = 1000)]
    consent: Option<String>,
}

/// A card as it is to be from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomerCardChange)]
pub struct ChangeRequest {
    /// Whether the branch sells to them.
    pub status: CustomerStatus,
    #[schema(max_length = 40, example = "300 123 4567")]
    phone: String,
    #[schema(max_length = 120)]
    name: Option<String>,
    #[schema(max_length = 120, example = "ana@correo.co")]
    email: Option<String>,
    document: Option<DocumentShape>,
    #[serde(default)]
    #[schema(max_items = 10)]
    addresses: Vec<AddressShape>,
    #[schema(max_length = 500)]
    notes: Option<String>,
}

/// What a guest allows, or no longer does.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewConsent)]
pub struct ConsentRequest {
    /// What for.
    pub purpose: ConsentPurpose,
    /// Whether they do.
    pub given: bool,
    /// The words they were asked in.
    #[schema(max_length = 1000)]
    pub wording: String,
}

/// A document somebody is identified by.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IdDocument)]
pub struct DocumentShape {
    kind: DocumentKind,
    /// Of a NIT with its check digit; where that is not told, it is counted.
    #[schema(example = "890903938-8")]
    number: String,
}

/// Where somebody has things brought.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomerAddress)]
pub struct AddressShape {
    #[schema(max_length = 500, example = "Carrera 7 # 12-34")]
    text: String,
    /// How it is found.
    #[schema(max_length = 500, example = "Torre 2, apto 501")]
    notes: Option<String>,
}

fn card(
    phone: String,
    name: Option<String>,
    email: Option<String>,
    document: Option<DocumentShape>,
    addresses: Vec<AddressShape>,
    notes: Option<String>,
) -> NewCard {
    let document = document.map(|document| (document.kind, document.number));
    let addresses = addresses.into_iter().map(|address| (address.text, address.notes)).collect();
    NewCard { phone, name, email, document, addresses, notes }
}

impl AddRequest {
    /// What the card says, and the words of the consent.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn parsed(self) -> Result<(CustomerPersonal, Option<String>), Problem> {
        let Self { phone, name, email, document, addresses, notes, consent } = self;
        Ok((card(phone, name, email, document, addresses, notes).checked()?, consent))
    }
}

impl ChangeRequest {
    /// What the card says.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn parsed(self) -> Result<CustomerPersonal, Problem> {
        let Self { status: _, phone, name, email, document, addresses, notes } = self;
        Ok(card(phone, name, email, document, addresses, notes).checked()?)
    }
}

/// A guest the branch knows.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerCard)]
pub struct CardView {
    id: CustomerId,
    /// What a change names in `If-Match`.
    version: u32,
    status: CustomerStatus,
    phone: String,
    #[schema(required)]
    name: Option<String>,
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    document: Option<DocumentShape>,
    /// The first is the usual one.
    addresses: Vec<AddressShape>,
    #[schema(required)]
    notes: Option<String>,
    /// All they ever allowed or took back, in order: the last of a purpose holds.
    consents: Vec<ConsentView>,
    /// How many orders they had, without those that were cancelled.
    orders: u32,
    /// What these cost, without tips.
    spent: i64,
    /// When the last of them was taken.
    #[schema(required)]
    last_seen: Option<LocalInstant>,
    since: LocalInstant,
}

/// Something a guest allowed, or no longer allows.
#[derive(Serialize, ToSchema)]
#[schema(as = Consent)]
struct ConsentView {
    purpose: ConsentPurpose,
    given: bool,
    /// The words they were asked in.
    wording: String,
    /// Who asked.
    by: ActorView,
    at: LocalInstant,
}

impl CardView {
    /// A card as it is, in the branch's time zone; none of one that was erased.
    pub fn of(customer: &Customer, habits: &Habits, zone: &TimeZone) -> Option<Self> {
        let personal = customer.personal.known()?;
        let document = personal.document.clone();
        let address = |address: &Address| AddressShape { text: address.text.clone(), notes: address.notes.clone() };
        Some(Self {
            id: customer.id,
            version: customer.version,
            status: customer.status,
            phone: personal.phone.clone().map(String::from).unwrap_or_default(),
            name: personal.name.clone(),
            email: personal.email.clone(),
            document: document.map(|document| DocumentShape { kind: document.kind, number: document.number }),
            addresses: personal.addresses.iter().map(address).collect(),
            notes: personal.notes.clone(),
            consents: customer.consents.iter().map(|consent| ConsentView::of(consent, zone)).collect(),
            orders: habits.orders,
            spent: habits.spent,
            last_seen: habits.last_seen.map(|at| LocalInstant::at(at, zone)),
            since: LocalInstant::at(customer.created_at, zone),
        })
    }
}

impl ConsentView {
    fn of(consent: &Consent, zone: &TimeZone) -> Self {
        Self {
            purpose: consent.purpose,
            given: consent.is_given,
            wording: consent.wording.clone(),
            by: consent.by.into(),
            at: LocalInstant::at(consent.at, zone),
        }
    }
}
