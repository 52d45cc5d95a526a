//! A print job: what is printed where, how far it has come, and what is known of it.

use comanda_shared::ids::{JobId, NewIds, PrinterId, TicketId};
use comanda_shared::kitchen::{Proof, Routes, Ticket, printer_now};
use comanda_shared::paper::{PaperKind, PrintedDocument};
use jiff::{SignedDuration, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use serde::Serialize;
use utoipa::ToSchema;

/// A drawer that has not been opened by then stays shut: who asked has walked away, and somebody else would find it open.
const DRAWER_PATIENCE: SignedDuration = SignedDuration::from_secs(10);
/// A pre-bill that has not come out by then is of an order that has changed.
const PRE_BILL_PATIENCE: SignedDuration = SignedDuration::from_mins(10);

macro_rules! statuses {
    ($($(#[$doc:meta])* $status:ident = $name:literal,)*) => {
        /// How far a job has come.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum JobStatus {
            $($(#[$doc])* $status,)*
        }

        impl JobStatus {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$status),*];

            /// As it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$status => $name,)* }
            }
        }
    };
}

statuses! {
    /// It waits for its printer.
    Queued = "queued",
    /// Bytes may be leaving.
    Sending = "sending",
    /// Every byte has left; its printer has still to prove that it came out.
    Sent = "sent",
    /// It came out, as far as can be known.
    Printed = "printed",
    /// It may have come out or not, and somebody must say whether it is printed again.
    Unknown = "unknown",
    /// It is old, and somebody must say what becomes of it.
    Held = "held",
    /// It cannot be printed, or no longer should be.
    Failed = "failed",
    /// Another job has taken its place, at another printer.
    Rerouted = "rerouted",
    /// Somebody took it back.
    Cancelled = "cancelled",
}

impl FromSql for JobStatus {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        Self::ALL.iter().copied().find(|status| status.as_str() == name).ok_or(FromSqlError::InvalidType)
    }
}

/// When a job's turn comes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Priority {
    /// Before all that waits: a drawer.
    AtOnce,
    /// In its turn: what a cook or a guest waits for.
    InTurn,
    /// When nothing else waits: reprints, reports.
    Later,
}

impl Priority {
    /// As it is stored.
    pub const fn rank(self) -> u8 {
        match self {
            Self::AtOnce => 0,
            Self::InTurn => 1,
            Self::Later => 2,
        }
    }
}

/// What is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// A kitchen ticket, as the journal has it.
    Ticket(TicketId),
    /// Anything else, as it was said.
    Paper(Box<PrintedDocument>),
}

impl Content {
    /// The ticket, when it is one.
    pub const fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::Ticket(ticket) => Some(*ticket),
            Self::Paper(_) => None,
        }
    }

    /// What kind of document it is, when it is no ticket.
    pub const fn paper(&self) -> Option<PaperKind> {
        match self {
            Self::Ticket(_) => None,
            Self::Paper(document) => Some(document.kind()),
        }
    }
}

/// A job that is about to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewJob {
    /// The job.
    pub id: JobId,
    /// What is printed.
    pub content: Content,
    /// Where.
    pub printer: PrinterId,
    /// When its turn comes.
    pub priority: Priority,
    /// Which reprint of its ticket it is, from 1; 0 for the first print.
    pub reprint: u32,
    /// Whether it may have come out elsewhere already.
    pub possible_duplicate: bool,
    /// How often bytes of it may have left elsewhere.
    pub attempts: u32,
    /// The printer it was meant for, where another takes over.
    pub backup_of: Option<PrinterId>,
    /// How long it is worth printing.
    pub lasts: Option<SignedDuration>,
}

impl NewJob {
    fn ordinary(id: JobId, content: Content, printer: PrinterId) -> Self {
        let priority = Priority::InTurn;
        Self {
            id,
            content,
            printer,
            priority,
            reprint: 0,
            possible_duplicate: false,
            attempts: 0,
            backup_of: None,
            lasts: None,
        }
    }

    /// The job of a ticket, for the first printer of its station; a station without a printer gets none, and its tickets
    /// are seen on screens only.
    pub fn of(ticket: &Ticket, ids: &mut dyn NewIds) -> Option<Self> {
        let printer = *ticket.printers.first()?;
        Some(Self::ordinary(JobId::new(ids), Content::Ticket(ticket.id), printer))
    }

    /// The job of a ticket's `n`th reprint, for the printer its station has by now.
    pub fn of_reprint(ticket: &Ticket, reprint: u32, routes: &Routes, ids: &mut dyn NewIds) -> Option<Self> {
        let printer = printer_now(routes, ticket.station)?;
        let job = Self::ordinary(JobId::new(ids), Content::Ticket(ticket.id), printer);
        Some(Self { reprint, priority: Priority::Later, ..job })
    }

    /// The job that takes another's place at another printer.
    pub fn instead_of(job: &Job, printer: PrinterId, ids: &mut dyn NewIds) -> Self {
        let (reprint, possible_duplicate, attempts) = (job.reprint, job.possible_duplicate, job.attempts);
        let heir = Self::ordinary(JobId::new(ids), job.content.clone(), printer);
        Self { reprint, possible_duplicate, attempts, backup_of: Some(job.printer), ..heir }
    }

    /// The job of a document.
    pub fn of_paper(document: PrintedDocument, printer: PrinterId, ids: &mut dyn NewIds) -> Self {
        let (priority, lasts) = match document.kind() {
            PaperKind::DrawerPulse => (Priority::AtOnce, Some(DRAWER_PATIENCE)),
            PaperKind::PreBill => (Priority::InTurn, Some(PRE_BILL_PATIENCE)),
            PaperKind::Receipt
            | PaperKind::TestPage
            | PaperKind::HeldSummary
            | PaperKind::WholeOrder
            | PaperKind::DeliverySlip => (Priority::InTurn, None),
            PaperKind::ShiftReport => (Priority::Later, None),
        };
        let job = Self::ordinary(JobId::new(ids), Content::Paper(Box::new(document)), printer);
        Self { priority, lasts, ..job }
    }
}

/// What is changed of jobs that exist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobChange {
    /// A job that waits, is held or in doubt ends so.
    Withdraw {
        /// The job's place among all.
        ordinal: i64,
        /// How it ends.
        to: JobStatus,
    },
    /// A job that waits, is held, in doubt or failed is printed as soon as its printer can.
    Requeue {
        /// The job's place among all.
        ordinal: i64,
    },
    /// A printer prints nothing from now on, or goes on.
    Pause {
        /// The printer.
        printer: PrinterId,
        /// Whether it stops.
        stops: bool,
    },
    /// What a printer answers is learned anew.
    Forget {
        /// The printer.
        printer: PrinterId,
    },
}

/// A job that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Its place among all jobs, by which it is written to.
    pub ordinal: i64,
    /// The job.
    pub id: JobId,
    /// What is printed.
    pub content: Content,
    /// How often bytes may have left.
    pub attempts: u32,
    /// How often in a row it failed before a byte left.
    pub failures: u32,
    /// Whether it may have come out already.
    pub possible_duplicate: bool,
    /// Which reprint of its ticket it is, from 1; 0 for the first print.
    pub reprint: u32,
    /// The printer it was meant for, where this one takes over.
    pub backup_of: Option<PrinterId>,
    /// Not before.
    pub next_at: Timestamp,
    /// Not after.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its turn comes, as [`Priority::rank`] says.
    pub rank: u8,
}

/// A job as people see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Its place among all jobs.
    pub ordinal: i64,
    /// The job.
    pub id: JobId,
    /// What is printed.
    pub content: Content,
    /// Its printer.
    pub printer: PrinterId,
    /// How far it has come.
    pub status: JobStatus,
    /// How well it is known that it came out.
    pub proof: Option<Proof>,
    /// How often bytes may have left.
    pub attempts: u32,
    /// Whether it may have come out before.
    pub possible_duplicate: bool,
    /// Which reprint of its ticket it is, from 1; 0 for the first print.
    pub reprint: u32,
    /// The printer it was meant for, where this one takes over.
    pub backup_of: Option<PrinterId>,
    /// The last thing that went wrong.
    pub error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}
