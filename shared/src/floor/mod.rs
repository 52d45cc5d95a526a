//! The floor plan: where which table stands, as one immutable document a version, taken into use whole.
//!
//! A table is known by its name, which is what orders carry: one that is taken off the plan is still on its orders.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Fields a zone is wide; a table stands on a field.
pub const WIDTH: u8 = 32;
/// Fields a zone is deep.
pub const DEPTH: u8 = 20;
/// Zones of a plan, at most.
pub const MAX_ZONES: usize = 20;
/// Tables of a plan, at most.
pub const MAX_TABLES: usize = 400;
/// Seats of a table, at most.
pub const MAX_SEATS: u8 = 60;
/// Characters of a table's name, at most: it is read on a card across the kitchen.
pub const MAX_NAME: usize = 12;

/// The floor plan.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FloorPlan {
    /// In the order they are shown.
    pub zones: Vec<Zone>,
}

/// A room, a terrace, a bar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Zone {
    /// What people call it.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub name: String,
    /// What stands in it.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Table {
    /// What people call it, as on orders; one table of the branch is called so.
    #[cfg_attr(feature = "openapi", schema(max_length = 12, example = "7"))]
    pub name: String,
    /// How many sit at it.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60))]
    pub seats: u8,
    /// What it looks like from above.
    pub shape: Shape,
    /// Fields from the left, of 32.
    #[cfg_attr(feature = "openapi", schema(maximum = 31))]
    pub x: u8,
    /// Fields from the back, of 20.
    #[cfg_attr(feature = "openapi", schema(maximum = 19))]
    pub y: u8,
}

/// What a table looks like from above.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TableShape))]
pub enum Shape {
    /// As wide as deep.
    #[default]
    Square,
    /// Round.
    Round,
    /// Twice as wide as deep.
    Long,
}

/// Why a floor plan cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FloorError {
    /// The name of a zone is empty, too long or has control characters.
    #[error("a zone's name has 1 to 60 printable characters, unlike «{0}»")]
    ZoneName(String),
    /// The name of a table is empty, too long or has control characters.
    #[error("a table's name has 1 to 12 printable characters, unlike «{0}»")]
    TableName(String),
    /// Two zones, or two tables, are called the same.
    #[error("«{0}» is there twice")]
    Twice(String),
    /// Nobody sits at it, or too many.
    #[error("1 to 60 sit at a table; not so at «{0}»")]
    Seats(String),
    /// It stands outside its zone.
    #[error("the table «{0}» stands outside its zone")]
    Outside(String),
    /// More than a plan has.
    #[error("a plan has at most 20 zones and 400 tables")]
    TooMany,
}

impl FloorPlan {
    /// The plan, if it can be used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn checked(self) -> Result<Self, FloorError> {
        let tables = || self.zones.iter().flat_map(|zone| &zone.tables);
        if self.zones.len() > MAX_ZONES || tables().count() > MAX_TABLES {
            return Err(FloorError::TooMany);
        }
        let mut names = BTreeSet::new();
        for Zone { name, .. } in &self.zones {
            if !is_name(name, 60) {
                return Err(FloorError::ZoneName(name.clone()));
            }
            if !names.insert(name) {
                return Err(FloorError::Twice(name.clone()));
            }
        }
        let mut names = BTreeSet::new();
        for Table { name, seats, shape: _, x, y } in tables() {
            if !is_name(name, MAX_NAME) {
                return Err(FloorError::TableName(name.clone()));
            }
            if !names.insert(name) {
                return Err(FloorError::Twice(name.clone()));
            }
            if !(1..=MAX_SEATS).contains(seats) {
                return Err(FloorError::Seats(name.clone()));
            }
            if *x >= WIDTH || *y >= DEPTH {
                return Err(FloorError::Outside(name.clone()));
            }
        }
        Ok(self)
    }
}

/// Spaces at its ends would be another name, which nobody sees.
fn is_name(name: &str, longest: usize) -> bool {
    let length = name.chars().count();
    (1..=longest).contains(&length) && name.trim() == name && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Table {
        Table { name: name.to_owned(), seats: 4, shape: Shape::Round, x: 3, y: 4 }
    }

    fn plan(tables: Vec<Table>) -> FloorPlan {
        FloorPlan { zones: vec![Zone { name: "Salón".to_owned(), tables }] }
    }

    #[test]
    fn a_plan_of_tables_that_are_called_differently_and_stand_inside_can_be_used() {
        assert!(plan(vec![table("1"), table("Barra 2")]).checked().is_ok());
        assert!(FloorPlan::default().checked().is_ok());
    }

    #[test]
    fn the_first_thing_that_is_wrong_with_a_plan_is_named() {
        let error = |tables| plan(tables).checked().unwrap_err();
        assert_eq!(error(vec![table("1"), table("1")]), FloorError::Twice("1".to_owned()));
        for name in ["", " 1", "una mesa muy larga", "a\nb"] {
            assert_eq!(error(vec![table(name)]), FloorError::TableName(name.to_owned()));
        }
        assert_eq!(error(vec![Table { seats: 0, ..table("1") }]), FloorError::Seats("1".to_owned()));
        assert_eq!(error(vec![Table { x: WIDTH, ..table("1") }]), FloorError::Outside("1".to_owned()));
        assert_eq!(error(vec![Table { y: DEPTH, ..table("1") }]), FloorError::Outside("1".to_owned()));
        let many = (0..=MAX_TABLES).map(|number| table(&number.to_string())).collect();
        assert_eq!(error(many), FloorError::TooMany);
        let twice = FloorPlan { zones: [plan(Vec::new()).zones, plan(Vec::new()).zones].concat() };
        assert_eq!(twice.checked(), Err(FloorError::Twice("Salón".to_owned())));
    }
}
