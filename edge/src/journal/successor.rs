//! A new file that goes on with what stays of another: what was laid down, who works here, what is paired, plugged in and
//! let in. Its journal is its own and begins at 1; nothing that was sold comes over.
//!
//! Facts come over as events of the new journal, in one command; secrets and pictures, which stand in no journal, row by row.

use std::collections::BTreeMap;
use std::path::Path;

use comanda_shared::branch::{Author, Branch, DirectiveKind, Fiscal, Settings};
use comanda_shared::catalog::Catalog;
use comanda_shared::device::{Device, DevicePaired};
use comanda_shared::floor::FloorPlan;
use comanda_shared::paper::Templates;
use comanda_shared::printer::{Printer, PrinterAdded, PrinterAddress};
use comanda_shared::staff::{Roles, Staff, StaffAdded, Token, TokenCreated};
use rusqlite::Connection;

use super::directives::{self, Document};
use super::replay::copy_rows;
use super::{OpenError, Step, database, document};
use crate::branch;
use crate::environment::Environment;
use crate::printing::queries::all_printers;

/// What comes over beside the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Besides {
    /// Everything, so that nobody notices: who is logged in stays so.
    All,
    /// What one practises with: PINs, screens and pictures, and nothing that opens the branch itself.
    ToPractise,
}

impl Besides {
    /// The tables whose rows come over.
    const fn tables(self) -> &'static [&'static str] {
        match self {
            Self::All => &["staff_secret", "token_secret", "device_secret", "session", "picture", "printer_state"],
            Self::ToPractise => &["staff_secret", "device_secret", "picture"],
        }
    }
}

/// Secrets of whom or what did not come over.
const OF_NOBODY: [&str; 5] = [
    "DELETE FROM session WHERE staff_id NOT IN (SELECT id FROM staff)",
    "DELETE FROM session WHERE device_id IS NOT NULL AND device_id NOT IN (SELECT id FROM device)",
    "DELETE FROM staff_secret WHERE staff_id NOT IN (SELECT id FROM staff)",
    "DELETE FROM token_secret WHERE token_id NOT IN (SELECT id FROM token)",
    "DELETE FROM device_secret WHERE device_id NOT IN (SELECT id FROM device)",
];

/// Characters a branch's name has at most.
const LONGEST_NAME: usize = 80;

/// Why a new file could not go on with another.
#[derive(Debug, thiserror::Error)]
pub enum SuccessorError {
    /// A file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// SQLite failed.
    #[error("could not read or write what stays of the branch")]
    Storage(#[from] rusqlite::Error),
    /// The former file has no branch.
    #[error("there is no branch in the former file")]
    NoBranch,
    /// Something that is in use cannot be read.
    #[error("the {} in use cannot be read", .0.as_str())]
    Document(DirectiveKind),
}

/// What stays of a branch.
#[derive(Debug)]
pub struct Stays {
    settings: Option<Settings>,
    catalog: Option<(Catalog, Document)>,
    templates: Option<(Templates, Document)>,
    floor: Option<(FloorPlan, Document)>,
    roles: Option<(Roles, Document)>,
    printers: Vec<Printer>,
    staff: Vec<Staff>,
    tokens: Vec<Token>,
    devices: Vec<Device>,
}

impl Stays {
    /// What stays of the branch in this file. Who works there no longer, and what was put out or taken away, does not.
    ///
    /// # Errors
    /// [`SuccessorError`].
    pub fn of(former: &Connection) -> Result<Self, SuccessorError> {
        let branch = branch::store::load(former)?.ok_or(SuccessorError::NoBranch)?;
        let settings = in_use::<Settings>(former, &branch, DirectiveKind::Settings)?;
        Ok(Self {
            settings: settings.map(|(settings, _)| settings),
            catalog: in_use(former, &branch, DirectiveKind::Catalog)?,
            templates: in_use(former, &branch, DirectiveKind::Papers)?,
            floor: in_use(former, &branch, DirectiveKind::Floor)?,
            roles: in_use(former, &branch, DirectiveKind::Roles)?,
            printers: all_printers(former)?.into_iter().filter(|printer| !printer.is_removed).collect(),
            staff: documents(former, "SELECT document FROM staff ORDER BY id")?
                .into_iter()
                .filter(|staff: &Staff| staff.is_active && staff.personal.known().is_some())
                .collect(),
            tokens: documents(former, "SELECT document FROM token ORDER BY id")?
                .into_iter()
                .filter(|token: &Token| !token.is_revoked)
                .collect(),
            devices: documents(former, "SELECT document FROM device ORDER BY id")?
                .into_iter()
                .filter(|device: &Device| !device.is_revoked)
                .collect(),
        })
    }

    /// The same to practise with: nothing of it is real, and paper comes out only where that was asked for.
    #[must_use]
    pub fn to_practise(self, prints: bool) -> Self {
        let settings = self.settings.unwrap_or_default();
        let name: String = format!("PRÁCTICA · {}", settings.name.trim()).chars().take(LONGEST_NAME).collect();
        let settings = Settings { name, fiscal: Fiscal::default(), payment_codes: BTreeMap::new(), ..settings };
        let address = |printer: &Printer| if prints { printer.address.clone() } else { PrinterAddress::Virtual };
        let printers =
            self.printers.into_iter().map(|printer| Printer { address: address(&printer), ..printer }).collect();
        Self { settings: Some(settings), printers, tokens: Vec::new(), ..self }
    }

    /// Records it in a new journal.
    ///
    /// # Errors
    /// When SQLite cannot write; the step is then undone.
    pub fn record(self, step: &mut Step<'_>) -> rusqlite::Result<()> {
        let author = Author::Local;
        if let Some(settings) = self.settings {
            let text = serde_json::to_string(&settings).expect("settings are plain data, which JSON can always hold");
            step.take_settings_into_use(settings, &Document::new(text), author)?;
        }
        if let Some((catalog, document)) = self.catalog {
            directives::keep(step.connection(), &document)?;
            step.take_catalog_into_use(std::sync::Arc::new(catalog), &document.sha256, author)?;
        }
        if let Some((templates, document)) = self.templates {
            step.take_templates_into_use(templates, &document, author)?;
        }
        if let Some((floor, document)) = self.floor {
            step.take_floor_into_use(floor, &document, author)?;
        }
        if let Some((roles, document)) = self.roles {
            step.take_roles_into_use(roles, &document, author)?;
        }
        self.printers.into_iter().try_for_each(|printer| step.record(PrinterAdded { printer }))?;
        for Staff { id: staff, role, personal, .. } in self.staff {
            step.record(StaffAdded { staff, role, personal })?;
        }
        for Token { id: token, name, role, .. } in self.tokens {
            step.record(TokenCreated { token, name, role })?;
        }
        self.devices.into_iter().try_for_each(|device| step.record(DevicePaired { device }))
    }
}

/// Copies what stands beside the journals from the former file into the new one, whose facts were recorded. Nobody else
/// has the new file open.
///
/// # Errors
/// [`SuccessorError`].
pub fn copy_besides(
    former: &Connection,
    new: &Path,
    environment: &Environment,
    besides: Besides,
) -> Result<(), SuccessorError> {
    let new = database::open_writer(new, environment)?;
    let transaction = new.unchecked_transaction()?;
    for table in besides.tables() {
        copy_rows(former, &transaction, table, "")?;
    }
    for statement in OF_NOBODY {
        transaction.execute(statement, [])?;
    }
    transaction.commit()?;
    new.pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
    Ok(())
}

fn in_use<T: for<'de> serde::Deserialize<'de>>(
    former: &Connection,
    branch: &Branch,
    kind: DirectiveKind,
) -> Result<Option<(T, Document)>, SuccessorError> {
    let Some(directive) = branch.directives.get(&kind) else { return Ok(None) };
    let body = directives::body(former, &directive.sha256)?.ok_or(SuccessorError::Document(kind))?;
    let read = serde_json::from_str(&body).map_err(|_| SuccessorError::Document(kind))?;
    Ok(Some((read, Document::new(body))))
}

fn documents<T: for<'de> serde::Deserialize<'de>>(former: &Connection, all: &str) -> rusqlite::Result<Vec<T>> {
    let mut statement = former.prepare(all)?;
    let rows = statement.query_map([], |row| document::read(row, 0))?;
    rows.collect()
}
