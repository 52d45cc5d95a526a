//! What a sender is told, what it answers, and how it stands.

use uuid::Uuid;

use super::super::{ChainHash, Downward, Upward, command, directive};
use crate::ids::{BranchId, JournalId};

/// Who speaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The branch.
    pub branch: BranchId,
    /// The box, as the cloud named it.
    pub appliance: Uuid,
    /// The program's version.
    pub app: String,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// There is a connection, and chance names the conversation over it.
    Connected {
        /// Chance.
        session: u64,
    },
    /// The connection is gone.
    Disconnected,
    /// The cloud said something.
    Heard(Downward),
    /// The journal has more entries.
    Committed,
    /// The life asked for by [`Output::OpenLife`] is there, durably.
    LifeOpened,
    /// Time has passed.
    Tick,
}

/// What to do.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send this.
    Send(Upward),
    /// The cloud has everything up to here: keep it, at leisure.
    CursorMoved(u64),
    /// From this sequence on the journal is a life of its own, for the cloud has another continuation. Write that down,
    /// then tell [`Input::LifeOpened`].
    OpenLife {
        /// The first sequence that is not what the cloud has.
        first: u64,
        /// The chain before it.
        parent: ChainHash,
        /// The name of that life when it has an entry already; otherwise a new one.
        journal: Option<JournalId>,
    },
    /// The cloud asks for these.
    Commands(Vec<command::Command>),
    /// The cloud has laid this down.
    Directives(directive::Directives),
    /// Nothing comes of this connection: end it, and make another after a while.
    Hangup,
}

/// Why nothing is sent although there is a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Barred {
    /// Another box writes this branch.
    Fenced {
        /// The last sequence the cloud took from this one.
        applied: u64,
    },
    /// The programs are too far apart.
    Unsupported {
        /// The oldest version the cloud speaks.
        oldest: u8,
        /// The newest.
        newest: u8,
    },
    /// The cloud does not know this branch, or no longer.
    Stranger,
    /// The cloud cannot take what was sent, or it cannot be sent.
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
}

/// How it stands, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// No connection.
    Offline,
    /// Connected, and waiting to be told where to go on.
    Greeting,
    /// Entries are sent as they come.
    Streaming,
    /// Connected, and nothing may be sent.
    Barred(Barred),
}
