//! The document somebody is identified by in a sale that needs it.

use serde::{Deserialize, Serialize};

/// Which document. The kinds are those of the DIAN's table 13.2.1 that guests have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DocumentKind {
    /// Cédula de ciudadanía.
    Cc,
    /// Cédula de extranjería.
    Ce,
    /// Número de identificación tributaria, with its check digit.
    Nit,
    /// Tarjeta de identidad.
    Ti,
    /// Pasaporte.
    Passport,
}

/// A document somebody is identified by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IdDocument {
    /// Which.
    pub kind: DocumentKind,
    /// Its number: digits; of a NIT with `-` and the check digit; of a passport also letters.
    pub number: String,
}

/// Why a number is not that of such a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It is not written so.
    #[error("this is not how the number of such a document is written")]
    Written,
    /// The check digit of a NIT is another.
    #[error("the check digit of this NIT is {expected}")]
    CheckDigit {
        /// What it is.
        expected: u8,
    },
}

impl IdDocument {
    /// The document of this number, however its groups are set apart.
    ///
    /// # Errors
    /// [`DocumentError`]; a NIT without check digit is taken and given its own.
    pub fn new(kind: DocumentKind, number: &str) -> Result<Self, DocumentError> {
        let bare: String = number.chars().filter(|c| !matches!(c, ' ' | '.' | ',')).collect();
        let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let number = match kind {
            DocumentKind::Cc | DocumentKind::Ti if digits(&bare, 4..=11) => bare,
            DocumentKind::Ce if digits(&bare, 4..=10) => bare,
            DocumentKind::Passport
                if (4..=20).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
            {
                bare.to_ascii_uppercase()
            }
            DocumentKind::Nit => nit(&bare)?,
            DocumentKind::Cc | DocumentKind::Ti | DocumentKind::Ce | DocumentKind::Passport => {
                return Err(DocumentError::Written);
            }
        };
        Ok(Self { kind, number })
    }
}

fn nit(text: &str) -> Result<String, DocumentError> {
    let (number, told) = match text.split_once('-') {
        Some((number, digit)) => (number, Some(digit)),
        None => (text, None),
    };
    if !(6..=15).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DocumentError::Written);
    }
    let expected = check_digit(number);
    match told.map(str::parse::<u8>) {
        None => Ok(format!("{number}-{expected}")),
        Some(Ok(digit)) if expected == digit => Ok(format!("{number}-{expected}")),
        Some(Ok(_)) => Err(DocumentError::CheckDigit { expected }),
        Some(Err(_)) => Err(DocumentError::Written),
    }
}

/// Source: Orden Administrativa 4 of 1989 of the DIAN: weights from the right, modulo 11.
fn check_digit(number: &str) -> u8 {
    const WEIGHTS: [u32; 15] = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
    let digits = number.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let rest = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum::<u32>() % 11;
    let digit = if rest > 1 { 11 - rest } else { rest };
    u8::try_from(digit).unwrap_or_default()
}
