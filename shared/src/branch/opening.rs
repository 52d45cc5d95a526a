//! Whether the branch takes orders from outside: what was last said there, and what its hours say.
//!
//! What is sold at the branch itself is never refused by any of this: who stands at the till is served.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{ByHours, OpeningHours, StateChanged};
use crate::staff::{Actor, Permission, Role};

/// More than four hours longer is no kitchen, it is closed.
pub const MOST_EXTRA_MINUTES: u16 = 240;
/// A pause goes no further than this: whoever is away longer is closed.
const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// What was last said at the branch. It survives everything: it holds until something else is said, or its time is over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum BranchState {
    /// It sells as its hours say.
    Open {
        /// Until then also where they say otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// It sells as its hours say, and all of it takes longer; over with the day of business.
    Busy {
        /// So many minutes.
        extra_minutes: u16,
        /// Until then also where the hours say otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// It takes nothing from outside for a while.
    Paused {
        /// Until then; none until somebody says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Until then it is open after the pause, also where the hours say otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        open_until: Option<Timestamp>,
    },
    /// It has closed, whatever its hours say.
    Closed {
        /// Until it opens by its hours; none until somebody says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
}

impl Default for BranchState {
    fn default() -> Self {
        Self::Open { until: None }
    }
}

impl BranchState {
    /// Whether it is what holds where nobody has said anything.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Until when it is open also where the hours say otherwise; none where that was not said, or is over.
    fn open_beyond(&self, at: Timestamp) -> Option<Timestamp> {
        let said = match self {
            Self::Open { until } | Self::Busy { until, .. } | Self::Paused { open_until: until, .. } => *until,
            Self::Closed { .. } => None,
        };
        said.filter(|until| at < *until)
    }

    /// What is left of it with another day of business: yesterday's rush is over, and a pause or a close is taken back by
    /// whoever said it, or by its time.
    pub fn on_another_day(&mut self) {
        if let Self::Busy { until, .. } = self {
            *self = Self::Open { until: *until };
        }
    }
}

/// What somebody says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StateCommand {
    /// The branch sells as its hours say; until a time also where they say otherwise.
    Open {
        /// Until then also where they say otherwise.
        until: Option<Timestamp>,
    },
    /// It sells, and all of it takes so many minutes longer.
    Busy {
        /// So many minutes.
        extra_minutes: u16,
    },
    /// It takes nothing from outside.
    Pause {
        /// Until then; none until somebody says so.
        until: Option<Timestamp>,
        /// Why.
        reason: Option<String>,
    },
    /// It closes, until it opens by its hours.
    Close,
}

/// Why it is refused. A refusal writes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StateRejection {
    /// Whoever asks may not.
    #[error("the permission {0} is missing")]
    PermissionMissing(Permission),
    /// Until a time that has passed, or is further than a day away.
    #[error("it holds until a time within the next 24 hours")]
    Until,
    /// Busier than anybody waits for.
    #[error("it takes 1 to {MOST_EXTRA_MINUTES} minutes longer")]
    ExtraMinutes,
}

/// What holds at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It takes orders.
    Open {
        /// When it closes.
        until: Option<Timestamp>,
    },
    /// It takes orders, and all of it takes longer.
    Busy {
        /// So many minutes.
        extra_minutes: u16,
        /// When it closes.
        until: Option<Timestamp>,
    },
    /// It takes nothing from outside for a while.
    Paused {
        /// Until then; none until somebody says so.
        until: Option<Timestamp>,
        /// Why.
        reason: Option<String>,
    },
    /// It is closed.
    Closed {
        /// When it opens; none where that is not known.
        until: Option<Timestamp>,
        /// Whether the hours say so, and not somebody there.
        by_hours: bool,
    },
}

/// All that says whether the branch takes orders from outside.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// What was last said there.
    pub state: &'a BranchState,
    /// Its hours; where it has none, only what is said counts.
    pub hours: Option<&'a OpeningHours>,
    /// The zone they are of.
    pub zone: &'a TimeZone,
}

#[cfg(test)]
impl Opening<'static> {
    /// Of a branch where nobody said anything.
    pub fn always() -> Self {
        static UTC: TimeZone = TimeZone::UTC;
        Self { state: &BranchState::Open { until: None }, hours: None, zone: &UTC }
    }
}

impl Opening<'_> {
    /// What holds at a moment.
    pub fn at(&self, at: Timestamp) -> Standing {
        let lasts = |until: &Option<Timestamp>| until.is_none_or(|until| at < until);
        if let BranchState::Closed { until } = self.state
            && lasts(until)
        {
            return Standing::Closed { until: *until, by_hours: false };
        }
        let closes = match (self.state.open_beyond(at), self.by_hours(at)) {
            (Some(until), _) => Some(until),
            (None, ByHours::Closed { until }) => return Standing::Closed { until, by_hours: true },
            (None, ByHours::Open { until }) => until,
        };
        match self.state {
            BranchState::Paused { until, reason, .. } if lasts(until) => {
                Standing::Paused { until: *until, reason: reason.clone() }
            }
            BranchState::Busy { extra_minutes, .. } => Standing::Busy { extra_minutes: *extra_minutes, until: closes },
            BranchState::Open { .. } | BranchState::Paused { .. } | BranchState::Closed { .. } => {
                Standing::Open { until: closes }
            }
        }
    }

    fn by_hours(&self, at: Timestamp) -> ByHours {
        self.hours.map_or(ByHours::Open { until: None }, |hours| hours.at(at, self.zone))
    }

    /// When it opens by its hours, once it has closed.
    fn opens_next(&self, at: Timestamp) -> Option<Timestamp> {
        match self.by_hours(at) {
            ByHours::Closed { until } => until,
            ByHours::Open { until } => match self.by_hours(until?) {
                ByHours::Closed { until } => until,
                ByHours::Open { .. } => None,
            },
        }
    }

    /// Minutes that everything takes longer at a moment.
    pub fn extra_minutes(&self, at: Timestamp) -> u16 {
        match self.at(at) {
            Standing::Busy { extra_minutes, .. } => extra_minutes,
            Standing::Open { .. } | Standing::Paused { .. } | Standing::Closed { .. } => 0,
        }
    }

    /// What is said makes happen; nothing where it is so already.
    ///
    /// # Errors
    /// [`StateRejection`]; then nothing happens.
    pub fn say(
        &self,
        command: StateCommand,
        (by, role): (Actor, Role),
        now: Timestamp,
    ) -> Result<Option<StateChanged>, StateRejection> {
        let needed = Permission::BranchState;
        if !role.allows(needed) {
            return Err(StateRejection::PermissionMissing(needed));
        }
        let within_reach = |until: Timestamp| now < until && until.duration_since(now) <= LONGEST;
        let beyond = self.state.open_beyond(now);
        let state = match command {
            StateCommand::Open { until: Some(until) } | StateCommand::Pause { until: Some(until), .. }
                if !within_reach(until) =>
            {
                return Err(StateRejection::Until);
            }
            StateCommand::Open { until } => BranchState::Open { until },
            StateCommand::Busy { extra_minutes } if !(1..=MOST_EXTRA_MINUTES).contains(&extra_minutes) => {
                return Err(StateRejection::ExtraMinutes);
            }
            StateCommand::Busy { extra_minutes } => BranchState::Busy { extra_minutes, until: beyond },
            StateCommand::Pause { until, reason } => BranchState::Paused { until, reason, open_until: beyond },
            StateCommand::Close => BranchState::Closed { until: self.opens_next(now) },
        };
        Ok((state != *self.state).then_some(StateChanged { state, by, at: now }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::hours::tests::hours;
    use super::*;

    fn bogota() -> TimeZone {
        TimeZone::get("America/Bogota").unwrap()
    }

    fn moment(text: &str) -> Timestamp {
        format!("{text}:00-05:00").parse().unwrap()
    }

    fn at(state: &BranchState, hours: Option<&OpeningHours>, text: &str) -> Standing {
        Opening { state, hours, zone: &bogota() }.at(moment(text))
    }

    fn said(command: StateCommand, hours: Option<&OpeningHours>, now: &str) -> BranchState {
        let state = BranchState::Busy { extra_minutes: 1, until: None };
        let opening = Opening { state: &state, hours, zone: &bogota() };
        opening.say(command, (Actor::Operator, Role::Cashier), moment(now)).unwrap().unwrap().state
    }

    #[test]
    fn a_pause_holds_until_its_time_and_what_the_hours_say_comes_first() {
        let hours = hours();
        let pause = BranchState::Paused { until: Some(moment("2026-11-22T14:00")), reason: None, open_until: None };
        let paused = Standing::Paused { until: Some(moment("2026-11-22T14:00")), reason: None };
        let closes = Some(moment("2026-11-22T15:00"));
        for (text, expected) in [
            ("2026-11-22T11:00", Standing::Closed { until: Some(moment("2026-11-22T12:00")), by_hours: true }),
            ("2026-11-22T13:59", paused),
            ("2026-11-22T14:00", Standing::Open { until: closes }),
        ] {
            assert_eq!(at(&pause, Some(&hours), text), expected, "{text}");
        }
        let busy = BranchState::Busy { extra_minutes: 20, until: None };
        let expected = Standing::Busy { extra_minutes: 20, until: closes };
        assert_eq!(at(&busy, Some(&hours), "2026-11-22T13:00"), expected);
        assert_eq!(at(&BranchState::default(), None, "2026-11-22T03:00"), Standing::Open { until: None });
    }

    #[test]
    fn who_closes_early_opens_with_the_next_hours_and_who_has_none_when_somebody_says_so() {
        let hours = hours();
        let closed = said(StateCommand::Close, Some(&hours), "2026-11-22T20:00");
        assert_eq!(closed, BranchState::Closed { until: Some(moment("2026-11-24T12:00")) });
        let by_hand = Standing::Closed { until: Some(moment("2026-11-24T12:00")), by_hours: false };
        assert_eq!(at(&closed, Some(&hours), "2026-11-22T21:00"), by_hand);
        let open = Standing::Open { until: Some(moment("2026-11-24T15:00")) };
        assert_eq!(at(&closed, Some(&hours), "2026-11-24T12:00"), open);
        assert_eq!(said(StateCommand::Close, None, "2026-11-22T20:00"), BranchState::Closed { until: None });
    }

    #[test]
    fn a_branch_may_stay_open_past_its_hours_for_as_long_as_somebody_says() {
        let hours = hours();
        let until = Some(moment("2026-11-23T01:00"));
        let open = said(StateCommand::Open { until }, Some(&hours), "2026-11-22T22:10");
        assert_eq!(at(&open, Some(&hours), "2026-11-23T00:59"), Standing::Open { until });
        let closed = Standing::Closed { until: Some(moment("2026-11-24T12:00")), by_hours: true };
        assert_eq!(at(&open, Some(&hours), "2026-11-23T01:00"), closed);

        // Who says then that it is busy, or pauses, has not closed.
        let (zone, now) = (bogota(), moment("2026-11-22T22:30"));
        let say = |state: &BranchState, command| {
            let opening = Opening { state, hours: Some(&hours), zone: &zone };
            opening.say(command, (Actor::Operator, Role::Cashier), now).unwrap().unwrap().state
        };
        let busy = say(&open, StateCommand::Busy { extra_minutes: 20 });
        assert_eq!(at(&busy, Some(&hours), "2026-11-22T23:00"), Standing::Busy { extra_minutes: 20, until });
        let pause = StateCommand::Pause { until: Some(moment("2026-11-22T23:00")), reason: None };
        let paused = say(&busy, pause);
        assert_eq!(at(&paused, Some(&hours), "2026-11-22T23:00"), Standing::Open { until });
        assert_eq!(at(&paused, Some(&hours), "2026-11-23T01:00"), closed);
    }

    #[test]
    fn what_is_so_already_makes_nothing_happen_and_what_makes_no_sense_is_refused() {
        let (state, zone) = (BranchState::default(), bogota());
        let opening = Opening { state: &state, hours: None, zone: &zone };
        let now = moment("2026-11-22T12:00");
        let say = |command, role| opening.say(command, (Actor::Operator, role), now);
        assert_eq!(say(StateCommand::Open { until: None }, Role::Cashier), Ok(None));
        let pause = |until: &str| StateCommand::Pause { until: Some(moment(until)), reason: None };
        for until in ["2026-11-22T12:00", "2026-11-22T11:00", "2026-11-23T12:01"] {
            assert_eq!(say(pause(until), Role::Cashier), Err(StateRejection::Until), "{until}");
        }
        for extra_minutes in [0, 241] {
            let refused = say(StateCommand::Busy { extra_minutes }, Role::Admin);
            assert_eq!(refused, Err(StateRejection::ExtraMinutes));
        }
        for role in [Role::Waiter, Role::Kitchen, Role::Rider] {
            let refused = say(StateCommand::Close, role);
            assert_eq!(refused, Err(StateRejection::PermissionMissing(Permission::BranchState)));
        }
    }
}
