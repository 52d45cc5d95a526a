//! The templates a branch begins with.

use std::sync::LazyLock;

use super::Field::{
    Blank, ByAndMark, Collect, CountAndBy, DateAndBy, Footer, Guest, Legal, Letterhead, Lines, Number, NumberAndTime,
    OrderAndPlace, PaperAndPlace, Payments, Rule, StationAndPlace, Sums, Total,
};
use super::TypeSize::{Large, Small, Tall};
use super::{Block, Templates};

pub(super) static STANDARD: LazyLock<Templates> = LazyLock::new(|| Templates {
    ticket: ticket(),
    receipt: receipt(),
    delivery_slip: delivery_slip(),
    whole_order: whole_order(),
});

fn ticket() -> Vec<Block> {
    vec![
        Block::of(NumberAndTime, Large, true),
        Block::of(StationAndPlace, Tall, false),
        Block::of(Lines, Large, true),
        Block::of(Guest, Tall, false),
        Block::plain(Rule),
        Block::plain(ByAndMark),
        Block::plain(Blank),
    ]
}

fn receipt() -> Vec<Block> {
    vec![
        Block::of(Letterhead, Tall, true).centred(),
        Block::plain(Rule),
        Block::of(Number, Small, true),
        Block::plain(OrderAndPlace),
        Block::plain(DateAndBy),
        Block::plain(Guest),
        Block::plain(Rule),
        Block::plain(Lines),
        Block::plain(Rule),
        Block::plain(Sums),
        Block::of(Total, Tall, true),
        Block::plain(Payments),
        Block::plain(Legal).centred(),
        Block::plain(Footer).centred(),
        Block::plain(Blank),
    ]
}

/// Also of a branch whose templates were laid down when there was no such template.
pub(super) fn delivery_slip() -> Vec<Block> {
    vec![
        Block::of(Letterhead, Tall, true).centred(),
        Block::plain(Rule),
        Block::of(NumberAndTime, Large, true),
        Block::of(PaperAndPlace, Tall, false),
        Block::plain(Rule),
        Block::of(Guest, Large, true),
        Block::plain(Rule),
        Block::plain(Lines),
        Block::plain(Rule),
        Block::of(Total, Tall, false),
        Block::of(Collect, Large, true),
        Block::plain(Blank),
    ]
}

/// Also of a branch whose templates were laid down when there was no such template.
pub(super) fn whole_order() -> Vec<Block> {
    vec![
        Block::of(NumberAndTime, Large, true),
        Block::of(PaperAndPlace, Tall, false),
        Block::plain(Rule),
        Block::of(Lines, Large, true),
        Block::plain(Rule),
        Block::of(Guest, Tall, false),
        Block::plain(CountAndBy),
        Block::plain(Blank),
    ]
}
