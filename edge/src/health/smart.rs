//! What the disk says of itself: SMART, asked of `smartctl` where that is installed and may open the disk.
//!
//! Source: `smartctl --json`, smartmontools 7; ATA attributes 5, 197 and 198, and the health log of NVMe 1.4.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::check::{Check, Finding};

/// A disk that hangs does not hang the doctor.
const PATIENCE: Duration = Duration::from_secs(5);
/// Share of its life that an SSD says to have used up, in percent.
const WORN: i64 = 90;

/// Looks at the disk under this path. Where nothing can be read, as on virtual machines, nothing is wrong with that.
pub fn look(path: &Path) -> Finding {
    let Some(disk) = disk_of(path) else { return Check::DiskSmart.good("sin disco propio") };
    match asked(&disk) {
        Some(report) => judged(&disk, &report),
        None => Check::DiskSmart.good(format!("{disk}: no se puede leer")),
    }
}

/// The name of the disk a path is on, like `sda` or `nvme0n1`: of the whole disk, where the path is on a part of it.
fn disk_of(path: &Path) -> Option<String> {
    let device = std::fs::metadata(path).ok()?.dev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let mut at = std::fs::canonicalize(format!("/sys/dev/block/{major}:{minor}")).ok()?;
    // What is encrypted or grouped stands on another one; the first is as good as the others.
    while let Some(below) = std::fs::read_dir(at.join("slaves")).ok().and_then(|mut slaves| slaves.next()?.ok()) {
        at = std::fs::canonicalize(below.path()).ok()?;
    }
    if at.join("partition").exists() {
        at = at.parent()?.to_owned();
    }
    Some(at.file_name()?.to_str()?.to_owned())
}

fn asked(disk: &str) -> Option<Value> {
    let mut child = Command::new("smartctl")
        .args(["--json=c", "--health", "--attributes", &format!("/dev/{disk}")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut said = child.stdout.take()?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        said.read_to_string(&mut text).map(|_| text)
    });
    let until = Instant::now() + PATIENCE;
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > until {
            // Its end closes what is read.
            let _ = child.kill().and_then(|()| child.wait());
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // The exit code is a set of bits of its own; the report says more.
    serde_json::from_str(&reader.join().ok()?.ok()?).ok()
}

fn judged(disk: &str, report: &Value) -> Finding {
    let Some(passed) = report["smart_status"]["passed"].as_bool() else {
        return Check::DiskSmart.good(format!("{disk}: no se puede leer"));
    };
    let table = report["ata_smart_attributes"]["table"].as_array();
    let attribute = |id: i64| {
        let found = table?.iter().find(|row| row["id"] == id)?;
        found["raw"]["value"].as_i64()
    };
    let bad_sectors: i64 = [5, 197, 198].into_iter().filter_map(attribute).sum();
    let worn = report["nvme_smart_health_information_log"]["percentage_used"].as_i64();
    let warning = report["nvme_smart_health_information_log"]["critical_warning"].as_i64().unwrap_or_default();
    let used = worn.map(|worn| format!(", {worn} % de su vida usada")).unwrap_or_default();
    if !passed || warning != 0 {
        return Check::DiskSmart.bad(format!("{disk} dice que va a fallar{used}"));
    }
    if bad_sectors > 0 {
        return Check::DiskSmart.attention(format!("{disk}: {bad_sectors} sectores dañados{used}"));
    }
    match worn {
        Some(WORN..) => Check::DiskSmart.attention(format!("{disk}{used}")),
        Some(_) | None => Check::DiskSmart.good(format!("{disk} sano{used}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::health::check::Grade;

    fn grade(report: &Value) -> Grade {
        judged("sda", report).grade
    }

    #[test]
    fn a_disk_that_says_it_will_fail_is_bad_and_one_that_begins_to_needs_attention() {
        let ata = |passed: bool, pending: i64| {
            let table = json!([{"id": 5, "raw": {"value": 0}}, {"id": 9, "raw": {"value": 12_345}},
                               {"id": 197, "raw": {"value": pending}}]);
            json!({"smart_status": {"passed": passed}, "ata_smart_attributes": {"table": table}})
        };
        assert_eq!(
            [grade(&ata(true, 0)), grade(&ata(true, 3)), grade(&ata(false, 0))],
            [Grade::Good, Grade::Attention, Grade::Bad]
        );
        let nvme = |used: i64, warning: i64| {
            let log = json!({"percentage_used": used, "critical_warning": warning});
            json!({"smart_status": {"passed": true}, "nvme_smart_health_information_log": log})
        };
        assert_eq!(
            [grade(&nvme(4, 0)), grade(&nvme(95, 0)), grade(&nvme(4, 1))],
            [Grade::Good, Grade::Attention, Grade::Bad]
        );
        assert_eq!(judged("nvme0n1", &nvme(4, 0)).seen, "nvme0n1 sano, 4 % de su vida usada");
    }

    #[test]
    fn a_disk_that_says_nothing_is_no_fault() {
        assert_eq!(grade(&json!({"smartctl": {"exit_status": 2}})), Grade::Good);
        assert_eq!(look(Path::new("/proc")).grade, Grade::Good);
    }
}
