//! What may be done to a guest's card.

use jiff::Timestamp;

use super::{
    ConsentPurpose, Customer, CustomerAdded, CustomerChanged, CustomerConsented, CustomerErased, CustomerEvent,
    CustomerPersonal, CustomerStatus, limits,
};
use crate::ids::CustomerId;
use crate::personal::Personal;
use crate::staff::Actor;

/// What may be asked of a card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CustomerCommand {
    /// Make one.
    Add {
        /// Its id, made for it already.
        id: CustomerId,
        /// What it says.
        personal: CustomerPersonal,
        /// The words in which the guest was asked whether it may be kept; none when they were not.
        consent: Option<String>,
    },
    /// Write it anew.
    Change {
        /// Whether the branch sells to them.
        status: CustomerStatus,
        /// What it says.
        personal: CustomerPersonal,
    },
    /// Write down what the guest allows, or no longer does.
    Consent {
        /// What for.
        purpose: ConsentPurpose,
        /// Whether they do.
        is_given: bool,
        /// The words they were asked in.
        wording: String,
    },
    /// Erase what it says.
    Erase,
}

/// What a decision about a card depends on besides the card.
#[derive(Clone, Copy, Debug)]
pub struct CustomerContext {
    /// Branch time.
    pub now: Timestamp,
    /// Who asks.
    pub actor: Actor,
    /// Whose card has the phone number that is asked for.
    pub owner_of_phone: Option<CustomerId>,
}

/// Why a card stays as it is. A refusal writes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomerRejection {
    /// There is no such card, or what it said was erased.
    #[error("there is no such card")]
    Unknown,
    /// It was asked of a version that is not the present one.
    #[error("the card is at version {current} by now")]
    VersionConflict {
        /// The present version.
        current: u32,
    },
    /// Somebody else's card has this phone number.
    #[error("this phone number is on another card")]
    PhoneTaken {
        /// Whose.
        customer: CustomerId,
    },
    /// Nobody asked the guest.
    #[error("a card is kept only with the guest's consent")]
    ConsentMissing,
    /// The words of a consent are missing or too long.
    #[error("the words a guest was asked in have 1 to {} characters", limits::WORDING)]
    Wording,
}

/// What the command makes happen; nothing when it is so already.
///
/// # Errors
/// [`CustomerRejection`]; then nothing happens.
pub fn decide(
    customer: Option<&Customer>,
    command: CustomerCommand,
    context: &CustomerContext,
) -> Result<Vec<CustomerEvent>, CustomerRejection> {
    let (by, at) = (context.actor, context.now);
    if let CustomerCommand::Add { id, personal, consent } = command {
        let wording = checked(consent.ok_or(CustomerRejection::ConsentMissing)?)?;
        check_phone(id, context)?;
        let added = CustomerAdded { customer: id, by, at, personal: Personal::Known(personal) };
        let purpose = ConsentPurpose::Orders;
        let consented = CustomerConsented { customer: id, purpose, is_given: true, wording, by, at };
        return Ok(vec![CustomerEvent::Added(added), CustomerEvent::Consented(consented)]);
    }
    let card = customer.ok_or(CustomerRejection::Unknown)?;
    let id = card.id;
    let Personal::Known(known) = &card.personal else {
        // Asked again, nothing more is written.
        return if command == CustomerCommand::Erase { Ok(Vec::new()) } else { Err(CustomerRejection::Unknown) };
    };
    match command {
        CustomerCommand::Add { .. } => unreachable!("a card that is made was returned above"),
        CustomerCommand::Change { status, personal } => {
            check_phone(id, context)?;
            if status == card.status && personal == *known {
                return Ok(Vec::new());
            }
            let personal = Personal::Known(personal);
            Ok(vec![CustomerEvent::Changed(CustomerChanged { customer: id, status, by, at, personal })])
        }
        CustomerCommand::Consent { purpose, is_given, wording } => {
            let wording = checked(wording)?;
            if card.allows(purpose) == is_given {
                return Ok(Vec::new());
            }
            let consented = CustomerConsented { customer: id, purpose, is_given, wording, by, at };
            Ok(vec![CustomerEvent::Consented(consented)])
        }
        CustomerCommand::Erase => Ok(vec![CustomerEvent::Erased(CustomerErased { customer: id, by, at })]),
    }
}

fn check_phone(id: CustomerId, context: &CustomerContext) -> Result<(), CustomerRejection> {
    match context.owner_of_phone {
        Some(customer) if customer != id => Err(CustomerRejection::PhoneTaken { customer }),
        Some(_) | None => Ok(()),
    }
}

fn checked(wording: String) -> Result<String, CustomerRejection> {
    let wording = wording.trim().to_owned();
    let length = wording.chars().count();
    let is_plain = !wording.chars().any(|c| c.is_control() && c != '\n');
    if (1..=limits::WORDING).contains(&length) && is_plain { Ok(wording) } else { Err(CustomerRejection::Wording) }
}
