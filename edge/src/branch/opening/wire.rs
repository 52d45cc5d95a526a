//! Whether the branch is open, as it is sent and said.

use comanda_shared::branch::{BranchState, Opening, Standing, StateCommand, StateRejection};
use comanda_shared::order::limits;
use comanda_shared::time::LocalInstant;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::{Code, Problem};
use crate::orders::wire::tidy;

/// How the branch is, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BranchStatus)]
pub enum StatusWord {
    /// It takes orders.
    Open,
    /// It takes orders, and all of it takes longer.
    Busy,
    /// It takes nothing from outside for a while.
    Paused,
    /// It is closed.
    Closed,
}

impl StatusWord {
    /// The word for what was said.
    pub const fn of(said: &BranchState) -> Self {
        match said {
            BranchState::Open { .. } => Self::Open,
            BranchState::Busy { .. } => Self::Busy,
            BranchState::Paused { .. } => Self::Paused,
            BranchState::Closed { .. } => Self::Closed,
        }
    }
}

/// What is said about the branch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BranchStateRequest)]
pub struct StateRequest {
    /// `open` is as its hours say; `closed` until it opens by them.
    status: StatusWord,
    /// Of a pause, when it is over; of `open`, until when also outside its hours. At most a day ahead; without, a pause
    /// holds until somebody ends it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Of `busy`, so many minutes longer; 1 to 240.
    #[serde(default)]
    extra_minutes: Option<u16>,
    /// Why it is paused, for whoever asks: at most 120 characters.
    #[serde(default)]
    reason: Option<String>,
}

impl StateRequest {
    /// What is meant.
    ///
    /// # Errors
    /// `field.invalid` when it says things that do not go together, or the reason is too long.
    pub fn command(self) -> Result<StateCommand, Problem> {
        let strange =
            |field: &str| Err(Problem::from(Code::FieldInvalid).at(field, "this does not go with the status"));
        let reason = tidy(self.reason, limits::SHORT_TEXT, || "reason".to_owned())?;
        match (self.status, self.until, self.extra_minutes, reason) {
            (StatusWord::Open, until, None, None) => Ok(StateCommand::Open { until }),
            (StatusWord::Busy, None, Some(extra_minutes), None) => Ok(StateCommand::Busy { extra_minutes }),
            (StatusWord::Busy, None, None, None) => {
                Err(Problem::from(Code::FieldInvalid).at("extra_minutes", "busy says how many minutes longer"))
            }
            (StatusWord::Paused, until, None, reason) => Ok(StateCommand::Pause { until, reason }),
            (StatusWord::Closed, None, None, None) => Ok(StateCommand::Close),
            (StatusWord::Open | StatusWord::Paused | StatusWord::Closed, _, Some(_), _) => strange("extra_minutes"),
            (StatusWord::Busy | StatusWord::Closed, Some(_), _, _) => strange("until"),
            (StatusWord::Open | StatusWord::Busy | StatusWord::Closed, _, _, Some(_)) => strange("reason"),
        }
    }
}

/// Whether the branch is open.
#[derive(Serialize, ToSchema)]
#[schema(as = BranchState)]
pub struct StateView {
    pub(crate) status: StatusWord,
    /// When that changes by itself: when a pause is over, when an open branch closes, when a closed one opens.
    #[schema(required)]
    pub(crate) until: Option<LocalInstant>,
    /// So many minutes all of it takes longer; 0 unless it is busy.
    pub(crate) extra_minutes: u16,
    #[schema(required)]
    reason: Option<String>,
    /// Whether it is closed because its hours say so, and not somebody there.
    by_hours: bool,
}

impl StateView {
    /// What holds at a moment.
    pub fn of(opening: &Opening<'_>, now: Timestamp) -> Self {
        let view = |status, until: Option<Timestamp>| Self {
            status,
            until: local(until, opening.zone),
            extra_minutes: 0,
            reason: None,
            by_hours: false,
        };
        match opening.at(now) {
            Standing::Open { until } => view(StatusWord::Open, until),
            Standing::Busy { extra_minutes, until } => Self { extra_minutes, ..view(StatusWord::Busy, until) },
            Standing::Paused { until, reason } => Self { reason, ..view(StatusWord::Paused, until) },
            Standing::Closed { until, by_hours } => Self { by_hours, ..view(StatusWord::Closed, until) },
        }
    }
}

fn local(instant: Option<Timestamp>, zone: &TimeZone) -> Option<LocalInstant> {
    instant.map(|instant| LocalInstant::at(instant, zone))
}

impl From<StateRejection> for Problem {
    fn from(rejection: StateRejection) -> Self {
        match rejection {
            StateRejection::PermissionMissing(_) => Self::from(Code::PermissionMissing).detail(rejection),
            StateRejection::Until => Self::from(Code::FieldInvalid).at("until", rejection),
            StateRejection::ExtraMinutes => Self::from(Code::FieldInvalid).at("extra_minutes", rejection),
        }
    }
}
