//! A guest the branch knows: one card by phone number, with where they live, what they allowed to be kept, and whether
//! the branch still sells to them.
//!
//! A card is made only with the guest's consent (Ley 1581), which is kept with the words it was asked in and the time. All
//! that says who they are is personal data: it stands beside the journal and goes with [`CustomerErased`]. What they ordered
//! is not here: orders name their card.

mod card;
mod decide;
mod document;
mod event;
mod phone;
mod state;
#[cfg(test)]
mod tests;

pub use card::{Address, CardError, CustomerPersonal, NewCard};
pub use decide::{CustomerCommand, CustomerContext, CustomerRejection, decide};
pub use document::{DocumentError, DocumentKind, IdDocument};
pub use event::{ConsentPurpose, CustomerAdded, CustomerChanged, CustomerConsented, CustomerErased, CustomerEvent};
pub use phone::{Phone, PhoneError, last_digits};
pub use state::{Consent, Customer, CustomerStatus};

/// What a card takes at most.
pub mod limits {
    /// Characters of a name, an e-mail or a document's number.
    pub const SHORT_TEXT: usize = 120;
    /// Characters of an address, of its notes, and of notes about the guest.
    pub const LONG_TEXT: usize = 500;
    /// Addresses on one card.
    pub const ADDRESSES: usize = 10;
    /// Characters of the words a consent was asked in.
    pub const WORDING: usize = 1000;
}
