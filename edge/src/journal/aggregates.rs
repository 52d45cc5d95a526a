//! The one table of what follows from an event, in order: the aggregates it changes, the reactions it has, the sums it
//! moves, the print jobs it makes. A feature that records an event knows none of these.

use std::collections::BTreeMap;

use comanda_shared::alert::{Alert, AlertKey};
use comanda_shared::attendance::{AttendanceEvent, ClockEntry};
use comanda_shared::availability::{Stockouts, counts_due};
use comanda_shared::branch::{Branch, PaperSeries};
use comanda_shared::cash::{CashEvent, DayClosed, DrawerCause, DrawerOpened, Shift};
use comanda_shared::customer::Customer;
use comanda_shared::device::Device;
use comanda_shared::event::{Event, Header};
use comanda_shared::ids::{AlertId, NewIds, OrderId, ShiftId};
use comanda_shared::kitchen::{IssuedTicket, KitchenEvent, Ledger, Routes, advances_due, moves_due, tickets_due};
use comanda_shared::order::{Order, OrderEvent, PaymentMethod, ReceiptNumbers, settlement_due};
use comanda_shared::printer::Printer;
use comanda_shared::staff::{Staff, StaffEvent, Token};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Connection;
use uuid::Uuid;

use super::Configuration;
use crate::alerts;
use crate::availability::store::THE_ONE;
use crate::branch;
use crate::cash::projection::TakingsMoved;
use crate::kitchen::times;
use crate::orders::projection::Sales;
use crate::printing::job::NewJob;

/// An aggregate as the writer keeps it: loaded by id, changed only by its events, saved whole.
///
/// Load ∘ save = identity, and folding the events gives what load gives.
pub trait Aggregate: Sized + Clone + PartialEq {
    /// The aggregate as the tables have it.
    ///
    /// # Errors
    /// When SQLite cannot read, or the row is not one.
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>>;

    /// Writes it.
    ///
    /// # Errors
    /// When SQLite cannot write.
    fn save(&self, connection: &Connection) -> rusqlite::Result<()>;
}

struct Loaded<T> {
    before: Option<T>,
    now: Option<T>,
}

/// The aggregates of one kind that the command has touched.
struct Touched<T>(BTreeMap<Uuid, Loaded<T>>);

impl<T: Aggregate> Touched<T> {
    const fn none() -> Self {
        Self(BTreeMap::new())
    }

    fn state(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<&mut Option<T>> {
        use std::collections::btree_map::Entry;
        match self.0.entry(id) {
            Entry::Occupied(entry) => Ok(&mut entry.into_mut().now),
            Entry::Vacant(entry) => {
                let before = T::load(connection, id)?;
                Ok(&mut entry.insert(Loaded { now: before.clone(), before }).now)
            }
        }
    }

    /// The aggregate that an event makes. It is not looked for: its id was made for it a moment ago.
    fn born(&mut self, id: Uuid) -> &mut Option<T> {
        &mut self.0.entry(id).or_insert(Loaded { before: None, now: None }).now
    }

    fn changed(&self) -> impl Iterator<Item = (Option<&T>, &T)> {
        let changed = self.0.values().filter(|loaded| loaded.now != loaded.before);
        changed.filter_map(|loaded| Some((loaded.before.as_ref(), loaded.now.as_ref()?)))
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        self.changed().try_for_each(|(_, now)| now.save(connection))
    }
}

/// Everything one command has touched, as it was and as it is now.
pub struct Aggregates {
    day_before: Date,
    branch: Branch,
    orders: Touched<Order>,
    ledgers: Touched<Ledger>,
    tickets: Touched<IssuedTicket>,
    shifts: Touched<Shift>,
    days: Touched<DayClosed>,
    takings: TakingsMoved,
    stockouts: Touched<Stockouts>,
    printers: Touched<Printer>,
    staff: Touched<Staff>,
    tokens: Touched<Token>,
    devices: Touched<Device>,
    alerts: Touched<Alert>,
    customers: Touched<Customer>,
    clock_entries: Touched<ClockEntry>,
}

impl Aggregates {
    /// Nothing but the branch.
    pub fn of(branch: Branch) -> Self {
        Self {
            day_before: branch.business_day,
            branch,
            orders: Touched::none(),
            ledgers: Touched::none(),
            tickets: Touched::none(),
            shifts: Touched::none(),
            days: Touched::none(),
            takings: TakingsMoved::default(),
            stockouts: Touched::none(),
            printers: Touched::none(),
            staff: Touched::none(),
            tokens: Touched::none(),
            devices: Touched::none(),
            alerts: Touched::none(),
            customers: Touched::none(),
            clock_entries: Touched::none(),
        }
    }

    /// The branch.
    pub const fn branch(&self) -> &Branch {
        &self.branch
    }

    /// The branch, moved out.
    pub fn into_branch(self) -> Branch {
        self.branch
    }

    /// An order.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn order(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Order>> {
        Ok(self.orders.state(connection, id)?.as_ref())
    }

    /// The orders that are others than they were, as they were and as they are.
    pub fn changed_orders(&self) -> impl Iterator<Item = (Option<&Order>, &Order)> {
        self.orders.changed()
    }

    /// The kitchen's ledger of an order.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn ledger(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Ledger>> {
        Ok(self.ledgers.state(connection, id)?.as_ref())
    }

    /// A ticket.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn ticket(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&IssuedTicket>> {
        Ok(self.tickets.state(connection, id)?.as_ref())
    }

    /// A day's report.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn day(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&DayClosed>> {
        Ok(self.days.state(connection, id)?.as_ref())
    }

    /// A shift.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn shift(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Shift>> {
        Ok(self.shifts.state(connection, id)?.as_ref())
    }

    /// What ran out or is counted.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn stockouts(&mut self, connection: &Connection) -> rusqlite::Result<Option<&Stockouts>> {
        Ok(self.stockouts.state(connection, THE_ONE)?.as_ref())
    }

    /// A printer.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn printer(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Printer>> {
        Ok(self.printers.state(connection, id)?.as_ref())
    }

    /// A script's credential.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn token(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Token>> {
        Ok(self.tokens.state(connection, id)?.as_ref())
    }

    /// A paired screen.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn device(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Device>> {
        Ok(self.devices.state(connection, id)?.as_ref())
    }

    /// An alert.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn alert(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Alert>> {
        Ok(self.alerts.state(connection, id)?.as_ref())
    }

    /// A guest's card.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn customer(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&Customer>> {
        Ok(self.customers.state(connection, id)?.as_ref())
    }

    /// A stay of somebody at work.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn clock_entry(&mut self, connection: &Connection, id: Uuid) -> rusqlite::Result<Option<&ClockEntry>> {
        Ok(self.clock_entries.state(connection, id)?.as_ref())
    }

    /// The open alert about this, also one that this command has raised.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn open_alert(&mut self, connection: &Connection, key: &AlertKey) -> rusqlite::Result<Option<AlertId>> {
        let touched = self.alerts.0.values().filter_map(|loaded| loaded.now.as_ref());
        if let Some(alert) = touched.filter(|alert| alert.is_open()).find(|alert| alert.matter.key() == *key) {
            return Ok(Some(alert.id));
        }
        let Some(id) = alerts::store::open_about(connection, key)? else { return Ok(None) };
        let alert = self.alert(connection, id.uuid())?;
        Ok(alert.filter(|alert| alert.is_open()).map(|alert| alert.id))
    }

    /// Aggregates: every one the event changes.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn apply(&mut self, connection: &Connection, event: &Event, at: Timestamp) -> rusqlite::Result<()> {
        self.branch.apply(event);
        self.takings.follow(event);
        match event {
            Event::Branch(_) => {}
            Event::Order(OrderEvent::Placed(placed)) => {
                let id = placed.order.uuid();
                Order::apply(self.orders.born(id), event);
                Ledger::apply(self.ledgers.born(id), event, at);
            }
            Event::Order(order) => {
                let id = order.order().uuid();
                Order::apply(self.orders.state(connection, id)?, event);
                Ledger::apply(self.ledgers.state(connection, id)?, event, at);
            }
            Event::Kitchen(KitchenEvent::TicketIssued(issued)) => {
                IssuedTicket::apply(self.tickets.born(issued.ticket.id.uuid()), event, at);
                Ledger::apply(self.ledgers.state(connection, issued.ticket.order.uuid())?, event, at);
            }
            Event::Kitchen(kitchen) => {
                if let Some(ticket) = kitchen.ticket() {
                    IssuedTicket::apply(self.tickets.state(connection, ticket.uuid())?, event, at);
                }
                if let Some(order) = kitchen.order() {
                    Ledger::apply(self.ledgers.state(connection, order.uuid())?, event, at);
                }
            }
            Event::Cash(CashEvent::ShiftOpened(opened)) => {
                Shift::apply(self.shifts.born(opened.shift.uuid()), event);
            }
            Event::Cash(CashEvent::DayClosed(closed)) => DayClosed::apply(self.days.born(closed.report.uuid()), event),
            Event::Cash(cash) => Shift::apply(self.shifts.state(connection, cash.subject())?, event),
            Event::Availability(_) => Stockouts::apply(self.stockouts.state(connection, THE_ONE)?, event),
            Event::Printer(printer) => {
                Printer::apply(self.printers.state(connection, printer.printer().uuid())?, event);
            }
            Event::Staff(
                staff @ (StaffEvent::Added(_)
                | StaffEvent::Changed(_)
                | StaffEvent::PinChanged(_)
                | StaffEvent::LockedOut(_)),
            ) => {
                Staff::apply(self.staff.state(connection, staff.subject())?, event);
            }
            Event::Staff(staff @ (StaffEvent::TokenCreated(_) | StaffEvent::TokenRevoked(_))) => {
                Token::apply(self.tokens.state(connection, staff.subject())?, event);
            }
            Event::Device(device) => {
                Device::apply(self.devices.state(connection, device.device().uuid())?, event);
            }
            Event::Alert(alert) => Alert::apply(self.alerts.state(connection, alert.alert().uuid())?, event, at),
            Event::Customer(card) => {
                Customer::apply(self.customers.state(connection, card.customer().uuid())?, event);
            }
            Event::Attendance(AttendanceEvent::ClockedIn(came)) => {
                ClockEntry::apply(self.clock_entries.born(came.entry.uuid()), event);
            }
            Event::Attendance(clocked) => {
                ClockEntry::apply(self.clock_entries.state(connection, clocked.entry().uuid())?, event);
            }
        }
        Ok(())
    }

    /// Reactions: the events that follow from an event by the branch's own policy. Not run on replay: they are in the
    /// journal.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn react(
        &mut self,
        connection: &Connection,
        event: &Event,
        at: Timestamp,
        configuration: &Configuration,
        ids: &mut dyn NewIds,
    ) -> rusqlite::Result<Vec<Event>> {
        let of_order = match event {
            Event::Order(order) => Some(order.order()),
            Event::Kitchen(kitchen) => kitchen.order(),
            _ => None,
        };
        let Some(id) = of_order else { return Ok(Vec::new()) };
        let order = self.orders.state(connection, id.uuid())?.as_ref();
        let ledger = self.ledgers.state(connection, id.uuid())?.as_ref();
        let Some((order, ledger)) = order.zip(ledger) else { return Ok(Vec::new()) };
        let tickets = match event {
            Event::Order(_) => tickets_due(order, ledger, &configuration.routes, configuration.template, ids),
            _ => Vec::new(),
        };
        let moves = moves_due(order, ledger, event, &configuration.routes, configuration.template, ids);
        let counts = match event {
            Event::Order(event) if configuration.stockouts.counts_anything() => {
                let stockouts = self.stockouts.state(connection, THE_ONE)?.as_ref();
                stockouts.map(|stockouts| counts_due(stockouts, order, event)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let advances = advances_due(order, ledger, event, at);
        let told = tickets.into_iter().chain(moves).map(Event::from).chain(advances.into_iter().map(Event::from));
        let mut reactions: Vec<Event> = told.chain(counts.into_iter().map(Event::from)).collect();
        reactions.extend(self.drawer(connection, event, at)?.map(Event::from));
        Ok(reactions)
    }

    /// Cash springs the drawer open that it goes into or comes out of.
    fn drawer(
        &mut self,
        connection: &Connection,
        event: &Event,
        at: Timestamp,
    ) -> rusqlite::Result<Option<DrawerOpened>> {
        let Some((shift, cause)) = cash_moved(event) else { return Ok(None) };
        let shift = self.shifts.state(connection, shift.uuid())?.as_ref();
        Ok(shift.map(|shift| DrawerOpened { shift: shift.id, drawer: shift.drawer.clone(), cause, at }))
    }

    /// What is due to settle an order after something happened to it: one event at a time.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn settlement(
        &mut self,
        connection: &Connection,
        order: OrderId,
        configuration: &Configuration,
        at: Timestamp,
    ) -> rusqlite::Result<Option<OrderEvent>> {
        let Some(order) = self.orders.state(connection, order.uuid())?.as_ref() else { return Ok(None) };
        let settings = &configuration.settings;
        let day = at.to_zoned(configuration.zone.clone()).date();
        let numbers = || ReceiptNumbers {
            number: self.branch.next_paper(PaperSeries::Receipt, &settings.code),
            fiscal: settings.fiscal.next(&self.branch.fiscal, day),
        };
        Ok(settlement_due(order, numbers, configuration.template, at))
    }

    /// Print jobs: made with the ticket, written in its transaction. Not made on replay: what was printed was printed.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn job(
        &mut self,
        connection: &Connection,
        event: &Event,
        routes: &Routes,
        ids: &mut dyn NewIds,
    ) -> rusqlite::Result<Option<NewJob>> {
        match event {
            Event::Kitchen(KitchenEvent::TicketIssued(issued)) => Ok(NewJob::of(&issued.ticket, ids)),
            Event::Kitchen(KitchenEvent::TicketReprinted(again)) => {
                let ticket = self.tickets.state(connection, again.ticket.uuid())?.as_ref();
                Ok(ticket.and_then(|issued| NewJob::of_reprint(&issued.ticket, again.count, routes, ids)))
            }
            _ => Ok(None),
        }
    }

    /// Projections: saves what the command changed, and gives what it moves the sums by. The branch and the sums are
    /// written by the caller, once for all that share its transaction.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn project(&self, connection: &Connection) -> rusqlite::Result<Sales> {
        let mut sales = Sales::default();
        for (before, now) in self.orders.changed() {
            now.save(connection)?;
            sales.follow(before, now);
        }
        for (id, loaded) in &self.ledgers.0 {
            let Some(now) = loaded.now.as_ref().filter(|now| Some(*now) != loaded.before.as_ref()) else { continue };
            now.save(connection)?;
            let order = self.orders.0.get(id).and_then(|order| order.now.as_ref());
            times::projection::follow(connection, loaded.before.as_ref(), now, order)?;
        }
        self.tickets.save(connection)?;
        self.shifts.save(connection)?;
        self.days.save(connection)?;
        self.takings.write(connection)?;
        self.stockouts.save(connection)?;
        self.printers.save(connection)?;
        self.staff.save(connection)?;
        self.tokens.save(connection)?;
        self.devices.save(connection)?;
        self.alerts.save(connection)?;
        self.customers.save(connection)?;
        self.clock_entries.save(connection)?;
        if self.branch.business_day != self.day_before {
            branch::store::forget_commands_before(connection, thirty_days_before(self.branch.business_day))?;
        }
        Ok(sales)
    }
}

/// Remembers the command an entry ends, so that the same key is answered with what it did.
///
/// # Errors
/// When SQLite cannot write.
pub fn remember_command(connection: &Connection, header: &Header) -> rusqlite::Result<()> {
    let Some(request) = &header.request else { return Ok(()) };
    branch::store::remember_command(connection, header.command, request, header.business_day)
}

/// The shift whose drawer an event puts cash into or takes some out of.
fn cash_moved(event: &Event) -> Option<(ShiftId, DrawerCause)> {
    match event {
        Event::Order(OrderEvent::PaymentTaken(taken)) if taken.method == PaymentMethod::Cash => {
            taken.shift.map(|shift| (shift, DrawerCause::Payment(taken.payment)))
        }
        Event::Order(OrderEvent::PaymentRefunded(refunded)) if refunded.method == PaymentMethod::Cash => {
            refunded.shift.map(|shift| (shift, DrawerCause::Refund(refunded.refund)))
        }
        _ => None,
    }
}

fn thirty_days_before(day: Date) -> Date {
    day.saturating_sub(jiff::Span::new().days(30))
}

/// Tables that a replay must give again, row for row.
pub const DERIVED: &[&str] = &[
    "branch",
    "command",
    "orders",
    "kitchen_ledger",
    "kitchen_card",
    "kitchen_time",
    "ticket",
    "shift",
    "day_report",
    "payment",
    "taking",
    "availability",
    "printer",
    "staff",
    "token",
    "device",
    "alert",
    "customer",
    "customer_word",
    "clock_entry",
    "sales_day",
];
