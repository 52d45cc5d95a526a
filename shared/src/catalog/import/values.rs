//! The single values of a file and their bounds. Each answers `None` after naming the value as bad.

use std::ops::RangeInclusive;

use super::MAX_PRICE;
use super::cursor::Cursor;
use crate::money::{Currency, Money};
use crate::picture::PictureHash;

pub(super) fn currency(at: &Cursor<'_>) -> Option<Currency> {
    let currency = at.text()?.parse().ok();
    if currency.is_none() {
        let message = format!("{} no es una moneda: use su código de tres letras mayúsculas, como COP.", at.node);
        at.refuse("currency.invalid", message);
    }
    currency
}

/// 1–120 characters on one line, without the spaces around.
pub(super) fn name(at: &Cursor<'_>) -> Option<String> {
    const LONGEST: usize = 120;
    let name = at.text()?.trim();
    let length = name.chars().count();
    if length == 0 {
        at.refuse("name.empty", format!("El nombre {} está vacío.", at.node));
    } else if length > LONGEST {
        at.refuse("name.too_long", format!("El nombre {} tiene {length} letras y el máximo es {LONGEST}.", at.node));
    } else if name.chars().any(char::is_control) {
        at.refuse("name.control_character", format!("El nombre {} tiene un salto de línea u otro control.", at.node));
    } else {
        return Some(name.to_owned());
    }
    None
}

/// At most 500 characters, on several lines if need be, without the spaces around; blank is the same as none.
pub(super) fn description(at: &Cursor<'_>) -> Option<String> {
    const LONGEST: usize = 500;
    let text = at.text()?.trim();
    let length = text.chars().count();
    if length > LONGEST {
        let message = format!("La descripción {} tiene {length} letras y el máximo es {LONGEST}.", at.node);
        at.refuse("description.too_long", message);
    } else if text.chars().any(|letter| letter.is_control() && letter != '\n') {
        let message = format!("La descripción {} tiene una tabulación u otro control.", at.node);
        at.refuse("description.control_character", message);
    }
    (!text.is_empty()).then(|| text.to_owned())
}

/// 64 hexadecimal digits in small letters.
pub(super) fn picture(at: &Cursor<'_>) -> Option<PictureHash> {
    let picture = at.text()?.parse().ok();
    if picture.is_none() {
        let message = format!("{} no es una foto: se nombra con las 64 letras y cifras que dio el sistema.", at.node);
        at.refuse("picture.invalid", message);
    }
    picture
}

/// 1–64 visible ASCII characters: what a scanner can type.
pub(super) fn barcode(at: &Cursor<'_>) -> Option<String> {
    let text = at.text()?;
    let is_good = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_good {
        let message = format!("{} no es un código de barras: de 1 a 64 letras o cifras, sin espacios.", at.node);
        at.refuse("barcode.invalid", message);
    }
    is_good.then(|| text.to_owned())
}

pub(super) fn price(at: &Cursor<'_>, currency: Currency) -> Option<Money> {
    let minor = at.integer()?;
    if minor < 0 {
        at.refuse("price.negative", format!("El precio {} es negativo.", at.node));
    } else if minor > MAX_PRICE {
        at.refuse("price.too_high", format!("El precio {} pasa del máximo, que es {MAX_PRICE}.", at.node));
    } else {
        return Some(Money::new(minor, currency));
    }
    None
}

/// A whole number of these bounds.
pub(super) fn within<N: TryFrom<i64> + Copy + PartialOrd + std::fmt::Display>(
    at: &Cursor<'_>,
    bounds: RangeInclusive<N>,
) -> Option<N> {
    let number = N::try_from(at.integer()?).ok().filter(|number| bounds.contains(number));
    if number.is_none() {
        let message = format!("{} está fuera de lo permitido: de {} a {}.", at.node, bounds.start(), bounds.end());
        at.refuse("number.out_of_range", message);
    }
    number
}

/// True or false, or what stands for a field that is not there.
pub(super) fn boolean_or(at: Option<Cursor<'_>>, otherwise: bool) -> Option<bool> {
    at.map_or(Some(otherwise), |at| at.boolean())
}
