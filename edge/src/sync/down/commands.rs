//! What the cloud asks of this branch, carried out once: a command's effect and the record of it are one transaction.
//!
//! The kinds, which stay as they are once clouds send them:
//! - `availability.set` v1: `{"product": SKU}` or `{"modifier": SKU}`, and `"availability"` as in
//!   `PUT /api/v1/products/{id}/availability`: something ran out, or is back.
//! - `order.erase_personal` v1: `{"order": ID}`: what the guest told with it is erased, and the card it names, see [`crate::orders::erasure`].
//!
//! One that is not known is answered `unsupported`, one that cannot be done `refused`, and the next goes on.

use comanda_shared::catalog::Catalog;
use comanda_shared::ids::{CommandId, OrderId};
use comanda_shared::protocol::command::{Command, CommandOutcome};
use comanda_shared::staff::{Actor, Role};
use serde::Deserialize;
use uuid::Uuid;

use super::store;
use crate::availability::feature::{self as availability, Named, Saying};
use crate::availability::wire::AvailabilityRequest;
use crate::journal::{CommandError, DataFolder, Failure, Journal, Request, Step, StorageFault, open_reader};
use crate::orders::erasure::{self, Told};

/// Why a command has no effect.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refusal(String);

/// A command this program knows, parsed.
enum Asked {
    SetAvailability { item: ItemRef, saying: Saying },
    ErasePersonal(Told),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetAvailability {
    #[serde(default)]
    product: Option<String>,
    #[serde(default)]
    modifier: Option<String>,
    availability: AvailabilityRequest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErasePersonal {
    order: OrderId,
}

enum ItemRef {
    Product(String),
    Modifier(String),
}

/// Carries a command out, unless that was done before, and says what became of it.
///
/// # Errors
/// When the branch's file cannot be written; then nothing has happened, and it is to be tried again.
pub fn carry_out(journal: &Journal, folder: &DataFolder, command: &Command) -> Result<CommandOutcome, StorageFault> {
    let (sequence, id) = (command.sequence, command.id);
    let asked = Asked::read(journal, folder, command)?;
    let erased = match &asked {
        Ok(Asked::ErasePersonal(told)) => Some(told.order()),
        Ok(Asked::SetAvailability { .. }) | Err(_) => None,
    };
    let outcome = settle(journal, sequence, id, asked)?;
    if let Some(order) = erased {
        let connection = open_reader(&folder.database(), journal.environment()).map_err(failed)?;
        erasure::remove_pictures(&connection, folder, order).map_err(failed)?;
    }
    Ok(outcome)
}

fn failed(error: impl std::fmt::Display) -> StorageFault {
    StorageFault::Failed(error.to_string())
}

/// Carries it out and writes down what became of it, in one transaction.
fn settle(
    journal: &Journal,
    sequence: u64,
    id: Uuid,
    asked: Result<Asked, CommandOutcome>,
) -> Result<CommandOutcome, StorageFault> {
    let work = move |step: &mut Step<'_>| {
        if let Some(known) = store::outcome_of(step.connection(), id)? {
            store::keep_outcome(step.connection(), sequence, id, &known)?;
            return Ok(known);
        }
        let outcome = match asked {
            Ok(asked) => {
                asked.run(step)?;
                CommandOutcome::Done
            }
            Err(outcome) => outcome,
        };
        store::keep_outcome(step.connection(), sequence, id, &outcome)?;
        Ok(outcome)
    };
    let request =
        Request { command: CommandId::from_uuid(id), digest: None, actor: Actor::Cloud, approver: None, device: None };
    let refused = match journal.command_blocking(request, work) {
        Ok(outcome) => return Ok(outcome),
        Err(CommandError::Refused(Refusal(detail))) => detail,
        // It would panic again, and hold up all those behind it.
        Err(CommandError::Panicked) => "an internal error".to_owned(),
        Err(CommandError::Storage(fault)) => return Err(fault),
        Err(error @ (CommandError::Busy | CommandError::Stopped | CommandError::KeyReused)) => {
            return Err(StorageFault::Failed(error.to_string()));
        }
    };
    let outcome = CommandOutcome::Refused { detail: refused };
    let kept = outcome.clone();
    let keep =
        journal.operate_blocking(Actor::Cloud, move |step| store::keep_outcome(step.connection(), sequence, id, &kept));
    match keep {
        Ok(()) => Ok(outcome),
        Err(CommandError::Storage(fault)) => Err(fault),
        Err(error) => Err(StorageFault::Failed(error.to_string())),
    }
}

impl Asked {
    /// What is asked, or the outcome of a command that asks for nothing this program can do.
    fn read(
        journal: &Journal,
        folder: &DataFolder,
        command: &Command,
    ) -> Result<Result<Self, CommandOutcome>, StorageFault> {
        let refused = |detail: String| CommandOutcome::Refused { detail };
        if (command.kind.as_str(), command.version) != ("order.erase_personal", 1) {
            return Ok(Self::parse(command));
        }
        let order = match ErasePersonal::deserialize(&command.body) {
            Ok(body) => body.order,
            Err(error) => return Ok(Err(refused(error.to_string()))),
        };
        // Looked for ahead, so that the writer is not held up.
        let connection = open_reader(&folder.database(), journal.environment()).map_err(failed)?;
        let told = erasure::told(&connection, order).map_err(failed)?;
        Ok(Ok(Self::ErasePersonal(told)))
    }

    fn parse(command: &Command) -> Result<Self, CommandOutcome> {
        match (command.kind.as_str(), command.version) {
            ("availability.set", 1) => {
                let refused = |detail: String| CommandOutcome::Refused { detail };
                let body = SetAvailability::deserialize(&command.body).map_err(|error| refused(error.to_string()))?;
                let item = match (body.product, body.modifier) {
                    (Some(product), None) => ItemRef::Product(product),
                    (None, Some(modifier)) => ItemRef::Modifier(modifier),
                    _ => return Err(refused("one product or one modifier is meant".to_owned())),
                };
                let saying = body.availability.saying().map_err(|problem| {
                    let fields = problem.errors.iter().map(|error| format!("{}: {}", error.field, error.detail));
                    refused(fields.collect::<Vec<_>>().join("; "))
                })?;
                Ok(Self::SetAvailability { item, saying })
            }
            _ => Err(CommandOutcome::Unsupported),
        }
    }

    fn run(self, step: &mut Step<'_>) -> Result<(), Failure<Refusal>> {
        match self {
            Self::ErasePersonal(told) => match erasure::run(step, &told)? {
                true => Ok(()),
                false => Err(Failure::Refused(Refusal("the branch has no such order".to_owned()))),
            },
            Self::SetAvailability { item, saying } => {
                let refused = |detail: &str| Failure::Refused(Refusal(detail.to_owned()));
                let configuration = step.configuration();
                let catalog = configuration.catalog.as_deref();
                let catalog: &Catalog = catalog.ok_or_else(|| refused("the branch has no catalog yet"))?;
                let named = match &item {
                    ItemRef::Product(sku) => Named::product(catalog, sku),
                    ItemRef::Modifier(sku) => Named::modifier(catalog, sku),
                };
                let named = named.ok_or_else(|| refused("the branch's catalog has nothing of that name"))?;
                availability::run(step, Role::Owner, named, saying).map_err(|failure| match failure {
                    Failure::Refused(rejection) => Failure::Refused(Refusal(rejection.to_string())),
                    Failure::Storage(error) => Failure::Storage(error),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::journal::tests::trial::Trial;

    fn command(sequence: u64, id: u128, kind: &str, body: Value) -> Command {
        Command { sequence, id: Uuid::from_u128(id), kind: kind.to_owned(), version: 1, body }
    }

    fn out(sequence: u64, id: u128) -> Command {
        command(sequence, id, "availability.set", json!({"product": "burger", "availability": {"available": false}}))
    }

    fn head(trial: &Trial) -> u64 {
        *trial.journal().committed().borrow()
    }

    fn carried_out(trial: &Trial) -> u64 {
        crate::sync::store::cursor(&trial.file()).unwrap().1
    }

    #[test]
    fn a_command_told_twice_under_two_numbers_has_one_effect() {
        let trial = Trial::selling();
        assert_eq!(carry_out(trial.journal(), &trial.data(), &out(1, 7)).unwrap(), CommandOutcome::Done);
        let after_one = head(&trial);
        assert_eq!(
            trial.journal().configuration().stockouts.in_force(trial.journal().environment().clock.now()).count(),
            1
        );
        let back = command(2, 8, "availability.set", json!({"product": "burger", "availability": {"available": true}}));
        assert_eq!(carry_out(trial.journal(), &trial.data(), &back).unwrap(), CommandOutcome::Done);
        let after_two = head(&trial);
        assert!(after_two > after_one);
        assert_eq!(carry_out(trial.journal(), &trial.data(), &out(3, 7)).unwrap(), CommandOutcome::Done);
        assert_eq!((head(&trial), carried_out(&trial)), (after_two, 3));
        assert_eq!(
            trial.journal().configuration().stockouts.in_force(trial.journal().environment().clock.now()).count(),
            0
        );
        let told = store::latest_outcomes(&trial.file(), 2).unwrap();
        assert_eq!(told.iter().map(|result| result.sequence).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_command_that_is_not_known_or_cannot_be_done_is_answered_and_holds_nobody_up() {
        let trial = Trial::selling();
        let before = head(&trial);
        let unknown = command(1, 1, "robot.dance", json!({}));
        assert_eq!(carry_out(trial.journal(), &trial.data(), &unknown).unwrap(), CommandOutcome::Unsupported);
        let nothing =
            command(2, 2, "availability.set", json!({"product": "nada", "availability": {"available": false}}));
        let garbled = command(3, 3, "availability.set", json!({"availability": {"available": "perhaps"}}));
        for refused in [nothing, garbled] {
            let outcome = carry_out(trial.journal(), &trial.data(), &refused).unwrap();
            assert!(matches!(outcome, CommandOutcome::Refused { .. }), "{outcome:?}");
        }
        assert_eq!((head(&trial), carried_out(&trial)), (before, 3));
        assert_eq!(carry_out(trial.journal(), &trial.data(), &out(4, 4)).unwrap(), CommandOutcome::Done);
    }
}
