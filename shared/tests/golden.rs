//! The stored shape of every event, for good: `golden/<kind>.v<version>.json` holds one body as it was written on the
//! day the version was born. A body that no longer reads, or is written otherwise, would break branches that have it.
//!
//! A kind may grow a field that old bodies do not have: `golden/<kind>.v<version>.<shape>.json` holds one with it.
//!
//! `COMANDA_BLESS=1 cargo test -p comanda-shared --test golden` writes the files that are not there yet. One that is
//! there is never written again: a changed shape is a new version.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Once;

use comanda_shared::alert::{AlertCleared, AlertRaised, AlertTaken, Matter};
use comanda_shared::attendance::{ClockedIn, ClockedOut, LeftOpen, Times, TimesCorrected};
use comanda_shared::availability::{Item, Restocked, StockedOut, StockoutCounted, Until};
use comanda_shared::branch::{
    Author, BranchBegun, BranchOpened, BranchState, BusinessDayOpened, DirectiveApplied, DirectiveKind, FiscalNumber,
    NumbersSkipped, StateChanged, TrialPutAside,
};
use comanda_shared::cash::{
    CashMoved, ChainHead, Counted, DayClosed, Denomination, DrawerCause, DrawerOpened, GrandTotal, MovementKind,
    SalesSums, ShiftClosed, ShiftOpened, Taking, Takings,
};
use comanda_shared::customer::{
    ConsentPurpose, CustomerAdded, CustomerChanged, CustomerConsented, CustomerErased, CustomerPersonal,
    CustomerStatus, DocumentKind, NewCard,
};
use comanda_shared::device::{
    Device, DeviceChanged, DeviceLockedOut, DevicePaired, DeviceRevoked, DeviceUnlocked, Purpose,
};
use comanda_shared::event::{Event, EventError};
use comanda_shared::ids::{
    AlertId, BranchId, ClockEntryId, CommandId, CustomerId, DeviceId, DiscountId, JournalId, LineId, ModifierId,
    MovementId, OrderId, PaymentId, PrinterId, ProductId, RefundId, ReportId, ShiftId, StaffId, StationId, TaxId,
    TicketId, TokenId,
};
use comanda_shared::kitchen::{
    Bump, BumpCause, Called, Card, CardBumped, CardRecalled, Entry, KitchenStarted, LineReady, LineUnready, Making,
    MakingState, OrderLowered, OrderRaised, Proof, Ticket, TicketCancelled, TicketIssued, TicketKind, TicketLine,
    TicketProved, TicketReprinted, TicketRerouted, TicketTaken, TicketUnknown, TicketsJoined, VoidSeen,
};
use comanda_shared::money::{Currency, Money, Permille, Quantity};
use comanda_shared::order::{
    Amounts, BillPrinted, CashHanded, Channel, Course, CutPart, Discount, DiscountKind, DiscountRemoved, Firing, Line,
    LineModifier, LineState, LineVoided, LinesAdded, LinesMerged, OrderAccepted, OrderAdvanced, OrderCancelled,
    OrderClosed, OrderDiscounted, OrderFired, OrderMerged, OrderMoved, OrderPersonal, OrderPlaced, OrderReopened,
    OrderRepriced, OrderSplit, OrderType, PassPaper, PassPaperReprinted, PaymentMethod, PaymentRefunded, PaymentTaken,
    PersonalErased, ReceiptIssued, ReceiptReprinted, ReceiptTax, Share, SplitUndone, Stage, TipSet,
};
use comanda_shared::paper::DrawerPin;
use comanda_shared::personal::Personal;
use comanda_shared::printer::{CodePage, Printer, PrinterAdded, PrinterAddress, PrinterChanged, PrinterRemoved};
use comanda_shared::staff::{
    Actor, PinChanged, Role, StaffAdded, StaffChanged, StaffLockedOut, StaffPersonal, TokenCreated, TokenRevoked,
};
use jiff::Timestamp;
use uuid::Uuid;

/// Every word that somebody told about themselves in these samples.
const TOLD: [&str; 6] = ["Zoraida", "3001234567", "Carrera 7", "timbre dañado", "sin cebolla", "Eulalia"];

fn id<T>(last: u8, make: impl Fn(Uuid) -> T) -> T {
    make(Uuid::from_u128(0x0193_a000_0000_7000_8000_0000_0000_0000 + u128::from(last)))
}

fn order() -> OrderId {
    id(1, OrderId::from_uuid)
}

fn line_id() -> LineId {
    id(2, LineId::from_uuid)
}

fn staff() -> StaffId {
    id(3, StaffId::from_uuid)
}

fn printer() -> PrinterId {
    id(4, PrinterId::from_uuid)
}

fn station() -> StationId {
    id(5, StationId::from_uuid)
}

fn ticket() -> TicketId {
    id(6, TicketId::from_uuid)
}

fn token() -> TokenId {
    id(7, TokenId::from_uuid)
}

fn at() -> Timestamp {
    "2026-11-22T17:30:00.123456Z".parse().unwrap()
}

fn cop(minor: i64) -> Money {
    Money::new(minor, Currency::COP)
}

/// With everything a line can have.
fn line() -> Line {
    let taxes = [(id(8, TaxId::from_uuid), Permille(80), true), (id(9, TaxId::from_uuid), Permille(190), false)];
    Line {
        id: line_id(),
        part_of: None,
        product: id(10, ProductId::from_uuid),
        name: "Salchipapa «especial»".to_owned(),
        unit_price: cop(1_850_000),
        quantity: Quantity::whole(2),
        modifiers: vec![LineModifier {
            modifier: id(11, ModifierId::from_uuid),
            name: "Queso".to_owned(),
            price: cop(300_000),
        }],
        amounts: Amounts::compute(cop(4_300_000), cop(100_000), &taxes).unwrap(),
        stations: vec![station()],
        target_seconds: Some(480),
        course: None,
        fire: Firing::AtOnce,
        state: LineState::Open,
    }
}

fn told() -> OrderPersonal {
    OrderPersonal {
        customer: Some(customer()),
        customer_name: Some("Zoraida Quimbaya".to_owned()),
        customer_phone: Some("3001234567".to_owned()),
        delivery_address: Some("Carrera 7 # 12-34".to_owned()),
        notes: Some("timbre dañado".to_owned()),
        line_notes: [(line_id(), "sin cebolla".to_owned())].into(),
    }
}

fn placed() -> OrderPlaced {
    OrderPlaced {
        order: order(),
        number: "D-0042".to_owned(),
        consecutive: "ESQ-D-000042".to_owned(),
        order_type: OrderType::Delivery,
        channel: Channel::Whatsapp,
        table: Some("12".to_owned()),
        external_number: Some("R-881".to_owned()),
        scheduled_for: None,
        currency: Currency::COP,
        lines: vec![line()],
        catalog_version: 3,
        business_day: "2026-11-22".parse().unwrap(),
        at: at(),
        by: Actor::Staff(staff()),
        device: Some(id(12, DeviceId::from_uuid)),
        personal: Personal::Known(told()),
    }
}

fn added() -> LinesAdded {
    let told = OrderPersonal { line_notes: told().line_notes, ..OrderPersonal::default() };
    LinesAdded { order: order(), lines: vec![line()], personal: Personal::Known(told) }
}

fn held() -> Line {
    Line { course: Some(Course::try_from(2).unwrap()), fire: Firing::Scheduled, ..line() }
}

fn moved_from() -> OrderMoved {
    OrderMoved { order: order(), table: None, from: Some("4".to_owned()), by: Actor::Staff(staff()) }
}

fn lines_merged() -> LinesMerged {
    let LinesAdded { lines, personal, .. } = added();
    let (from, from_number) = (id(17, OrderId::from_uuid), "M-0007".to_owned());
    LinesMerged { order: order(), from, from_number, lines, by: Actor::Staff(staff()), personal }
}

fn joined() -> TicketsJoined {
    let making = Making { fired_at: at(), is_addition: true, state: MakingState::Ready { at: at() } };
    let entry = Entry {
        line: line_id(),
        station: station(),
        ordered: Quantity::whole(2),
        is_held: false,
        fired: Quantity::whole(2),
        voided: Quantity::ZERO,
        sent: Quantity::whole(2),
        making: Some(making),
    };
    let bump = Bump { at: at(), cause: BumpCause::Station, lines: vec![line_id()], voids: Vec::new() };
    let card = Card { station: station(), fired_at: at(), started_at: Some(at()), bump: Some(bump) };
    let was = Called { number: "M-0007".to_owned(), table: Some("4".to_owned()) };
    let from = id(17, OrderId::from_uuid);
    TicketsJoined { order: order(), from, was, entries: vec![entry], told: vec![station()], cards: vec![card] }
}

fn issued_of_a_move() -> TicketIssued {
    let TicketIssued { mut ticket } = issued();
    ticket.kind = TicketKind::Moved;
    ticket.was = Some(Called { number: "M-0007".to_owned(), table: Some("4".to_owned()) });
    TicketIssued { ticket }
}

fn staff_added() -> StaffAdded {
    let personal = Personal::Known(StaffPersonal { name: "Eulalia".to_owned() });
    StaffAdded { staff: staff(), role: Role::Waiter, personal }
}

fn staff_changed() -> StaffChanged {
    let StaffAdded { staff, personal, .. } = staff_added();
    StaffChanged { staff, role: Role::Admin, is_active: false, personal }
}

fn issued() -> TicketIssued {
    let line = TicketLine {
        line: line_id(),
        quantity: Quantity::whole(2),
        name: "Salchipapa «especial»".to_owned(),
        part_of: None,
        course: None,
        modifiers: vec!["Queso".to_owned()],
    };
    let ticket = Ticket {
        id: ticket(),
        order: order(),
        number: "D-0042".to_owned(),
        order_type: OrderType::Delivery,
        table: Some("12".to_owned()),
        kind: TicketKind::Addition,
        was: None,
        station: station(),
        station_name: "Freidora".to_owned(),
        lines: vec![line],
        printers: vec![printer(), id(13, PrinterId::from_uuid)],
        template: 1,
    };
    TicketIssued { ticket }
}

fn bumped() -> CardBumped {
    CardBumped { order: order(), station: station(), lines: vec![line_id()], voids: vec![part_id()], at: at() }
}

fn voided() -> LineVoided {
    let (reason, by) = ("se cayó".to_owned(), Actor::Token(token()));
    LineVoided { order: order(), line: line_id(), parts: Vec::new(), reason, by }
}

/// A combo and its part.
fn combo_lines() -> Vec<Line> {
    let combo = Line { stations: Vec::new(), target_seconds: None, modifiers: Vec::new(), ..line() };
    vec![combo, Line { id: part_id(), part_of: Some(line_id()), ..line() }]
}

fn part_id() -> LineId {
    id(16, LineId::from_uuid)
}

fn issued_of_combo() -> TicketIssued {
    let TicketIssued { mut ticket } = issued();
    ticket.lines[0].part_of = Some("Combo pareja".to_owned());
    TicketIssued { ticket }
}

fn payment() -> PaymentId {
    id(17, PaymentId::from_uuid)
}

fn shift() -> ShiftId {
    id(19, ShiftId::from_uuid)
}

fn command() -> CommandId {
    id(20, CommandId::from_uuid)
}

fn taken() -> PaymentTaken {
    PaymentTaken {
        order: order(),
        payment: payment(),
        command: command(),
        method: PaymentMethod::Cash,
        amount: cop(4_400_000),
        tip: cop(200_000),
        added_tip: Some(cop(100_000)),
        cash: Some(CashHanded { received: cop(5_000_000), change: cop(600_000) }),
        reference: Some("A-17".to_owned()),
        part: Some(1),
        shift: Some(shift()),
        business_day: "2026-11-22".parse().unwrap(),
        by: Actor::Staff(staff()),
        at: at(),
    }
}

fn refunded() -> PaymentRefunded {
    PaymentRefunded {
        order: order(),
        refund: id(18, RefundId::from_uuid),
        payment: payment(),
        command: command(),
        method: PaymentMethod::BreB,
        amount: cop(100_000),
        tip: cop(50_000),
        reason: "venía frío".to_owned(),
        shift: Some(shift()),
        business_day: "2026-11-22".parse().unwrap(),
        by: Actor::Staff(staff()),
        approved_by: Some(staff()),
        at: at(),
    }
}

fn discount() -> Discount {
    Discount {
        id: id(22, DiscountId::from_uuid),
        line: Some(line_id()),
        kind: DiscountKind::Percent(Permille(100)),
        amount: cop(430_000),
        reason: "se demoró".to_owned(),
        by: Actor::Staff(staff()),
        approved_by: Some(staff()),
        at: at(),
    }
}

fn parts() -> Vec<CutPart> {
    let half = Share { line: line_id(), share_permille: 500 };
    let part = |amount, lines| CutPart { amount: cop(amount), lines };
    vec![part(2_100_000, Some(vec![half])), part(2_100_001, None)]
}

fn receipt() -> ReceiptIssued {
    let tax = ReceiptTax {
        tax: id(8, TaxId::from_uuid),
        rate: Permille(80),
        included: true,
        base: cop(3_888_889),
        amount: cop(311_111),
    };
    let number = "ESQ-F-000042".to_owned();
    let (total, tip) = (cop(4_200_000), cop(200_000));
    ReceiptIssued { order: order(), number, total, tip, taxes: vec![tax], fiscal: None, template: 1, at: at() }
}

fn moved() -> CashMoved {
    CashMoved {
        shift: shift(),
        movement: id(21, MovementId::from_uuid),
        command: command(),
        kind: MovementKind::Out,
        amount: cop(2_000_000),
        reason: "hielo".to_owned(),
        by: Actor::Staff(staff()),
        approved_by: Some(staff()),
        at: at(),
    }
}

fn shift_closed() -> ShiftClosed {
    let counted = Counted {
        cash: vec![Denomination { value: 5_000_000, count: 3 }],
        others: [(PaymentMethod::Card, 4_000_000)].into(),
    };
    let taking = Taking { payments: 2, amount: 4_000_000, tip: 100, refunds: 1, refunded: 50, tip_refunded: 5 };
    ShiftClosed {
        shift: shift(),
        number: "ESQ-C-000007".to_owned(),
        counted,
        expected: [(PaymentMethod::Cash, cop(15_100_000)), (PaymentMethod::Card, cop(3_999_950))].into(),
        difference: cop(-99_950),
        takings: Takings([(PaymentMethod::Card, taking)].into()),
        notes: Some("faltó un vuelto".to_owned()),
        by: Actor::Staff(staff()),
        business_day: "2026-11-22".parse().unwrap(),
        at: at(),
    }
}

fn day_closed() -> DayClosed {
    let taking = Taking { payments: 2, amount: 4_000_000, tip: 100, refunds: 1, refunded: 50, tip_refunded: 5 };
    let takings = Takings([(PaymentMethod::Card, taking)].into());
    let sales = SalesSums { orders: 3, cancelled: 1, gross: 4_300_000, discount: 1, tax: 2, net: 4_299_999 };
    DayClosed {
        report: id(23, ReportId::from_uuid),
        number: "ESQ-Z-000003".to_owned(),
        business_day: "2026-11-22".parse().unwrap(),
        since: Some(at()),
        currency: Currency::COP,
        sales,
        takings: takings.clone(),
        open_shifts: 1,
        grand_total: GrandTotal { sales, takings },
        journal: ChainHead { sequence: 17, hash: "9f86d081884c7d65".repeat(4) },
        by: Actor::Staff(staff()),
        at: at(),
    }
}

/// Bodies with fields that came after the first of their kind.
fn grown() -> Vec<(&'static str, Event)> {
    vec![
        ("combo", OrderPlaced { lines: combo_lines(), ..placed() }.into()),
        ("combo", LinesAdded { lines: combo_lines(), ..added() }.into()),
        ("combo", LineVoided { parts: vec![part_id()], ..voided() }.into()),
        ("combo", issued_of_combo().into()),
        ("counter", counter_added().into()),
        ("pass", PrinterAdded { printer: Printer { is_pass: true, ..counter_added().printer } }.into()),
        ("courses", OrderPlaced { lines: vec![held()], scheduled_for: Some(at()), ..placed() }.into()),
        ("from", moved_from().into()),
        ("template", ReceiptIssued { template: 3, ..receipt() }.into()),
        ("moved", issued_of_a_move().into()),
        ("cloud", of_the_cloud().into()),
        ("fiscal", ReceiptIssued { fiscal: Some(fiscal_number()), ..receipt() }.into()),
        ("printer", a_new_printer().into()),
        ("device", OrderRaised { order: order(), by: Actor::Device(id(18, DeviceId::from_uuid)), at: at() }.into()),
    ]
}

fn a_new_printer() -> AlertRaised {
    let address = PrinterAddress::Usb { path: "/dev/usb/lp0".into() };
    let matter =
        Matter::PrinterNew { device: Uuid::from_u128(19), address, says: "EPSON TM-T20II".to_owned(), number: 1 };
    AlertRaised { alert: alert(), matter, stations: Vec::new() }
}

fn fiscal_number() -> FiscalNumber {
    FiscalNumber {
        prefix: "SETP".to_owned(),
        number: 980,
        resolution: "18760000001".to_owned(),
        from: 1,
        to: 5000,
        valid_until: "2027-11-22".parse().unwrap(),
        is_contingency: true,
    }
}

fn printer_added() -> PrinterAdded {
    let printer = Printer {
        id: printer(),
        name: "Cocina".to_owned(),
        address: PrinterAddress::Tcp { host: "192.168.1.50".to_owned(), port: 9100 },
        columns: 48,
        code_page: CodePage::Pc858,
        code_page_number: Some(19),
        stations: vec![station()],
        fallback: Some(id(13, PrinterId::from_uuid)),
        is_counter: false,
        is_pass: false,
        model: None,
        beeps: false,
        drawer: DrawerPin::Two,
        limit_seconds: None,
        is_removed: false,
    };
    PrinterAdded { printer }
}

fn stocked_out() -> StockedOut {
    StockedOut {
        item: Item::Modifier("queso-extra".to_owned()),
        sku: "queso-extra".to_owned(),
        name: "Queso extra".to_owned(),
        modifiers: vec![id(16, ModifierId::from_uuid)],
        until: Until::Instant(at()),
        reason: Some("no llegó".to_owned()),
        by: Actor::Staff(staff()),
        at: at(),
    }
}

/// A printer of a known model that sounds and opens a second drawer.
fn printer_changed() -> PrinterChanged {
    let PrinterAdded { mut printer } = printer_added();
    (printer.model, printer.beeps, printer.drawer) = (Some("tm-t20ii".to_owned()), true, DrawerPin::Five);
    PrinterChanged { printer }
}

fn counter_added() -> PrinterAdded {
    let PrinterAdded { mut printer } = printer_added();
    printer.is_counter = true;
    PrinterAdded { printer }
}

fn of_the_cloud() -> DirectiveApplied {
    let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned();
    DirectiveApplied { kind: DirectiveKind::Catalog, version: 4, sha256, author: Author::Cloud { version: 2 } }
}

/// One event of each kind, with everything it can have.
fn samples() -> Vec<Event> {
    let (branch, journal) = (id(14, BranchId::from_uuid), id(15, JournalId::from_uuid));
    let business_day = "2026-11-22".parse().unwrap();
    let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned();
    vec![
        BranchOpened { branch, journal, business_day }.into(),
        BusinessDayOpened { business_day }.into(),
        DirectiveApplied { kind: DirectiveKind::Catalog, version: 3, sha256, author: Author::Local }.into(),
        NumbersSkipped { journal }.into(),
        StateChanged { state: paused(), by: Actor::Staff(staff()), at: at() }.into(),
        begun().into(),
        placed().into(),
        OrderAccepted { order: order(), at: at() }.into(),
        added().into(),
        voided().into(),
        OrderAdvanced { order: order(), to: Stage::OnTheWay, at: at() }.into(),
        OrderCancelled { order: order(), reason: "se fueron".to_owned(), by: Actor::Operator, at: at() }.into(),
        TipSet { order: order(), tip: cop(200_000), by: Actor::Staff(staff()) }.into(),
        taken().into(),
        refunded().into(),
        receipt().into(),
        OrderClosed { order: order(), at: at() }.into(),
        OrderReopened { order: order(), by: Actor::Staff(staff()), approved_by: Some(staff()), at: at() }.into(),
        OrderDiscounted { order: order(), discount: discount() }.into(),
        DiscountRemoved { order: order(), discount: discount().id, by: Actor::Staff(staff()) }.into(),
        OrderRepriced {
            order: order(),
            lines: [(line_id(), line().amounts)].into(),
            discounts: [(discount().id, cop(430_000))].into(),
        }
        .into(),
        OrderSplit { order: order(), parts: parts(), by: Actor::Staff(staff()) }.into(),
        SplitUndone { order: order(), by: Actor::Staff(staff()) }.into(),
        OrderMoved { order: order(), table: Some("12".to_owned()), from: None, by: Actor::Staff(staff()) }.into(),
        OrderFired { order: order(), lines: vec![line_id()], by: Actor::Branch, at: at() }.into(),
        lines_merged().into(),
        OrderMerged { order: order(), into: id(17, OrderId::from_uuid), by: Actor::Staff(staff()), at: at() }.into(),
        BillPrinted { order: order(), by: Actor::Staff(staff()), at: at() }.into(),
        ReceiptReprinted { order: order(), copy: 2, by: Actor::Staff(staff()), at: at() }.into(),
        PassPaperReprinted {
            order: order(),
            paper: PassPaper::DeliverySlip,
            count: 2,
            by: Actor::Staff(staff()),
            at: at(),
        }
        .into(),
        PersonalErased { order: order(), by: Actor::Cloud, at: at() }.into(),
        issued().into(),
        TicketProved { ticket: ticket(), printer: printer(), proof: Proof::Delivered }.into(),
        TicketUnknown { ticket: ticket(), printer: printer() }.into(),
        TicketReprinted { ticket: ticket(), count: 2, by: Actor::Staff(staff()) }.into(),
        TicketRerouted { ticket: ticket(), from: printer(), to: id(13, PrinterId::from_uuid), by: Actor::Branch }
            .into(),
        TicketCancelled { ticket: ticket(), printer: printer(), by: Actor::Staff(staff()) }.into(),
        TicketTaken { ticket: ticket(), by: Actor::Staff(staff()) }.into(),
        KitchenStarted { order: order(), station: station(), at: at() }.into(),
        LineReady { order: order(), line: line_id(), station: station(), at: at() }.into(),
        LineUnready { order: order(), line: line_id(), station: station() }.into(),
        VoidSeen { order: order(), line: line_id(), station: station() }.into(),
        bumped().into(),
        CardRecalled { order: order(), station: station() }.into(),
        OrderRaised { order: order(), by: Actor::Staff(staff()), at: at() }.into(),
        OrderLowered { order: order(), by: Actor::Staff(staff()) }.into(),
        joined().into(),
        ShiftOpened {
            shift: shift(),
            drawer: "principal".to_owned(),
            user: Actor::Staff(staff()),
            float: cop(10_000_000),
            business_day,
            at: at(),
        }
        .into(),
        moved().into(),
        DrawerOpened {
            shift: shift(),
            drawer: "principal".to_owned(),
            cause: DrawerCause::Payment(payment()),
            at: at(),
        }
        .into(),
        shift_closed().into(),
        day_closed().into(),
        stocked_out().into(),
        Restocked { item: Item::Product(id(8, ProductId::from_uuid)), by: Actor::Staff(staff()), at: at() }.into(),
        StockoutCounted { item: Item::Product(id(8, ProductId::from_uuid)), left: 3 }.into(),
        printer_added().into(),
        printer_changed().into(),
        PrinterRemoved { printer: printer() }.into(),
        staff_added().into(),
        staff_changed().into(),
        PinChanged { staff: staff() }.into(),
        StaffLockedOut { staff: staff(), wrong_pins: 5 }.into(),
        TokenCreated { token: token(), name: "Domicilios".to_owned(), role: Role::Cashier }.into(),
        TokenRevoked { token: token() }.into(),
        device_paired().into(),
        DeviceChanged { device: Device { purpose: Purpose::Till, ..device_paired().device } }.into(),
        DeviceRevoked { device: device_paired().device.id }.into(),
        DeviceLockedOut { device: device_paired().device.id, wrong_pins: 10 }.into(),
        DeviceUnlocked { device: device_paired().device.id }.into(),
        alert_raised().into(),
        AlertTaken { alert: alert(), by: Actor::Staff(staff()) }.into(),
        AlertCleared { alert: alert() }.into(),
        CustomerAdded { customer: customer(), by: Actor::Staff(staff()), at: at(), personal: Personal::Known(card()) }
            .into(),
        CustomerChanged {
            customer: customer(),
            status: CustomerStatus::Blocked,
            by: Actor::Staff(staff()),
            at: at(),
            personal: Personal::Known(card()),
        }
        .into(),
        CustomerConsented {
            customer: customer(),
            purpose: ConsentPurpose::Orders,
            is_given: true,
            wording: "¿Autoriza guardar sus datos?".to_owned(),
            by: Actor::Staff(staff()),
            at: at(),
        }
        .into(),
        CustomerErased { customer: customer(), by: Actor::Operator, at: at() }.into(),
        ClockedIn { entry: clock_entry(), staff: staff(), business_day, at: at() }.into(),
        ClockedOut { entry: clock_entry(), staff: staff(), at: at() }.into(),
        LeftOpen { entry: clock_entry(), staff: staff(), at: at() }.into(),
        TimesCorrected {
            entry: clock_entry(),
            staff: staff(),
            before: Times { in_at: at(), out_at: None },
            after: Times { in_at: at(), out_at: Some("2026-11-22T23:05:00Z".parse().unwrap()) },
            business_day,
            reason: "olvidó marcar la salida".to_owned(),
            by: Actor::Staff(staff()),
            at: "2026-11-23T14:00:00Z".parse().unwrap(),
        }
        .into(),
    ]
}

fn clock_entry() -> ClockEntryId {
    id(42, ClockEntryId::from_uuid)
}

fn device_paired() -> DevicePaired {
    let purpose = Purpose::Kitchen { stations: vec![station()] };
    let (id, name) = (id(18, DeviceId::from_uuid), "Freidora".to_owned());
    DevicePaired { device: Device { id, name, purpose, is_revoked: false } }
}

fn customer() -> CustomerId {
    id(40, CustomerId::from_uuid)
}

fn begun() -> BranchBegun {
    let trial = TrialPutAside {
        journal: id(41, JournalId::from_uuid),
        entries: 318,
        hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        orders: 42,
        file: "branch.trial-20261122T173000Z.db".to_owned(),
    };
    BranchBegun { trial, by: Actor::Staff(staff()), at: at() }
}

fn paused() -> BranchState {
    BranchState::Paused { until: Some(at()), reason: Some("se fue el gas".to_owned()), open_until: Some(at()) }
}

fn card() -> CustomerPersonal {
    let new = NewCard {
        phone: "3001234567".to_owned(),
        name: Some("Zoraida Quimbaya".to_owned()),
        email: Some("zoraida@correo.co".to_owned()),
        document: Some((DocumentKind::Cc, "52123456".to_owned())),
        addresses: vec![("Carrera 7 # 12-34".to_owned(), Some("timbre dañado".to_owned()))],
        notes: None,
    };
    new.checked().unwrap()
}

fn alert() -> AlertId {
    id(17, AlertId::from_uuid)
}

fn alert_raised() -> AlertRaised {
    let (number, name) = ("D-0042".to_owned(), "Cocina".to_owned());
    let matter = Matter::TicketEndangered { ticket: ticket(), order: order(), number, printer: printer(), name };
    AlertRaised { alert: alert(), matter, stations: vec![station()] }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn file_of(event: &Event) -> PathBuf {
    folder().join(format!("{}.v{}.json", event.kind(), event.version()))
}

fn file_of_grown(shape: &str, event: &Event) -> PathBuf {
    folder().join(format!("{}.v{}.{shape}.json", event.kind(), event.version()))
}

/// Every sample with its file.
fn all() -> Vec<(PathBuf, Event)> {
    let first = samples().into_iter().map(|event| (file_of(&event), event));
    first.chain(grown().into_iter().map(|(shape, event)| (file_of_grown(shape, &event), event))).collect()
}

/// Writes down, once and when asked to, the bodies that never were.
fn bless() {
    static ONCE: Once = Once::new();
    let missing = || all().into_iter().filter(|(file, _)| !file.exists());
    ONCE.call_once(|| {
        if std::env::var_os("COMANDA_BLESS").is_some() {
            std::fs::create_dir_all(folder()).unwrap();
            missing().for_each(|(file, event)| std::fs::write(file, event.body() + "\n").unwrap());
        }
    });
}

/// The body that was written down.
fn golden(event: &Event) -> String {
    golden_in(&file_of(event))
}

fn golden_in(file: &Path) -> String {
    bless();
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.strip_suffix('\n').expect("a golden file ends with its line").to_owned()
}

/// The event as the journal gives it back where what was told about people has been erased.
fn erased(event: &Event) -> Event {
    let read = Event::read(event.kind(), event.version(), &event.body()).unwrap();
    if event.personal().is_some() { read.with_personal(None).unwrap() } else { read }
}

#[test]
fn every_kind_has_its_sample_and_its_golden_file_and_no_file_is_left_over() {
    let samples = samples();
    let kinds: Vec<&str> = samples.iter().map(Event::kind).collect();
    assert_eq!(kinds, Event::kinds().collect::<Vec<_>>());
    let wanted: BTreeSet<PathBuf> = all().into_iter().map(|(file, _)| file).collect();
    wanted.iter().for_each(|file| drop(golden_in(file)));
    let found: BTreeSet<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_golden_body_is_what_is_written_today_byte_for_byte() {
    for (file, event) in all() {
        assert_eq!(event.body(), golden_in(&file), "{}", file.display());
    }
}

#[test]
fn a_golden_body_reads_as_the_same_event_and_is_written_again_byte_for_byte() {
    for (file, event) in all() {
        let body = golden_in(&file);
        let read = Event::read(event.kind(), 1, &body).unwrap();
        assert_eq!(read.body(), body, "{}", file.display());
        let personal = event.personal();
        let read = if personal.is_some() { read.with_personal(personal.as_deref()).unwrap() } else { read };
        assert_eq!(read, event);
    }
}

#[test]
fn what_people_told_about_themselves_is_in_no_body_and_all_of_it_beside() {
    let mut beside = String::new();
    for event in samples() {
        let body = event.body();
        assert!(TOLD.iter().all(|word| !body.contains(word)), "{body}");
        assert!(!body.contains("personal"), "{body}");
        beside += &event.personal().unwrap_or_default();
    }
    assert!(TOLD.iter().all(|word| beside.contains(word)), "{beside}");
}

#[test]
fn only_what_was_told_is_kept_beside_an_event() {
    let told: Vec<&str> = Event::kinds()
        .filter(|kind| {
            [
                "order.placed",
                "order.lines_added",
                "order.lines_merged",
                "staff.added",
                "staff.changed",
                "customer.added",
                "customer.changed",
            ]
            .contains(kind)
        })
        .collect();
    let with: Vec<&'static str> =
        samples().iter().filter(|event| event.personal().is_some()).map(Event::kind).collect();
    assert_eq!(with, told);
    let silent = OrderPlaced { personal: Personal::default(), ..placed() };
    assert_eq!(Event::from(silent).personal(), None);
}

#[test]
fn what_was_erased_reads_as_erased_and_the_rest_of_the_event_stays() {
    let erased_placed = Event::from(OrderPlaced { personal: Personal::Erased, ..placed() });
    assert_eq!(erased(&placed().into()), erased_placed);
    assert_eq!(erased(&added().into()), LinesAdded { personal: Personal::Erased, ..added() }.into());
    assert_eq!(erased(&staff_added().into()), StaffAdded { personal: Personal::Erased, ..staff_added() }.into());
    assert_eq!(erased_placed.personal(), None);
    assert_eq!(erased_placed.body(), golden(&erased_placed));
}

#[test]
fn an_event_of_a_newer_program_is_refused_as_newer() {
    for event in samples() {
        let newer = Event::read(event.kind(), 2, &golden(&event));
        let Err(EventError::Unknown { kind, version }) = newer else { panic!("{newer:?}") };
        assert_eq!((kind.as_str(), version), (event.kind(), 2));
    }
    let unknown = Event::read("order.teleported", 1, "{}").unwrap_err();
    assert!(matches!(unknown, EventError::Unknown { version: 1, .. }));
    assert!(unknown.to_string().contains("written by a newer one"), "{unknown}");
}

#[test]
fn a_body_or_personal_data_that_is_not_what_its_kind_says_is_refused() {
    for event in samples() {
        for body in ["", "{}", "[]", "{\"order\": 7}"] {
            let refused = Event::read(event.kind(), 1, body);
            assert!(matches!(refused, Err(EventError::Body { .. })), "{}: {refused:?}", event.kind());
        }
    }
    let refused = Event::from(placed()).with_personal(Some("[1]"));
    assert!(matches!(refused, Err(EventError::Body { .. })), "{refused:?}");
}
