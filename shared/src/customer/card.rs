//! What a card says about somebody, and how it is read from what was typed.

use serde::{Deserialize, Serialize};

use super::{DocumentError, DocumentKind, IdDocument, Phone, PhoneError, limits};

/// What we know of a guest as a person.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerPersonal {
    /// How they are called on the telephone; none only before anything is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where receipts are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// By what they are identified in a sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<IdDocument>,
    /// Where they have things brought; the first is the usual one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// What whoever serves them should know; why they are blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// Where somebody has things brought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    pub text: String,
    /// How it is found: floor, bell, colour of the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// A card as it was typed; empty text says nothing.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct NewCard {
    /// The phone.
    pub phone: String,
    /// The name.
    pub name: Option<String>,
    /// The e-mail.
    pub email: Option<String>,
    /// The document.
    pub document: Option<(DocumentKind, String)>,
    /// Addresses with their notes.
    pub addresses: Vec<(String, Option<String>)>,
    /// Notes.
    pub notes: Option<String>,
}

/// What of a card cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// The phone number is none.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// The e-mail is none.
    #[error("an e-mail is written like ana@correo.co")]
    Email,
    /// The document's number is none.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A text is too long.
    #[error("{field} has at most {most} characters")]
    Text {
        /// Which.
        field: String,
        /// How many it may have.
        most: usize,
    },
    /// More addresses than a card has room for.
    #[error("a card has at most {} addresses", limits::ADDRESSES)]
    TooManyAddresses,
    /// An address that says nothing.
    #[error("address {index} is empty")]
    AddressEmpty {
        /// Which, from 0.
        index: usize,
    },
}

impl CardError {
    /// Which field is at fault, as it is sent.
    pub fn field(&self) -> String {
        match self {
            Self::Phone(_) => "phone".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Document(_) => "document.number".to_owned(),
            Self::Text { field, .. } => field.clone(),
            Self::TooManyAddresses => "addresses".to_owned(),
            Self::AddressEmpty { index } => format!("addresses[{index}].text"),
        }
    }
}

impl NewCard {
    /// The card, if it can be kept.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn checked(self) -> Result<CustomerPersonal, CardError> {
        if self.addresses.len() > limits::ADDRESSES {
            return Err(CardError::TooManyAddresses);
        }
        let address = |(index, (text, notes)): (usize, (String, Option<String>))| {
            let text = tidy(Some(text), limits::LONG_TEXT, || format!("addresses[{index}].text"))?;
            let notes = tidy(notes, limits::LONG_TEXT, || format!("addresses[{index}].notes"))?;
            Ok(Address { text: text.ok_or(CardError::AddressEmpty { index })?, notes })
        };
        let email = tidy(self.email, limits::SHORT_TEXT, || "email".to_owned())?;
        if email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(CardError::Email);
        }
        let document = self.document.filter(|(_, number)| !number.trim().is_empty());
        Ok(CustomerPersonal {
            phone: Some(self.phone.parse::<Phone>()?),
            name: tidy(self.name, limits::SHORT_TEXT, || "name".to_owned())?,
            email,
            document: document.map(|(kind, number)| IdDocument::new(kind, &number)).transpose()?,
            addresses: self.addresses.into_iter().enumerate().map(address).collect::<Result<_, CardError>>()?,
            notes: tidy(self.notes, limits::LONG_TEXT, || "notes".to_owned())?,
        })
    }
}

/// Good enough to be sent to: one `@` with something before it and a name with a dot after it.
fn is_email(text: &str) -> bool {
    let Some((who, place)) = text.split_once('@') else { return false };
    let is_plain = |part: &str| !part.contains(|c: char| c == '@' || c.is_whitespace());
    let has_dot = place.split('.').count() > 1 && place.split('.').all(|label| !label.is_empty());
    !who.is_empty() && is_plain(who) && is_plain(place) && has_dot
}

/// Text as people meant it: control characters are blanks, blanks are single, and nothing is no text.
fn tidy(text: Option<String>, most: usize, field: impl Fn() -> String) -> Result<Option<String>, CardError> {
    let Some(text) = text else { return Ok(None) };
    let blanked: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let tidy = blanked.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidy.chars().count() > most {
        return Err(CardError::Text { field: field(), most });
    }
    Ok(Some(tidy).filter(|text| !text.is_empty()))
}
