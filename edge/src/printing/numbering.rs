//! The page with a large number on it, by which people see which of several printers is which.

use comanda_shared::kitchen::Proof;
use comanda_shared::printer::PrinterAddress;

use super::answers::Abilities;
use super::board::Wait;
use super::encoder;
use super::profile::PrinterProfile;
use super::sheet::paper;
use super::talk::{Farewell, Onlooker, Talk};
use super::transport::Broken;
use super::worker::reach;

/// A closing printer has the page; one that does not close had three seconds.
const FAREWELL: Farewell = Farewell { patience: std::time::Duration::from_secs(3), is_expected: false };

/// Has a printer that is not set up print its number, on the narrowest paper there is, for nobody knows yet how wide it is.
///
/// # Errors
/// When it cannot be reached, or takes nothing.
pub fn print(address: &PrinterAddress, number: u8) -> Result<Proof, Broken> {
    let profile = PrinterProfile { columns: 32, ..PrinterProfile::default() };
    let page = encoder::encode_rows(&paper::pairing_rows(number, &address.to_string(), &profile), &profile);
    Talk::new(reach(address)?, &Nobody).print(&page, Abilities::default(), FAREWELL, 1)
}

/// Nobody looks on.
struct Nobody;

impl Onlooker for Nobody {
    fn progress(&self) {}
    fn waits(&self, _: Option<Wait>) {}
    fn is_leaving(&self) -> bool {
        false
    }
}
