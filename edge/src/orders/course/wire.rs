//! The shapes of courses in requests and answers.

use comanda_shared::ids::LineId;
use comanda_shared::order::{Course, Fire, Firing};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::{Code, Problem};

/// When the kitchen is to begin with a line that is asked for.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NewLineFire)]
pub enum FireWord {
    /// With the order.
    #[default]
    AtOnce,
    /// When somebody says so.
    Held,
}

/// A course as it is asked for.
///
/// # Errors
/// A problem that names the field.
pub fn course(number: Option<u8>, field: impl Fn() -> String) -> Result<Option<Course>, Problem> {
    let course = number.map(Course::try_from).transpose();
    course.map_err(|error| Problem::from(Code::FieldInvalid).at(field(), error))
}

/// What is to be fired: all that waits, unless told otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFire)]
pub struct FireRequest {
    /// What waits of this course.
    #[schema(minimum = 1, maximum = 9, example = 2)]
    course: Option<u8>,
    /// These lines; a combo goes with its parts.
    lines: Option<Vec<LineId>>,
}

impl FireRequest {
    /// What it means.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn fire(self) -> Result<Fire, Problem> {
        let named = course(self.course, || "course".to_owned())?;
        match (named, self.lines) {
            (None, None) => Ok(Fire::All),
            (Some(course), None) => Ok(Fire::Course(course)),
            (None, Some(lines)) => Ok(Fire::Lines(lines)),
            (Some(_), Some(_)) => {
                Err(Problem::from(Code::FieldInvalid).at("lines", "either a course or lines, not both"))
            }
        }
    }
}

/// When the kitchen begins with a line, or began.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = OrderLineFire)]
pub struct FireView {
    status: FireStatus,
    /// Of what waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<LocalInstant>,
}

/// Whether a line waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderLineFireStatus)]
enum FireStatus {
    /// It never did.
    AtOnce,
    /// Until somebody says so.
    Held,
    /// For the time the order is for.
    Scheduled,
    /// It did, and was fired.
    Fired,
}

impl FireView {
    /// In the branch's time zone.
    pub fn of(fire: Firing, zone: &TimeZone) -> Self {
        let (status, at) = match fire {
            Firing::AtOnce => (FireStatus::AtOnce, None),
            Firing::Held => (FireStatus::Held, None),
            Firing::Scheduled => (FireStatus::Scheduled, None),
            Firing::Fired { at } => (FireStatus::Fired, Some(LocalInstant::at(at, zone))),
        };
        Self { status, at }
    }
}
