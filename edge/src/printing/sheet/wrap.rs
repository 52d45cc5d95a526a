//! Breaking text into lines ourselves: a printer breaks in the middle of words.

/// The words of a text in lines of at most `width` characters, the lines after the first `hang` shorter, because they
/// will be indented by it. Only a word longer than a line is broken.
pub fn wrap(text: &str, width: usize, hang: usize) -> Vec<String> {
    let width = width.max(1);
    let hang = hanging(width, hang);
    let mut lines = Vec::new();
    let mut line = Line { text: String::new(), free: width };
    for mut word in text.split_whitespace() {
        loop {
            let length = word.chars().count();
            let gap = usize::from(!line.text.is_empty());
            if gap + length <= line.free {
                line.push(gap, word, length);
                break;
            }
            if length > width - hang && line.free > gap {
                let (head, tail) = split(word, line.free - gap);
                let taken = line.free - gap;
                line.push(gap, head, taken);
                word = tail;
            }
            lines.push(std::mem::replace(&mut line, Line { text: String::new(), free: width - hang }).text);
        }
    }
    if !line.text.is_empty() {
        lines.push(line.text);
    }
    lines
}

/// How far lines after the first are indented: never past the middle.
pub fn hanging(width: usize, hang: usize) -> usize {
    hang.min(width / 2)
}

/// The line being filled.
struct Line {
    text: String,
    free: usize,
}

impl Line {
    fn push(&mut self, gap: usize, word: &str, length: usize) {
        self.text.push_str(&" "[..gap]);
        self.text.push_str(word);
        self.free -= gap + length;
    }
}

/// The first `characters` of the word, and the rest.
fn split(word: &str, characters: usize) -> (&str, &str) {
    let place = word.char_indices().nth(characters).map_or(word.len(), |(place, _)| place);
    word.split_at(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("2 Hamburguesa doble carne", 16, 2), ["2 Hamburguesa", "doble carne"]);
        assert_eq!(wrap("  una   sola  ", 16, 2), ["una sola"]);
        assert!(wrap(" ", 16, 2).is_empty());
    }

    #[test]
    fn only_a_word_longer_than_a_line_is_broken() {
        assert_eq!(wrap("2 Desoxirribonucleico frío", 12, 2), ["2 Desoxirrib", "onucleico", "frío"]);
        assert_eq!(wrap("ñandúñandú", 4, 0), ["ñand", "úñan", "dú"]);
    }

    proptest! {
        #[test]
        fn every_character_stands_on_some_line_and_no_line_is_too_long(text in "[a-zñ ]{0,200}", width in 0_usize..40, hang in 0_usize..50) {
            let lines = wrap(&text, width, hang);
            let (width, all) = (width.max(1), lines.concat());
            for (index, line) in lines.iter().enumerate() {
                let indent = if index == 0 { 0 } else { hanging(width, hang) };
                prop_assert!(!line.is_empty() && indent + line.chars().count() <= width);
            }
            prop_assert_eq!(all.replace(' ', ""), text.replace(' ', ""));
        }
    }
}
