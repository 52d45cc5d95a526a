//! What an alert is about: one table of everything that can be wrong.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{OrderId, PrinterId, TicketId};
use crate::printer::PrinterAddress;

/// How much it matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Good to know.
    Low,
    /// Look at it when there is time.
    Medium,
    /// Look at it now: service suffers.
    High,
    /// Somebody must act at once, or a guest gets nothing.
    Critical,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal $severity:ident;)*) => {
        /// What kind of thing is wrong.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum AlertKind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)*
        }

        impl AlertKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// As it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$kind => Severity::$severity,)* }
            }
        }
    };
}

kinds! {
    /// A printer cannot be reached.
    PrinterDown = "printer.down" High;
    /// A printer has no paper.
    PrinterPaperOut = "printer.paper_out" High;
    /// A printer's cover is open.
    PrinterCoverOpen = "printer.cover_open" Medium;
    /// A printer turned up that nobody has set up.
    PrinterNew = "printer.new" Low;
    /// A ticket does not come out in time.
    TicketEndangered = "ticket.endangered" High;
    /// No printer can print a ticket: somebody has to tell the station.
    TicketByHand = "ticket.by_hand" Critical;
    /// More waits at a printer than it can print in time.
    QueueLong = "queue.long" Medium;
    /// A printer is back after a long time, and somebody must say what becomes of what waited.
    QueueHeld = "queue.held" High;
    /// There is little room where the branch keeps its data.
    DiskLow = "disk.low" High;
    /// The disk takes long to keep what it is given.
    DiskSlow = "disk.slow" Medium;
    /// The last backup is too long ago.
    BackupOld = "backup.old" Medium;
    /// The wall clock was set forth or back.
    ClockJumped = "clock.jumped" Medium;
    /// Nothing keeps the wall clock right.
    ClockUnkept = "clock.unkept" Low;
    /// The cloud has not had for long what happened here.
    SyncBehind = "sync.behind" Medium;
    /// The certificate with which the box speaks to the cloud is near its end.
    CertificateEnding = "certificate.ending" Medium;
    /// The numbers of the tax office are near their end.
    FiscalEnding = "fiscal.ending" High;
    /// The journal was changed from outside.
    JournalBroken = "journal.broken" High;
    /// A part of the program fails again and again, and is started again.
    FollowerFailing = "follower.failing" High;
}

/// What is wrong, with what it is about. Names are as they were when it was raised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Matter {
    /// A printer cannot be reached.
    #[serde(rename = "printer.down")]
    PrinterDown {
        /// Which.
        printer: PrinterId,
        /// What people call it.
        name: String,
    },
    /// A printer has no paper.
    #[serde(rename = "printer.paper_out")]
    PrinterPaperOut {
        /// Which.
        printer: PrinterId,
        /// What people call it.
        name: String,
    },
    /// A printer's cover is open.
    #[serde(rename = "printer.cover_open")]
    PrinterCoverOpen {
        /// Which.
        printer: PrinterId,
        /// What people call it.
        name: String,
    },
    /// A printer turned up that nobody has set up.
    #[serde(rename = "printer.new")]
    PrinterNew {
        /// The same for the same device, wherever it is plugged in.
        device: Uuid,
        /// Where it is, as it would be set up.
        address: PrinterAddress,
        /// What it says it is; may be nothing.
        says: String,
        /// What stands on its page, large; no other that waits to be set up has it.
        number: u8,
    },
    /// A ticket does not come out in time.
    #[serde(rename = "ticket.endangered")]
    TicketEndangered {
        /// Which.
        ticket: TicketId,
        /// Of which order.
        order: OrderId,
        /// The number people call out.
        number: String,
        /// Where it waits.
        printer: PrinterId,
        /// What people call that printer.
        name: String,
    },
    /// No printer can print a ticket: somebody has to tell the station.
    #[serde(rename = "ticket.by_hand")]
    TicketByHand {
        /// Which.
        ticket: TicketId,
        /// Of which order.
        order: OrderId,
        /// The number people call out.
        number: String,
        /// The station's name.
        station: String,
    },
    /// More waits at a printer than it can print in time.
    #[serde(rename = "queue.long")]
    QueueLong {
        /// Which.
        printer: PrinterId,
        /// What people call it.
        name: String,
        /// How many waited.
        waiting: u32,
    },
    /// A printer is back after a long time, and somebody must say what becomes of what waited.
    #[serde(rename = "queue.held")]
    QueueHeld {
        /// Which.
        printer: PrinterId,
        /// What people call it.
        name: String,
        /// How many waited.
        waiting: u32,
    },
    /// There is little room where the branch keeps its data.
    #[serde(rename = "disk.low")]
    DiskLow {
        /// How much was left, in MiB.
        free_mib: u64,
    },
    /// The disk takes long to keep what it is given.
    #[serde(rename = "disk.slow")]
    DiskSlow {
        /// How long a commit took at the middle of a minute, in milliseconds.
        commit_ms: u64,
    },
    /// The last backup is too long ago.
    #[serde(rename = "backup.old")]
    BackupOld {
        /// How long ago; none when there is no backup at all.
        hours: Option<u64>,
    },
    /// The wall clock was set forth or back.
    #[serde(rename = "clock.jumped")]
    ClockJumped {
        /// By how much, in seconds; negative where it was set back.
        seconds: i64,
    },
    /// Nothing keeps the wall clock right.
    #[serde(rename = "clock.unkept")]
    ClockUnkept {},
    /// The cloud has not had for long what happened here.
    #[serde(rename = "sync.behind")]
    SyncBehind {
        /// Entries that were only here.
        waiting: u64,
        /// For how long the oldest of them was.
        hours: u64,
    },
    /// The certificate with which the box speaks to the cloud is near its end.
    #[serde(rename = "certificate.ending")]
    CertificateEnding {
        /// Days it was still good; negative once it is over.
        days: i64,
    },
    /// The numbers of the tax office are near their end.
    #[serde(rename = "fiscal.ending")]
    FiscalEnding {
        /// How many were left.
        left: u64,
        /// For how many days more they could be given.
        days: i32,
    },
    /// The journal was changed from outside.
    #[serde(rename = "journal.broken")]
    JournalBroken {
        /// The first entry that does not follow from the one before it.
        sequence: u64,
    },
    /// A part of the program fails again and again, and is started again.
    #[serde(rename = "follower.failing")]
    FollowerFailing {
        /// Which, as the log calls it.
        name: String,
        /// How often it failed.
        failures: u32,
    },
}

/// What at most one open alert is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AlertKey {
    /// What kind of thing is wrong.
    pub kind: AlertKind,
    /// With what; nil when with the branch as a whole.
    pub subject: Uuid,
}

impl Matter {
    /// What kind of thing is wrong.
    pub const fn kind(&self) -> AlertKind {
        match self {
            Self::PrinterDown { .. } => AlertKind::PrinterDown,
            Self::PrinterPaperOut { .. } => AlertKind::PrinterPaperOut,
            Self::PrinterCoverOpen { .. } => AlertKind::PrinterCoverOpen,
            Self::PrinterNew { .. } => AlertKind::PrinterNew,
            Self::TicketEndangered { .. } => AlertKind::TicketEndangered,
            Self::TicketByHand { .. } => AlertKind::TicketByHand,
            Self::QueueLong { .. } => AlertKind::QueueLong,
            Self::QueueHeld { .. } => AlertKind::QueueHeld,
            Self::DiskLow { .. } => AlertKind::DiskLow,
            Self::DiskSlow { .. } => AlertKind::DiskSlow,
            Self::BackupOld { .. } => AlertKind::BackupOld,
            Self::ClockJumped { .. } => AlertKind::ClockJumped,
            Self::ClockUnkept {} => AlertKind::ClockUnkept,
            Self::SyncBehind { .. } => AlertKind::SyncBehind,
            Self::CertificateEnding { .. } => AlertKind::CertificateEnding,
            Self::FiscalEnding { .. } => AlertKind::FiscalEnding,
            Self::JournalBroken { .. } => AlertKind::JournalBroken,
            Self::FollowerFailing { .. } => AlertKind::FollowerFailing,
        }
    }

    /// What at most one open alert is about.
    pub const fn key(&self) -> AlertKey {
        let subject = match self {
            Self::PrinterDown { printer, .. }
            | Self::PrinterPaperOut { printer, .. }
            | Self::PrinterCoverOpen { printer, .. }
            | Self::QueueLong { printer, .. }
            | Self::QueueHeld { printer, .. } => printer.uuid(),
            Self::PrinterNew { device, .. } => *device,
            Self::TicketEndangered { ticket, .. } | Self::TicketByHand { ticket, .. } => ticket.uuid(),
            Self::DiskLow { .. }
            | Self::DiskSlow { .. }
            | Self::BackupOld { .. }
            | Self::ClockJumped { .. }
            | Self::ClockUnkept {}
            | Self::SyncBehind { .. }
            | Self::CertificateEnding { .. }
            | Self::FiscalEnding { .. }
            | Self::JournalBroken { .. }
            | Self::FollowerFailing { .. } => Uuid::nil(),
        };
        AlertKey { kind: self.kind(), subject }
    }

    /// The printer it is about.
    pub const fn printer(&self) -> Option<PrinterId> {
        match self {
            Self::PrinterDown { printer, .. }
            | Self::PrinterPaperOut { printer, .. }
            | Self::PrinterCoverOpen { printer, .. }
            | Self::TicketEndangered { printer, .. }
            | Self::QueueLong { printer, .. }
            | Self::QueueHeld { printer, .. } => Some(*printer),
            Self::PrinterNew { .. }
            | Self::TicketByHand { .. }
            | Self::DiskLow { .. }
            | Self::DiskSlow { .. }
            | Self::BackupOld { .. }
            | Self::ClockJumped { .. }
            | Self::ClockUnkept {}
            | Self::SyncBehind { .. }
            | Self::CertificateEnding { .. }
            | Self::FiscalEnding { .. }
            | Self::JournalBroken { .. }
            | Self::FollowerFailing { .. } => None,
        }
    }

    /// The ticket it is about, with its order.
    pub const fn ticket(&self) -> Option<(TicketId, OrderId)> {
        match self {
            Self::TicketEndangered { ticket, order, .. } | Self::TicketByHand { ticket, order, .. } => {
                Some((*ticket, *order))
            }
            Self::PrinterDown { .. }
            | Self::PrinterPaperOut { .. }
            | Self::PrinterCoverOpen { .. }
            | Self::PrinterNew { .. }
            | Self::QueueLong { .. }
            | Self::QueueHeld { .. }
            | Self::DiskLow { .. }
            | Self::DiskSlow { .. }
            | Self::BackupOld { .. }
            | Self::ClockJumped { .. }
            | Self::ClockUnkept {}
            | Self::SyncBehind { .. }
            | Self::CertificateEnding { .. }
            | Self::FiscalEnding { .. }
            | Self::JournalBroken { .. }
            | Self::FollowerFailing { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_written_in_json_as_it_is_in_text() {
        for kind in AlertKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn a_matter_is_stored_under_the_name_of_its_kind() {
        let printer = PrinterId::from_uuid(Uuid::nil());
        let matter = Matter::QueueLong { printer, name: "Cocina".to_owned(), waiting: 12 };
        let follower = Matter::FollowerFailing { name: "sync".to_owned(), failures: 2 };
        for matter in [matter, Matter::DiskLow { free_mib: 7 }, Matter::ClockUnkept {}, follower] {
            let stored = serde_json::to_value(&matter).unwrap();
            assert_eq!(stored.as_object().unwrap().keys().collect::<Vec<_>>(), [matter.kind().as_str()]);
            assert_eq!(serde_json::from_value::<Matter>(stored).unwrap(), matter);
        }
    }
}
