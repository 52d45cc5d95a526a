//! What the branch works with at this moment: settings, catalog, printers. Changed whole, by one pointer, which is also
//! another when staff or tokens change: these are not in it, but whoever remembers them follows it.

use std::collections::BTreeMap;
use std::sync::Arc;

use comanda_shared::availability::Stockouts;
use comanda_shared::branch::{Branch, DirectiveKind, Settings};
use comanda_shared::catalog::Catalog;
use comanda_shared::floor::FloorPlan;
use comanda_shared::kitchen::{Route, Routes, TEMPLATE};
use comanda_shared::paper::Templates;
use comanda_shared::printer::Printer;
use comanda_shared::staff::Roles;
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::aggregates::Aggregate;
use super::directives;
use crate::availability::store::THE_ONE;
use crate::printing;

/// What the branch works with at this moment.
#[derive(Clone)]
pub struct Configuration {
    /// What the branch is called and how it counts its days.
    pub settings: Arc<Settings>,
    /// Its time zone.
    pub zone: TimeZone,
    /// What it sells; nothing before the first import.
    pub catalog: Option<Arc<Catalog>>,
    /// The catalog's version; 0 before the first import.
    pub catalog_version: u64,
    /// What ran out or is counted.
    pub stockouts: Arc<Stockouts>,
    /// Its printers, also those taken away.
    pub printers: Arc<Vec<Printer>>,
    /// Where every station's tickets go.
    pub routes: Arc<Routes>,
    /// What stands on tickets and receipts.
    pub templates: Arc<Templates>,
    /// Which templates they are; 1 are those a branch begins with.
    pub template: u16,
    /// Where its tables stand.
    pub floor: Arc<FloorPlan>,
    /// Which plan that is; 0 before the first.
    pub floor_version: u64,
    /// Which roles the company has of its own.
    pub roles: Arc<Roles>,
    /// Which version of them that is; 0 before the first.
    pub roles_version: u64,
}

impl Default for Configuration {
    fn default() -> Self {
        Self::assemble(Settings::default(), None, 0, Arc::default(), Vec::new())
    }
}

impl Configuration {
    /// What the file says; a document that cannot be read is an error, for nothing may be sold from a guess.
    ///
    /// # Errors
    /// When SQLite cannot read, or a document is not there or not what its kind says.
    pub fn load(connection: &Connection, branch: &Branch) -> rusqlite::Result<Self> {
        let settings = document(connection, branch, DirectiveKind::Settings)?.unwrap_or_default();
        let catalog = document::<Catalog>(connection, branch, DirectiveKind::Catalog)?;
        let version = branch.directive_version(DirectiveKind::Catalog);
        let printers = printing::queries::all_printers(connection)?;
        let stockouts = Stockouts::load(connection, THE_ONE)?.unwrap_or_default();
        let assembled = Self::assemble(settings, catalog.map(Arc::new), version, Arc::new(stockouts), printers);
        let templates = document::<Templates>(connection, branch, DirectiveKind::Papers)?;
        let laid_down = branch.directive_version(DirectiveKind::Papers);
        let floor = document::<FloorPlan>(connection, branch, DirectiveKind::Floor)?.unwrap_or_default();
        let assembled = assembled.with_floor(floor, branch.directive_version(DirectiveKind::Floor));
        let roles = document::<Roles>(connection, branch, DirectiveKind::Roles)?.unwrap_or_default();
        let assembled = assembled.with_roles(roles, branch.directive_version(DirectiveKind::Roles));
        Ok(templates.map_or_else(|| assembled.clone(), |templates| assembled.with_templates(templates, laid_down)))
    }

    /// The same with the templates of this version.
    pub fn with_templates(&self, templates: Templates, version: u64) -> Self {
        let template = TEMPLATE.saturating_add(u16::try_from(version).unwrap_or(u16::MAX));
        Self { templates: Arc::new(templates), template, ..self.clone() }
    }

    /// The same with this version of the floor plan.
    pub fn with_floor(&self, floor: FloorPlan, version: u64) -> Self {
        Self { floor: Arc::new(floor), floor_version: version, ..self.clone() }
    }

    /// The same with these roles of the company's own.
    pub fn with_roles(&self, roles: Roles, version: u64) -> Self {
        Self { roles: Arc::new(roles), roles_version: version, ..self.clone() }
    }

    /// The same with other settings.
    pub fn with_settings(&self, settings: Settings) -> Self {
        Self { zone: settings.zone(), settings: Arc::new(settings), ..self.clone() }
    }

    /// The same with another catalog.
    pub fn with_catalog(&self, catalog: Arc<Catalog>, version: u64) -> Self {
        let stockouts = Arc::clone(&self.stockouts);
        let printers = self.printers.to_vec();
        let assembled = Self::assemble((*self.settings).clone(), Some(catalog), version, stockouts, printers);
        self.laid_down_besides(assembled)
    }

    /// The same with other printers.
    pub fn with_printers(&self, printers: Vec<Printer>) -> Self {
        let stockouts = Arc::clone(&self.stockouts);
        let (settings, catalog) = ((*self.settings).clone(), self.catalog.clone());
        let assembled = Self::assemble(settings, catalog, self.catalog_version, stockouts, printers);
        self.laid_down_besides(assembled)
    }

    /// With what no catalog and no printer changes.
    fn laid_down_besides(&self, assembled: Self) -> Self {
        let (templates, template) = (Arc::clone(&self.templates), self.template);
        let (floor, floor_version) = (Arc::clone(&self.floor), self.floor_version);
        let (roles, roles_version) = (Arc::clone(&self.roles), self.roles_version);
        Self { templates, template, floor, floor_version, roles, roles_version, ..assembled }
    }

    /// The same with other things out.
    pub fn with_stockouts(&self, stockouts: Stockouts) -> Self {
        Self { stockouts: Arc::new(stockouts), ..self.clone() }
    }

    fn assemble(
        settings: Settings,
        catalog: Option<Arc<Catalog>>,
        catalog_version: u64,
        stockouts: Arc<Stockouts>,
        printers: Vec<Printer>,
    ) -> Self {
        let routes = catalog.as_deref().map(|catalog| routes(catalog, &printers)).unwrap_or_default();
        Self {
            zone: settings.zone(),
            settings: Arc::new(settings),
            catalog,
            catalog_version,
            stockouts,
            printers: Arc::new(printers),
            routes: Arc::new(routes),
            templates: Arc::new(Templates::standard().clone()),
            template: TEMPLATE,
            floor: Arc::default(),
            floor_version: 0,
            roles: Arc::default(),
            roles_version: 0,
        }
    }

    /// The printer at the counter, the first that was set up there: receipts, pre-bills, shift reports, the drawer.
    pub fn counter_printer(&self) -> Option<&Printer> {
        self.printers.iter().find(|printer| !printer.is_removed && printer.is_counter)
    }

    /// The printer at the pass, the first that was set up there: orders whole.
    pub fn pass_printer(&self) -> Option<&Printer> {
        self.printers.iter().find(|printer| !printer.is_removed && printer.is_pass)
    }

    /// The printer of this name that is in use.
    pub fn printer_named(&self, name: &str) -> Option<&Printer> {
        self.printers.iter().find(|printer| !printer.is_removed && printer.name == name)
    }
}

/// Each station's printers in the order they were set up, those that are a fallback of one before it after it.
fn routes(catalog: &Catalog, printers: &[Printer]) -> Routes {
    let mut routes: Routes = BTreeMap::new();
    for station in catalog.stations() {
        let serving = printers.iter().filter(|printer| !printer.is_removed && printer.stations.contains(&station.id));
        let mut chain = Vec::new();
        for printer in serving {
            for id in std::iter::once(printer.id).chain(printer.fallback) {
                if !chain.contains(&id) {
                    chain.push(id);
                }
            }
        }
        routes.insert(station.id, Route { station_name: station.name.clone(), printers: chain });
    }
    routes
}

fn document<T: for<'de> serde::Deserialize<'de>>(
    connection: &Connection,
    branch: &Branch,
    kind: DirectiveKind,
) -> rusqlite::Result<Option<T>> {
    let Some(directive) = branch.directives.get(&kind) else { return Ok(None) };
    let body = directives::body(connection, &directive.sha256)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let read = serde_json::from_str(&body);
    read.map(Some)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into()))
}
