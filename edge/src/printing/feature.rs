//! What other features have printed besides tickets: said in a step of theirs, printed after its commit.

use comanda_shared::ids::{JobId, PrinterId};
use comanda_shared::paper::PrintedDocument;

use super::job::NewJob;
use crate::journal::Step;

/// Has a document printed, or a drawer opened, at the counter; none when no printer stands there, or it was taken away.
///
/// The job is written with the step. It is not in the journal: whoever has a receipt printed says so with an event of its
/// own where that matters.
pub fn print_at_counter(step: &mut Step<'_>, document: PrintedDocument) -> Option<JobId> {
    let printer = step.configuration().counter_printer()?.id;
    Some(print_at(step, printer, document))
}

/// Has a document printed at a printer of the branch.
pub fn print_at(step: &mut Step<'_>, printer: PrinterId, document: PrintedDocument) -> JobId {
    let job = NewJob::of_paper(document, printer, step.ids());
    let id = job.id;
    step.print(job);
    id
}
