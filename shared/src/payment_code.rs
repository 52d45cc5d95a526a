//! The code a guest's telephone reads to pay into the branch's own account: a static EMVCo QR, as the tenant's bank gave it.
//!
//! It is taken as text, looked over and shown again as it is; nothing is put into it, for an amount written in by somebody
//! else is not what every purse honours. Source: EMVCo, QR Code Specification for Payment Systems, Merchant-Presented Mode.

/// Characters of a code at most: more do not fit a QR that a telephone reads from a tablet.
pub const LONGEST: usize = 512;

/// What a code says of whom it pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentCode {
    /// As it was given, without space around it.
    pub payload: String,
    /// Whom the guest's telephone will name.
    pub merchant: String,
    /// Where they are.
    pub city: String,
}

/// Why a text is not such a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentCodeError {
    /// Nothing, or more than a telephone reads.
    #[error("a payment code has 1 to {LONGEST} characters")]
    Length,
    /// It is not put together as such codes are.
    #[error("at character {at} the code is not two digits, a length and a value")]
    Structure {
        /// Where, from 0.
        at: usize,
    },
    /// Its check sum is another.
    #[error("the check sum is {found}, and should be {expected}: the code was not copied whole")]
    CheckSum {
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// A part that it must have is missing.
    #[error("the code lacks part {0}")]
    Missing(&'static str),
    /// It is in another currency than pesos.
    #[error("the code is not in Colombian pesos")]
    Currency,
    /// It was made for one sale.
    #[error("the code was made for one sale: a static one without an amount is needed")]
    OneSale,
}

impl std::str::FromStr for PaymentCode {
    type Err = PaymentCodeError;

    fn from_str(text: &str) -> Result<Self, PaymentCodeError> {
        let payload = text.trim();
        if payload.is_empty() || payload.chars().count() > LONGEST {
            return Err(PaymentCodeError::Length);
        }
        let parts = parts_of(payload)?;
        check_sum(payload, &parts)?;
        let value = |id: &str| parts.iter().find(|(part, _)| part == id).map(|(_, value)| value.as_str());
        let needed =
            |id: &str, name| value(id).filter(|value| !value.is_empty()).ok_or(PaymentCodeError::Missing(name));
        if parts.first().map(|(id, value)| (id.as_str(), value.as_str())) != Some(("00", "01")) {
            return Err(PaymentCodeError::Missing("00"));
        }
        if value("01") == Some("12") || value("54").is_some() {
            return Err(PaymentCodeError::OneSale);
        }
        if !parts.iter().any(|(id, _)| ("02".."52").contains(&id.as_str())) {
            return Err(PaymentCodeError::Missing("02-51"));
        }
        if needed("53", "53")? != "170" {
            return Err(PaymentCodeError::Currency);
        }
        needed("58", "58")?;
        let (merchant, city) = (needed("59", "59")?.to_owned(), needed("60", "60")?.to_owned());
        Ok(Self { payload: payload.to_owned(), merchant, city })
    }
}

/// The parts of a code, each an id of two digits, a length of two digits that counts characters, and the value.
fn parts_of(text: &str) -> Result<Vec<(String, String)>, PaymentCodeError> {
    let letters: Vec<char> = text.chars().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let wrong = PaymentCodeError::Structure { at };
        let head: String = letters.get(at..at + 4).ok_or_else(|| wrong.clone())?.iter().collect();
        if !head.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong);
        }
        let (id, length) = head.split_at(2);
        let length: usize = length.parse().map_err(|_| wrong.clone())?;
        let value = letters.get(at + 4..at + 4 + length).ok_or(wrong)?;
        parts.push((id.to_owned(), value.iter().collect()));
        at += 4 + length;
    }
    Ok(parts)
}

fn check_sum(payload: &str, parts: &[(String, String)]) -> Result<(), PaymentCodeError> {
    let Some((_, found)) = parts.last().filter(|(id, value)| id == "63" && value.len() == 4) else {
        return Err(PaymentCodeError::Missing("63"));
    };
    let covered = payload.len() - found.len();
    let expected = format!("{:04X}", crc(&payload.as_bytes()[..covered]));
    if found.eq_ignore_ascii_case(&expected) {
        return Ok(());
    }
    Err(PaymentCodeError::CheckSum { found: found.clone(), expected })
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, from 0xFFFF, neither reflected nor inverted.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |sum, byte| {
        (0..8).fold(
            sum ^ (u16::from(*byte) << 8),
            |sum, _| {
                if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A static key on the RBM network, of the Colombian profile (EASPBV, fields v1.4).
    const KEY: &str = "00020101021126320014CO.COM.RBM.LLA0410@comanda0149250014CO.COM.RBM.RED0103RBM5204581253031705802CO5909LA PRUEBA6006BOGOTA61061101116213070300008020080270016CO.COM.RBM.CANAL0103POS90300016CO.COM.RBM.TRXID010600000091860014CO.COM.RBM.SEC0164bda18fd140a132280b03a4d76b9be2caa85902ea6f34faa9c1608c7e7ae0dc9b63042C5E";

    /// The same with these parts instead, and the check sum that belongs to it.
    fn with(change: impl Fn(&mut Vec<(String, String)>)) -> String {
        let mut parts = parts_of(KEY).unwrap();
        parts.pop();
        change(&mut parts);
        let mut text: String =
            parts.iter().map(|(id, value)| format!("{id}{:02}{value}", value.chars().count())).collect();
        text.push_str("6304");
        let sum = crc(text.as_bytes());
        format!("{text}{sum:04X}")
    }

    fn set(id: &'static str, value: &'static str) -> impl Fn(&mut Vec<(String, String)>) {
        move |parts| {
            parts.retain(|(part, _)| part != id);
            if !value.is_empty() {
                let at = parts.iter().position(|(part, _)| part.as_str() > id).unwrap_or(parts.len());
                parts.insert(at, (id.to_owned(), value.to_owned()));
            }
        }
    }

    #[test]
    fn the_check_sum_is_the_one_the_standard_gives() {
        assert_eq!(crc(b"123456789"), 0x29B1);
        let code: PaymentCode = format!(" {KEY}\n").parse().unwrap();
        assert_eq!((code.payload.as_str(), code.merchant.as_str(), code.city.as_str()), (KEY, "LA PRUEBA", "BOGOTA"));
        assert!(KEY.replace("2C5E", "2c5e").parse::<PaymentCode>().is_ok());
    }

    #[test]
    fn any_letter_that_was_copied_wrong_is_found() {
        for at in (0..KEY.len()).step_by(7) {
            let mut letters: Vec<char> = KEY.chars().collect();
            letters[at] = if letters[at] == '7' { '8' } else { '7' };
            let text: String = letters.iter().collect();
            assert!(text.parse::<PaymentCode>().is_err(), "{at}");
        }
        for end in [0, 3, 40, KEY.len() - 1] {
            assert!(KEY[..end].parse::<PaymentCode>().is_err(), "cut at {end}");
        }
    }

    #[test]
    fn what_cannot_be_shown_at_a_till_is_refused_with_its_reason() {
        let refused = |text: String| text.parse::<PaymentCode>().unwrap_err();
        assert_eq!(refused(with(set("01", "12"))), PaymentCodeError::OneSale);
        assert_eq!(refused(with(set("54", "18500"))), PaymentCodeError::OneSale);
        assert_eq!(refused(with(set("53", "840"))), PaymentCodeError::Currency);
        assert_eq!(refused(with(set("59", ""))), PaymentCodeError::Missing("59"));
        assert_eq!(
            refused(with(|parts| parts.retain(|(id, _)| id != "26" && id != "49" && id != "50"))),
            PaymentCodeError::Missing("02-51")
        );
        assert_eq!(refused("https://nequi.com/pagar".to_owned()), PaymentCodeError::Structure { at: 0 });
        assert_eq!(refused("0".repeat(513)), PaymentCodeError::Length);
        assert!(matches!(refused(KEY.replace("2C5E", "2C5F")), PaymentCodeError::CheckSum { .. }));
        assert!(with(set("59", "LA PEÑA")).parse::<PaymentCode>().is_ok(), "a length counts characters");
    }
}
