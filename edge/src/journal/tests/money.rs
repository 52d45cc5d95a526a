//! Anything that may happen to the money of a branch: two tills, and everything that can be asked of them.

use comanda_shared::cash::{CloseShift, Counted, Denomination, MovementKind};
use comanda_shared::ids::{DiscountId, PaymentId, RefundId};
use comanda_shared::order::{
    Cancel, GiveDiscount, NewDiscount, Order, OrderCommand, PaymentMethod, RefundAll, RefundPayment, SetTip, SplitBy,
    TakePayment,
};
use comanda_shared::staff::{Actor, Role};
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::trial::{Trial, block_on, change};
use crate::cash::feature as cash;
use crate::journal::Request;
use crate::orders::feature;

/// Who stands at a till; two, so that they can be at odds.
pub(super) const TILLS: [Actor; 2] = [Actor::Operator, Actor::Branch];

/// Something that happens to money. `till` says who does it.
#[derive(Clone, Debug)]
pub(super) struct MoneyAct {
    till: usize,
    what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Open(i64),
    Move(MovementKind, i64),
    Count(u32, i64),
    Tip(usize, i64),
    /// An order; a method; a share of what is due, of a thousand; a tip; what is handed over beyond it; a part.
    Pay {
        order: usize,
        method: PaymentMethod,
        share: i64,
        tip: i64,
        beyond: i64,
        part: Option<usize>,
    },
    Refund {
        order: usize,
        at: usize,
        amount: i64,
        method: Option<PaymentMethod>,
    },
    CancelPaid(usize, Option<PaymentMethod>),
    Discount(usize, Option<usize>, NewDiscount),
    TakeDiscountBack(usize, usize),
    Split(usize, SplitBy),
    Join(usize),
    Reopen(usize),
    CloseDay,
}

fn what() -> impl Strategy<Value = What> {
    let any_of = any::<usize>;
    let method = || select(vec![PaymentMethod::Cash, PaymentMethod::Cash, PaymentMethod::Card, PaymentMethod::Nequi]);
    let kinds = vec![MovementKind::In, MovementKind::Out, MovementKind::HandIn, MovementKind::NoSale];
    let share = prop_oneof![3 => Just(1000_i64), 2 => 1..1200_i64];
    let tip = || prop_oneof![3 => Just(0_i64), 1 => 1..5000_i64];
    let pay = (any_of(), method(), share, tip(), 0..3000_i64, proptest::option::weighted(0.4, 0..4_usize));
    let discount = prop_oneof![
        (-10..1100_i64).prop_map(NewDiscount::Percent),
        (-10..5000_i64).prop_map(NewDiscount::Amount),
        Just(NewDiscount::Comp),
    ];
    let split = prop_oneof![
        (0..6_usize).prop_map(SplitBy::Equal),
        proptest::collection::vec(1..2000_i64, 1..4).prop_map(SplitBy::Amounts),
    ];
    prop_oneof![
        3 => (0..50_000_i64).prop_map(What::Open),
        2 => (select(kinds), -10..9000_i64).prop_map(|(kind, amount)| What::Move(kind, amount)),
        2 => (0..400_u32, 0..9000_i64).prop_map(|(notes, card)| What::Count(notes, card)),
        2 => (any_of(), tip()).prop_map(|(order, tip)| What::Tip(order, tip)),
        9 => pay.prop_map(|(order, method, share, tip, beyond, part)| What::Pay { order, method, share, tip, beyond, part }),
        3 => (any_of(), any_of(), 1..4000_i64, proptest::option::of(method()))
            .prop_map(|(order, at, amount, method)| What::Refund { order, at, amount, method }),
        1 => (any_of(), proptest::option::of(method())).prop_map(|(order, method)| What::CancelPaid(order, method)),
        3 => (any_of(), proptest::option::of(any_of()), discount)
            .prop_map(|(order, line, kind)| What::Discount(order, line, kind)),
        1 => (any_of(), any_of()).prop_map(|(order, at)| What::TakeDiscountBack(order, at)),
        2 => (any_of(), split).prop_map(|(order, by)| What::Split(order, by)),
        1 => any_of().prop_map(What::Join),
        1 => any_of().prop_map(What::Reopen),
        1 => Just(What::CloseDay),
    ]
}

/// Something that happens to money.
pub(super) fn money_act() -> impl Strategy<Value = MoneyAct> {
    (0..TILLS.len(), what()).prop_map(|(till, what)| MoneyAct { till, what })
}

/// What is asked of an order, from how it is.
type Asking = Box<dyn Fn(&Order) -> Option<OrderCommand>>;

/// It happens; what is refused is refused. `order` is the order a number says, counted round.
pub(super) fn happen(trial: &Trial, act: MoneyAct, order: impl Fn(usize) -> Option<Order>) {
    let request = Request::once(&trial.environment, TILLS[act.till]);
    let journal = trial.journal();
    let (of, command): (usize, Asking) = match act.what {
        What::Open(float) => {
            let drawer = format!("caja {}", act.till);
            return drop(block_on(cash::open(journal, request, Role::Admin, drawer, float)));
        }
        What::Move(kind, amount) => {
            let asked = (kind, amount, "hielo".to_owned());
            return drop(block_on(cash::move_cash(journal, request, Role::Admin, asked)));
        }
        What::Count(count, card) => {
            let counted = Counted {
                cash: vec![Denomination { value: 500, count }],
                others: [(PaymentMethod::Card, card)].into(),
            };
            let asked = CloseShift { counted, notes: None };
            return drop(block_on(cash::close(journal, request, Role::Admin, None, asked)));
        }
        What::CloseDay => return drop(block_on(cash::close_day(journal, request, Role::Admin))),
        What::Tip(of, amount) => (of, Box::new(move |_| Some(OrderCommand::SetTip(SetTip { amount })))),
        What::Pay { order, method, share, tip, beyond, part } => {
            (order, Box::new(move |order| Some(paying(order, (method, share, tip, beyond), part))))
        }
        What::Refund { order, at, amount, method } => {
            (order, Box::new(move |order| refunding(order, at, amount, method)))
        }
        What::CancelPaid(of, method) => (
            of,
            Box::new(move |_| {
                let refund = Some(RefundAll { method, ids: Vec::new() });
                Some(OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund }))
            }),
        ),
        What::Discount(of, line, kind) => (
            of,
            Box::new(move |order| {
                let line = line.and_then(|at| at.checked_rem(order.lines.len())).map(|at| order.lines[at].id);
                let id = DiscountId::from_uuid(Uuid::nil());
                Some(OrderCommand::Discount(GiveDiscount { id, line, kind, reason: "se demoró".to_owned() }))
            }),
        ),
        What::TakeDiscountBack(of, at) => (
            of,
            Box::new(move |order| {
                let at = at.checked_rem(order.discounts.len())?;
                Some(OrderCommand::RemoveDiscount(order.discounts[at].id))
            }),
        ),
        What::Split(of, by) => (of, Box::new(move |_| Some(OrderCommand::Split(by.clone())))),
        What::Join(of) => (of, Box::new(|_| Some(OrderCommand::UndoSplit))),
        What::Reopen(of) => (of, Box::new(|_| Some(OrderCommand::Reopen))),
    };
    let Some(order) = order(of) else { return };
    if let Some(command) = command(&order) {
        drop(block_on(feature::run(journal, request, Role::Admin, change(&order, command))));
    }
}

fn paying(order: &Order, how: (PaymentMethod, i64, i64, i64), part: Option<usize>) -> OrderCommand {
    let (method, share, tip, beyond) = how;
    let part = part.filter(|_| !order.split.is_empty());
    let due = match part.and_then(|part| order.split.get(part)) {
        Some(part) => part.amount.minor() - order.paid_of(part).minor(),
        None => order.due().minor(),
    };
    let amount = due * share / 1000 + tip;
    OrderCommand::TakePayment(TakePayment {
        id: PaymentId::from_uuid(Uuid::nil()),
        rounding: PaymentId::from_uuid(Uuid::nil()),
        method,
        amount,
        tip,
        received: (beyond > 0).then_some(amount + beyond),
        reference: None,
        part,
    })
}

fn refunding(order: &Order, at: usize, amount: i64, method: Option<PaymentMethod>) -> Option<OrderCommand> {
    let payment = order.payments[at.checked_rem(order.payments.len())?].taken.payment;
    let id = RefundId::from_uuid(Uuid::nil());
    let rounding = RefundId::from_uuid(Uuid::nil());
    Some(OrderCommand::Refund(RefundPayment {
        id, rounding, payment, amount, reason: "venía frío".to_owned(), method
    }))
}
