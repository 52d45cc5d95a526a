//! What the cloud asks of a branch: commands with a sequence of their own, each of which has its effect once.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Commands told at once, at most.
pub const AT_ONCE: usize = 32;

/// A command of the cloud.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Command {
    /// Its place among the branch's commands: from 1, without a gap.
    pub sequence: u64,
    /// The command.
    pub id: Uuid,
    /// What is asked: `settings.change`.
    pub kind: String,
    /// The version of the body's shape.
    pub version: u16,
    /// What exactly.
    pub body: Value,
}

/// What became of a command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CommandOutcome {
    /// It had its effect.
    Done,
    /// The branch refuses it, for good.
    Refused {
        /// Why, in words.
        detail: String,
    },
    /// The branch's program is older than the command.
    Unsupported,
}

/// What became of which command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CommandResult {
    /// Which.
    pub sequence: u64,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: CommandOutcome,
}

/// Those of the commands told that are to be carried out now, in their order: the ones right after the last one that was.
/// Earlier ones are done; later ones wait until the ones between have come.
pub fn due(carried_out: u64, told: Vec<Command>) -> Vec<Command> {
    let mut told = told;
    told.sort_by_key(|command| command.sequence);
    let mut next = carried_out + 1;
    told.retain(|command| {
        let is_next = command.sequence == next;
        next += u64::from(is_next);
        is_next
    });
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_follows_without_a_gap_is_carried_out() {
        let told = |sequences: &[u64]| -> Vec<Command> {
            let command = |&sequence: &u64| Command {
                sequence,
                id: Uuid::nil(),
                kind: "a".to_owned(),
                version: 1,
                body: Value::Null,
            };
            sequences.iter().map(command).collect()
        };
        let sequences = |commands: Vec<Command>| commands.iter().map(|c| c.sequence).collect::<Vec<_>>();
        assert_eq!(sequences(due(2, told(&[1, 2, 3, 3, 4, 6]))), [3, 4]);
        assert_eq!(sequences(due(0, told(&[2, 1]))), [1, 2]);
        assert!(due(4, told(&[6, 7])).is_empty());
    }
}
