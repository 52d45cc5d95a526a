//! The templates of papers in use, and what a paper looks like before it is.

mod sample;

pub use sample::sample;

use comanda_shared::branch::{Author, DirectiveKind};
use comanda_shared::paper::{TemplateError, Templates};
use rusqlite::Connection;

use super::pictures;
use crate::journal::directives::{self, Document};
use crate::journal::{Configuration, Failure, Step};

/// The number of the template that a program brings along; those laid down have the numbers after it.
pub const STANDARD: u16 = comanda_shared::kitchen::TEMPLATE;

/// The printers in use that a paper must fit, by name and columns.
pub fn printers(configuration: &Configuration) -> Vec<(String, u8)> {
    let in_use = configuration.printers.iter().filter(|printer| !printer.is_removed);
    in_use.map(|printer| (printer.name.clone(), printer.columns)).collect()
}

/// Takes templates into use, as a new version; tickets issued before are printed again as they were.
///
/// # Errors
/// When they cannot be used, or SQLite fails; then nothing has changed.
pub fn take_into_use(step: &mut Step<'_>, templates: Templates) -> Result<u16, Failure<TemplateError>> {
    templates.check(&printers(&step.configuration())).map_err(Failure::Refused)?;
    for picture in templates.pictures() {
        if !pictures::is_kept(step.connection(), picture)? {
            return Err(Failure::Refused(TemplateError::PictureUnknown));
        }
    }
    if *step.configuration().templates != templates {
        let body = serde_json::to_string(&templates).expect("templates are plain data, which JSON can always hold");
        step.take_templates_into_use(templates, &Document::new(body), Author::Local)?;
    }
    Ok(step.configuration().template)
}

/// The templates of this number.
///
/// # Errors
/// When SQLite cannot read, or there never were any of that number.
pub fn numbered(connection: &Connection, number: u16) -> rusqlite::Result<Templates> {
    if number <= STANDARD {
        return Ok(Templates::standard().clone());
    }
    let version = u64::from(number - STANDARD);
    let body = directives::laid_down(connection, DirectiveKind::Papers, version)?;
    let body = body.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    serde_json::from_str(&body)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into()))
}
