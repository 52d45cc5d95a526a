//! What the bytes above 7Fh mean, by the number that `ESC t` chose.
//!
//! Source: the Unicode consortium's mappings of the four tables; the numbers are Epson's and those of the clones
//! (`design/printing.md`, section 2).

/// One table: the characters of 80h to FFh in order; U+FFFD where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodePage(&'static str);

impl CodePage {
    /// The table a printer starts with.
    pub const PC437: Self = Self(PC437);

    /// The table behind a number of `ESC t`, or `None` for one this printer does not have.
    pub fn numbered(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self(PC437)),
            2 => Some(Self(PC850)),
            19 | 53 => Some(Self(PC858)),
            16 | 71 => Some(Self(WPC1252)),
            _ => None,
        }
    }

    /// The character a byte prints.
    pub fn character(self, byte: u8) -> char {
        match byte.checked_sub(0x80) {
            None => char::from(byte),
            Some(high) => self.0.chars().nth(usize::from(high)).unwrap_or(char::REPLACEMENT_CHARACTER),
        }
    }
}

const PC437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const PC850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const PC858: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const WPC1252: &str = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿\
    ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spanish_letters_stand_where_the_printers_manual_puts_them() {
        let pc858 = CodePage::numbered(19).unwrap();
        let text: String =
            [0xa4, 0xa5, 0xa0, 0x82, 0xa8, 0xad, 0xd5].map(|byte| pc858.character(byte)).iter().collect();
        assert_eq!(text, "ñÑáé¿¡€");
        let wpc1252 = CodePage::numbered(16).unwrap();
        let text: String =
            [0xf1, 0xd1, 0xe1, 0xe9, 0xbf, 0xa1, 0x80].map(|byte| wpc1252.character(byte)).iter().collect();
        assert_eq!(text, "ñÑáé¿¡€");
    }

    #[test]
    fn every_table_has_128_characters() {
        for table in [PC437, PC850, PC858, WPC1252] {
            assert_eq!(table.chars().count(), 128);
        }
    }
}
