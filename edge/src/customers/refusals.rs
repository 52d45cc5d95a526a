//! Refusals of cards as problems: which code, and which field of the request is at fault.

use comanda_shared::customer::{CardError, CustomerRejection};

use crate::http::extract::IdempotencyKey;
use crate::http::openapi::refusals;
use crate::http::problem::{Code, Problem};

refusals! {
    /// Of a new card.
    Adding: &[Code::FieldInvalid, Code::ConsentMissing, Code::PhoneTaken], IdempotencyKey::REFUSALS;
    /// Of a card that is written anew.
    Changing: &[Code::NotFound, Code::FieldInvalid, Code::PhoneTaken, Code::CustomerChanged, Code::VersionRequired];
    /// Of what a guest allows.
    Consenting: &[Code::NotFound, Code::FieldInvalid], IdempotencyKey::REFUSALS;
}

impl From<CustomerRejection> for Problem {
    fn from(rejection: CustomerRejection) -> Self {
        let (code, field) = match &rejection {
            CustomerRejection::Unknown => (Code::NotFound, None),
            CustomerRejection::VersionConflict { .. } => (Code::CustomerChanged, None),
            CustomerRejection::PhoneTaken { .. } => (Code::PhoneTaken, Some("phone")),
            CustomerRejection::ConsentMissing => (Code::ConsentMissing, Some("consent")),
            CustomerRejection::Wording => (Code::FieldInvalid, Some("wording")),
        };
        match field {
            Some(field) => Self::from(code).at(field, rejection),
            None => Self::from(code).detail(rejection),
        }
    }
}

impl From<CardError> for Problem {
    fn from(error: CardError) -> Self {
        Self::from(Code::FieldInvalid).at(error.field(), error)
    }
}
