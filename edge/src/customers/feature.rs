//! Commands to guests' cards, run in the writer: load, decide, record.

use comanda_shared::customer::{
    self, ConsentPurpose, Customer, CustomerCommand, CustomerContext, CustomerPersonal, CustomerRejection,
    CustomerStatus,
};
use comanda_shared::ids::CustomerId;
use uuid::Uuid;

use super::store::owner_of_phone;
use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

/// What is asked of a card.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Make one; its id is made in the writer.
    Add {
        /// What it says.
        personal: CustomerPersonal,
        /// The words in which the guest was asked.
        consent: Option<String>,
    },
    /// Write it anew.
    Change {
        /// Whose.
        customer: CustomerId,
        /// The version it must be at.
        version: u32,
        /// Whether the branch sells to them.
        status: CustomerStatus,
        /// What it says.
        personal: CustomerPersonal,
    },
    /// Write down what the guest allows.
    Consent {
        /// Whose.
        customer: CustomerId,
        /// What for.
        purpose: ConsentPurpose,
        /// Whether they do.
        is_given: bool,
        /// The words they were asked in.
        wording: String,
    },
}

/// Runs a command to a card and answers after the commit.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn run(
    journal: &Journal,
    request: Request,
    wish: Wish,
) -> Result<Outcome<Customer>, CommandError<CustomerRejection>> {
    journal.command(request, move |step| decide(step, wish), again).await
}

/// Runs it in a step of the writer.
///
/// # Errors
/// The refusal; then nothing is recorded.
pub(super) fn decide(step: &mut Step<'_>, wish: Wish) -> Result<Customer, Failure<CustomerRejection>> {
    let (id, version, command) = match wish {
        Wish::Add { personal, consent } => {
            let id = CustomerId::new(step.ids());
            (id, None, CustomerCommand::Add { id, personal, consent })
        }
        Wish::Change { customer, version, status, personal } => {
            (customer, Some(version), CustomerCommand::Change { status, personal })
        }
        Wish::Consent { customer, purpose, is_given, wording } => {
            (customer, None, CustomerCommand::Consent { purpose, is_given, wording })
        }
    };
    let card = step.customer(id)?.cloned();
    if let (Some(card), Some(version)) = (&card, version)
        && card.version != version
    {
        return Err(Failure::Refused(CustomerRejection::VersionConflict { current: card.version }));
    }
    let phone = match &command {
        CustomerCommand::Add { personal, .. } | CustomerCommand::Change { personal, .. } => personal.phone.as_ref(),
        CustomerCommand::Consent { .. } | CustomerCommand::Erase => None,
    };
    let owner = phone.map(|phone| owner_of_phone(step.connection(), &phone.key())).transpose()?.flatten();
    let context = CustomerContext { now: step.now(), actor: step.request().actor, owner_of_phone: owner };
    for event in customer::decide(card.as_ref(), command, &context).map_err(Failure::Refused)? {
        step.record(event)?;
    }
    known(step, id)
}

/// A repeat is answered with the card as it is now.
fn again(step: &mut Step<'_>, subject: Uuid) -> Result<Customer, Failure<CustomerRejection>> {
    known(step, CustomerId::from_uuid(subject))
}

fn known(step: &mut Step<'_>, id: CustomerId) -> Result<Customer, Failure<CustomerRejection>> {
    step.customer(id)?.cloned().ok_or(Failure::Refused(CustomerRejection::Unknown))
}
