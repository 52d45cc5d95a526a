//! Anything that may happen in a branch over some days, through the features' own functions.

use comanda_shared::alert::{AlertKey, AlertKind, Matter};
use comanda_shared::attendance::ClockEntry;
use comanda_shared::availability::Until;
use comanda_shared::ids::{AlertId, ClockEntryId, LineId, OrderId, PrinterId, StaffId, StationId, TicketId, TokenId};
use comanda_shared::kitchen::{
    KitchenCommand, Ledger, Proof, TicketCancelled, TicketProved, TicketRerouted, TicketTaken, TicketUnknown, Touch,
};
use comanda_shared::order::{
    AddLines, Advance, Cancel, Fire, NewLine, Order, OrderCommand, OrderPersonal, OrderType, PlaceOrder, Stage,
    VoidLine,
};
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::{Actor, PinChanged, Role, TokenRevoked};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::OptionalExtension;
use uuid::Uuid;

use super::money::{self, MoneyAct, money_act};
use super::trial::{MENU, Trial, block_on, change, keyed, lines, new_printer, place_order};
use crate::alerts;
use crate::attendance::{
    self,
    feature::{Correction, Way},
};
use crate::availability::{
    self,
    feature::{Named, Saying},
};
use crate::branch::settings::{self, NewSettings};
use crate::environment::Clock;
use crate::journal::aggregates::Aggregate;
use crate::journal::{LineageReason, Step};
use crate::kitchen;
use crate::orders::course::fire_what_is_due;
use crate::orders::feature::Wish;
use crate::orders::merge::feature::{Meant, merge};
use crate::printing::setup;
use crate::staff::setup::create_token;

/// Something that happens. A number says which of what there is, counted round.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Place { order_type: OrderType, asked: Vec<Asked>, table: Option<String>, told: OrderPersonal, key: Option<u8> },
    Accept(usize),
    Add(usize, Vec<Asked>),
    Hold(usize, Vec<Asked>),
    Fire(usize),
    Later(Vec<Asked>, i64),
    FireWhatIsDue,
    Seat(usize, Option<String>),
    Raise(usize, bool),
    Merge(usize, usize),
    Void(usize, usize),
    Advance(usize, Stage),
    Cancel(usize, String),
    Hire(String),
    ChangePin(usize),
    GiveToken(String),
    RevokeToken(usize),
    AddPrinter(String),
    RemovePrinter(usize),
    Import(bool),
    ChangeSettings(&'static str),
    Prove(usize, Proof),
    Doubt(usize),
    Bother(usize, u8),
    Touch { order: usize, card: usize, line: usize, touch: fn(LineId) -> Touch },
    Reprint(usize),
    RunOut(&'static str, Option<u32>),
    Restock(&'static str),
    Alarm(usize),
    TakeAlert(usize),
    Calm(usize),
    Clock(usize, Way),
    CorrectTimes(usize, i64, i64),
    Money(MoneyAct),
    PassMinutes(i64),
    Restore,
    Restart,
}

/// A product, how many, and a note.
pub(super) type Asked = (&'static str, u32, Option<String>);

const TOUCHES: [fn(LineId) -> Touch; 6] =
    [|_| Touch::Start, Touch::Ready, Touch::Unready, Touch::Seen, |_| Touch::Bump, |_| Touch::Recall];

fn asked() -> impl Strategy<Value = Vec<Asked>> {
    let product = select(vec!["burger", "soda", "combo", "pareja", "soda", "burger", "perro", "pareja"]);
    vec((product, 1..=5_u32, option::weighted(0.3, ".{0,10}")), 1..4)
}

fn told() -> impl Strategy<Value = OrderPersonal> {
    let words = || option::weighted(0.3, ".{0,12}");
    (words(), words(), words(), words()).prop_map(|(customer_name, customer_phone, delivery_address, notes)| {
        OrderPersonal { customer_name, customer_phone, delivery_address, notes, ..OrderPersonal::default() }
    })
}

fn act() -> impl Strategy<Value = Act> {
    let stages = vec![Stage::Preparing, Stage::Ready, Stage::Served, Stage::OnTheWay, Stage::Delivered];
    let any_of = any::<usize>;
    let name = || "\\PC{1,16}";
    let place = (select(&OrderType::ALL[..]), asked(), option::weighted(0.4, ".{0,6}"), told(), option::of(0..4_u8));
    prop_oneof![
        12 => place.prop_map(|(order_type, asked, table, told, key)| Act::Place { order_type, asked, table, told, key }),
        1 => any_of().prop_map(Act::Accept),
        6 => (any_of(), asked()).prop_map(|(order, asked)| Act::Add(order, asked)),
        4 => (any_of(), asked()).prop_map(|(order, asked)| Act::Hold(order, asked)),
        3 => any_of().prop_map(Act::Fire),
        2 => (asked(), -30_i64..300).prop_map(|(asked, minutes)| Act::Later(asked, minutes)),
        2 => Just(Act::FireWhatIsDue),
        3 => (any_of(), option::of(".{0,6}")).prop_map(|(order, table)| Act::Seat(order, table)),
        2 => (any_of(), any::<bool>()).prop_map(|(order, raised)| Act::Raise(order, raised)),
        4 => (any_of(), any_of()).prop_map(|(into, from)| Act::Merge(into, from)),
        6 => (any_of(), any_of()).prop_map(|(order, line)| Act::Void(order, line)),
        8 => (any_of(), select(stages)).prop_map(|(order, stage)| Act::Advance(order, stage)),
        2 => (any_of(), ".{0,8}").prop_map(|(order, reason)| Act::Cancel(order, reason)),
        1 => name().prop_map(Act::Hire),
        1 => any_of().prop_map(Act::ChangePin),
        1 => name().prop_map(Act::GiveToken),
        1 => any_of().prop_map(Act::RevokeToken),
        2 => name().prop_map(Act::AddPrinter),
        1 => any_of().prop_map(Act::RemovePrinter),
        1 => any::<bool>().prop_map(Act::Import),
        1 => select(vec!["ESQ", "SUC", "esq"]).prop_map(Act::ChangeSettings),
        3 => (any_of(), select(vec![Proof::Sent, Proof::Delivered, Proof::Kept])).prop_map(|(at, proof)| Act::Prove(at, proof)),
        2 => any_of().prop_map(Act::Doubt),
        2 => (any_of(), 0..3_u8).prop_map(|(at, how)| Act::Bother(at, how)),
        16 => (any_of(), any_of(), any_of(), select(TOUCHES.to_vec()))
            .prop_map(|(order, card, line, touch)| Act::Touch { order, card, line, touch }),
        2 => any_of().prop_map(Act::Reprint),
        2 => (select(vec!["soda", "burger", "pareja"]), option::of(0..12_u32)).prop_map(|(sku, left)| Act::RunOut(sku, left)),
        2 => select(vec!["soda", "burger", "pareja"]).prop_map(Act::Restock),
        2 => any_of().prop_map(Act::Alarm),
        1 => any_of().prop_map(Act::TakeAlert),
        1 => any_of().prop_map(Act::Calm),
        6 => (any_of(), select(vec![Way::In, Way::Out])).prop_map(|(staff, way)| Act::Clock(staff, way)),
        2 => (any_of(), -600_i64..600, 0..900_i64).prop_map(|(at, from, long)| Act::CorrectTimes(at, from, long)),
        20 => money_act().prop_map(Act::Money),
        4 => (-30_i64..900).prop_map(Act::PassMinutes),
        1 => Just(Act::Restore),
        3 => Just(Act::Restart),
    ]
}

/// Some days of a branch.
pub(super) fn days() -> impl Strategy<Value = Vec<Act>> {
    vec(act(), 1..70)
}

/// Few histories, for each writes to the disk; and no long search for the shortest that fails.
pub(super) fn few() -> ProptestConfig {
    ProptestConfig { cases: 12, max_shrink_iters: 100, ..ProptestConfig::default() }
}

/// A branch to which all of this happened, one thing after another. What is refused is refused.
pub(super) fn branch_after(acts: Vec<Act>) -> Trial {
    let mut trial = Trial::selling();
    acts.into_iter().for_each(|act| happen(&mut trial, act));
    trial
}

fn happen(trial: &mut Trial, act: Act) {
    match act {
        Act::Place { order_type, asked, table, told, key } => {
            let body = format!("{asked:?}");
            let place = PlaceOrder { order_type, table, lines: noted(&asked), personal: told, ..place_order(&[]) };
            let request = key.map_or_else(|| trial.once(), |key| keyed(&key.to_string(), &body));
            drop(trial.run(request, Wish::Place(place)));
        }
        Act::Accept(order) => with_order(trial, order, |_| OrderCommand::Accept),
        Act::Add(order, asked) => {
            with_order(trial, order, |_| OrderCommand::AddLines(AddLines { lines: noted(&asked) }));
        }
        Act::Hold(order, asked) => with_order(trial, order, |_| {
            let held = |line: NewLine| NewLine { is_held: true, ..line };
            OrderCommand::AddLines(AddLines { lines: noted(&asked).into_iter().map(held).collect() })
        }),
        Act::Fire(order) => with_order(trial, order, |_| OrderCommand::Fire(Fire::All)),
        Act::Later(asked, minutes) => {
            let scheduled_for = Some(trial.clock.now() + SignedDuration::from_mins(minutes));
            let place = PlaceOrder { scheduled_for, lines: noted(&asked), ..place_order(&[]) };
            drop(trial.run(trial.once(), Wish::Place(place)));
        }
        Act::FireWhatIsDue => drop(fire_what_is_due(trial.journal())),
        Act::Seat(order, table) => with_order(trial, order, |_| OrderCommand::Move(table)),
        Act::Raise(order, raised) => {
            if let Some(order) = nth(trial, "orders", order).map(OrderId::from_uuid) {
                let request = trial.once();
                drop(block_on(kitchen::feature::raise(trial.journal(), request, Role::Kitchen, order, raised)));
            }
        }
        Act::Merge(into, from) => merge_orders(trial, into, from),
        Act::Void(order, line) => with_order(trial, order, |order| {
            let line =
                line.checked_rem(order.lines.len()).map_or(LineId::from_uuid(Uuid::nil()), |at| order.lines[at].id);
            OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() })
        }),
        Act::Advance(order, to) => with_order(trial, order, |_| OrderCommand::Advance(Advance { to })),
        Act::Cancel(order, reason) => {
            with_order(trial, order, |_| OrderCommand::Cancel(Cancel { reason, refund: None }))
        }
        Act::Hire(name) => {
            if !name.trim().is_empty() {
                trial.add_staff(&name, "2580");
            }
        }
        Act::ChangePin(at) => {
            if let Some(staff) = nth(trial, "staff", at).map(StaffId::from_uuid) {
                trial.record(PinChanged { staff });
            }
        }
        Act::GiveToken(name) => drop(create_token(trial.journal(), &name, Role::Cashier)),
        Act::RevokeToken(at) => {
            if let Some(token) = nth(trial, "token", at).map(TokenId::from_uuid) {
                trial.record(TokenRevoked { token });
            }
        }
        Act::AddPrinter(name) => {
            let printer = new_printer(&name, PrinterAddress::Virtual, &["plancha", "barra"]);
            drop(setup::add(trial.journal(), printer));
        }
        Act::RemovePrinter(at) => {
            let printers = &trial.journal().configuration().printers;
            drop(setup::remove(trial.journal(), &printers[at % printers.len()].name));
        }
        Act::Import(other) => trial.import(&MENU.replace("333", if other { "334" } else { "333" })),
        Act::ChangeSettings(code) => {
            let new = NewSettings { code: Some(code.to_owned()), cash_rounding: Some(50), ..NewSettings::default() };
            drop(settings::change(trial.journal(), Actor::Operator, new));
        }
        Act::Prove(at, proof) => {
            if let Some((ticket, printer)) = ticket(trial, at) {
                trial.record(TicketProved { ticket, printer, proof });
            }
        }
        Act::Doubt(at) => {
            if let Some((ticket, printer)) = ticket(trial, at) {
                trial.record(TicketUnknown { ticket, printer });
            }
        }
        Act::Bother(at, how) => {
            if let Some((ticket, printer)) = ticket(trial, at) {
                let by = Actor::Operator;
                match how {
                    0 => trial.record(TicketRerouted { ticket, from: printer, to: printer, by }),
                    1 => trial.record(TicketCancelled { ticket, printer, by }),
                    _ => trial.record(TicketTaken { ticket, by }),
                }
            }
        }
        Act::Touch { order, card, line, touch } => {
            if let Some(order) = nth(trial, "orders", order).map(OrderId::from_uuid) {
                touch_card(trial, order, card, line, touch);
            }
        }
        Act::Reprint(order) => {
            if let Some(order) = nth(trial, "orders", order).map(OrderId::from_uuid) {
                drop(block_on(kitchen::feature::reprint(trial.journal(), trial.once(), Role::Cashier, order, None)));
            }
        }
        Act::RunOut(sku, left) => {
            let until = left.map_or(Until::TurnedBack, Until::Count);
            say(trial, sku, Saying::Out { until, reason: None });
        }
        Act::Restock(sku) => say(trial, sku, Saying::Back),
        Act::Alarm(at) => {
            let (printer, stations) = printer(trial, at);
            let matter = Matter::PrinterDown { printer, name: "Plancha".to_owned() };
            let raise = move |step: &mut Step<'_>| alerts::feature::raise(step, matter, &stations).map(drop);
            trial.journal().operate_blocking(Actor::Branch, raise).unwrap();
        }
        Act::TakeAlert(at) => {
            if let Some(alert) = nth(trial, "alert", at).map(AlertId::from_uuid) {
                drop(block_on(alerts::feature::take(trial.journal(), trial.once(), alert)));
            }
        }
        Act::Calm(at) => {
            let key = AlertKey { kind: AlertKind::PrinterDown, subject: printer(trial, at).0.uuid() };
            let clear = move |step: &mut Step<'_>| alerts::feature::clear(step, &key);
            trial.journal().operate_blocking(Actor::Branch, clear).unwrap();
        }
        Act::Money(act) => money::happen(trial, act, |at| {
            let id = nth(trial, "orders", at)?;
            Order::load(&trial.file(), id).unwrap()
        }),
        Act::Clock(at, way) => {
            if let Some(staff) = nth(trial, "staff", at).map(StaffId::from_uuid) {
                drop(block_on(attendance::feature::clock(trial.journal(), trial.once(), staff, way)));
            }
        }
        Act::CorrectTimes(at, from, long) => {
            if let Some(entry) = nth(trial, "clock_entry", at).map(ClockEntryId::from_uuid) {
                correct_times(trial, entry, from, long);
            }
        }
        Act::PassMinutes(minutes) => trial.clock.pass(SignedDuration::from_mins(minutes)),
        Act::Restore => trial.journal().open_lineage(LineageReason::Restored).unwrap(),
        Act::Restart => trial.restart(),
    }
}

fn noted(asked: &[Asked]) -> Vec<NewLine> {
    let line = |(product, quantity, notes): &Asked| {
        let line = lines(&[(*product, *quantity)]).remove(0);
        NewLine { notes: notes.clone(), ..line }
    };
    asked.iter().map(line).collect()
}

fn with_order(trial: &Trial, at: usize, command: impl FnOnce(&Order) -> OrderCommand) {
    let Some(id) = nth(trial, "orders", at).map(OrderId::from_uuid) else { return };
    let order = Order::load(&trial.file(), id.uuid()).unwrap().unwrap();
    let command = command(&order);
    drop(trial.order(change(&order, command)));
}

fn merge_orders(trial: &Trial, into: usize, from: usize) {
    let meant = |at| {
        let id = nth(trial, "orders", at)?;
        let order = Order::load(&trial.file(), id).unwrap()?;
        Some(Meant { order: order.id, version: order.version })
    };
    if let Some((into, from)) = meant(into).zip(meant(from)) {
        drop(block_on(merge(trial.journal(), trial.once(), Role::Cashier, into, from)));
    }
}

/// So many minutes later than it was, and so long; without a length, the end stays.
fn correct_times(trial: &Trial, entry: ClockEntryId, later: i64, long: i64) {
    let stay = ClockEntry::load(&trial.file(), entry.uuid()).unwrap().unwrap();
    let zone = trial.journal().configuration().zone.clone();
    let in_at = stay.in_at + SignedDuration::from_mins(later);
    let local = |at: Timestamp| Some(at.to_zoned(zone.clone()).datetime());
    let out_at = if long > 0 { local(in_at + SignedDuration::from_mins(long)) } else { None };
    let asked = Correction { in_at: local(in_at), out_at, reason: "olvidó marcar".to_owned() };
    drop(block_on(attendance::feature::correct(trial.journal(), trial.once(), entry, asked)));
}

fn touch_card(trial: &Trial, order: OrderId, card: usize, line: usize, touch: fn(LineId) -> Touch) {
    let ledger = Ledger::load(&trial.file(), order.uuid()).unwrap().unwrap();
    let Some(station) = card.checked_rem(ledger.cards.len()).map(|at| ledger.cards[at].station) else { return };
    let lines: Vec<LineId> = ledger.at(station).map(|entry| entry.line).collect();
    if lines.is_empty() {
        return; // They are another order's by now.
    }
    let command = KitchenCommand { station, touch: touch(lines[line % lines.len()]) };
    drop(block_on(kitchen::feature::touch(trial.journal(), trial.once(), Role::Kitchen, order, command)));
}

fn ticket(trial: &Trial, at: usize) -> Option<(TicketId, PrinterId)> {
    let ticket = nth(trial, "ticket", at).map(TicketId::from_uuid)?;
    Some((ticket, trial.journal().configuration().printers[0].id))
}

fn say(trial: &Trial, sku: &str, saying: Saying) {
    let catalog = trial.journal().configuration().catalog.clone().unwrap();
    let about = Named::product(&catalog, sku).unwrap();
    block_on(availability::feature::say(trial.journal(), trial.once(), Role::Kitchen, about, saying)).unwrap();
}

/// One of the printers, counted round, and its stations.
fn printer(trial: &Trial, at: usize) -> (PrinterId, Vec<StationId>) {
    let printers = &trial.journal().configuration().printers;
    let printer = &printers[at % printers.len()];
    (printer.id, printer.stations.clone())
}

/// The id of one of a table's rows, counted round.
fn nth(trial: &Trial, table: &str, at: usize) -> Option<Uuid> {
    let file = trial.file();
    let at = at.checked_rem(super::trial::count(&file, table))?;
    let nth = format!("SELECT id FROM {table} ORDER BY id LIMIT 1 OFFSET {at}");
    file.query_row(&nth, [], |row| Ok(Uuid::from_bytes(row.get(0)?))).optional().unwrap()
}
