//! What branch and cloud say to each other. All of it is JSON with `say` telling which; a batch has a line of it and
//! then its entries. Fields that are not known are passed over.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::batch::{self, Batch, BatchError, BatchHead};
use super::command::{Command, CommandResult};
use super::directive::{Directives, State};
use super::{ChainHash, Lineage, Point};
use crate::ids::{BranchId, JournalId};

/// A branch says where it stands, when it has connected or was asked to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// The oldest version of the protocol it speaks.
    pub oldest: u8,
    /// The newest.
    pub newest: u8,
    /// This conversation: chance with each connection, one more with each hello over it. Answers carry it.
    pub session: u64,
    /// The branch.
    pub branch: BranchId,
    /// The box, as the cloud named it when it was enrolled; known to these two only.
    pub appliance: Uuid,
    /// The lives of its journal.
    pub lineage: Lineage,
    /// The sequence of its last entry.
    pub head: u64,
    /// Where its chain stood: at the head, and ever further back.
    pub points: Vec<Point>,
    /// The last command it carried out.
    pub commands: u64,
    /// Its program's version.
    pub app: String,
    /// Its wall clock, milliseconds since 1970.
    pub now_ms: i64,
}

/// The cloud knows the branch, and says where to go on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Welcome {
    /// As in the hello.
    pub session: u64,
    /// The version spoken from here on.
    pub proto: u8,
    /// The life to go on with.
    pub journal: JournalId,
    /// Its epoch.
    pub epoch: u32,
    /// The last sequence the cloud has.
    pub applied: u64,
    /// The chain with it.
    pub hash: ChainHash,
    /// Batches that may be under way at once.
    pub credit: u16,
    /// The cloud's clock, milliseconds since 1970.
    pub now_ms: i64,
}

/// The cloud has everything up to here, durably.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ack {
    /// As in the batch.
    pub session: u64,
    /// The epoch.
    pub epoch: u32,
    /// The last sequence it has.
    pub applied: u64,
    /// The chain with it.
    pub hash: ChainHash,
    /// Batches that may be under way at once.
    pub credit: u16,
    /// Whether what came did not follow: go on after `applied`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
    /// The cloud's clock, milliseconds since 1970.
    pub now_ms: i64,
    /// `sent_at_ms` of the batch answered.
    pub echo_ms: i64,
}

/// The cloud cannot go on with this.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// As in what was refused.
    pub session: u64,
    /// Why.
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// Why the cloud cannot go on, and what the branch does about it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// Say hello again: the cloud does not know where the branch stands.
    Hello,
    /// The two journals part between these sequences. Next to each other: the branch opens a new life at `differs`.
    /// Otherwise it says hello with points between them.
    Forked {
        /// The last sequence known to be the same.
        agreed: u64,
        /// The first sequence known not to be.
        differs: u64,
    },
    /// Another box writes this branch now. What this one has beyond `applied` stays on it until a person decides.
    Fenced {
        /// The last sequence the cloud took of this life.
        applied: u64,
    },
    /// No version of the protocol is spoken by both.
    Unsupported {
        /// The oldest the cloud speaks.
        oldest: u8,
        /// The newest.
        newest: u8,
    },
    /// The cloud does not know the branch, or its certificate was revoked.
    Stranger,
    /// What was sent is not what the protocol allows; somebody has to look.
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
}

/// What a branch says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Upward {
    /// Where it stands.
    Hello(Hello),
    /// Entries of its journal.
    Batch(Batch),
    /// What became of commands, and up to which they are carried out.
    CommandsDone {
        /// The branch.
        branch: BranchId,
        /// The last command carried out.
        upto: u64,
        /// What became of the latest.
        results: Vec<CommandResult>,
    },
    /// How it is, and what it uses.
    State(State),
}

/// What the cloud says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Downward {
    /// Where to go on.
    Welcome(Welcome),
    /// What it has.
    Ack(Ack),
    /// Why it cannot go on.
    Refused(Refused),
    /// What it asks of the branch.
    Commands {
        /// In their order.
        commands: Vec<Command>,
    },
    /// What it has laid down for the branch.
    Directives(Directives),
}

/// Why bytes are no message.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// They are no JSON that says what it is.
    #[error("the message cannot be read")]
    Json(#[from] serde_json::Error),
    /// It is a batch, and not a good one.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
enum Line {
    Hello(Hello),
    Batch(BatchHead),
    CommandsDone { branch: BranchId, upto: u64, results: Vec<CommandResult> },
    State(State),
}

impl Upward {
    /// As it travels.
    ///
    /// # Panics
    /// Never: messages are plain data.
    pub fn encode(&self) -> Vec<u8> {
        let line = match self {
            Self::Hello(hello) => Line::Hello(hello.clone()),
            Self::Batch(batch) => Line::Batch(batch.head().clone()),
            Self::CommandsDone { branch, upto, results } => {
                Line::CommandsDone { branch: *branch, upto: *upto, results: results.clone() }
            }
            Self::State(state) => Line::State(state.clone()),
        };
        let mut bytes = serde_json::to_vec(&line).expect("messages are plain data, which JSON can always hold");
        if let Self::Batch(batch) = self {
            bytes.push(b'\n');
            bytes.append(&mut batch.frame());
        }
        bytes
    }

    /// What a branch said.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
        if let Some((head, frame)) = batch::split(bytes) {
            let Line::Batch(head) = serde_json::from_slice(head).map_err(|error| BatchError::Head(Some(error)))? else {
                return Err(BatchError::Head(None).into());
            };
            return Ok(Self::Batch(Batch::read(head, frame)?));
        }
        match serde_json::from_slice(bytes) {
            Ok(Line::Hello(hello)) => Ok(Self::Hello(hello)),
            Ok(Line::CommandsDone { branch, upto, results }) => Ok(Self::CommandsDone { branch, upto, results }),
            Ok(Line::State(state)) => Ok(Self::State(state)),
            Ok(Line::Batch(_)) => Err(BatchError::Head(None).into()),
            Err(error) if bytes.first() == Some(&b'{') => Err(error.into()),
            Err(error) => Err(BatchError::Head(Some(error)).into()),
        }
    }

    /// The branch it says it is from.
    pub const fn branch(&self) -> BranchId {
        match self {
            Self::Hello(hello) => hello.branch,
            Self::Batch(batch) => batch.head().branch,
            Self::CommandsDone { branch, .. } => *branch,
            Self::State(state) => state.branch,
        }
    }
}

impl Downward {
    /// As it travels.
    ///
    /// # Panics
    /// Never: messages are plain data.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("messages are plain data, which JSON can always hold")
    }

    /// What the cloud said.
    ///
    /// # Errors
    /// When it is no message of this protocol.
    pub fn decode(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Life;

    /// Both sides' messages of version 1, as other programs will send them for years; never changed.
    const RECORDED: [&str; 3] = [
        r#"{"say":"hello","oldest":1,"newest":1,"session":7,"branch":"00000000-0000-0000-0000-000000000001","appliance":"00000000-0000-0000-0000-000000000003","lineage":[{"journal":"00000000-0000-0000-0000-000000000002","first":1,"parent":"0000000000000000000000000000000000000000000000000000000000000000"}],"head":0,"points":[],"commands":0,"app":"0.1.0","now_ms":5}"#,
        r#"{"say":"commands_done","branch":"00000000-0000-0000-0000-000000000001","upto":2,"results":[{"sequence":2,"outcome":"refused","detail":"no"}]}"#,
        r#"{"say":"state","branch":"00000000-0000-0000-0000-000000000001","appliance":"00000000-0000-0000-0000-000000000003","head":9,"directives":[{"kind":"catalog","version":2,"sha256":"ab","not_taken":{"version":3,"detail":"no","is_final":true}}],"disk_free":7,"printers":[{"name":"cocina","condition":"ready"}]}"#,
    ];

    #[test]
    fn recorded_messages_of_a_branch_are_still_understood_and_still_said() {
        for recorded in RECORDED {
            let said = Upward::decode(recorded.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(said.encode()).unwrap(), recorded);
        }
    }

    #[test]
    fn recorded_messages_of_the_cloud_are_still_understood_and_still_said() {
        let zeros = ChainHash::GENESIS;
        for recorded in [
            format!(
                r#"{{"say":"welcome","session":7,"proto":1,"journal":"{}","epoch":1,"applied":0,"hash":"{zeros}","credit":8,"now_ms":5}}"#,
                Uuid::nil()
            ),
            format!(
                r#"{{"say":"ack","session":7,"epoch":1,"applied":3,"hash":"{zeros}","credit":8,"gap":true,"now_ms":5,"echo_ms":4}}"#
            ),
            r#"{"say":"refused","session":7,"reason":"forked","agreed":3,"differs":9}"#.to_owned(),
            r#"{"say":"refused","session":7,"reason":"fenced","applied":3}"#.to_owned(),
            r#"{"say":"commands","commands":[{"sequence":1,"id":"00000000-0000-0000-0000-000000000000","kind":"a.b","version":1,"body":{"x":1}}]}"#.to_owned(),
            r#"{"say":"directives","from":"https://nube:8443","pointers":[{"kind":"catalog","version":3,"sha256":"ab","bytes":2}],"wanted":["cd"]}"#.to_owned(),
        ] {
            let said = Downward::decode(recorded.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(said.encode()).unwrap(), recorded);
        }
    }

    #[test]
    fn fields_of_a_newer_program_are_passed_over() {
        let newer = RECORDED[0].replace("\"head\":0", "\"head\":0,\"mood\":\"good\"");
        assert_eq!(Upward::decode(newer.as_bytes()).unwrap(), Upward::decode(RECORDED[0].as_bytes()).unwrap());
    }

    #[test]
    fn a_lineage_without_lives_or_out_of_order_is_refused() {
        let life = |n: u128, first| Life {
            journal: JournalId::from_uuid(Uuid::from_u128(n)),
            first,
            parent: ChainHash::GENESIS,
        };
        assert!(Lineage::try_from(vec![]).is_err());
        assert!(Lineage::try_from(vec![life(1, 5), life(2, 5)]).is_err());
        assert!(Lineage::try_from(vec![life(1, 5), life(1, 6)]).is_err());
        assert!(Lineage::try_from(vec![life(1, 1), life(2, 6)]).is_ok());
    }
}
