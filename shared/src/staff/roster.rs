//! Who works at the branches of a company, as the company lays it down: one immutable document a version, taken into use whole.
//!
//! What a branch makes of a version is events like any other of its staff ([`Roster::changes`]); people the branch took on
//! itself stay as they are. A PIN stands in it as a verifier, keyed with what the company's boxes alone have; one that was
//! changed at a branch stays until the company gives another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{PinChanged, Role, Staff, StaffAdded, StaffChanged, StaffEvent, StaffPersonal};
use crate::ids::{NewIds, StaffId};
use crate::personal::Personal;

/// Who works at the branches.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Everybody.
    pub staff: Vec<Member>,
}

/// Somebody on the list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Who.
    pub id: StaffId,
    /// What the company knows them by, so that the next version means the same person.
    pub key: String,
    /// What they are called.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Whether they still work here.
    pub is_active: bool,
    /// How their PIN is checked, when the company gave them one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Verifier>,
}

/// A verifier of a PIN. Shown in no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Verifier(pub String);

impl std::fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Verifier(…)")
    }
}

/// Somebody as a file of the company names them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// What the company knows them by: a nickname, a number.
    key: String,
    name: String,
    role: Role,
    /// They do unless it is said that they do not.
    #[serde(default = "yes")]
    active: bool,
    /// Four to eight digits; absent, it stays what it was.
    #[serde(default)]
    pin: Option<String>,
    /// Somebody a branch took on itself, whom this is from now on.
    #[serde(default)]
    id: Option<StaffId>,
}

const fn yes() -> bool {
    true
}

/// Why a list cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RosterError {
    /// The file is no list.
    #[error("the file is no list of staff, at line {line}, column {column}")]
    File {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Too many.
    #[error("a list has at most {MOST} people")]
    TooMany,
    /// A key is empty, too long or has control characters.
    #[error("the key of «{0}» must have 1 to 40 printable characters")]
    Key(String),
    /// A name is.
    #[error("the name of «{0}» must have 1 to 60 printable characters")]
    Name(String),
    /// Two are one.
    #[error("«{0}» is on the list twice")]
    Twice(String),
    /// A PIN is none; which, nobody repeats.
    #[error("the PIN of «{0}» must be four to eight digits")]
    Pin(String),
    /// Nobody could let anybody in again.
    #[error("somebody has to run the branch: nobody who does would be left")]
    NobodyRunsTheBranch,
}

/// What a verifier says it is keyed with, when that is the company's key and not the branch's own pepper.
pub const COMPANY_KEY: &[u8] = b"company";

/// People on one list.
pub const MOST: usize = 500;

impl Roster {
    /// The list of a file: `{"staff": [{"key", "name", "role", "active"?, "pin"?, "id"?}]}`. Who has the same key in the version
    /// before is the same person, and keeps the PIN unless another is given, which `verifier` makes of the digits.
    ///
    /// # Errors
    /// [`RosterError`], the first there is. None repeats a PIN.
    pub fn read(
        file: &[u8],
        before: Option<&Self>,
        ids: &mut dyn NewIds,
        mut verifier: impl FnMut(&str) -> Verifier,
    ) -> Result<Self, RosterError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            staff: Vec<Listed>,
        }
        // What serde found instead of what was meant may be a PIN.
        let place = |error: serde_json::Error| RosterError::File { line: error.line(), column: error.column() };
        let File { staff } = serde_json::from_slice(file).map_err(place)?;
        let mut roster = Self::default();
        for listed in staff {
            let known = before.and_then(|before| before.staff.iter().find(|member| member.key == listed.key));
            let pin = match &listed.pin {
                Some(pin) if !is_pin(pin) => return Err(RosterError::Pin(listed.key)),
                Some(pin) => Some(verifier(pin)),
                None => known.and_then(|known| known.pin.clone()),
            };
            let id = listed.id.or(known.map(|known| known.id)).unwrap_or_else(|| StaffId::from_uuid(ids.next_id()));
            let Listed { key, name, role, active, .. } = listed;
            roster.staff.push(Member { id, key, name: name.trim().to_owned(), role, is_active: active, pin });
        }
        roster.checked()
    }

    /// The list, if it can be used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn checked(self) -> Result<Self, RosterError> {
        if self.staff.len() > MOST {
            return Err(RosterError::TooMany);
        }
        let (mut keys, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for member in &self.staff {
            if !is_printable(&member.key, 40) {
                return Err(RosterError::Key(member.key.clone()));
            }
            if !is_printable(&member.name, 60) {
                return Err(RosterError::Name(member.key.clone()));
            }
            if !keys.insert(&member.key) || !ids.insert(member.id) {
                return Err(RosterError::Twice(member.key.clone()));
            }
        }
        Ok(self)
    }

    /// Somebody on the list.
    pub fn member(&self, id: StaffId) -> Option<&Member> {
        self.staff.iter().find(|member| member.id == id)
    }

    /// What happens at a branch that takes this version into use after `before`, and where `everybody` works by now.
    ///
    /// # Errors
    /// [`RosterError::NobodyRunsTheBranch`] when somebody does and nobody would.
    pub fn changes(&self, before: Option<&Self>, everybody: &[Staff]) -> Result<Vec<StaffEvent>, RosterError> {
        let of_list = self.staff.iter().filter_map(|member| {
            let known = everybody.iter().find(|staff| staff.id == member.id);
            self.change_of(member, known)
        });
        let dropped = before.iter().flat_map(|before| &before.staff).filter(|was| self.member(was.id).is_none());
        let dropped = dropped.filter_map(|was| everybody.iter().find(|staff| staff.id == was.id && staff.is_active));
        let dropped = dropped.map(|staff| changed(staff.id, staff.role, false, staff.personal.clone()));
        let pins =
            self.new_pins(before, everybody).filter(|(staff, _)| everybody.iter().any(|known| known.id == *staff));
        let pins = pins.map(|(staff, _)| StaffEvent::PinChanged(PinChanged { staff }));
        let changes: Vec<StaffEvent> = of_list.chain(dropped).chain(pins).collect();
        if everybody.iter().any(Staff::runs_the_branch)
            && !after(everybody, &changes).any(|staff| staff.runs_the_branch())
        {
            return Err(RosterError::NobodyRunsTheBranch);
        }
        Ok(changes)
    }

    fn change_of(&self, member: &Member, known: Option<&Staff>) -> Option<StaffEvent> {
        let personal = Personal::Known(StaffPersonal { name: member.name.clone() });
        match known {
            None if member.is_active => {
                Some(StaffEvent::Added(StaffAdded { staff: member.id, role: member.role, personal }))
            }
            None => None,
            Some(staff) => {
                let is_same =
                    (staff.role, staff.is_active, &staff.personal) == (member.role, member.is_active, &personal);
                (!is_same).then(|| changed(member.id, member.role, member.is_active, personal))
            }
        }
    }

    /// The PINs the company gave with this version: those that stood otherwise in the one before, and of whoever is new.
    pub fn new_pins<'r>(
        &'r self,
        before: Option<&'r Self>,
        everybody: &'r [Staff],
    ) -> impl Iterator<Item = (StaffId, &'r Verifier)> {
        self.staff
            .iter()
            .filter(|member| member.is_active || everybody.iter().any(|known| known.id == member.id))
            .filter_map(move |member| {
                let pin = member.pin.as_ref()?;
                let was = before.and_then(|before| before.member(member.id)?.pin.as_ref());
                let is_new = everybody.iter().all(|known| known.id != member.id);
                (is_new || was != Some(pin)).then_some((member.id, pin))
            })
    }
}

const fn changed(staff: StaffId, role: Role, is_active: bool, personal: Personal<StaffPersonal>) -> StaffEvent {
    StaffEvent::Changed(StaffChanged { staff, role, is_active, personal })
}

/// Everybody once this has happened.
fn after<'s>(everybody: &'s [Staff], changes: &'s [StaffEvent]) -> impl Iterator<Item = Staff> + 's {
    let added = changes.iter().filter_map(|change| match change {
        StaffEvent::Added(added) => Some(added.staff),
        _ => None,
    });
    let ids = everybody.iter().map(|staff| staff.id).chain(added);
    ids.filter_map(move |id| {
        let mut state = everybody.iter().find(|staff| staff.id == id).cloned();
        for change in changes.iter().filter(|change| change.subject() == id.uuid()) {
            Staff::apply(&mut state, &change.clone().into());
        }
        state
    })
}

/// Four to eight digits.
fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_printable(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::Event;

    struct Counting(u128);

    impl NewIds for Counting {
        fn next_id(&mut self) -> Uuid {
            self.0 += 1;
            Uuid::from_u128(self.0)
        }
    }

    fn read(file: &str, before: Option<&Roster>) -> Result<Roster, RosterError> {
        let mut ids = Counting(before.map_or(0, |_| 100));
        Roster::read(file.as_bytes(), before, &mut ids, |pin| Verifier(format!("verifier of {}", pin.len())))
    }

    fn happen(everybody: &mut Vec<Staff>, changes: &[StaffEvent]) {
        *everybody = after(everybody, changes).collect();
    }

    fn somebody(id: u128, role: Role) -> Staff {
        let mut state = None;
        let personal = Personal::Known(StaffPersonal { name: "Local".to_owned() });
        let added = StaffAdded { staff: StaffId::from_uuid(Uuid::from_u128(id)), role, personal };
        Staff::apply(&mut state, &Event::from(added));
        state.unwrap()
    }

    #[test]
    fn a_list_is_what_the_branch_has_afterwards_and_its_own_people_stay() {
        let first = read(
            r#"{"staff": [{"key": "zora", "name": "Zoraida", "role": "admin", "pin": "2580"},
                          {"key": "ana", "name": "Ana", "role": "cashier"},
                          {"key": "ido", "name": "Ido", "role": "waiter", "active": false}]}"#,
            None,
        )
        .unwrap();
        let mut everybody = vec![somebody(77, Role::Waiter)];
        let changes = first.changes(None, &everybody).unwrap();
        assert_eq!(changes.iter().map(StaffEvent::kind).collect::<Vec<_>>(), ["staff.added", "staff.added"]);
        assert_eq!(first.new_pins(None, &everybody).count(), 1);
        happen(&mut everybody, &changes);
        assert_eq!(everybody.len(), 3);
        assert!(first.changes(Some(&first), &everybody).unwrap().is_empty(), "what is so already is no event");

        // Ana leaves the list, Zoraida keeps id and PIN under another name.
        let second =
            read(r#"{"staff": [{"key": "zora", "name": "Zoraida R.", "role": "admin"}]}"#, Some(&first)).unwrap();
        assert_eq!((second.staff[0].id, &second.staff[0].pin), (first.staff[0].id, &first.staff[0].pin));
        let changes = second.changes(Some(&first), &everybody).unwrap();
        assert_eq!(changes.iter().map(StaffEvent::kind).collect::<Vec<_>>(), ["staff.changed", "staff.changed"]);
        happen(&mut everybody, &changes);
        let active: Vec<&str> = everybody.iter().filter(|staff| staff.is_active).map(Staff::name).collect();
        assert_eq!(active, ["Local", "Zoraida R."]);

        let third = r#"{"staff": [{"key": "zora", "name": "Zoraida R.", "role": "admin", "pin": "258046"}]}"#;
        let third = read(third, Some(&second)).unwrap();
        let changes = third.changes(Some(&second), &everybody).unwrap();
        assert_eq!(changes.iter().map(StaffEvent::kind).collect::<Vec<_>>(), ["staff.pin_changed"]);
    }

    #[test]
    fn a_list_after_which_nobody_runs_the_branch_is_refused_unless_nobody_did() {
        let list = read(r#"{"staff": [{"key": "ana", "name": "Ana", "role": "cashier"}]}"#, None).unwrap();
        assert!(list.changes(None, &[]).is_ok());
        assert!(list.changes(None, &[somebody(77, Role::Owner)]).is_ok(), "the branch's own owner stays");
        let before = read(r#"{"staff": [{"key": "zora", "name": "Zoraida", "role": "admin"}]}"#, None).unwrap();
        let mut everybody = Vec::new();
        happen(&mut everybody, &before.changes(None, &[]).unwrap());
        assert_eq!(list.changes(Some(&before), &everybody), Err(RosterError::NobodyRunsTheBranch));
    }

    #[test]
    fn what_is_no_list_is_refused_and_no_pin_is_repeated() {
        for (file, says) in [
            (r#"{"staff": [{"key": "", "name": "Ana", "role": "cashier"}]}"#, "key"),
            (r#"{"staff": [{"key": "a", "name": " ", "role": "cashier"}]}"#, "name"),
            (r#"{"staff": [{"key": "a", "name": "Ana", "role": "chief", "pin": "9173"}]}"#, "line 1"),
            (r#"{"staff": [{"key": "a", "name": "Ana", "role": "cashier", "pin": 9173}]}"#, "line 1"),
            (r#"{"staff": [{"key": "a", "name": "Ana", "role": "cashier", "pin": "9173x"}]}"#, "PIN of «a»"),
            (
                r#"{"staff": [{"key": "a", "name": "Ana", "role": "cashier"}, {"key": "a", "name": "Eva", "role": "waiter"}]}"#,
                "twice",
            ),
        ] {
            let said = read(file, None).unwrap_err().to_string();
            assert!(said.contains(says) && !said.contains("9173"), "{said}");
        }
        assert_eq!(format!("{:?}", Verifier("secret".to_owned())), "Verifier(…)");
    }
}
