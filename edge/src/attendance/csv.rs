//! The file for the accountant: one line for each stay, as a spreadsheet in Colombia reads it, with semicolons between and a
//! comma before the decimals.

use std::collections::BTreeMap;
use std::fmt::Write;

use comanda_shared::attendance::ClockEntry;
use comanda_shared::ids::StaffId;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How Excel knows that a file is UTF-8.
const MARK: char = '\u{feff}';
const HEAD: &str = "persona;día;entrada;salida;horas;horas decimales;observación\r\n";

/// The file.
pub fn file(entries: &[ClockEntry], names: &BTreeMap<StaffId, String>, (zone, now): (&TimeZone, Timestamp)) -> String {
    let mut text = format!("{MARK}{HEAD}");
    for entry in entries {
        let name = names.get(&entry.staff).map_or("", String::as_str);
        let clock = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
        let minutes = entry.worked(now).map(|worked| (worked.as_secs() + 30) / 60);
        let hours = minutes.map_or(String::new(), |minutes| format!("{}:{:02}", minutes / 60, minutes % 60));
        // Hundredths of an hour, the nearest.
        let decimals = minutes.map(|minutes| (minutes * 100 + 30) / 60);
        let decimals =
            decimals.map_or(String::new(), |hundredths| format!("{},{:02}", hundredths / 100, hundredths % 100));
        let out = entry.out_at().map(clock).unwrap_or_default();
        let line = [cell(name), entry.business_day.to_string(), clock(entry.in_at), out, hours, decimals];
        let _ = write!(text, "{};{}\r\n", line.join(";"), cell(&remark(entry, now)));
    }
    text
}

fn remark(entry: &ClockEntry, now: Timestamp) -> String {
    match &entry.correction {
        Some(correction) => format!("corregida: {}", correction.reason),
        None if entry.is_forgotten(now) => "sin salida".to_owned(),
        None if entry.out_at().is_none() => "trabajando".to_owned(),
        None => String::new(),
    }
}

/// A text as one cell. What a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([';', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use comanda_shared::attendance::End;
    use comanda_shared::ids::ClockEntryId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_line_is_what_a_spreadsheet_reads_and_no_name_is_a_formula() {
        let staff = StaffId::from_uuid(Uuid::from_u128(1));
        let entry = ClockEntry {
            id: ClockEntryId::from_uuid(Uuid::from_u128(2)),
            staff,
            business_day: "2026-11-22".parse().unwrap(),
            in_at: "2026-11-22T08:00:10-05:00".parse().unwrap(),
            end: End::Out { at: "2026-11-22T16:20:00-05:00".parse().unwrap() },
            correction: None,
        };
        let zone = TimeZone::get("America/Bogota").unwrap();
        let now = "2026-11-22T20:00:00-05:00".parse().unwrap();
        let line = |name: &str| {
            let names = BTreeMap::from([(staff, name.to_owned())]);
            let file = file(std::slice::from_ref(&entry), &names, (&zone, now));
            file.lines().nth(1).unwrap().to_owned()
        };
        assert_eq!(line("Ana"), "Ana;2026-11-22;2026-11-22 08:00;2026-11-22 16:20;8:20;8,33;");
        assert!(line("=2+2;\"x").starts_with("\"'=2+2;\"\"x\";2026"));
    }
}
