//! A step: one piece of work of the writer, in a savepoint of its own. A feature loads aggregates, decides, and records
//! events; what follows from them is done here.

use std::sync::Arc;

use comanda_shared::alert::{Alert, AlertKey};
use comanda_shared::attendance::ClockEntry;
use comanda_shared::branch::{Author, Branch, DirectiveKind, Settings};
use comanda_shared::cash::{DayClosed, Shift};
use comanda_shared::catalog::Catalog;
use comanda_shared::customer::Customer;
use comanda_shared::device::{Device, DeviceEvent};
use comanda_shared::event::{Event, Header, RequestMark};
use comanda_shared::floor::FloorPlan;
use comanda_shared::ids::{
    AlertId, ClockEntryId, CustomerId, DeviceId, EventId, NewIds, OrderId, PrinterId, ReportId, ShiftId, TicketId,
    TokenId,
};
use comanda_shared::kitchen::{IssuedTicket, Ledger};
use comanda_shared::order::Order;
use comanda_shared::paper::Templates;
use comanda_shared::printer::Printer;
use comanda_shared::staff::{Roles, StaffEvent, Token};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Connection;

use super::aggregates::{Aggregates, remember_command};
use super::entry::{self, Head};
use super::request::Request;
use super::{Configuration, directives};
use crate::environment::{Environment, Ids};
use crate::orders::pass;
use crate::orders::projection::Sales;
use crate::printing::job::{JobChange, NewJob};
use crate::printing::{queries, store};

/// Why a step ends without effect.
#[derive(Debug)]
pub enum Failure<E> {
    /// The feature refuses.
    Refused(E),
    /// SQLite failed.
    Storage(rusqlite::Error),
}

impl<E> From<rusqlite::Error> for Failure<E> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error)
    }
}

/// One piece of work of the writer.
pub struct Step<'w> {
    connection: &'w Connection,
    environment: &'w Environment,
    ids: &'w mut Ids,
    request: &'w Request,
    head: Head,
    now: Timestamp,
    clock_suspect: bool,
    configuration: Arc<Configuration>,
    aggregates: Aggregates,
    events: Vec<Event>,
    jobs: Vec<NewJob>,
    job_changes: Vec<JobChange>,
}

/// What a finished step leaves to the writer; branch and sums are still to be written.
pub(super) struct Finished {
    pub branch: Branch,
    pub configuration: Arc<Configuration>,
    pub sales: Sales,
}

impl<'w> Step<'w> {
    pub(super) fn begin(
        connection: &'w Connection,
        environment: &'w Environment,
        ids: &'w mut Ids,
        request: &'w Request,
        head: &Head,
        branch: Branch,
        configuration: Arc<Configuration>,
    ) -> Self {
        let wall = environment.clock.now();
        let behind = head.at.as_second() - wall.as_second();
        let is_first = head.sequence == 0;
        let clock_suspect = !is_first && (behind > 120 || -behind > 86_400);
        let now = if is_first { wall } else { wall.max(head.at) };
        let aggregates = Aggregates::of(branch);
        Self {
            connection,
            environment,
            ids,
            request,
            head: *head,
            now,
            clock_suspect,
            configuration,
            aggregates,
            events: Vec::new(),
            jobs: Vec::new(),
            job_changes: Vec::new(),
        }
    }

    /// The writer's connection: for reads, and in work that may write itself, for tables that are not derived.
    pub const fn connection(&self) -> &'w Connection {
        self.connection
    }

    /// Who asks.
    pub const fn request(&self) -> &Request {
        self.request
    }

    /// Branch time: the wall clock's, but never before the last event.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// New ids.
    pub const fn ids(&mut self) -> &mut Ids {
        self.ids
    }

    /// What is taken from outside.
    pub const fn environment(&self) -> &Environment {
        self.environment
    }

    /// What the branch works with.
    pub fn configuration(&self) -> Arc<Configuration> {
        Arc::clone(&self.configuration)
    }

    /// The branch as a whole.
    pub const fn branch(&self) -> &Branch {
        self.aggregates.branch()
    }

    /// The day of business; a step that comes after the day's start has opened it.
    pub const fn business_day(&self) -> Date {
        self.aggregates.branch().business_day
    }

    /// An order.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn order(&mut self, id: OrderId) -> rusqlite::Result<Option<&Order>> {
        self.aggregates.order(self.connection, id.uuid())
    }

    /// The kitchen's ledger of an order.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn ledger(&mut self, id: OrderId) -> rusqlite::Result<Option<&Ledger>> {
        self.aggregates.ledger(self.connection, id.uuid())
    }

    /// A ticket.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn ticket(&mut self, id: TicketId) -> rusqlite::Result<Option<&IssuedTicket>> {
        self.aggregates.ticket(self.connection, id.uuid())
    }

    /// The journal's head before this step: its sequence and hash.
    pub const fn head(&self) -> (u64, [u8; 32]) {
        (self.head.sequence, self.head.hash)
    }

    /// A day's report.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn day(&mut self, id: ReportId) -> rusqlite::Result<Option<&DayClosed>> {
        self.aggregates.day(self.connection, id.uuid())
    }

    /// A shift.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn shift(&mut self, id: ShiftId) -> rusqlite::Result<Option<&Shift>> {
        self.aggregates.shift(self.connection, id.uuid())
    }

    /// A printer.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn printer(&mut self, id: PrinterId) -> rusqlite::Result<Option<&Printer>> {
        self.aggregates.printer(self.connection, id.uuid())
    }

    /// A script's credential.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn token(&mut self, id: TokenId) -> rusqlite::Result<Option<&Token>> {
        self.aggregates.token(self.connection, id.uuid())
    }

    /// A paired screen.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn device(&mut self, id: DeviceId) -> rusqlite::Result<Option<&Device>> {
        self.aggregates.device(self.connection, id.uuid())
    }

    /// An alert.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn alert(&mut self, id: AlertId) -> rusqlite::Result<Option<&Alert>> {
        self.aggregates.alert(self.connection, id.uuid())
    }

    /// A guest's card.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn customer(&mut self, id: CustomerId) -> rusqlite::Result<Option<&Customer>> {
        self.aggregates.customer(self.connection, id.uuid())
    }

    /// A stay of somebody at work.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn clock_entry(&mut self, id: ClockEntryId) -> rusqlite::Result<Option<&ClockEntry>> {
        self.aggregates.clock_entry(self.connection, id.uuid())
    }

    /// The open alert about this.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn open_alert(&mut self, key: &AlertKey) -> rusqlite::Result<Option<AlertId>> {
        self.aggregates.open_alert(self.connection, key)
    }

    /// The print jobs made in this step so far; written when it finishes.
    pub fn jobs(&self) -> &[NewJob] {
        &self.jobs
    }

    /// Has something printed; the job is written when the step finishes.
    pub fn print(&mut self, job: NewJob) {
        self.jobs.push(job);
    }

    /// Changes a print job or a printer's queue; written when the step finishes. The writer alone changes them, so that a job
    /// found waiting in this step still waits then.
    pub fn change_jobs(&mut self, change: JobChange) {
        self.job_changes.push(change);
    }

    /// Opens the day of business when its hour has come; it never goes back.
    pub(super) fn open_day_if_due(&mut self) -> rusqlite::Result<()> {
        let settings = &self.configuration.settings;
        let day = comanda_shared::time::business_day(self.now, &self.configuration.zone, settings.day_starts_at);
        if day > self.business_day() {
            self.record(comanda_shared::branch::BusinessDayOpened { business_day: day })?;
        }
        Ok(())
    }

    /// Records an event, and everything that follows from it.
    ///
    /// # Errors
    /// When SQLite cannot read or write; the step is then undone.
    pub fn record(&mut self, event: impl Into<Event>) -> rusqlite::Result<()> {
        let event = event.into();
        self.aggregates.apply(self.connection, &event, self.now)?;
        self.follow_configuration(&event)?;
        let order = match &event {
            Event::Order(event) => Some(event.order()),
            _ => None,
        };
        let configuration = &self.configuration;
        self.jobs.extend(self.aggregates.job(self.connection, &event, &configuration.routes, self.ids)?);
        let reactions = self.aggregates.react(self.connection, &event, self.now, configuration, self.ids)?;
        self.events.push(event);
        reactions.into_iter().try_for_each(|reaction| self.record(reaction))?;
        match order {
            Some(order) => self.settle(order),
            None => Ok(()),
        }
    }

    /// The last reaction to anything that happens to an order: its receipt, its close. What was due may have happened with
    /// the reactions before, so it is asked only now.
    fn settle(&mut self, order: OrderId) -> rusqlite::Result<()> {
        match self.aggregates.settlement(self.connection, order, &self.configuration, self.now)? {
            Some(due) => self.record(due),
            None => Ok(()),
        }
    }

    /// Takes a catalog into use whose document was kept before.
    ///
    /// # Errors
    /// When SQLite cannot write; the step is then undone.
    pub fn take_catalog_into_use(
        &mut self,
        catalog: Arc<Catalog>,
        sha256: &str,
        author: Author,
    ) -> rusqlite::Result<u64> {
        let version = self.branch().directive_version(DirectiveKind::Catalog) + 1;
        let applied = directives::lay_down(self.connection, DirectiveKind::Catalog, version, sha256, author)?;
        self.configuration = Arc::new(self.configuration.with_catalog(catalog, version));
        self.record(applied)?;
        Ok(version)
    }

    /// Takes settings into use, and keeps their document.
    ///
    /// # Errors
    /// When SQLite cannot write; the step is then undone.
    pub fn take_settings_into_use(
        &mut self,
        settings: Settings,
        document: &directives::Document,
        author: Author,
    ) -> rusqlite::Result<u64> {
        directives::keep(self.connection, document)?;
        let (kind, sha256) = (DirectiveKind::Settings, &document.sha256);
        let version = self.branch().directive_version(kind) + 1;
        let applied = directives::lay_down(self.connection, kind, version, sha256, author)?;
        self.configuration = Arc::new(self.configuration.with_settings(settings));
        self.record(applied)?;
        Ok(version)
    }

    /// Takes templates of papers into use, and keeps their document.
    ///
    /// # Errors
    /// When SQLite cannot write; the step is then undone.
    pub fn take_templates_into_use(
        &mut self,
        templates: Templates,
        document: &directives::Document,
        author: Author,
    ) -> rusqlite::Result<u64> {
        directives::keep(self.connection, document)?;
        let (kind, sha256) = (DirectiveKind::Papers, &document.sha256);
        let version = self.branch().directive_version(kind) + 1;
        let applied = directives::lay_down(self.connection, kind, version, sha256, author)?;
        self.configuration = Arc::new(self.configuration.with_templates(templates, version));
        self.record(applied)?;
        Ok(version)
    }

    /// Takes a floor plan into use, and keeps its document.
    ///
    /// # Errors
    /// When SQLite cannot write; the step is then undone.
    pub fn take_floor_into_use(
        &mut self,
        plan: FloorPlan,
        document: &directives::Document,
        author: Author,
    ) -> rusqlite::Result<u64> {
        directives::keep(self.connection, document)?;
        let (kind, sha256) = (DirectiveKind::Floor, &document.sha256);
        let version = self.branch().directive_version(kind) + 1;
        let applied = directives::lay_down(self.connection, kind, version, sha256, author)?;
        self.configuration = Arc::new(self.configuration.with_floor(plan, version));
        self.record(applied)?;
        Ok(version)
    }

    /// Takes the company's own roles into use, and keeps their document.
    ///
    /// # Errors
    /// When SQLite cannot write; the step is then undone.
    pub fn take_roles_into_use(
        &mut self,
        roles: Roles,
        document: &directives::Document,
        author: Author,
    ) -> rusqlite::Result<u64> {
        directives::keep(self.connection, document)?;
        let (kind, sha256) = (DirectiveKind::Roles, &document.sha256);
        let version = self.branch().directive_version(kind) + 1;
        let applied = directives::lay_down(self.connection, kind, version, sha256, author)?;
        self.configuration = Arc::new(self.configuration.with_roles(roles, version));
        self.record(applied)?;
        Ok(version)
    }

    fn follow_configuration(&mut self, event: &Event) -> rusqlite::Result<()> {
        let changed = match event {
            Event::Printer(changed) => changed,
            // Who may do what is as it was.
            Event::Staff(StaffEvent::LockedOut(_))
            | Event::Device(DeviceEvent::LockedOut(_) | DeviceEvent::Unlocked(_)) => return Ok(()),
            Event::Staff(_) | Event::Device(_) => {
                // Nothing in it is another, but whoever remembers what staff, tokens and screens may do must hear of it.
                self.configuration = Arc::new((*self.configuration).clone());
                return Ok(());
            }
            Event::Availability(_) => {
                let stockouts = self.aggregates.stockouts(self.connection)?.cloned().unwrap_or_default();
                self.configuration = Arc::new(self.configuration.with_stockouts(stockouts));
                return Ok(());
            }
            Event::Branch(_)
            | Event::Order(_)
            | Event::Kitchen(_)
            | Event::Cash(_)
            | Event::Alert(_)
            | Event::Customer(_)
            | Event::Attendance(_) => return Ok(()),
        };
        let Some(printer) = self.aggregates.printer(self.connection, changed.printer().uuid())? else { return Ok(()) };
        let mut printers = self.configuration.printers.to_vec();
        match printers.iter_mut().find(|known| known.id == printer.id) {
            Some(known) => *known = printer.clone(),
            None => printers.push(printer.clone()),
        }
        printers.sort_by_key(queries::by_age);
        self.configuration = Arc::new(self.configuration.with_printers(printers));
        Ok(())
    }

    /// Appends what was recorded and saves what it changed.
    pub(super) fn finish(mut self, head: &mut Head) -> rusqlite::Result<Finished> {
        let events = std::mem::take(&mut self.events);
        let subject = self.subject(&events);
        let count = events.len();
        let mut text = String::with_capacity(if count > 0 { entry::ROOM } else { 0 });
        for (index, event) in events.iter().enumerate() {
            let last_of_command = index + 1 == count;
            let header = self.header(head, event, last_of_command, subject);
            if last_of_command {
                remember_command(self.connection, &header)?;
            }
            entry::append(self.connection, head, &header, event, self.environment.random(), &mut text)?;
        }
        let sales = if count > 0 { self.aggregates.project(self.connection)? } else { Sales::default() };
        let at_the_pass =
            pass::jobs_due(self.connection, &self.configuration, self.aggregates.changed_orders(), self.now, self.ids)?;
        self.jobs.extend(at_the_pass);
        for change in &self.job_changes {
            store::change(self.connection, change, self.now)?;
        }
        for job in &self.jobs {
            store::enqueue(self.connection, job, self.now)?;
        }
        Ok(Finished { branch: self.aggregates.into_branch(), configuration: self.configuration, sales })
    }

    /// What the command is about: the aggregate of its first event of its own.
    fn subject(&self, events: &[Event]) -> uuid::Uuid {
        let own = events.iter().find(|event| !matches!(event, Event::Branch(_)));
        own.or_else(|| events.first()).map(Event::aggregate).unwrap_or_default()
    }

    fn header(&mut self, head: &Head, event: &Event, last_of_command: bool, subject: uuid::Uuid) -> Header {
        let request = self.request;
        let digest = request.digest.as_ref().filter(|_| last_of_command);
        Header {
            sequence: head.sequence + 1,
            id: EventId::from_uuid(self.ids.next_id()),
            kind: event.kind().to_owned(),
            version: event.version(),
            aggregate: event.aggregate(),
            command: request.command,
            request: digest.map(|digest| RequestMark { digest: digest.clone(), subject }),
            last_of_command,
            actor: request.actor,
            approver: request.approver.map(|approver| approver.staff),
            device: request.device,
            at: self.now,
            business_day: self.business_day(),
            clock_suspect: self.clock_suspect,
            personal: None,
        }
    }
}
