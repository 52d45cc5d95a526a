//! Everything looked at once, for people and for programs.

use serde::Serialize;
use utoipa::ToSchema;

use super::check::{Check, Finding, Grade};
use super::{branch, database, disk, machine};
use crate::environment::Environment;
use crate::http::whereabouts::ServedAt;
use crate::journal::DataFolder;

/// What the doctor found, each check at most once, in the order of [`Check::ALL`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnosis(Vec<Finding>);

/// One line of a diagnosis.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = DoctorLine)]
pub struct Line {
    /// What was looked at: a key of `docs/operations.md`.
    pub check: &'static str,
    /// What people call it, in Spanish.
    pub title: &'static str,
    /// How it is.
    pub grade: Grade,
    /// What was seen, in Spanish.
    pub seen: String,
    /// What to do, in Spanish; none while it is good.
    #[schema(required)]
    pub advice: Option<&'static str>,
}

/// Looks at everything; takes a second or two, longer when printers are silent. `places` is where the branch should answer.
pub fn examine(data: &DataFolder, environment: &Environment, places: &ServedAt) -> Diagnosis {
    let mut found = disk::look(data);
    found.extend(machine::look(data, environment, places));
    found.extend(database::look(data, environment));
    found.extend(branch::look(data, environment));
    found.sort_by_key(|finding| finding.check);
    Diagnosis(found)
}

impl Diagnosis {
    /// The worst grade in it.
    pub fn grade(&self) -> Grade {
        self.0.iter().map(|finding| finding.grade).max().unwrap_or(Grade::Good)
    }

    /// What was found of a check; none when another finding made it pointless to look.
    pub fn of(&self, check: Check) -> Option<&Finding> {
        self.0.iter().find(|finding| finding.check == check)
    }

    /// Line by line.
    pub fn lines(&self) -> Vec<Line> {
        let line = |finding: &Finding| Line {
            check: finding.check.key(),
            title: finding.check.title(),
            grade: finding.grade,
            seen: finding.seen.clone(),
            advice: finding.advice(),
        };
        self.0.iter().map(line).collect()
    }

    /// For people, in Spanish.
    pub fn text(&self) -> String {
        let line = |line: &Line| {
            let Line { check, title, grade, seen, .. } = line;
            let advice = line.advice.map(|advice| format!("\n{:10}→ {advice} [{check}]", "")).unwrap_or_default();
            format!("{:9} {title}: {seen}{advice}", grade.word())
        };
        self.lines().iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::trial::Trial;

    fn nowhere() -> ServedAt {
        ServedAt::only("127.0.0.1:1".parse().unwrap())
    }

    #[test]
    fn the_doctor_looks_at_everything_it_knows_once() {
        let trial = Trial::selling();
        let diagnosis = examine(&trial.data(), &trial.environment, &nowhere());
        let looked: Vec<Check> = diagnosis.0.iter().map(|finding| finding.check).collect();
        assert_eq!(looked, Check::ALL);
        for sound in [Check::DatabaseSound, Check::JournalChain, Check::JournalWhole, Check::PrintersStations] {
            assert_eq!(diagnosis.of(sound).unwrap().grade, Grade::Good, "{diagnosis:?}");
        }
        assert_eq!(diagnosis.of(Check::NetworkAnswers).unwrap().grade, Grade::Bad);
        assert!(diagnosis.text().contains("MAL       Servicio"), "{}", diagnosis.text());
    }

    #[test]
    fn a_journal_that_was_meddled_with_is_bad() {
        let mut trial = Trial::selling();
        trial.place();
        trial.stop();
        let file = rusqlite::Connection::open(trial.data().database()).unwrap();
        let meddle = "DROP TRIGGER journal_is_never_changed; UPDATE journal SET body = '{}' WHERE sequence = 4";
        file.execute_batch(meddle).unwrap();
        drop(file);
        let diagnosis = examine(&trial.data(), &trial.environment, &nowhere());
        assert_eq!(diagnosis.of(Check::JournalChain).unwrap().grade, Grade::Bad, "{diagnosis:?}");
        assert_eq!(diagnosis.grade(), Grade::Bad);
    }

    #[test]
    fn a_file_that_was_cut_is_bad_and_so_is_one_that_is_gone() {
        let mut trial = Trial::selling();
        trial.place();
        trial.add_staff("Ana", "4821");
        trial.stop();
        let path = trial.data().database();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 8192]).unwrap();
        let cut = examine(&trial.data(), &trial.environment, &nowhere());
        let grades = [Check::DatabaseWhole, Check::DatabaseOpens].map(|check| cut.of(check).map(|found| found.grade));
        assert!(grades.contains(&Some(Grade::Bad)), "{cut:?}");
        std::fs::remove_file(&path).unwrap();
        let gone = examine(&trial.data(), &trial.environment, &nowhere());
        assert_eq!(gone.of(Check::DatabaseWhole).unwrap().grade, Grade::Bad, "{gone:?}");
        std::fs::write(&path, whole).unwrap();
    }

    #[test]
    fn the_page_for_operations_tells_what_to_do_about_each_check_and_of_no_other() {
        let page = include_str!("../../../docs/operations.md");
        let named: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("### `")?.split('`').next()).collect();
        let keys: Vec<&str> = Check::ALL.iter().map(|check| check.key()).collect();
        assert_eq!(named, keys);
        for check in Check::ALL {
            assert!(page.contains(check.advice()), "{} has other advice on the page", check.key());
        }
    }
}
