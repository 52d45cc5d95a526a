//! How things look to the scopes that see them.

use std::collections::BTreeSet;

use comanda_shared::alert::Alert;
use comanda_shared::availability::Stockouts;
use comanda_shared::branch::{BranchState, DirectiveKind};
use comanda_shared::ids::{AlertId, OrderId};
use comanda_shared::order::{Order, OrderType, Status};
use comanda_shared::time::LocalInstant;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::value::RawValue;

use super::cards;
use super::scope::Scope;
use super::wire::{CatalogView, Name, ProgressView, SaidView, Sight, View, raw};
use crate::alerts;
use crate::alerts::wire::AlertView;
use crate::availability::store::THE_ONE;
use crate::availability::wire::AvailabilityView;
use crate::branch;
use crate::branch::opening::wire::StatusWord;
use crate::guests;
use crate::journal::aggregates::Aggregate;
use crate::orders::queries::{self, Filter, Sort};
use crate::orders::wire::OrderView;

/// Open orders a snapshot has at most, the oldest first. A branch with more has not closed its orders for days.
const OPEN_ORDERS: u32 = 2_000;

/// The id of the one view of what ran out.
const AVAILABILITY: &str = "availability";

/// A thing that screens show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Entity {
    /// An order, to the branch.
    Order(OrderId),
    /// The cards of an order, each to its station.
    Cards(OrderId),
    /// An alert, to the branch and to the stations that feel it.
    Alert(AlertId),
    /// What ran out, to everybody.
    Availability,
    /// Whether the branch is open, to everybody.
    BranchState,
    /// Which catalog is in use, to everybody.
    Catalog,
}

/// When it is, and in which zone times are written.
#[derive(Clone, Debug)]
pub struct Hour {
    /// The branch's zone.
    pub zone: TimeZone,
    /// By the branch's clock.
    pub now: Timestamp,
}

/// How a thing looks now to each of these scopes that sees it.
///
/// # Errors
/// When SQLite cannot read.
pub fn of_entity(
    connection: &Connection,
    hour: &Hour,
    entity: Entity,
    scopes: &BTreeSet<Scope>,
) -> rusqlite::Result<Vec<View>> {
    let zone = &hour.zone;
    match entity {
        Entity::Order(id) => {
            let seeing: Vec<Scope> = scopes.iter().copied().filter(|scope| follows(*scope, id)).collect();
            if seeing.is_empty() {
                return Ok(Vec::new());
            }
            let order = Order::load(connection, id.uuid())?;
            let whole = order.as_ref().map(|order| raw(&OrderView::of(order, zone)));
            let view = |scope| match (scope, order.as_ref()) {
                (Scope::Guest(_), Some(order)) => progress(connection, hour, order),
                (_, order) => Ok(order_seen(scope, id, order, whole.as_deref())),
            };
            seeing.into_iter().map(view).collect()
        }
        Entity::Cards(order) if scopes.iter().any(|scope| matches!(scope, Scope::Station(_))) => {
            let cards = cards::of_order(connection, zone, order)?.into_iter();
            let cards = cards.map(|(station, card)| seen(Scope::Station(station), Name::Card, order, card));
            Ok(cards.filter(|view| scopes.contains(&view.scope)).collect())
        }
        Entity::Cards(_) => Ok(Vec::new()),
        Entity::Alert(id) => {
            let Some(alert) = Alert::load(connection, id.uuid())? else { return Ok(Vec::new()) };
            let view = alert.is_open().then(|| AlertView::of(connection, &alert, zone)).transpose()?;
            let seeing = scopes.iter().filter(|scope| concerns(&alert, **scope));
            Ok(seeing.map(|scope| seen(*scope, Name::Alert, id, view.as_ref().map(raw))).collect())
        }
        Entity::Availability => {
            let view = availability(connection, zone)?;
            let selling = scopes.iter().filter(|scope| scope.sells());
            Ok(selling.map(|scope| seen(*scope, Name::Availability, AVAILABILITY, view.clone())).collect())
        }
        Entity::BranchState => {
            let state = branch_state(connection)?;
            Ok(scopes.iter().filter(|scope| scope.sells()).map(|scope| said(*scope, &state)).collect())
        }
        Entity::Catalog => {
            scopes.iter().filter(|scope| scope.sells()).map(|scope| catalog(connection, *scope)).collect()
        }
    }
}

/// Everything a scope shows.
///
/// # Errors
/// When SQLite cannot read.
pub fn of_scope(connection: &Connection, hour: &Hour, scope: Scope) -> rusqlite::Result<Vec<View>> {
    let zone = &hour.zone;
    let mut views = Vec::new();
    if scope.sells() {
        views.push(catalog(connection, scope)?);
        let state = branch_state(connection)?;
        views.extend((!state.is_plain()).then(|| said(scope, &state)));
        let out = availability(connection, zone)?;
        views.extend(out.map(|out| seen(scope, Name::Availability, AVAILABILITY, Some(out))));
    }
    for alert in alerts::queries::open(connection)?.iter().filter(|alert| concerns(alert, scope)) {
        let view = AlertView::of(connection, alert, zone)?;
        views.push(seen(scope, Name::Alert, alert.id, Some(raw(&view))));
    }
    match scope {
        Scope::Branch | Scope::Cashier | Scope::Rider => {
            let wanted = match scope {
                Scope::Cashier => Filter { due_since: Some(Timestamp::MIN), ..Filter::default() },
                Scope::Rider => Filter { only_open: true, order_type: Some(OrderType::Delivery), ..Filter::default() },
                _ => Filter { only_open: true, ..Filter::default() },
            };
            let page = queries::list(connection, &wanted, Sort::OldestFirst, None, OPEN_ORDERS, false)?;
            let orders = page.orders.iter().filter(|order| concerns_order(scope, order));
            views
                .extend(orders.map(|order| seen(scope, Name::Order, order.id, Some(raw(&OrderView::of(order, zone))))));
        }
        Scope::Order(id) => {
            if let Some(order) = Order::load(connection, id.uuid())? {
                let whole = raw(&OrderView::of(&order, zone));
                views.push(order_seen(scope, id, Some(&order), Some(&whole)));
            }
        }
        Scope::Guest(id) => {
            if let Some(order) = Order::load(connection, id.uuid())? {
                views.push(progress(connection, hour, &order)?);
            }
        }
        Scope::Admin => {}
        Scope::Station(station) => {
            let cards = cards::open_at(connection, zone, station)?.into_iter();
            views.extend(cards.map(|(order, card)| seen(scope, Name::Card, order, Some(card))));
        }
    }
    Ok(views)
}

/// The branch, tills and who answers for it hear of every alert, a station of those it feels.
fn concerns(alert: &Alert, scope: Scope) -> bool {
    match scope {
        Scope::Branch | Scope::Cashier | Scope::Admin => true,
        Scope::Station(station) => alert.stations.contains(&station),
        Scope::Order(_) | Scope::Rider | Scope::Guest(_) => false,
    }
}

/// Whether anything of this order can be told to a scope.
fn follows(scope: Scope, order: OrderId) -> bool {
    match scope {
        Scope::Branch | Scope::Cashier | Scope::Rider => true,
        Scope::Order(one) | Scope::Guest(one) => one == order,
        Scope::Station(_) | Scope::Admin => false,
    }
}

/// Whether an order is shown to a scope as it is now; to the branch also one that is over, once more.
fn concerns_order(scope: Scope, order: &Order) -> bool {
    match scope {
        Scope::Branch | Scope::Order(_) | Scope::Guest(_) => true,
        Scope::Cashier => order.due().minor() > 0 && order.closed_at.is_none(),
        Scope::Rider => {
            order.order_type == OrderType::Delivery && matches!(order.status, Status::Ready | Status::OnTheWay)
        }
        Scope::Station(_) | Scope::Admin => false,
    }
}

/// An order as a scope sees it; none where it is nothing to it any more.
fn order_seen(scope: Scope, id: OrderId, order: Option<&Order>, whole: Option<&RawValue>) -> View {
    let is_shown = order.is_some_and(|order| concerns_order(scope, order));
    seen(scope, Name::Order, id, whole.filter(|_| is_shown).map(ToOwned::to_owned))
}

/// How far an order has come, to its guest.
fn progress(connection: &Connection, hour: &Hour, order: &Order) -> rusqlite::Result<View> {
    let ready_at = guests::ready_at(connection, order, hour.now)?;
    let progress = ProgressView {
        number: order.number.clone(),
        status: order.status.name(),
        ready_at: ready_at.map(|at| LocalInstant::at(at, &hour.zone)),
    };
    Ok(seen(Scope::Guest(order.id), Name::Progress, order.id, Some(raw(&progress))))
}

/// Also what is back by itself by now: the time stands in it, and a screen has a clock. None when nothing is out.
fn availability(connection: &Connection, zone: &TimeZone) -> rusqlite::Result<Option<Box<RawValue>>> {
    let stockouts = Stockouts::load(connection, THE_ONE)?.filter(|stockouts| !stockouts.is_empty());
    Ok(stockouts.map(|stockouts| raw(&AvailabilityView::of(&stockouts, Timestamp::MIN, zone))))
}

fn catalog(connection: &Connection, scope: Scope) -> rusqlite::Result<View> {
    let branch = branch::store::load(connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let version = branch.directive_version(DirectiveKind::Catalog);
    Ok(seen(scope, Name::Catalog, "catalog", Some(raw(&CatalogView { version }))))
}

/// What was last said about whether the branch is open.
fn branch_state(connection: &Connection) -> rusqlite::Result<BranchState> {
    let branch = branch::store::load(connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(branch.state)
}

fn said(scope: Scope, state: &BranchState) -> View {
    seen(scope, Name::BranchState, "branch_state", Some(raw(&SaidView { said: StatusWord::of(state) })))
}

fn seen(scope: Scope, name: Name, id: impl ToString, view: Option<Box<RawValue>>) -> View {
    let view = view.unwrap_or_else(|| RawValue::NULL.to_owned());
    View { scope, sight: Sight { name, id: id.to_string(), view } }
}
