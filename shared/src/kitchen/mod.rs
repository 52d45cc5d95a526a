//! The kitchen: which station has been told what, and which dishes are on their way.

mod ticket;

pub use ticket::{Ticket, TicketKind, TicketLine};
