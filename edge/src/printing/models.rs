//! What is known of printer models and cannot be asked of a printer: the numbers of its code pages, how wide its paper is,
//! whether it prints pictures and QR codes, whether it cuts.
//!
//! The table is [`models.tsv`](models/models.tsv), made of escpos-printer-db (CC BY 4.0, by its contributors). It says what
//! that says and no more; a model that is not in it works as before, with what an operator sets.

use std::sync::LazyLock;

use comanda_shared::printer::CodePage;
use serde::Serialize;
use utoipa::ToSchema;

/// A printer model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = PrinterModel)]
pub struct Model {
    /// What a printer that is set up names it by: `tm-t20ii`.
    pub key: &'static str,
    /// Who makes it.
    pub vendor: &'static str,
    /// What they call it.
    pub name: &'static str,
    /// Characters of font A in a line.
    pub columns: u8,
    /// Printable dots in a line; none where nobody says.
    #[serde(skip)]
    pub dots: Option<u16>,
    /// The numbers of its code pages, as far as it has them.
    #[serde(skip)]
    pages: [Option<u8>; 4],
    /// Whether it prints pictures line by line (`GS v 0`).
    pub prints_pictures: bool,
    /// Whether it prints QR codes by itself (`GS ( k`).
    pub prints_qr: bool,
    /// Whether it has a cutter.
    pub cuts: bool,
}

impl Model {
    /// The `n` of `ESC t n` for a page; none where it does not have the page.
    pub const fn page_number(&self, page: CodePage) -> Option<u8> {
        let place = match page {
            CodePage::Pc850 => 0,
            CodePage::Pc858 => 1,
            CodePage::Wpc1252 => 2,
            CodePage::Pc437 => 3,
        };
        self.pages[place]
    }

    /// The page it writes Spanish with best: with all its letters, or those it has.
    pub fn best_page(&self) -> CodePage {
        let by_worth = [CodePage::Pc858, CodePage::Pc850, CodePage::Wpc1252];
        by_worth.into_iter().find(|page| self.page_number(*page).is_some()).unwrap_or(CodePage::Pc437)
    }

    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (key, vendor, name) = (fields.next()?, fields.next()?, fields.next()?);
        let (columns, dots) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok());
        let mut page = || fields.next().and_then(|number| number.parse().ok());
        let pages = [page(), page(), page(), page()];
        let features = fields.next()?;
        let has = |feature: &str| features.split(',').any(|other| other == feature);
        let (prints_pictures, prints_qr, cuts) = (has("raster"), has("qr"), has("cut"));
        Some(Self { key, vendor, name, columns, dots, pages, prints_pictures, prints_qr, cuts })
    }
}

static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    let lines = include_str!("models/models.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(Model::read).collect()
});

/// All of them, by key.
pub fn all() -> &'static [Model] {
    &MODELS
}

/// The model with this key.
pub fn named(key: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.key == key)
}

/// The model of a printer that says it is this: only one that is called just so.
pub fn called(name: &str) -> Option<&'static Model> {
    named(&name.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_a_model_with_a_key_of_its_own() {
        let rows = include_str!("models/models.tsv").lines().filter(|line| !line.starts_with('#')).count();
        let mut keys: Vec<_> = all().iter().map(|model| model.key).collect();
        keys.dedup();
        assert_eq!((all().len(), keys.len()), (rows, rows));
        assert!(all().iter().all(|model| (20..=80).contains(&model.columns)));
    }

    #[test]
    fn code_pages_have_the_numbers_of_the_model() {
        let number = |key, page| named(key).unwrap().page_number(page);
        assert_eq!(number("tm-t20ii", CodePage::Pc858), Some(19));
        assert_eq!(number("tsp600", CodePage::Pc858), Some(4));
        assert_eq!(number("tm-t88ii", CodePage::Pc858), None);
        assert_eq!(named("tm-u220").unwrap().best_page(), CodePage::Pc437);
        assert_eq!(named("zj-5870").unwrap().best_page(), CodePage::Pc850);
    }

    #[test]
    fn a_printer_that_says_its_name_is_known_by_it_and_by_nothing_like_it() {
        assert_eq!(called("TM-T88V").map(|model| model.key), Some("tm-t88v"));
        assert_eq!(called("TM-T88VII"), None);
    }
}
