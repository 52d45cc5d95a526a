//! A phone number as people say it, and as it is found.

use serde::{Deserialize, Serialize};

/// Digits of a number that are compared: what stands before them is the prefix of a country.
const COMPARED: usize = 10;

/// A phone number: as it was told, with 7 to 15 digits in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// It has something else in it.
    #[error("a phone number has digits, spaces and + - ( ) . only")]
    Letters,
    /// It has too few digits, or too many.
    #[error("a phone number has 7 to 15 digits")]
    Length,
}

impl Phone {
    /// As it was told.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits by which it is the same as another: the last ten.
    pub fn key(&self) -> String {
        last_digits(&self.0)
    }
}

/// The last ten digits of a number, however it is written.
pub fn last_digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(COMPARED)..].to_owned()
}

impl std::str::FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim();
        if !text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.')) {
            return Err(PhoneError::Letters);
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if !(7..=15).contains(&digits) || text.len() > 40 {
            return Err(PhoneError::Length);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}
