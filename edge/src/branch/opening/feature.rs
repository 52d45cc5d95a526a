//! Saying that the branch is open, busy, paused or closed, run in the writer.

use comanda_shared::branch::{StateCommand, StateRejection};
use comanda_shared::staff::Role;

use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

/// Says it, and answers after the commit.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn say(
    journal: &Journal,
    request: Request,
    role: Role,
    command: StateCommand,
) -> Result<Outcome<()>, CommandError<StateRejection>> {
    journal.command(request, move |step: &mut Step<'_>| run(step, role, command), |_, _| Ok(())).await
}

fn run(step: &mut Step<'_>, role: Role, command: StateCommand) -> Result<(), Failure<StateRejection>> {
    let configuration = step.configuration();
    let who = (step.request().actor, role);
    let changed = super::of(step.branch(), &configuration).say(command, who, step.now());
    match changed.map_err(Failure::Refused)? {
        Some(changed) => Ok(step.record(changed)?),
        None => Ok(()),
    }
}
