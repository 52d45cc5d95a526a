//! The branch's state and its one transition.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Author, BranchEvent, BranchOpened, BranchState, Counter, DirectiveKind, FiscalCounters, PaperCounter, PaperSeries,
};
use crate::cash::CashEvent;
use crate::event::Event;
use crate::ids::{BranchId, JournalId};
use crate::order::{OrderEvent, OrderType};

/// A version of a directive in use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DirectiveInUse {
    /// From 1 for each kind.
    pub version: u64,
    /// The document, by its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Who laid it down.
    #[serde(default, skip_serializing_if = "Author::is_local")]
    pub author: Author,
}

/// The branch as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Branch {
    /// The branch.
    pub id: BranchId,
    /// The journal's present life.
    pub journal: JournalId,
    /// The day of business it is in; moves only forward.
    pub business_day: Date,
    /// The numbers given so far.
    pub counters: BTreeMap<OrderType, Counter>,
    /// The papers numbered so far: receipts, counts of shifts, reports of days.
    pub papers: BTreeMap<PaperSeries, PaperCounter>,
    /// The directives in use.
    pub directives: BTreeMap<DirectiveKind, DirectiveInUse>,
    /// The last number given of each range of the tax office.
    #[serde(default)]
    pub fiscal: FiscalCounters,
    /// Whether it is open, as was last said there.
    #[serde(default, skip_serializing_if = "BranchState::is_plain")]
    pub state: BranchState,
    /// When it began for real; none of one that is tried out, or never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<Timestamp>,
}

impl Branch {
    /// The branch that has just been opened.
    pub fn opened(event: &BranchOpened) -> Self {
        Self {
            id: event.branch,
            journal: event.journal,
            business_day: event.business_day,
            counters: BTreeMap::new(),
            papers: BTreeMap::new(),
            directives: BTreeMap::new(),
            fiscal: FiscalCounters::new(),
            state: BranchState::default(),
            begun_at: None,
        }
    }

    /// The numbers given so far to orders of this type.
    pub fn counter(&self, order_type: OrderType) -> Counter {
        self.counters.get(&order_type).copied().unwrap_or_default()
    }

    /// The number the next paper of a series gets, at the branch of this code.
    pub fn next_paper(&self, series: PaperSeries, branch_code: &str) -> String {
        self.papers.get(&series).copied().unwrap_or_default().next(branch_code, series)
    }

    fn count_paper(&mut self, series: PaperSeries) {
        self.papers.entry(series).or_default().count();
    }

    /// Who laid down what is in use; the branch itself when nothing is.
    pub fn author_of(&self, kind: DirectiveKind) -> Author {
        self.directives.get(&kind).map(|directive| directive.author).unwrap_or_default()
    }

    /// The version of a directive in use; 0 when none is.
    pub fn directive_version(&self, kind: DirectiveKind) -> u64 {
        self.directives.get(&kind).map_or(0, |directive| directive.version)
    }

    /// What the event makes of the branch; events of no concern to it change nothing.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Branch(BranchEvent::Opened(opened)) => *self = Self::opened(opened),
            Event::Branch(BranchEvent::BusinessDayOpened(day)) => {
                self.business_day = self.business_day.max(day.business_day);
                self.counters.values_mut().for_each(Counter::begin_day);
                self.state.on_another_day();
            }
            Event::Branch(BranchEvent::DirectiveApplied(applied)) => {
                let in_use =
                    DirectiveInUse { version: applied.version, sha256: applied.sha256.clone(), author: applied.author };
                self.directives.insert(applied.kind, in_use);
            }
            Event::Branch(BranchEvent::NumbersSkipped(skipped)) => {
                self.journal = skipped.journal;
                self.counters.values_mut().for_each(Counter::skip);
                self.papers.values_mut().for_each(PaperCounter::skip);
                // Ranges are short and paid for: the next hundred is as far as a box gets in what nobody heard of.
                self.fiscal.values_mut().for_each(|last| *last = (*last / 100 + 1) * 100);
            }
            Event::Branch(BranchEvent::Begun(begun)) => self.begun_at = Some(begun.at),
            Event::Branch(BranchEvent::StateChanged(changed)) => self.state = changed.state.clone(),
            Event::Order(OrderEvent::Placed(placed)) => self.counters.entry(placed.order_type).or_default().count(),
            Event::Order(OrderEvent::ReceiptIssued(issued)) => {
                self.count_paper(PaperSeries::Receipt);
                if let Some(fiscal) = &issued.fiscal {
                    self.fiscal.insert(fiscal.key(), fiscal.number);
                }
            }
            Event::Cash(CashEvent::ShiftClosed(_)) => self.count_paper(PaperSeries::ShiftCount),
            Event::Cash(CashEvent::DayClosed(_)) => self.count_paper(PaperSeries::DayReport),
            _ => {}
        }
    }
}
