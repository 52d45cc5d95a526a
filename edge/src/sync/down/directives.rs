//! Taking what the cloud laid down into use: fetched, held against its hash, read as what it says it is, kept, and
//! switched to in one short step. A version that is no good is not used, and the cloud is told why.

use std::sync::Arc;

use anyhow::Context;
use comanda_shared::branch::{Author, DirectiveKind, Settings};
use comanda_shared::catalog::{Catalog, export, import};
use comanda_shared::floor::FloorPlan;
use comanda_shared::paper::Templates;
use comanda_shared::protocol::directive::{NotTaken, Pointer};
use comanda_shared::staff::{Actor, Roles, Roster, RosterError};
use rusqlite::Connection;

use super::documents::Documents;
use super::store;
use crate::branch;
use crate::environment::Ids;
use crate::journal::directives::{self, Document};
use crate::journal::{CommandError, Journal, Request, Step};
use crate::printing::templates;
use crate::staff::roster;

/// A document of a kind, read and found good.
enum Checked {
    Catalog(Arc<Catalog>),
    Settings(Box<Settings>),
    Papers(Templates),
    Floor(FloorPlan),
    Staff(Roster),
    Roles(Roles),
}

/// Brings one version into use, unless it is or was found to be no good. Whether there is nothing left to do about it.
///
/// # Errors
/// When the branch's file cannot be read or written.
pub fn bring(
    journal: &Journal,
    connection: &Connection,
    documents: &Documents,
    pointer: &Pointer,
) -> anyhow::Result<bool> {
    let Some(kind) = DirectiveKind::named(&pointer.kind) else {
        not_taken(journal, pointer, "this program does not know what that is".to_owned(), true)?;
        return Ok(true);
    };
    if !is_due(connection, kind, pointer)? {
        return Ok(true);
    }
    let body = match known_or_fetched(connection, documents, pointer) {
        Ok(body) => body,
        Err(error) => {
            not_taken(journal, pointer, format!("{error:#}"), false)?;
            return Ok(false);
        }
    };
    match take(journal, kind, pointer, body)? {
        Ok(()) => {
            tracing::info!(kind = kind.as_str(), version = pointer.version, "a version of the cloud's is in use");
            Ok(true)
        }
        Err(detail) => {
            not_taken(journal, pointer, detail, true)?;
            Ok(true)
        }
    }
}

/// Whether a pointer leads to something new. Pointers come in any order: only a later number counts, or the same one
/// with another document, from a cloud that was set back to a backup.
fn is_due(connection: &Connection, kind: DirectiveKind, pointer: &Pointer) -> anyhow::Result<bool> {
    let branch = branch::store::load(connection)?.context("the branch is not there")?;
    if !is_news(branch.author_of(kind), branch.directives.get(&kind).map(|used| used.sha256.as_str()), pointer) {
        return Ok(false);
    }
    let tried = store::not_taken(connection, kind.as_str())?;
    Ok(!tried.is_some_and(|tried| {
        let is_same = tried.reason.version == pointer.version && tried.sha256 == pointer.sha256;
        is_same && tried.reason.is_final && tried.app == env!("CARGO_PKG_VERSION")
    }))
}

fn is_news(author: Author, in_use: Option<&str>, pointer: &Pointer) -> bool {
    match author {
        Author::Local => true,
        Author::Cloud { version } if version == pointer.version => in_use != Some(pointer.sha256.as_str()),
        Author::Cloud { version } => pointer.version > version,
    }
}

fn known_or_fetched(connection: &Connection, documents: &Documents, pointer: &Pointer) -> anyhow::Result<Vec<u8>> {
    if let Some(body) = directives::body(connection, &pointer.sha256)? {
        return Ok(body.into_bytes());
    }
    documents.fetch(&pointer.sha256)
}

/// Takes a document into use, or says why it is no good.
///
/// # Errors
/// When the branch's file cannot be written.
fn take(
    journal: &Journal,
    kind: DirectiveKind,
    pointer: &Pointer,
    body: Vec<u8>,
) -> anyhow::Result<Result<(), String>> {
    let document = match String::from_utf8(body).map(Document::new) {
        Ok(document) if document.sha256 == pointer.sha256 => document,
        Ok(other) => return Ok(Err(format!("the document is {} and not what was promised", other.sha256))),
        Err(_) => return Ok(Err("the document is no text".to_owned())),
    };
    let checked = match check(kind, &document.body, journal) {
        Ok(checked) => checked,
        Err(detail) => return Ok(Err(detail)),
    };
    // A large document is kept ahead, so that no order waits for it.
    let kept = document.clone();
    journal.operate_blocking(Actor::Cloud, move |step| directives::keep(step.connection(), &kept))?;
    let pointer = pointer.clone();
    let switch = move |step: &mut Step<'_>| {
        let used = step.branch().directives.get(&kind).map(|used| used.sha256.clone());
        if !is_news(step.branch().author_of(kind), used.as_deref(), &pointer) {
            return Ok(());
        }
        let author = Author::Cloud { version: pointer.version };
        match checked {
            Checked::Catalog(catalog) => step.take_catalog_into_use(catalog, &document.sha256, author)?,
            Checked::Settings(settings) => step.take_settings_into_use(*settings, &document, author)?,
            Checked::Papers(templates) => step.take_templates_into_use(templates, &document, author)?,
            Checked::Floor(plan) => step.take_floor_into_use(plan, &document, author)?,
            Checked::Roles(roles) => step.take_roles_into_use(roles, &document, author)?,
            Checked::Staff(roster) => {
                roster::take_into_use(step, &roster, &document, author)?;
                0
            }
        };
        store::forget_not_taken(step.connection(), kind.as_str())?;
        Ok(())
    };
    let request = Request::once(journal.environment(), Actor::Cloud);
    match journal.command_blocking(request, switch) {
        Ok(()) => Ok(Ok(())),
        Err(CommandError::<RosterError>::Refused(refusal)) => Ok(Err(refusal.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// What a document says, when it says something the branch can work with: a catalog must pass what a file passes.
fn check(kind: DirectiveKind, body: &str, journal: &Journal) -> Result<Checked, String> {
    match kind {
        DirectiveKind::Catalog => {
            let catalog: Catalog = serde_json::from_str(body).map_err(|error| format!("it is no catalog: {error}"))?;
            let file = export::write(&catalog);
            let mut ids = Ids::new(journal.environment().clone());
            if let Err(rows) = import::read(file.as_bytes(), Some(&catalog), &mut ids) {
                let first = rows.first().map(|row| format!("{}: {}", row.place, row.message)).unwrap_or_default();
                return Err(format!("{} rows of the catalog are not valid; the first is {first}", rows.len()));
            }
            Ok(Checked::Catalog(Arc::new(catalog)))
        }
        DirectiveKind::Settings => {
            let settings: Settings =
                serde_json::from_str(body).map_err(|error| format!("these are no settings: {error}"))?;
            settings.checked().map(|settings| Checked::Settings(Box::new(settings))).map_err(|error| error.to_string())
        }
        DirectiveKind::Papers => {
            let templates: Templates =
                serde_json::from_str(body).map_err(|error| format!("these are no templates: {error}"))?;
            let fits = templates.check(&templates::printers(&journal.configuration()));
            fits.map(|()| Checked::Papers(templates)).map_err(|error| error.to_string())
        }
        DirectiveKind::Floor => {
            let plan: FloorPlan =
                serde_json::from_str(body).map_err(|error| format!("it is no floor plan: {error}"))?;
            plan.checked().map(Checked::Floor).map_err(|error| error.to_string())
        }
        DirectiveKind::Roles => {
            let roles: Roles = serde_json::from_str(body).map_err(|error| format!("these are no roles: {error}"))?;
            roles.checked().map(Checked::Roles).map_err(|error| error.to_string())
        }
        DirectiveKind::Staff => {
            let roster: Roster = serde_json::from_str(body).map_err(|error| {
                // Its text might repeat what stands in the place of a verifier.
                format!("this is no list of staff, at line {}, column {}", error.line(), error.column())
            })?;
            roster.checked().map(Checked::Staff).map_err(|error| error.to_string())
        }
    }
}

fn not_taken(journal: &Journal, pointer: &Pointer, detail: String, is_final: bool) -> anyhow::Result<()> {
    tracing::warn!(kind = pointer.kind, version = pointer.version, detail, "a version of the cloud's is not used");
    let (kind, sha256) = (pointer.kind.clone(), pointer.sha256.clone());
    let reason = NotTaken { version: pointer.version, detail, is_final };
    journal.operate_blocking(Actor::Cloud, move |step| {
        store::keep_not_taken(step.connection(), &kind, &sha256, &reason)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::trial::Trial;

    fn pointer(kind: DirectiveKind, version: u64, body: &str) -> Pointer {
        let sha256 = Document::new(body.to_owned()).sha256;
        Pointer { kind: kind.as_str().to_owned(), version, sha256, bytes: body.len() as u64 }
    }

    fn catalog_of(trial: &Trial) -> String {
        let catalog = trial.journal().configuration().catalog.clone().unwrap();
        serde_json::to_string(&*catalog).unwrap()
    }

    #[test]
    fn only_a_later_number_or_another_document_under_the_same_is_news() {
        let at = |version| Pointer { kind: "catalog".to_owned(), version, sha256: "b".to_owned(), bytes: 1 };
        let used = Author::Cloud { version: 4 };
        assert!(is_news(Author::Local, Some("b"), &at(1)));
        assert!(is_news(used, Some("a"), &at(5)));
        assert!(is_news(used, Some("a"), &at(4)));
        assert!(!is_news(used, Some("b"), &at(4)));
        assert!(!is_news(used, Some("a"), &at(3)));
    }

    #[test]
    fn a_catalog_of_the_cloud_is_used_from_one_order_to_the_next_and_an_older_one_never_again() {
        let trial = Trial::selling();
        let before = catalog_of(&trial);
        let dearer = before.replace("\"name\":\"Hamburguesa\"", "\"name\":\"Hamburguesa de la nube\"");
        let later = pointer(DirectiveKind::Catalog, 7, &dearer);
        take(trial.journal(), DirectiveKind::Catalog, &later, dearer.clone().into_bytes()).unwrap().unwrap();
        assert_eq!(catalog_of(&trial), dearer);
        let older = pointer(DirectiveKind::Catalog, 6, &before);
        take(trial.journal(), DirectiveKind::Catalog, &older, before.into_bytes()).unwrap().unwrap();
        assert_eq!(catalog_of(&trial), dearer);
    }

    #[test]
    fn what_is_not_what_was_promised_or_no_good_is_refused_and_changes_nothing() {
        let trial = Trial::selling();
        let before = catalog_of(&trial);
        let other = pointer(DirectiveKind::Catalog, 1, "{}");
        let refused = take(trial.journal(), DirectiveKind::Catalog, &other, before.clone().into_bytes()).unwrap();
        assert!(refused.unwrap_err().contains("promised"));
        let bad = before.replacen("\"price\":\"", "\"price\":\"-", 1);
        for (kind, body) in [
            (DirectiveKind::Catalog, "{}".to_owned()),
            (DirectiveKind::Catalog, bad),
            (DirectiveKind::Settings, "{}".to_owned()),
            (DirectiveKind::Papers, "{}".to_owned()),
            (DirectiveKind::Floor, "{}".to_owned()),
            (DirectiveKind::Staff, r#"{"staff":[{"key":"a"}]}"#.to_owned()),
            (DirectiveKind::Roles, "{}".to_owned()),
            (
                DirectiveKind::Settings,
                r#"{"name":"X","code":"no","timezone":"UTC","day_starts_at":"04:00:00"}"#.to_owned(),
            ),
        ] {
            let told = pointer(kind, 1, &body);
            let refused = take(trial.journal(), kind, &told, body.clone().into_bytes()).unwrap();
            assert!(refused.is_err(), "{body}");
        }
        assert_eq!(catalog_of(&trial), before);
    }

    #[test]
    fn a_list_of_staff_has_its_effect_with_its_taking_into_use_and_one_that_leaves_nobody_in_charge_has_none() {
        let trial = Trial::selling();
        let waiter = trial.add_staff("Local", "1111");
        let names = |trial: &Trial| -> Vec<(String, bool)> {
            let everybody = trial.journal().readers().read_blocking(crate::staff::store::everybody).unwrap();
            everybody.iter().map(|staff| (staff.name().to_owned(), staff.is_active)).collect()
        };
        let member = |id: u128, name: &str, role: &str, pin: &str| {
            let id = uuid::Uuid::from_u128(id);
            format!(r#"{{"id":"{id}","key":"{name}","name":"{name}","role":"{role}","is_active":true{pin}}}"#)
        };
        let lay = |version: u64, members: &[String]| {
            let body = format!(r#"{{"staff":[{}]}}"#, members.join(","));
            let told = pointer(DirectiveKind::Staff, version, &body);
            take(trial.journal(), DirectiveKind::Staff, &told, body.into_bytes()).unwrap()
        };
        let pin = r#","pin":"$argon2id$secret""#;
        lay(3, &[member(1, "Zora", "admin", pin), member(2, "Ana", "cashier", "")]).unwrap();
        let all = [("Local".to_owned(), true), ("Zora".to_owned(), true), ("Ana".to_owned(), true)];
        let mut seen = names(&trial);
        seen.sort();
        let mut meant = all.to_vec();
        meant.sort();
        assert_eq!(seen, meant);
        let kept = |id: u128| {
            let staff = comanda_shared::ids::StaffId::from_uuid(uuid::Uuid::from_u128(id));
            let read = move |connection: &Connection| crate::staff::secrets::kept_pin(connection, staff);
            trial.journal().readers().read_blocking(read).unwrap().map(|kept| kept.verifier)
        };
        assert_eq!((kept(1).as_deref(), kept(2)), (Some("$argon2id$secret"), None));

        let refused = lay(4, &[member(2, "Ana", "cashier", "")]).unwrap_err();
        assert!(refused.contains("run the branch"), "{refused}");
        assert_eq!(names(&trial).len(), 3);
        assert!(names(&trial).iter().all(|(_, is_active)| *is_active));
        lay(5, &[member(1, "Zora", "owner", "")]).unwrap();
        assert!(names(&trial).contains(&("Ana".to_owned(), false)));
        assert_eq!(kept(1).as_deref(), Some("$argon2id$secret"), "a list without a PIN takes none away");
        assert!(names(&trial).contains(&("Local".to_owned(), true)), "{waiter} is the branch's own");
        let told = |connection: &Connection| {
            connection
                .query_row("SELECT count(*) FROM journal WHERE body LIKE '%argon2%'", [], |row| row.get::<_, u32>(0))
        };
        assert_eq!(trial.journal().readers().read_blocking(told).unwrap(), 0);
    }
}
