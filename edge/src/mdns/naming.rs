//! The branch's name under `.local`: which it wants, which it has, and the thread that answers for it.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Deserialize;

use super::GROUP;
use super::responder::Responder;
use crate::followers::Roll;
use crate::printing::surroundings::Surroundings;

/// A port that is taken, or a network that is not there yet, is tried again after so long.
const AGAIN: Duration = Duration::from_secs(60);

/// What the branch wants to be called under `.local`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum WantedName {
    /// This, or this with a number where another has it: 1 to 58 letters, digits and hyphens.
    Label(String),
    /// Nothing: nobody is answered.
    Off,
}

/// A text that is no name of a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no name: letters, digits and hyphens are meant, like comanda, or off")]
pub struct NameError(String);

impl Default for WantedName {
    fn default() -> Self {
        Self::Label("comanda".to_owned())
    }
}

impl std::str::FromStr for WantedName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let label = text.strip_suffix(".local").unwrap_or(text).to_ascii_lowercase();
        let is_of_a_host = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let fits = (1..=58).contains(&label.len()) && is_of_a_host && !label.starts_with('-') && !label.ends_with('-');
        if fits { Ok(Self::Label(label)) } else { Err(NameError(text.to_owned())) }
    }
}

impl TryFrom<String> for WantedName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

/// What the branch is called under `.local` at the moment: `comanda.local`; nothing while it is not certain.
#[derive(Clone, Default, Debug)]
pub struct LocalName(Arc<RwLock<Option<String>>>);

impl LocalName {
    /// The name.
    pub fn get(&self) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, name: Option<String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = name;
    }
}

/// Answers for the branch's name until stopped.
pub struct Naming {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Naming {
    /// Begins to, with this label or the next that is free.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(label: String, name: LocalName, surroundings: Surroundings, roll: Roll) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let run = move || {
            let is_stopping = || stopped.try_recv() == Err(mpsc::TryRecvError::Disconnected);
            roll.keep("naming", is_stopping, || {
                loop {
                    match Responder::join(GROUP, &surroundings) {
                        Ok(mut responder) => responder.answer_for(&label, &name, &surroundings, &is_stopping),
                        Err(error) => tracing::warn!(%error, "the branch has no name on the network, only its address"),
                    }
                    name.set(None);
                    if stopped.recv_timeout(AGAIN) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                }
            });
        };
        let thread = std::thread::Builder::new().name("naming".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Says goodbye, and ends.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("who answers for the branch's name panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_of_a_host_with_or_without_its_end() {
        let label = |text: &str| text.parse::<WantedName>();
        assert_eq!(label("Esquina-2.local"), Ok(WantedName::Label("esquina-2".to_owned())));
        assert_eq!(label("off"), Ok(WantedName::Off));
        for text in ["", "-x", "x-", "la esquina", "ñam", "a.b", &"x".repeat(59)] {
            assert!(label(text).is_err(), "{text}");
        }
    }
}
