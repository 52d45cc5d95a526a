//! Printing: what a ticket looks like, the bytes that make a printer print it, and the spooler that gets them there.
//!
//! - [`sheet`] lays a ticket out in rows; [`text`] holds our own code pages; [`encoder`] makes ESC/POS of the rows.
//! - [`job`] is what is printed where, [`material`] what it is printed from; [`store`] writes the durable queue, [`queries`]
//!   read it; [`feature`] takes papers that are no tickets.
//! - [`spooler`] keeps one [`worker`] for each printer; [`transport`] moves bytes.
//! - [`setup`] says what printers there are; [`discovery`] looks for them, [`announced`] asks who says that they are one, `follow` for one whose address has changed, with
//!   what the machine knows of its [`surroundings`]; [`models`] is what is known of models. [`arrivals`] tells the manager of one that turns
//!   up, and [`numbering`] has it print the number it is shown by.
//! - [`templates`] say what stands on tickets, receipts and the papers of the pass, in which order and how large; [`pictures`] are what a branch
//!   has on them, and [`graphics`] makes dots of those and of QR codes.
//! - [`paper`] reads ESC/POS back as a printer would, and [`picture`] draws it: the picture of a ticket is made from the
//!   very bytes that were printed.
//!
//! It does not know why a ticket was issued. Faults it survives: see [`worker`].

pub mod announced;
pub mod answers;
pub mod arrivals;
pub mod board;
pub mod breaker;
mod by_hand;
pub mod commands;
pub mod device;
pub mod discovery;
pub mod discovery_routes;
pub mod encoder;
pub mod feature;
mod flood;
mod follow;
pub mod graphics;
pub mod job;
pub mod material;
pub mod models;
pub mod numbering;
pub mod paper;
pub mod picture;
pub mod pictures;
pub mod profile;
pub mod queries;
pub mod routes;
pub mod setup;
pub mod setup_routes;
pub mod sheet;
pub mod spooler;
pub mod store;
pub mod surroundings;
pub mod talk;
pub mod template_routes;
pub mod templates;
pub mod text;
mod torn;
pub mod transport;
mod watch;
pub mod worker;

use std::path::PathBuf;

use comanda_shared::ids::JobId;
use comanda_shared::printer::{Printer, PrinterAddress};

use crate::journal::DataFolder;
use profile::{Features, PrinterProfile};

/// Jobs whose bytes virtual printers keep.
const PAPER_KEPT: usize = 2000;

/// How a printer wants its bytes: as an operator set it up, and besides as its model is known, which an operator names or
/// the printer says itself.
pub fn profile_of(printer: &Printer, says: Option<&str>) -> PrinterProfile {
    let model = printer.model.as_deref().map_or_else(|| says.and_then(models::called), models::named);
    // What is nowhere is drawn, whatever it is told to print.
    let draws_all = model.is_none() && printer.address == PrinterAddress::Virtual;
    PrinterProfile {
        columns: printer.columns,
        code_page: printer.code_page,
        code_page_number: printer.code_page_number.or(model.and_then(|model| model.page_number(printer.code_page))),
        features: Features {
            prints_qr: draws_all || model.is_some_and(|model| model.prints_qr),
            prints_pictures: draws_all || model.is_some_and(|model| model.prints_pictures),
            has_no_cutter: model.is_some_and(|model| !model.cuts),
            beeps: printer.beeps,
            drawer: printer.drawer,
        },
    }
}

/// Where a virtual printer keeps a job's bytes.
pub fn paper_file(folder: &DataFolder, job: JobId) -> PathBuf {
    folder.virtual_paper().join(worker::file_name(job))
}

/// Throws the oldest paper of virtual printers away when there is twice what is kept; the pictures of those tickets are
/// then drawn anew. Job ids grow with time, so the oldest come first by name.
fn forget_old_paper(folder: &DataFolder) {
    let Ok(entries) = std::fs::read_dir(folder.virtual_paper()) else { return };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    if files.len() < 2 * PAPER_KEPT {
        return;
    }
    files.sort();
    let old = files.len() - PAPER_KEPT;
    for file in files.into_iter().take(old) {
        // One that cannot be removed now is tried again with the next ticket.
        let _ = std::fs::remove_file(file);
    }
}
