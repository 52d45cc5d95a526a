//! Searching the menu as people type: accents and case do not matter, and the beginnings of words are enough.

use super::{Catalog, Product};

impl Catalog {
    /// The first `limit` products in whose name or sku every word of the text begins some word.
    ///
    /// What is on sale comes first, then what is not, each in the order of the menu. A text without a word finds nothing.
    pub fn search(&self, text: &str, limit: usize) -> Vec<&Product> {
        let wanted: Vec<String> = words(text).map(|word| format!(" {word}")).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let is_found = |words: &str| wanted.iter().all(|word| words.contains(word.as_str()));
        let found = self.index.words.iter().filter(|(_, words)| is_found(words)).map(|(position, _)| *position);
        let (on_sale, off): (Vec<_>, Vec<_>) = found.partition(|position| self.is_on_sale_at(*position));
        on_sale.into_iter().chain(off).take(limit).map(|position| self.product_at(position)).collect()
    }
}

/// The words of a product's name and sku, folded, with a space before each: `" salchipapa especial salchipapa especial"`.
pub(super) fn words_of(product: &Product) -> String {
    words(&product.name).chain(words(&product.sku)).flat_map(|word| [" ".to_owned(), word]).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded: String = text.chars().flat_map(char::to_lowercase).filter_map(fold).collect();
    let words: Vec<String> = folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    words.into_iter().filter(|word| !word.is_empty())
}

/// The letter without its accent; nothing for an accent on its own, as macOS writes them (Unicode's decomposed form).
///
/// The table has the letters of Spanish and of the names that menus borrow: crème brûlée, açaí, smørrebrød.
fn fold(letter: char) -> Option<char> {
    Some(match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'ñ' => 'n',
        'ç' => 'c',
        '\u{300}'..='\u{36f}' => return None,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    fn found(text: &str) -> Vec<String> {
        sample::catalog().search(text, 20).into_iter().map(|product| product.sku.clone()).collect()
    }

    #[test]
    fn accents_and_case_do_not_matter() {
        for text in ["jalapeño", "JALAPENO", "Jalapen\u{303}o", "jálapeno"] {
            assert_eq!(found(text), ["hamburguesa-jalapeno"], "{text}");
        }
    }

    #[test]
    fn every_word_is_the_beginning_of_a_word_in_any_order() {
        assert_eq!(found("salchi"), ["salchipapa-especial", "salchipapa-sencilla"]);
        assert_eq!(found("esp sal"), ["salchipapa-especial"]);
        assert_eq!(found("salchipapa-esp"), ["salchipapa-especial"]);
        assert_eq!(found("papa"), [""; 0], "the middle of a word is not its beginning");
        assert_eq!(found("salchi jalapeno"), [""; 0]);
    }

    #[test]
    fn what_is_off_comes_last() {
        assert_eq!(found("li"), ["limonada-coco", "limonada"]);
    }

    #[test]
    fn a_search_stops_at_its_limit() {
        assert_eq!(sample::catalog().search("salchi", 1).len(), 1);
    }

    #[test]
    fn a_text_without_words_finds_nothing() {
        for text in ["", "  ", "¿-?"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
