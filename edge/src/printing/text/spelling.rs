//! What stands for a character that a code page lacks: ASCII that reads the same.

/// What to print instead of the character, in ASCII; `None` for what has no such spelling: emoji, other scripts, and all
/// that is not seen (controls, bidirectional marks, zero-width joiners).
pub fn spelling(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{02BC}' | '\u{00B4}' | '\u{2039}' | '\u{203A}' => "'",
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '«' | '»' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '─' => "-",
        '…' => "...",
        '•' | '‣' | '∙' | '·' | '●' | '▪' | '■' => "*",
        '→' | '➜' | '➔' => "->",
        '←' => "<-",
        '⁄' | '∕' | '÷' => "/",
        '×' | '✕' | '✖' => "x",
        '¿' => "?",
        '¡' => "!",
        '€' => "EUR",
        '₡' => "CRC",
        '£' => "GBP",
        '¥' => "JPY",
        '¢' => "c",
        '©' => "(C)",
        '®' => "(R)",
        '™' => "TM",
        '№' => "No.",
        'º' | '°' => "o",
        'ª' => "a",
        '¹' => "1",
        '²' => "2",
        '³' => "3",
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        '±' => "+/-",
        '≤' => "<=",
        '≥' => ">=",
        '≈' => "~",
        '¦' => "|",
        'Æ' => "AE",
        'æ' => "ae",
        'Œ' => "OE",
        'œ' => "oe",
        'ß' => "ss",
        'ẞ' => "SS",
        'Þ' => "Th",
        'þ' => "th",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'Ĳ' => "IJ",
        'ĳ' => "ij",
        _ => return base_letter(character),
    })
}

/// The letter without its marks.
fn base_letter(character: char) -> Option<&'static str> {
    BASE_LETTERS.iter().find(|(_, marked)| marked.contains(character)).map(|(base, _)| *base)
}

/// The one character that a letter and the combining mark after it make: phones and Macs send «n» and U+0303 for «ñ».
pub fn composed(letter: char, mark: char) -> Option<char> {
    let (_, pairs) = COMPOSED.iter().find(|(of, _)| *of == mark)?;
    let mut characters = pairs.chars();
    while let (Some(base), Some(whole)) = (characters.next(), characters.next()) {
        if base == letter {
            return Some(whole);
        }
    }
    None
}

/// Latin letters with marks under the letter they are read as: Latin-1, Latin Extended-A and B, and Latin Extended
/// Additional, by canonical decomposition (Unicode Character Database), with the barred letters added by hand.
const BASE_LETTERS: &[(&str, &str)] = &[
    ("A", "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ"),
    ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
    ("B", "ḂḄḆ"),
    ("b", "ḃḅḇ"),
    ("C", "ÇĆĈĊČḈ"),
    ("c", "çćĉċčḉ"),
    ("D", "ĎḊḌḎḐḒĐÐ"),
    ("d", "ďḋḍḏḑḓđð"),
    ("E", "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ"),
    ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
    ("F", "Ḟ"),
    ("f", "ḟƒ"),
    ("G", "ĜĞĠĢǦǴḠ"),
    ("g", "ĝğġģǧǵḡ"),
    ("H", "ĤȞḢḤḦḨḪĦ"),
    ("h", "ĥȟḣḥḧḩḫẖħ"),
    ("I", "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ"),
    ("i", "ìíîïĩīĭįǐȉȋḭḯỉịıɨ"),
    ("J", "Ĵ"),
    ("j", "ĵǰ"),
    ("K", "ĶǨḰḲḴ"),
    ("k", "ķǩḱḳḵĸ"),
    ("L", "ĹĻĽḶḸḺḼŁ"),
    ("l", "ĺļľḷḹḻḽł"),
    ("M", "ḾṀṂ"),
    ("m", "ḿṁṃ"),
    ("N", "ÑŃŅŇǸṄṆṈṊŊ"),
    ("n", "ñńņňǹṅṇṉṋŋ"),
    ("O", "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢØ"),
    ("o", "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợø"),
    ("P", "ṔṖ"),
    ("p", "ṕṗ"),
    ("R", "ŔŖŘȐȒṘṚṜṞ"),
    ("r", "ŕŗřȑȓṙṛṝṟ"),
    ("S", "ŚŜŞŠȘṠṢṤṦṨ"),
    ("s", "śŝşšșṡṣṥṧṩſ"),
    ("T", "ŢŤȚṪṬṮṰŦ"),
    ("t", "ţťțṫṭṯṱẗŧ"),
    ("U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ"),
    ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ("V", "ṼṾ"),
    ("v", "ṽṿ"),
    ("W", "ŴẀẂẄẆẈ"),
    ("w", "ŵẁẃẅẇẉẘ"),
    ("X", "ẊẌ"),
    ("x", "ẋẍ"),
    ("Y", "ÝŶŸȲẎỲỴỶỸ"),
    ("y", "ýÿŷȳẏẙỳỵỷỹ"),
    ("Z", "ŹŻŽẐẒẔ"),
    ("z", "źżžẑẓẕ"),
];

/// A combining mark, and letters each followed by what the mark makes of it.
const COMPOSED: &[(char, &str)] = &[
    ('\u{0300}', "AÀEÈIÌOÒUÙaàeèiìoòuù"),
    ('\u{0301}', "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyý"),
    ('\u{0302}', "AÂEÊIÎOÔUÛaâeêiîoôuû"),
    ('\u{0303}', "AÃNÑOÕaãnñoõ"),
    ('\u{0308}', "AÄEËIÏOÖUÜaäeëiïoöuüyÿ"),
    ('\u{030A}', "AÅaå"),
    ('\u{0327}', "CÇcç"),
];
