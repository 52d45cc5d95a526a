//! Personal data stands beside the journal, never in an event's body, so that it can be erased (Ley 1581) while the hash
//! chain still verifies. An event that has some carries it as `Personal<T>`, skipped when its body is written.

use serde::{Deserialize, Serialize};

/// What people told us about themselves, until it is erased.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal<T> {
    /// What was told; often nothing.
    Known(T),
    /// It was told and has been erased since: screens show «borrado».
    Erased,
}

impl<T: Default> Default for Personal<T> {
    fn default() -> Self {
        Self::Known(T::default())
    }
}

impl<T> Personal<T> {
    /// What is known, unless it was erased.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(data) => Some(data),
            Self::Erased => None,
        }
    }
}
