//! What the layout has to know about a printer.

use comanda_shared::paper::DrawerPin;
use comanda_shared::printer::CodePage;
use serde::{Deserialize, Deserializer, Serialize};

use super::text::Encoding;

/// Width of a character of font A, in dots (ESC/POS command reference, `ESC M`).
pub const FONT_A_DOTS: u16 = 12;

/// The paper and the characters of one printer, as an operator sets them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct PrinterProfile {
    /// Characters of font A in a line: 48 or 42 on 80 mm paper, 32 on 58 mm. Stored profiles hold 16 to 80.
    #[serde(deserialize_with = "sensible_columns")]
    pub columns: u8,
    /// The table that text is written in.
    pub code_page: CodePage,
    /// The model's own `n` of `ESC t n`, where it is not the page's: PC858 is 19 on an Epson and 53 on many clones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_page_number: Option<u8>,
    /// What else it can do.
    #[serde(skip)]
    pub features: Features,
}

/// What a printer can do besides printing text; nothing of a model that is not known.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Features {
    /// It prints QR codes by itself (`GS ( k`).
    pub prints_qr: bool,
    /// It prints pictures line by line (`GS v 0`).
    pub prints_pictures: bool,
    /// It is known to have no cutter: the paper is fed past the edge it is torn at.
    pub has_no_cutter: bool,
    /// It sounds with each ticket.
    pub beeps: bool,
    /// The pin its drawer hangs on.
    pub drawer: DrawerPin,
}

impl PrinterProfile {
    /// The `n` of `ESC t n` that chooses the page on this printer.
    pub fn page_number(&self) -> u8 {
        self.code_page_number.unwrap_or(self.code_page.number())
    }

    /// Width of the printable area: 576 dots for 48 columns, 384 for 32.
    pub fn width_dots(&self) -> u16 {
        u16::from(self.columns) * FONT_A_DOTS
    }

    /// A line across the paper: box drawing where the page has it, else hyphens.
    pub fn rule(&self) -> String {
        let stroke = self.code_page.printable("─");
        stroke.repeat(usize::from(self.columns))
    }
}

impl Default for PrinterProfile {
    fn default() -> Self {
        Self { columns: 48, code_page: CodePage::default(), code_page_number: None, features: Features::default() }
    }
}

fn sensible_columns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let columns = u8::deserialize(deserializer)?;
    if (16..=80).contains(&columns) {
        return Ok(columns);
    }
    Err(serde::de::Error::custom(format!("a line holds 16 to 80 columns, not {columns}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_only_what_is_special() {
        let profile: PrinterProfile = serde_json::from_str(r#"{"columns":32,"code_page":"pc858"}"#).unwrap();
        assert_eq!((profile.width_dots(), profile.page_number()), (384, 19));
        let clone = PrinterProfile { code_page_number: Some(53), ..profile };
        assert_eq!(clone.page_number(), 53);
        assert_eq!(serde_json::from_str::<PrinterProfile>("{}").unwrap(), PrinterProfile::default());
    }

    #[test]
    fn a_width_that_no_printer_has_is_refused() {
        for columns in ["0", "15", "81", "256"] {
            let text = format!(r#"{{"columns":{columns}}}"#);
            assert!(serde_json::from_str::<PrinterProfile>(&text).is_err(), "{columns}");
        }
    }
}
