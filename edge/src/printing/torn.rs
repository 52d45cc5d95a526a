//! What ends the half of a job that may stand on the paper, before the next one: however far the bytes came, also into the
//! middle of a command, which would take what follows for its own.

use super::paper;

/// Line feed, then feed to the cutter and cut. Prints a line that was begun.
const CUT: &[u8] = &[0x0A, 0x1D, b'V', 66, 0];
/// More than is wanting of any command that is no picture and no code, such as a question for the number of a job.
const LEAST: u32 = 16;

/// A job that may have come out in part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Torn {
    /// Bytes that may be wanting of a command of it.
    pub command_bytes: u32,
}

impl Torn {
    /// If these bytes break off.
    pub fn after(bytes: &[u8]) -> Self {
        Self { command_bytes: u32::try_from(paper::longest_command(bytes)).unwrap_or(u32::MAX) }
    }

    /// If either may be what stands there.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { command_bytes: self.command_bytes.max(other.command_bytes) }
    }

    /// Bytes that end it: NULs, with which any command comes to its end and which are nothing to a printer that waits for
    /// none, white where they are dots; then the cut.
    pub fn ending(self) -> Vec<u8> {
        let mut bytes = vec![0; self.command_bytes.max(LEAST) as usize];
        bytes.extend(CUT);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::graphics::Bitmap;
    use super::super::paper::{Paper, PaperRow};
    use super::super::profile::PrinterProfile;
    use super::*;
    use comanda_shared::paper::Alignment;

    use super::super::encoder;
    use super::super::profile::Features;
    use super::super::sheet::Row;
    use super::super::sheet::tests::{line, nothing_told, sheet, ticket};
    use comanda_shared::kitchen::TicketKind;

    fn profiles() -> impl Iterator<Item = PrinterProfile> {
        [(false, false), (true, true)].into_iter().map(|(beeps, prints_qr)| {
            let features = Features { beeps, prints_qr, ..Features::default() };
            PrinterProfile { features, ..PrinterProfile::default() }
        })
    }

    fn kitchen_ticket(profile: &PrinterProfile) -> Vec<u8> {
        let lines = vec![line(1, 2, "Arepa de huevo", &["sin sal", "con ají"])];
        encoder::encode(&sheet(&ticket(TicketKind::Void, lines), &nothing_told()), profile)
    }

    /// With a logo and a code, as a receipt has them.
    fn receipt(profile: &PrinterProfile) -> Vec<u8> {
        let bitmap = Bitmap::of_rows(4, &[0x55; 4 * 300]);
        let words = "https://catalogo-vpfe.dian.gov.co/document/searchqr".to_owned();
        let rows = [
            Row::Picture { bitmap, align: Alignment::Center },
            Row::Rule,
            Row::Code { words, module_dots: 4, align: Alignment::Center },
        ];
        encoder::encode_rows(&rows, profile)
    }

    fn pieces(bytes: &[u8], profile: &PrinterProfile) -> Vec<Vec<PaperRow>> {
        Paper::read(bytes, profile).rows.split(|row| *row == PaperRow::Cut).map(<[_]>::to_vec).collect()
    }

    #[test]
    fn wherever_a_job_breaks_off_the_next_ticket_is_whole_and_alone_on_its_paper() {
        for profile in profiles() {
            let next = kitchen_ticket(&profile);
            let alone = pieces(&next, &profile);
            for first in [
                kitchen_ticket(&profile),
                receipt(&profile),
                encoder::drawer_pulse(comanda_shared::paper::DrawerPin::Two),
            ] {
                let ending = Torn::after(&first).ending();
                for broken_at in 0..=first.len() {
                    let came = pieces(&[&first[..broken_at], &ending, &next].concat(), &profile);
                    assert!(came.len() > alone.len(), "nothing is cut off after {broken_at} bytes");
                    assert_eq!(came[came.len() - alone.len()..], alone, "after {broken_at} bytes");
                }
            }
        }
    }

    #[test]
    fn a_cut_alone_is_taken_for_part_of_a_command_that_was_begun() {
        let (profile, next) = (PrinterProfile::default(), kitchen_ticket(&PrinterProfile::default()));
        let came = pieces(&[b"Mesa 4\x1D", CUT, &next].concat(), &profile);
        assert_eq!(came.len(), pieces(&next, &profile).len(), "why NULs stand before it");
    }

    #[test]
    fn what_may_be_wanting_is_as_long_as_the_longest_command() {
        assert_eq!(Torn::after(b"\x1b@dos\n\x1dVB\x00"), Torn { command_bytes: 4 });
        assert_eq!(Torn::after(b"\x1dv0\x00\x02\x00\x03\x00abcdef\n"), Torn { command_bytes: 14 });
        assert_eq!(Torn { command_bytes: 4 }.or(Torn { command_bytes: 90 }).ending().len(), 95);
    }
}
