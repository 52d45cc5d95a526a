//! What an entry says, as far as this program can read it: read once, before a transaction begins, so that none waits for it.

use comanda_shared::event::{Event, EventError, Header};
use comanda_shared::protocol::{PersonalData, SentEntry, Upward};

/// What an entry says.
pub struct ReadEntry {
    /// Its header; none when this program cannot read it.
    pub header: Option<Header>,
    /// Its event, none of a kind that this program does not know; or why it cannot be read.
    pub event: Result<Option<Event>, String>,
}

impl ReadEntry {
    /// Reads an entry.
    pub fn of(entry: &SentEntry) -> Self {
        let header = serde_json::from_slice::<Header>(&entry.header).ok();
        let event = header.as_ref().ok_or_else(|| "the header cannot be read".to_owned());
        let event = event.and_then(|header| event_of(header, entry));
        Self { header, event }
    }
}

fn event_of(header: &Header, entry: &SentEntry) -> Result<Option<Event>, String> {
    let body = std::str::from_utf8(&entry.body).map_err(|error| error.to_string())?;
    let event = match Event::read(&header.kind, header.version, body) {
        Ok(event) => event,
        Err(EventError::Unknown { .. }) => return Ok(None),
        Err(error @ EventError::Body { .. }) => return Err(format!("{:#}", anyhow::Error::new(error))),
    };
    let personal = match &entry.personal {
        PersonalData::Kept { data, .. } => Some(std::str::from_utf8(data).map_err(|error| error.to_string())?),
        PersonalData::None | PersonalData::Erased { .. } => None,
    };
    if header.personal.is_none() {
        return Ok(Some(event));
    }
    event.with_personal(personal).map(Some).map_err(|error| format!("{:#}", anyhow::Error::new(error)))
}

/// What a branch said, with what the entries in it say, in their order.
pub struct Said {
    /// The message.
    pub message: Upward,
    /// Of a batch; of any other message none.
    pub entries: Vec<ReadEntry>,
}

impl Said {
    /// Reads the entries of a message.
    pub fn read(message: Upward) -> Self {
        let entries = match &message {
            Upward::Batch(batch) => batch.entries().map(|(_, entry, _)| ReadEntry::of(entry)).collect(),
            Upward::Hello(_) | Upward::CommandsDone { .. } | Upward::State(_) => Vec::new(),
        };
        Self { message, entries }
    }
}
